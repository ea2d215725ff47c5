"""The tables of told chances: which word counts at a horizon, and that none turns two chances round."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from carriers.eta.calibration import ENOUGH, HORIZONS, Said, at_horizon, fit


def said(on: int, came: int, raw: float = 0.4, promised: int = 20) -> Said:
    day = date(2026, 1, 1)
    days = [day + timedelta(days=each) for each in (on, promised, came)]
    return Said(days[0], raw, raw, 0.2, days[1], days[2])


def test_a_word_counts_at_a_horizon_while_the_shipment_was_open() -> None:
    words = [said(1, 25, 0.1), said(10, 25, 0.2), said(15, 25, 0.3), said(20, 25, 0.4)]
    assert [at_horizon(words, each) for each in HORIZONS] == [words[0], words[1], words[3]]
    early = [said(1, 12)]
    assert [at_horizon(early, each) for each in HORIZONS] == [early[0], None, None]
    assert at_horizon([], "promise") is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=ENOUGH, max_size=ENOUGH + 100))
@settings(max_examples=30, deadline=None)
def test_a_table_never_turns_two_chances_round(pairs: list[tuple[float, bool]]) -> None:
    table = fit([said(1, 25 if late else 15, chance) for chance, late in pairs])
    assert table
    told = [table.of(each / 50) for each in range(51)]
    assert told == sorted(told)
    assert 0 <= told[0] <= told[-1] <= 1


def test_too_little_makes_no_table() -> None:
    assert fit([said(1, 25)] * (ENOUGH - 1)) is None
