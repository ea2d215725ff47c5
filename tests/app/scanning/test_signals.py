"""Each sign of a copy, over everything that could be seen: it speaks where it must, and never without a reason."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scanning import signals
from app.scanning.distances import is_country, kilometres, places
from app.scanning.signals import Seen

START = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)

hours = st.integers(0, 24 * 90).map(lambda hour: START + hour * HOUR)
countries = st.sampled_from(["", "DE", "FR", "BR", "CN", "US", "AU", "XX"])
verdicts = st.sampled_from(["", "genuine", "replayed", "wrong", "unknown"])
seen = st.builds(Seen, hour=hours, country=countries, verdict=verdicts, count=st.integers(1, 9))
many = st.lists(seen, max_size=40)


@dataclass(frozen=True)
class Happened:
    """An event of an item."""

    at: datetime
    disposition: str | None = None
    biz_step: str | None = None
    action: str | None = "OBSERVE"
    event_type: str = "ObjectEvent"
    error_declared: bool = False
    role: str = "epc"
    via: str | None = None


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [("DE", "DE", 0, 0), ("DE", "FR", 400, 900), ("DE", "BR", 6500, 8000), ("NZ", "ES", 17000, 20100)],
)
def test_distances_are_those_of_the_globe(one: str, other: str, least: float, most: float) -> None:
    distance = kilometres(one, other)
    assert distance is not None
    assert least <= distance <= most
    assert distance == kilometres(other, one)


def test_a_place_is_known_for_every_country_and_for_nothing_else() -> None:
    assert len(places()) > 240
    assert all(-90 <= lat <= 90 and -180 <= long <= 180 for found in places().values() for lat, long in found)
    assert kilometres("DE", "XX") is None
    assert not is_country("")


@given(many)
def test_without_a_country_nobody_travelled(openings: list[Seen]) -> None:
    assert signals.travelled([replace(each, country="") for each in openings]) is None


@given(many)
def test_within_one_country_nobody_travelled(openings: list[Seen]) -> None:
    assert signals.travelled([replace(each, country="US") for each in openings]) is None


@given(many, st.randoms(use_true_random=False))
def test_the_order_of_openings_does_not_matter(openings: list[Seen], random: object) -> None:
    shuffled = list(openings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for judge in (signals.travelled, signals.replayed):
        assert judge(shuffled) == judge(openings)


@given(many)
def test_who_has_two_days_between_openings_travelled_possibly(openings: list[Seen]) -> None:
    apart = [replace(each, hour=START + place * 48 * HOUR) for place, each in enumerate(openings)]
    assert signals.travelled(apart) is None


def test_the_same_hour_on_two_continents_is_impossible_and_next_door_is_not() -> None:
    found = signals.travelled([Seen(START, "DE"), Seen(START + HOUR, "BR")])
    assert found is not None
    assert found.facts == {"from": "DE", "to": "BR", "hours_between": 1, "km": found.facts["km"]}
    assert found.since == START + HOUR
    assert signals.travelled([Seen(START, "DE"), Seen(START, "FR")]) is None
    assert signals.travelled([Seen(START, "DE"), Seen(START + 12 * HOUR, "BR")]) is None


@given(st.floats(0, 20_100), st.integers(0, 100))
def test_more_time_never_makes_a_journey_impossible(distance: float, between: int) -> None:
    if signals.is_impossible(distance, (between + 1) * HOUR):
        assert signals.is_impossible(distance, between * HOUR)
    assert not signals.is_impossible(distance, 24 * HOUR)


@given(many)
def test_a_replay_counts_by_its_hours_and_countries_not_by_how_often_it_was_loaded(openings: list[Seen]) -> None:
    again = [each for each in openings if each.verdict == "replayed"]
    enough = len({each.hour for each in again}) >= 3 or len({each.country for each in again} - {""}) >= 2
    assert (signals.replayed(openings) is not None) == enough


@given(many)
def test_a_known_serial_is_never_unknown_and_one_opening_is_a_typing_error(openings: list[Seen]) -> None:
    assert signals.unknown(openings, is_known=True) is None
    assert signals.unknown(openings[:1], is_known=False) is None
    several = len({each.hour for each in openings}) >= 3
    assert (signals.unknown(openings, is_known=False) is not None) == several


@pytest.mark.parametrize(
    "ending",
    [
        Happened(START, disposition="inactive"),
        Happened(START, disposition="destroyed"),
        Happened(START, disposition="disposed"),
        Happened(START, biz_step="decommissioning"),
        Happened(START, biz_step="destroying"),
        Happened(START, action="DELETE"),
        Happened(START, event_type="TransformationEvent", role="input", action=None),
    ],
)
def test_what_ends_an_item_retires_it_until_it_is_active_again(ending: Happened) -> None:
    assert signals.retired_at([ending]) == START
    assert signals.retired_at([Happened(START - HOUR, disposition="active"), ending]) == START
    assert signals.retired_at([ending, Happened(START + HOUR, disposition="active")]) is None
    assert signals.retired_at([ending, Happened(START + HOUR, biz_step="inspecting")]) == START
    assert signals.retired_at([replace(ending, error_declared=True)]) is None
    assert signals.retired_at([replace(ending, via="/00/095298710000000014")]) is None


@pytest.mark.parametrize(
    "living",
    [
        Happened(START, disposition="retail_sold", biz_step="retail_selling"),
        Happened(START, disposition="recalled"),
        Happened(START, disposition="returned"),
        Happened(START, disposition="dispensed"),
        Happened(START, action="DELETE", event_type="AggregationEvent", role="child"),
        Happened(START, disposition="destroyed", event_type="AggregationEvent", role="parent"),
    ],
)
def test_what_is_sold_recalled_or_unpacked_is_not_retired(living: Happened) -> None:
    assert signals.retired_at([living]) is None


@given(many, hours)
def test_a_retired_item_speaks_only_of_openings_after_its_end(openings: list[Seen], end: datetime) -> None:
    found = signals.retired(openings, end)
    assert signals.retired(openings, None) is None
    assert (found is not None) == any(each.hour >= end for each in openings)
    if found:
        assert found.since >= end


def busy(count: int) -> list[Seen]:
    return [Seen(START + place * HOUR) for place in range(count)]


@given(st.lists(st.integers(1, 400), max_size=19), st.integers(0, 400))
def test_too_few_items_say_nothing_of_what_is_usual(others: list[int], mine: int) -> None:
    assert signals.unusual(busy(mine), others) is None


@given(st.lists(st.integers(1, 40), min_size=20, max_size=60), st.integers(0, 300))
def test_more_openings_never_make_an_item_usual_again(others: list[int], mine: int) -> None:
    if signals.unusual(busy(mine), others):
        assert signals.unusual(busy(mine + 1), others)
    assert signals.unusual(busy(min(29, mine)), others) is None


@given(st.integers(1, 200), st.integers(20, 60))
def test_what_all_items_show_is_usual(each: int, items: int) -> None:
    assert signals.unusual(busy(each), [each] * items) is None


def test_one_busy_copy_among_the_others_hides_no_other() -> None:
    others = [2, 3, 1, 4, 2] * 5 + [900]
    found = signals.unusual(busy(60), others)
    assert found is not None
    assert found.facts == {"openings": 60, "usual": 2, "items": 26}


def test_a_page_that_is_loaded_again_and_again_in_an_hour_is_one_opening() -> None:
    assert signals.unusual([Seen(START, count=5000)] * 40, [2] * 30) is None
