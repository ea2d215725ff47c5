"""Food traceability documents: captured alone into an empty store, proved, and compared with their sheet."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.conformance import manifest
from tests.conformance.manifest import Suite
from tests.conformance.score import Score
from tests.conformance.suites import epcis_documents
from tests.support import schema
from tests.support.door import open_door

JUDGED = 14
EVENT_ID = 1


def judge(suite: Suite) -> Score:
    score = Score(detail={"captured": {}})
    with TemporaryDirectory(prefix="wayproof-conformance-") as folder:
        template = Path(folder, "template.db")
        schema.create(f"sqlite:///{template}")
        for number, (name, document, expected) in enumerate(manifest.sheets(suite)):
            with open_door(Path(folder, str(number)), template) as door:
                scratch = Score()
                case = {"id": name, "body": "document", "expected": "accept", "path": name, "format": "json"}
                epcis_documents.judge_one(scratch, door, case, document)
                score.detail["captured"][name] = "proved" if not scratch.wrong else scratch.failures[0]
                _compare(score, name, _table(expected), _table(door.ask("/fsma204.csv").text))
    return score


def _table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def _compare(score: Score, name: str, expected: list[list[str]], given: list[list[str]]) -> None:
    """A case per cell; rows are paired so that most cells agree, a row too many fails its cells."""
    if not given or given[0][:JUDGED] != expected[0]:
        for row in expected[1:]:
            _fail_row(score, name, row, "the header is another one")
        return
    left = [row[:JUDGED] for row in given[1:]]
    pairs = sorted(
        ((_agreeing(row, other), -i, -j) for i, row in enumerate(expected[1:]) for j, other in enumerate(left)),
        reverse=True,
    )
    paired: dict[int, int] = {}
    for _, i, j in pairs:
        if -i not in paired and -j not in paired.values():
            paired[-i] = -j
    for i, row in enumerate(expected[1:]):
        if i in paired:
            _judge_row(score, name, row, left[paired[i]])
        else:
            _fail_row(score, name, row, "the row is missing")
    for j in set(range(len(left))) - set(paired.values()):
        _fail_row(score, name, left[j], "a row too many")


def _agreeing(row: list[str], other: list[str]) -> int:
    return sum(_same(i, cell, other[i]) for i, cell in enumerate(row))


def _same(column: int, expected: str, given: str) -> bool:
    return expected == given or (column == EVENT_ID and not expected)


def _judge_row(score: Score, name: str, row: list[str], other: list[str]) -> None:
    for i, cell in enumerate(row):
        if _same(i, cell, other[i]):
            score.right()
        else:
            score.fail(f"{name} {row[0]}", f"column {i + 1} is {other[i]!r}, not {cell!r}")


def _fail_row(score: Score, name: str, row: list[str], why: str) -> None:
    for _ in row:
        score.fail(f"{name} {row[0]}", why)
