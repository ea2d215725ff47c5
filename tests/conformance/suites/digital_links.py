"""Digital Links: addresses to elements and back, and percent coding, each case under the options it records."""

from typing import Any

from app.gs1 import digital_link, element_strings
from app.gs1.digital_link import Link, NotDigitalLink, Options
from app.gs1.elements import BadElement
from tests.conformance.manifest import Suite
from tests.conformance.score import Score


def judge(suite: Suite) -> Score:
    score = Score()
    for case in suite.load("cases.json"):
        _parse(score, case)
    for case in suite.load("generate.json"):
        _generate(score, case)
    for case in suite.load("percent.json"):
        coding = digital_link.unescaped if case["direction"] == "unescape" else digital_link.escaped
        found = coding(case["input"]), coding(case["input"], query=True)
        if found == (case["path"], case["query"]):
            score.right()
        else:
            score.fail(case["id"], f"gives {found}")
    return score


def _parse(score: Score, case: dict[str, Any]) -> None:
    link, refusal = _decoded(case)
    written = "" if link is None else "^" + element_strings.raw((*link.elements, *link.attributes), separator="^")
    if case["valid"] and link and case["element_string"] not in (None, written):
        score.fail(case["id"], f"gives {written}")
        return
    score.judge(case["id"], expected=case["valid"], accepted=link is not None, why=refusal)


def _decoded(case: dict[str, Any]) -> tuple[Link | None, str]:
    try:
        return digital_link.decode(case["uri"], Options(**case["options"] or {})), ""
    except NotDigitalLink as refusal:
        return None, refusal.rule


def _generate(score: Score, case: dict[str, Any]) -> None:
    try:
        elements = element_strings.parse_bracketed(case["element_string"])
        uri = digital_link.encode(elements, case["stem"], Options(**case["options"] or {}))
    except (NotDigitalLink, BadElement) as refusal:
        score.judge(case["id"], expected=case["valid"], accepted=False, why=str(refusal))
        return
    if case["valid"] and uri != case["uri"]:
        score.fail(case["id"], f"gives {uri}")
        return
    score.judge(case["id"], expected=case["valid"], accepted=True)
