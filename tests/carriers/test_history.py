"""A set of events: repetitions, order, headline, 72-hour clock. Ada ships from Leipzig, Ben waits in Galway."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers import neutral
from carriers.event import TrackingEvent, in_order, unique
from carriers.headline import headline
from carriers.silence import Silence, clock_72h
from carriers.vocabulary import Reason, Status

BEGIN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def line(hours: float | str, words: str, town: str | None = "Leipzig", **more: Any) -> dict[str, Any]:
    """One line of a neutral history; `hours` after BEGIN, or a stamp of its own."""
    occurred = hours if isinstance(hours, str) else (BEGIN + timedelta(hours=hours)).isoformat()
    place = {"city": town, "country": "DE"} if town else None
    return {
        "carrier": "x",
        "tracking_number": "1",
        "occurred": occurred,
        "description": words,
        "location": place,
        **more,
    }


def events(*lines: dict[str, Any], sender: str | None = None) -> list[TrackingEvent]:
    return neutral.read(lines, sender)


def stands(*lines: dict[str, Any], sender: str | None = None) -> tuple[Status | None, Reason | None]:
    head = headline(events(*lines, sender=sender))
    return head.status, head.reason


# ---- repetitions


def test_a_line_told_again_in_other_words_counts_once() -> None:
    told = events(
        line(1, "Arrived at hub", code="10"), line(1.005, "Arrived at our regional hub", "LEIPZIG ", code="10")
    )
    (event,) = unique(told)
    assert event.description == "Arrived at our regional hub"


def test_a_place_that_comes_later_improves_the_line() -> None:
    (event,) = unique(events(line(1, "Arrived at hub", None), line(1, "Arrived at hub")))
    assert event.place
    assert event.place.city == "Leipzig"


def test_two_pieces_two_places_and_two_minutes_are_different_lines() -> None:
    told = events(
        line(1, "Arrived at hub", piece="1"),
        line(1, "Arrived at hub", piece="2"),
        line(1, "Arrived at hub", "Halle", piece="2"),
        line(1.02, "Arrived at hub", piece="2"),
    )
    assert len(unique(told)) == 4


# ---- order


def in_words(told: Sequence[TrackingEvent]) -> list[str]:
    return [event.description for event in in_order(told)]


def test_dates_stand_among_the_lines_of_their_day_by_stage() -> None:
    told = events(
        line("2026-03-02", "Picked up"),
        line("2026-03-02T18:00:00+01:00", "Arrived at hub"),
        line("2026-03-02T10:00:00+01:00", "Label created"),
        line("2026-03-02", "Out for delivery"),
    )
    assert in_words(told) == ["Label created", "Picked up", "Arrived at hub", "Out for delivery"]


def test_a_line_without_a_time_stands_where_its_stage_allows() -> None:
    told = events(line("2026-02-30T10:00Z", "Arrived at hub"), line(1, "Picked up"), line(30, "Delivered"))
    assert in_words(told) == ["Picked up", "Arrived at hub", "Delivered"]
    assert headline(told).status is Status.DELIVERED


def test_a_local_reading_is_ordered_by_the_offset_of_its_neighbours() -> None:
    told = events(
        {**line("2026-03-02T12:00:00+09:00", "Picked up", None)},
        {**line("2026-03-02T13:00:00", "Departed", None)},
        {**line("2026-03-02T14:00:00+09:00", "Arrived at hub", None)},
    )
    assert in_words(told) == ["Picked up", "Departed", "Arrived at hub"]


# ---- headline


def test_nothing_heard_is_no_status() -> None:
    assert stands() == (None, None)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([(0, "Label created"), (1, "On its way")], Status.REGISTERED),
        ([(0, "Picked up"), (1, "Label created")], Status.IN_TRANSIT),
        ([(0, "Held by customs"), (9, "Estimated delivery changed")], Status.CUSTOMS),
        ([(0, "Held by customs"), (9, "Released by customs")], Status.IN_TRANSIT),
        ([(0, "Delivered"), (9, "Duties are due")], Status.DELIVERED),
        ([(0, "Delivered"), (9, "Return to sender started")], Status.RETURNING),
        ([(0, "Parcel declared lost"), (9, "Missing parcel found")], Status.IN_TRANSIT),
        ([(0, "Delivered to partner carrier for last mile")], Status.IN_TRANSIT),
        ([(0, "Label created"), (1, "Shipment cancelled")], Status.CANCELLED),
    ],
)
def test_the_newest_line_that_moves_anything_counts(lines: list[tuple[float, str]], expected: Status) -> None:
    assert (
        stands(*(line(hours, words, None if "due" in words else "Leipzig") for hours, words in lines))[0]
        is expected
    )


def test_on_the_way_back_a_scan_turns_nothing_round() -> None:
    told = [
        line(0, "Recipient refused the parcel", "Galway"),
        line(1, "Return to sender", "Galway"),
        line(5, "Sorted"),
    ]
    assert stands(*told) == (Status.RETURNING, Reason.REFUSED)
    assert stands(*told, line(9, "Delivered")) == (Status.RETURNED, Reason.REFUSED)
    assert stands(*told, line(9, "Delivered", "Galway")) == (Status.DELIVERED, None)


def test_a_delivery_at_the_sender_is_a_return() -> None:
    told = [line(0, "Picked up"), line(9, "Delivered", "Galway"), line(90, "Delivered", "LEIPZIG")]
    assert stands(*told, sender="Leipzig")[0] is Status.RETURNED
    assert stands(*told)[0] is Status.DELIVERED


def test_of_several_pieces_the_worst_counts() -> None:
    told = events(
        line(0, "Picked up", piece="a"), line(0, "Picked up", piece="b"), line(9, "Delivered", piece="a"),
        line(8, "Parcel damaged", piece="b"),
    )  # fmt: skip
    head = headline(told)
    assert (head.status, head.reason) == (Status.EXCEPTION, Reason.DAMAGED)
    assert (head.pieces.total, head.pieces.delivered) == (2, 1)


WORDS = ["Label created", "Picked up", "Arrived at hub", "On its way", "Held by customs", "Released by customs",
         "Out for delivery", "Delivery attempted, nobody at home", "Delivered", "Return to sender", "Delay",
         "Ready for collection at the post office"]  # fmt: skip
STAMPS = st.one_of(
    st.integers(0, 72).map(lambda hours: (BEGIN + timedelta(hours=hours)).isoformat()),
    st.integers(0, 72).map(lambda hours: (BEGIN + timedelta(hours=hours)).replace(tzinfo=None).isoformat()),
    st.integers(2, 5).map(lambda day: f"2026-03-0{day}"),
    st.just("2026-02-30"),
)
LINES = st.builds(
    lambda stamp, words, town, piece: line(stamp, words, town, piece=piece),
    STAMPS,
    st.sampled_from(WORDS),
    st.sampled_from([None, "Leipzig", "Galway"]),
    st.sampled_from([None, "a", "b"]),
)


@given(st.lists(LINES, max_size=12).flatmap(lambda lines: st.tuples(st.just(lines), st.permutations(lines))))
def test_any_order_of_arrival_gives_the_same_headline_and_clock(orders: tuple[list[Any], list[Any]]) -> None:
    first, second = (events(*lines) for lines in orders)
    now = BEGIN + timedelta(days=9)
    assert headline(first) == headline(second)
    assert clock_72h(first, now) == clock_72h(second, now)
    assert in_order(unique(first)) == in_order(unique(second))


@given(st.lists(LINES, max_size=8))
def test_telling_everything_twice_changes_nothing(lines: list[Any]) -> None:
    assert unique(events(*lines, *lines)) == unique(events(*lines))


# ---- the 72-hour clock


@pytest.mark.parametrize(("hours", "fires"), [(71.99, False), (72, True), (500, True)])
def test_the_clock_fires_at_72_hours(hours: float, fires: bool) -> None:
    clock = clock_72h(events(line(0, "Picked up")), BEGIN + timedelta(hours=hours))
    assert clock.fires is fires
    assert clock.kind is (Silence.STUCK if fires else None)


@pytest.mark.parametrize(
    "words",
    ["On its way", "Estimated delivery changed", "Label created", "Delayed by snow", "SMS sent to recipient"],
)
def test_what_is_no_scan_does_not_reset_it(words: str) -> None:
    told = events(line(0, "Picked up"), line(71, words, None))
    assert clock_72h(told, BEGIN + timedelta(hours=72)).fires


@pytest.mark.parametrize(
    "words",
    ["Delivered", "Delivered to original sender", "Shipment cancelled", "Ready for collection at the post office"],
)
def test_it_is_off_when_nobody_has_to_move(words: str) -> None:
    told = events(line(0, "Picked up"), line(1, words))
    assert not clock_72h(told, BEGIN + timedelta(days=30)).fires


def test_it_is_off_before_the_first_scan() -> None:
    assert not clock_72h(events(line(0, "Label created")), BEGIN + timedelta(days=30)).fires


@pytest.mark.parametrize(
    ("words", "days", "kind"),
    [
        ("Vessel departed", 20, Silence.EXPECTED_GAP),
        ("Vessel departed", 50, Silence.STUCK),
        ("Departed on flight", 5, Silence.EXPECTED_GAP),
        ("Departed on flight", 9, Silence.STUCK),
        ("Departed from outward office of exchange", 10, Silence.EXPECTED_GAP),
        ("Arrived at hub", 4, Silence.STUCK),
    ],
)
def test_a_gap_is_expected_only_on_legs_that_are_known_for_it(words: str, days: int, kind: Silence) -> None:
    assert clock_72h(events(line(0, words)), BEGIN + timedelta(days=days)).kind is kind


def test_a_quiet_first_carrier_is_not_stuck_while_the_second_moves() -> None:
    told = events(line(0, "Handed over to last mile carrier"), line(100, "Arrived at hub", carrier="y"))
    assert not clock_72h(told, BEGIN + timedelta(hours=120)).fires


def test_only_the_pieces_under_way_count() -> None:
    told = events(
        line(0, "Picked up", piece="a"), line(0, "Picked up", piece="b"), line(70, "Delivered", piece="a")
    )
    assert clock_72h(told, BEGIN + timedelta(hours=73)).fires


def test_a_date_without_a_clock_fires_only_when_it_is_certain() -> None:
    told = events(line("2026-03-02", "Picked up"))
    assert not clock_72h(told, datetime(2026, 3, 6, 11, 0, tzinfo=UTC)).fires
    assert clock_72h(told, datetime(2026, 3, 6, 12, 0, tzinfo=UTC)).fires
