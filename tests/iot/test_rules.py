"""The rule as a table: readings in, excursions out; and what late readings must not change."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot.rules import Excursion, Limits, Point, as_json, from_json, run

MINUTE = 60_000_000
COLD = Limits(Decimal(2), Decimal(8), "CEL", margin=Decimal("0.5"), delay=10 * MINUTE)


def points(*values: str, every: int = 5 * MINUTE) -> list[Point]:
    return [Point(n * every, "", n, Decimal(value)) for n, value in enumerate(values)]


def summary(excursion: Excursion) -> tuple[int, int | None, str]:
    ended = excursion.ended_ts
    return excursion.started_ts // MINUTE, None if ended is None else ended // MINUTE, str(excursion.peak)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (["4", "5", "6"], []),
        (["4", "8", "8", "8"], []),  # the limit itself is allowed
        (["4", "9", "4"], []),  # too short for the delay
        (["4", "9", "9", "9", "4"], [(5, 20, "9")]),
        (["4", "9", "12", "9", "7.8", "7.6", "7.5"], [(5, 30, "12")]),  # ends inside by the margin, not before
        (["4", "9", "7.9", "7.9", "7.9", "4"], []),  # in the margin when the delay is over: not raised
        (["4", "9", "9", "9"], [(5, None, "9")]),
        (["4", "1", "0", "1", "4"], [(5, 20, "0")]),
        (["9", "1", "12"], [(0, None, "12")]),  # from one side to the other is one excursion
        (["9", "9", "9", "4", "9", "9", "9", "4"], [(0, 15, "9"), (20, 35, "9")]),
        ([], []),
    ],
)
def test_a_stay_outside_is_one_excursion_with_true_begin_end_and_peak(
    values: list[str], found: list[tuple[int, int | None, str]]
) -> None:
    assert [summary(each) for each in run(None, points(*values), COLD)[1]] == found


@pytest.mark.parametrize(
    ("limits", "value", "beyond"),
    [
        (Limits(None, Decimal(8), "CEL"), "8.01", True),
        (Limits(None, Decimal(8), "CEL"), "-40", False),
        (Limits(Decimal(2), None, "CEL"), "1.99", True),
        (Limits(Decimal(2), None, "CEL"), "80", False),
        (COLD, "8.000", False),
    ],
)
def test_a_limit_holds_on_its_own_side(limits: Limits, value: str, beyond: bool) -> None:
    assert (limits.beyond(Decimal(value)) > 0) is beyond


def test_without_a_delay_the_first_value_outside_raises() -> None:
    limits = Limits(None, Decimal(8), "CEL")
    current, raised = run(None, points("9"), limits)
    assert current is not None
    assert current.raised
    assert raised == [current]


def test_a_limit_in_celsius_judges_a_sensor_in_fahrenheit_exactly() -> None:
    limits = Limits(None, Decimal(8), "CEL")
    assert limits.beyond(limits.read(Decimal("46.4"), "FAH")) == 0
    assert limits.beyond(limits.read(Decimal("46.41"), "FAH")) > 0


def test_a_state_survives_being_kept() -> None:
    current, _ = run(None, points("4", "9", "9.5"), COLD)
    assert from_json(as_json(current)) == current
    assert from_json(as_json(None)) is None


VALUES = st.lists(st.sampled_from(["4", "7.4", "7.5", "7.7", "8", "8.5", "11", "1", "2.3"]), max_size=40)


@given(VALUES, st.integers(0, 40))
def test_judging_in_two_stretches_gives_what_judging_in_one_gives(values: list[str], cut: int) -> None:
    row = points(*values)
    whole = run(None, row, COLD)
    current, early = run(None, row[:cut], COLD)
    rest_current, late = run(from_json(as_json(current)), row[cut:], COLD)
    ended = [each for each in early if each.ended_ts is not None]
    assert (rest_current, ended + late) == whole


@given(VALUES)
def test_a_clear_reading_forgets_everything_before_it(values: list[str]) -> None:
    row = points(*values, "5")
    assert run(None, row, COLD)[0] is None


@given(VALUES)
def test_excursions_never_overlap_and_have_their_peak_inside(values: list[str]) -> None:
    _, found = run(None, points(*values), COLD)
    for before, after in itertools.pairwise(found):
        assert before.ended_ts is not None
        assert before.ended_ts <= after.started_ts
    for each in found:
        assert each.started_ts <= each.peak_ts < (each.ended_ts or 10**18)
        assert COLD.beyond(each.peak) > 0
