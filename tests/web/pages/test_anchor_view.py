"""The last line of the check in words: where the fingerprint stands, by which rule, and when it is final."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.provenance.checks import checks
from app.provenance.passport import Check
from app.texts import translator
from app.web.pages.passport_view import CheckLine, check_lines
from ledger.anchor_state import AnchorState
from ledger.evidence import Evidence

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FOUND = Evidence("wayproof/ada1", None, 5, bytes(32), None, AT, {})
FINAL = AnchorState(1, 5, bytes(32), 1, "0xabc", "0x01", "final", "0x02", 77, AT, finality="tag", sources=2)


def check(anchor: AnchorState | None) -> Check:
    return checks(FOUND, (), vkey=None, anchor=anchor)[-1]


def line(anchor: AnchorState | None, language: str = "en", minutes: int | None = 10) -> CheckLine:
    return check_lines([check(anchor)], translator(language), anchor_minutes=minutes)[0]


@pytest.mark.parametrize(
    ("anchor", "state", "text"),
    [
        (FINAL, "ok", "anchored.ok"),
        (replace(FINAL, state="safe"), "ok", "anchored.safe"),
        (replace(FINAL, state="mined"), "pending", "anchored.mined"),
        (replace(FINAL, state="sent"), "pending", "anchored.pending"),
        (replace(FINAL, state="prepared"), "pending", "anchored.pending"),
        (replace(FINAL, state="lost"), "pending", "anchored.pending"),
        (replace(FINAL, finality="demo"), "ok", "anchored.demo"),
        (replace(FINAL, target="file", finality="file"), "ok", "anchored.file"),
        (replace(FINAL, root=bytes([1]) * 32), "bad", "anchored.bad"),
        (replace(FINAL, finding="a tree of 9 was anchored"), "bad", "anchored.bad"),
        (None, "unknown", "anchored.unknown"),
    ],
)
def test_each_state_of_an_anchor_has_its_sentence(anchor: AnchorState | None, state: str, text: str) -> None:
    found = check(anchor)
    assert (found.state, found.text) == (state, text)


def test_how_final_it_is_and_by_which_rule_stands_there() -> None:
    assert line(FINAL).text.endswith("Final by the chain's own word.")
    assert "12 blocks" in line(replace(FINAL, finality="depth:12")).text
    assert "One node" in line(replace(FINAL, sources=1)).text
    assert "One node" not in line(FINAL).text
    soon = line(replace(FINAL, state="mined", final_by=AT))
    assert (soon.sign, "09:30" in soon.text, soon.transaction) == ("open", True, "0x01")


def test_what_waits_says_how_long() -> None:
    for waiting in (None, replace(FINAL, state="sent")):
        assert "every 10 minutes" in line(waiting).text
        assert "every minute" in line(waiting, minutes=1).text
    assert "No fingerprint" in line(None, minutes=None).text


def test_a_demo_chain_and_a_file_of_our_own_are_no_green_tick() -> None:
    assert line(replace(FINAL, finality="demo")).sign == "open"
    assert line(replace(FINAL, target="file", finality="file")).sign == "open"
    assert line(FINAL).sign == "good"


@pytest.mark.parametrize("language", ["zh", "ar", "es", "de", "pt", "id"])
@pytest.mark.parametrize("state", ["sent", "mined", "safe", "final"])
def test_every_state_is_said_in_every_language(language: str, state: str) -> None:
    anchor = replace(FINAL, state=state, final_by=AT, sources=1, finality="depth:3")
    said, english = line(anchor, language).text, line(anchor).text
    assert said
    assert not any(sentence in said for sentence in english.split(". "))
