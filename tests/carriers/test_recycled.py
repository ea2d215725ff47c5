"""Numbers are used again: what belongs to our parcel, and what to the one before. Lines the desk can translate."""

from datetime import UTC, datetime, timedelta

import pytest

from carriers import neutral
from carriers.event import TrackingEvent
from carriers.recycled import BEFORE, of_this_parcel
from carriers.vocabulary import Status
from carriers.wording_known import known_line

SEEN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def line(days: float, words: str) -> TrackingEvent:
    occurred = (SEEN + timedelta(days=days)).isoformat()
    return neutral.read([{"carrier": "x", "tracking_number": "1", "occurred": occurred, "description": words}])[0]


def undated(words: str) -> TrackingEvent:
    return neutral.read([{"carrier": "x", "tracking_number": "1", "occurred": "soon", "description": words}])[0]


def test_the_history_of_last_year_is_of_another_parcel() -> None:
    last_year = [line(-400, "Picked up"), line(-395, "Delivered"), undated("Signed")]
    assert of_this_parcel(last_year, SEEN) == []


def test_of_two_histories_in_one_answer_only_ours_stays() -> None:
    told = [line(-400, "Picked up"), line(-395, "Delivered"), line(-1, "Picked up"), line(2, "Arrived at hub")]
    assert of_this_parcel(told, SEEN) == told[2:]


def test_a_parcel_announced_late_keeps_its_way_so_far() -> None:
    told = [line(-30, "Picked up"), line(-2, "Arrived at hub")]
    assert of_this_parcel(told, SEEN) == told


def test_the_window_ends_at_its_edge() -> None:
    edge = BEFORE / timedelta(days=1)
    assert of_this_parcel([line(-edge, "Picked up")], SEEN) == []
    assert len(of_this_parcel([line(-edge + 0.01, "Picked up")], SEEN)) == 1


def test_lines_without_any_time_stay_where_nothing_contradicts_them() -> None:
    assert len(of_this_parcel([undated("Picked up")], SEEN)) == 1
    assert of_this_parcel([], SEEN) == []


@pytest.mark.parametrize(
    ("words", "status", "key"),
    [
        ("Arrived at carrier hub", Status.IN_TRANSIT, "at_site"),
        ("Departed inward office of exchange", Status.IN_TRANSIT, "left_site"),
        ("Departed from outward office of exchange", Status.IN_TRANSIT, "left_country"),
        ("Loaded on vessel", Status.IN_TRANSIT, None),  # it has not sailed yet
        ("In transit to next facility", Status.IN_TRANSIT, None),  # it is not there yet
        ("Delivered to a neighbour", Status.DELIVERED, "neighbour"),
        ("Could not be delivered to a neighbour", Status.ATTEMPT_FAILED, None),
        ("Your package was released by the customs agency.", Status.IN_TRANSIT, "released"),
    ],
)
def test_a_line_is_told_in_our_words_only_where_it_says_just_that(
    words: str, status: Status, key: str | None
) -> None:
    assert known_line(words, status) == key
