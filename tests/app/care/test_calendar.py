"""The day of a delivery in a calendar: folded and escaped as RFC 5545 wants it, and the same event for ever."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.care.calendar import Delivery, calendar, escaped, folded

DAY = Delivery(
    uid="01h@proof.example.com",
    sequence=3,
    changed_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    first=date(2026, 3, 3),
    last=date(2026, 3, 5),
    summary="Parcel from Ada, Tea; \\ Co",
    description="On its way\nhttps://proof.example.com/o/t",
    url="https://proof.example.com/o/t",
)


def lines(file: str) -> list[str]:
    """The content lines, unfolded (RFC 5545, 3.1)."""
    return file.replace("\r\n ", "").split("\r\n")


def test_a_window_is_an_event_over_whole_days() -> None:
    said = lines(calendar("Ada Tea", [DAY]))
    assert said[0] == "BEGIN:VCALENDAR"
    assert said[-2:] == ["END:VCALENDAR", ""]
    assert {
        "DTSTART;VALUE=DATE:20260303",
        "DTEND;VALUE=DATE:20260306",
        "SEQUENCE:3",
        "UID:01h@proof.example.com",
    } < {*said}
    assert "SUMMARY:Parcel from Ada\\, Tea\\; \\\\ Co" in said
    assert "DESCRIPTION:On its way\\nhttps://proof.example.com/o/t" in said


def test_another_day_is_the_same_event_with_a_higher_number() -> None:
    before, after = (
        lines(calendar("Ada", [day])) for day in (DAY, replace(DAY, sequence=4, last=date(2026, 3, 9)))
    )
    changed = [line for line in after if line not in before]
    assert changed == ["SEQUENCE:4", "DTEND;VALUE=DATE:20260310"]


def test_what_is_called_off_says_so() -> None:
    assert "STATUS:CANCELLED" in lines(calendar("Ada", [replace(DAY, cancelled=True)]))


@pytest.mark.parametrize("text", ["x\r\nATTENDEE:mailto:eve@example.org", "x\nBEGIN:VALARM", "x\x0bATTENDEE:y"])
def test_no_text_adds_a_line(text: str) -> None:
    said = lines(calendar("Ada", [replace(DAY, summary=text, description=text)]))
    assert len(said) == len(lines(calendar("Ada", [DAY])))


@given(st.text(max_size=300))
def test_a_line_of_any_text_is_folded_at_75_octets_and_whole_again(text: str) -> None:
    line = f"SUMMARY:{escaped(text)}"
    pieces = folded(line).split("\r\n")
    assert all(len(piece.encode(errors="surrogatepass")) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line
