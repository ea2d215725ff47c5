"""RFID tag data, EPC URIs and their element strings, both ways."""

from typing import Any

from app.gs1 import element_strings, epc, tag_data
from app.gs1.elements import BadElement
from app.gs1.epc import NotEpc
from app.gs1.tag_data import NotTag, Tag
from tests.conformance.manifest import Suite
from tests.conformance.score import Score


def judge(suite: Suite) -> Score:
    score = Score()
    for case in suite.load("cases.json"):
        _compare(score, case["id"], _tag(case), (case["tag_uri"], case["epc_uri"], case["hex"]))
    for case in suite.load("uri_syntax.json"):
        score.judge(case["id"], expected=case["valid"], accepted=_is_of_scheme(case))
    for case in suite.load("element_strings.json"):
        wanted = case["element_string"], case["epc_uri"], case["gs1_key"]
        _compare(score, case["id"], _there_and_back(case), wanted)
    for case in suite.load("refused_encodings.json"):
        score.judge(case["id"], expected=False, accepted=_is_written(case))
    return score


def _compare(score: Score, case: str, found: tuple[Any, ...], wanted: tuple[Any, ...]) -> None:
    if found == wanted:
        score.right()
    elif len(found) == 1:
        score.judge(case, expected=True, accepted=False, why=found[0])
    else:
        score.fail(case, f"gives {found}")


def _tag(case: dict[str, Any]) -> tuple[str, ...]:
    try:
        tag = tag_data.decode(case["hex"])
        return tag.uri, tag.epc.uri, tag_data.encode(tag_data.parse_uri(case["tag_uri"]))
    except NotTag as refusal:
        return (str(refusal),)


def _is_of_scheme(case: dict[str, Any]) -> bool:
    try:
        return epc.parse(case["epc_uri"]).scheme.upper() == case["scheme"]
    except NotEpc:
        return False


def _there_and_back(case: dict[str, Any]) -> tuple[str | None, ...]:
    try:
        code = epc.parse(case["epc_uri"])
        elements = element_strings.parse_bracketed(case["element_string"])
        back = epc.of_elements(elements, case["company_prefix_length"])
    except (NotEpc, BadElement) as refusal:
        return (str(refusal),)
    key = code.key if case["gs1_key"] is not None else None  # None: not tested
    return element_strings.bracketed(code.elements()), back.uri, key


def _is_written(case: dict[str, Any]) -> bool:
    coding = case["coding"].lower().replace("_", "-")
    try:
        tag_data.encode(Tag(coding, epc.parse(case["epc_uri"]), 0))
    except NotTag:
        return False
    return True
