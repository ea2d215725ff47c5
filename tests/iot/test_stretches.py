"""How time divides into inside, outside and unknown."""

import itertools
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from iot.rules import Limits
from iot.stretches import InForce, Span, clip, joined, measure

LAW = [InForce(0, None, Limits(Decimal(2), Decimal(8), "CEL"))]
LONGEST = 30


def spans(*points: tuple[int, str]) -> list[Span]:
    return measure([(ts, Decimal(value), "CEL") for ts, value in points], LAW, LONGEST)


def test_a_reading_speaks_for_the_time_until_the_next_one() -> None:
    assert spans((0, "4"), (10, "9"), (20, "4"), (30, "4")) == [
        Span(0, 10, "in"),
        Span(10, 20, "out"),
        Span(20, 30, "in"),
    ]


def test_a_pause_longer_than_allowed_is_unknown_and_never_inside() -> None:
    assert spans((0, "4"), (30, "4"), (61, "4")) == [Span(0, 30, "in"), Span(30, 61, "unknown")]


def test_without_a_limit_nothing_is_inside() -> None:
    assert measure([(0, Decimal(4), "CEL"), (10, Decimal(4), "CEL")], [], LONGEST) == [Span(0, 10, "measured")]


def test_a_window_takes_only_its_own_part() -> None:
    assert clip([Span(0, 10, "in"), Span(10, 40, "unknown")], 5, 20) == [
        Span(5, 10, "in"),
        Span(10, 20, "unknown"),
    ]


def test_two_gaps_stay_two_gaps() -> None:
    gaps = [Span(0, 10, "unknown"), Span(10, 20, "unknown")]
    assert joined(gaps) == gaps


@given(st.lists(st.tuples(st.integers(0, 500), st.sampled_from(["1", "4", "9"])), min_size=1, max_size=30))
def test_spans_cover_the_time_between_first_and_last_reading_once(points: list[tuple[int, str]]) -> None:
    ordered = sorted(points)
    found = spans(*ordered)
    assert sum(span.to_ts - span.from_ts for span in found) == ordered[-1][0] - ordered[0][0]
    for before, after in itertools.pairwise(found):
        assert before.to_ts == after.from_ts
