"""Stamps: what is kept, what is resolved, and what is never claimed."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers.clock import Clock, How, believed, read, with_utc_half, zone_named
from carriers.zones import zone_of

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-02-10T16:45:12.123456789+01:00", datetime(2026, 2, 10, 15, 45, 12, 123456, UTC)),
        ("2026-02-10T16:45:12Z", datetime(2026, 2, 10, 16, 45, 12, 0, UTC)),
        ("2026-02-10 16:45+0530", datetime(2026, 2, 10, 11, 15, 0, 0, UTC)),
        ("20260210 164512-08", datetime(2026, 2, 11, 0, 45, 12, 0, UTC)),
        ("2026-02-10T07 UTC", datetime(2026, 2, 10, 7, 0, 0, 0, UTC)),
        ("2026-02-10T00:00:00Z", datetime(2026, 2, 10, 0, 0, 0, 0, UTC)),
    ],
)
def test_a_stamp_with_an_offset_is_given(text: str, utc: datetime) -> None:
    clock = read(text)
    assert (clock.text, clock.utc, clock.how) == (text, utc, How.GIVEN)


@pytest.mark.parametrize(
    ("text", "hour"), [("2026-02-10 1:05 PM", 13), ("2026-02-10 12:05 AM", 0), ("2026-02-10 13:05 PM", 13)]
)
def test_twelve_and_twenty_four_hours(text: str, hour: int) -> None:
    local = read(text).local
    assert local
    assert local.hour == hour


def test_a_local_stamp_is_resolved_by_its_place_and_says_so() -> None:
    clock = read("2026-07-01T12:00:00", zone=BERLIN, how=How.FROM_LOCATION)
    assert (clock.utc, clock.how) == (datetime(2026, 7, 1, 10, 0, tzinfo=UTC), How.FROM_LOCATION)
    assert clock.offset == timedelta(hours=2)


def test_without_zone_and_place_the_utc_is_unknown() -> None:
    clock = read("2026-07-01T12:00:00")
    assert (clock.utc, clock.how) == (None, How.UNKNOWN)
    assert clock.local == datetime(2026, 7, 1, 12)


def test_a_date_stays_a_date() -> None:
    clock = read("2026-05-11", zone=BERLIN, how=How.FROM_LOCATION)
    assert (clock.on, clock.local, clock.utc) == (date(2026, 5, 11), None, None)


def test_midnight_without_a_zone_only_fills_the_field() -> None:
    clock = read("2026-05-11T00:00:00", zone=BERLIN, how=How.FROM_LOCATION)
    assert clock.placeholder
    assert (clock.on, clock.utc) == (date(2026, 5, 11), None)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-02-30T10:00Z", "2026-13-01", "2026-02-10T24:30Z", "2026-02-10T10:00+27:00",
     "0001-01-01T00:00Z", "1970-01-01T00:00:00Z", "9" * 5000],
)  # fmt: skip
def test_a_stamp_that_cannot_exist_keeps_its_text_and_nothing_else(text: str) -> None:
    clock = read(text)
    assert clock.text == text[:64]
    assert (clock.local, clock.on, clock.utc, clock.how) == (None, None, None, How.UNKNOWN)


def test_the_utc_half_wins_over_the_place() -> None:
    local = read("20260302 193000", zone="America/Chicago", how=How.FROM_LOCATION)
    clock = with_utc_half(local, read("20260303 00:30:00Z"))
    assert (clock.utc, clock.how) == (datetime(2026, 3, 3, 0, 30, tzinfo=UTC), How.GIVEN)
    assert clock.offset == timedelta(hours=-5)


def test_halves_that_contradict_each_other_leave_no_offset() -> None:
    clock = with_utc_half(read("20260302 193000"), read("20250302 00:30:00Z"))
    assert (clock.offset, clock.how) == (None, How.GIVEN)


def test_what_lies_in_the_future_has_not_happened() -> None:
    received = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert believed(read("2026-03-03T09:00:00Z"), received).utc
    assert believed(read("2026-03-09T09:00:00Z"), received).utc is None


def test_a_place_with_several_zones_is_not_guessed() -> None:
    assert zone_of("NL") == "Europe/Amsterdam"
    assert zone_of("US", "NJ") == "America/New_York"
    assert zone_of("US", "TX") is None
    assert zone_of("BR") is None
    assert zone_of(None) is None


def test_a_zone_by_name_or_offset() -> None:
    assert zone_named("Europe/Berlin")
    assert zone_named("+05:30")
    assert zone_named("Nowhere/Town") is None
    assert zone_named("../../etc/passwd") is None


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    assert read(text, zone=BERLIN, how=How.FROM_LOCATION).text == text[:64]


@given(
    st.datetimes(min_value=datetime(2000, 1, 2), max_value=datetime(2099, 1, 1)),
    st.sampled_from([None, "Europe/Dublin"]),
)
def test_a_plain_stamp_is_a_whole_clock_like_any_other(moment: datetime, zone: str | None) -> None:
    clock = read(moment.replace(microsecond=0).isoformat(), zone=zone, how=How.FROM_LOCATION)
    assert replace(clock) == clock
    assert hash(replace(clock)) == hash(clock)
    assert set(vars(clock)) == {field.name for field in fields(Clock)}
