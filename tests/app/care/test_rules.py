"""When a message may reach a person: tables of clocks, zones and days."""

from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.care.rules import (
    Hours,
    Situation,
    after_last,
    after_marketing,
    first_good_moment,
    last_working_day,
    out_of_date,
)

DAY = Hours()
CHRISTMAS = {date(2026, 12, 25), date(2026, 12, 26)}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "now", "zone", "goes"),
    [
        ("delay", "2026-03-02T09:30", "Europe/Madrid", "2026-03-02T09:30"),
        ("delay", "2026-03-02T21:30", "Europe/Madrid", "2026-03-03T07:00"),
        ("delay", "2026-03-02T19:59", "Europe/Madrid", "2026-03-02T19:59"),
        ("delay", "2026-03-02T20:00", "Europe/Madrid", "2026-03-03T07:00"),  # 21:00 there
        ("delay", "2026-03-02T09:30", "Asia/Shanghai", "2026-03-02T09:30"),
        ("delay", "2026-03-02T14:30", "Asia/Shanghai", "2026-03-03T00:00"),
        ("delay", "2026-03-02T09:30", "America/Los_Angeles", "2026-03-02T16:00"),
        ("delay", "2026-03-29T00:30", "Europe/Madrid", "2026-03-29T06:00"),  # the clocks go forward that night
        ("delay", "2026-12-25T09:30", "Europe/Madrid", "2026-12-25T09:30"),  # a hold does not wait for the feast
        ("update", "2026-12-25T09:30", "Europe/Madrid", "2026-12-27T07:00"),
        ("marketing", "2026-12-24T23:30", "Europe/Madrid", "2026-12-27T07:00"),
        ("recall", "2026-03-02T02:00", "Europe/Madrid", "2026-03-02T02:00"),
        ("excursion", "2026-03-02T02:00", "Europe/Madrid", "2026-03-02T02:00"),
    ],
)
def test_it_arrives_by_day_where_the_recipient_is(kind: str, now: str, zone: str, goes: str) -> None:
    assert first_good_moment(kind, at(now), ZoneInfo(zone), DAY, CHRISTMAS.__contains__) == at(goes)


def test_a_brand_without_quiet_hours_still_sends_no_marketing_at_night() -> None:
    none, night = Hours(hour(0), hour(0)), at("2026-03-02T02:00")
    assert first_good_moment("delay", night, ZoneInfo("UTC"), none) == night
    assert first_good_moment("marketing", night, ZoneInfo("UTC"), none) == at("2026-03-02T08:00")


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    st.sampled_from(["UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "Africa/Casablanca"]),
    st.sampled_from(["delay", "update", "marketing"]),
)
def test_whatever_the_hour_it_goes_by_day_and_soon(naive: datetime, name: str, kind: str) -> None:
    now, zone = naive.replace(tzinfo=UTC), ZoneInfo(name)
    goes = first_good_moment(kind, now, zone, DAY)
    assert now <= goes <= now + timedelta(hours=24)
    assert DAY.begin <= goes.astimezone(zone).time() < DAY.end


@pytest.mark.parametrize(
    ("day", "earliest", "last"),
    [
        (date(2026, 12, 24), date(2026, 12, 20), date(2026, 12, 24)),
        (date(2026, 12, 26), date(2026, 12, 20), date(2026, 12, 24)),
        (date(2026, 12, 26), date(2026, 12, 25), date(2026, 12, 25)),  # not before we may
        (date(2026, 12, 1), date(2026, 12, 20), date(2026, 12, 20)),
    ],
)
def test_what_was_promised_for_a_holiday_comes_before_it(day: date, earliest: date, last: date) -> None:
    there, here = {date(2026, 12, 25)}, {date(2026, 12, 26)}
    assert last_working_day(day, [there.__contains__, here.__contains__], earliest) == last


@pytest.mark.parametrize(
    ("sent", "goes"),
    [
        ([], "2026-03-10T10:00"),
        (["2026-03-09T10:00"], "2026-03-10T10:00"),
        (["2026-03-09T10:00", "2026-03-05T10:00"], "2026-03-12T10:00"),
        (["2026-03-09T10:00", "2026-03-08T10:00", "2026-03-07T10:00"], "2026-03-15T10:00"),
        (["2026-02-01T10:00", "2026-02-02T10:00"], "2026-03-10T10:00"),
    ],
)
def test_marketing_comes_twice_a_week_at_most(sent: list[str], goes: str) -> None:
    assert after_marketing([at(each) for each in sent], at("2026-03-10T10:00")) == at(goes)


@pytest.mark.parametrize(
    ("told", "presses", "goes"),
    [
        (None, False, "2026-03-10T10:00"),
        ("2026-03-10T09:00", False, "2026-03-10T21:00"),
        ("2026-03-10T09:00", True, "2026-03-10T10:00"),
        ("2026-03-09T09:00", False, "2026-03-10T10:00"),
        ("2026-03-10T10:30", False, "2026-03-10T22:30"),  # the clock was set back since
    ],
)
def test_a_second_message_about_a_parcel_leaves_a_pause(told: str | None, presses: bool, goes: str) -> None:
    assert after_last(at(told) if told else None, at("2026-03-10T10:00"), presses=presses) == at(goes)


@pytest.mark.parametrize(
    ("kind", "situation", "why"),
    [
        ("delay", Situation(newest_promise=1), ""),
        ("delay", Situation(newest_promise=2), "promise_moved"),
        ("delay", Situation(settled=True, newest_promise=1), "arrived"),
        ("update", Situation(newest_promise=1, newer_told=True), "newer_told"),
        ("recall", Situation(settled=True, newest_promise=9, newer_told=True), ""),
        ("excursion", Situation(settled=True), ""),
        ("recall", Situation(erased=True), "erased"),
    ],
)
def test_what_is_not_true_any_more_is_not_sent(kind: str, situation: Situation, why: str) -> None:
    assert out_of_date(kind, 1, situation) == why
