"""The pure parts of prediction: distributions, rates, the layer, scores, and the table they are fed with."""

from datetime import date
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers.eta import scores, spans
from carriers.eta.layer import fit, level, sigmoid
from carriers.eta.rates import HORIZONS, Rates
from carriers.eta.table import Journey, TableRefused, read

HEADER = b"shipment_id,scheduled,delivered,weight_kg\n"
MAY = date(2026, 5, 1).toordinal()


def journey(number: int, shift: int, scheduled: int = MAY - 40, country: str = "BR") -> Journey:
    return Journey(f"S{number}", scheduled, scheduled + shift, country=country, mode="air", route="hub")


# ---- the table ------------------------------------------------------------------------------------------------


def test_a_table_is_read_in_the_order_of_its_promises() -> None:
    rows = b"B,2026-05-02,,\nA,2026-05-01,2026-05-03,1.5\n"
    first, second = read(HEADER + rows, "x.csv")
    assert (first.id, first.shift, first.late, first.weight) == ("A", 2, True, 1.5)
    assert (second.delivered, second.shift, second.late, second.weight) == (None, None, False, None)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "the column shipment_id is missing"),
        (b"shipment_id,scheduled\n", "the column delivered is missing"),
        (HEADER, "no row below the header"),
        (HEADER + b"A,2026-13-01,,\n", "x.csv, row 2, column scheduled: '2026-13-01' is no day"),
        (HEADER + b"A,2026-05-01,,\nB,2026-05-01,soon,\n", "row 3, column delivered: 'soon'"),
        (HEADER + b"A,,,\n", "row 2, column scheduled: the promised day is empty"),
        (HEADER + b",2026-05-01,,\n", "row 2, column shipment_id"),
        (HEADER + b"A,2026-05-01,,nan\n", "row 2, column weight_kg: 'nan' is no amount"),
        (HEADER + b"A,2026-05-01,,-3\n", "column weight_kg"),
        (HEADER + b"A,2026-05-01,\n", "row 2: 3 cells for 4 columns"),
        (HEADER + b"A,2026-05-01,,\nA,2026-05-02,,\n", "row 3, column shipment_id: 'A' stands there twice"),
        (HEADER + b'A,"2026-05-01,,\n', "line 2"),
        (HEADER + b"\xff,2026-05-01,,\n", "no UTF-8"),
    ],
)
def test_a_bad_table_is_refused_by_row_and_column(raw: bytes, said: str) -> None:
    with pytest.raises(TableRefused, match=r"x\.csv") as refused:
        read(raw, "x.csv")
    assert said in str(refused.value)


# ---- distributions --------------------------------------------------------------------------------------------


def test_what_ended_long_ago_weighs_less_and_the_future_nothing() -> None:
    past = [(MAY - 365, 10), (MAY - 1, 20), (MAY, 99)]
    weights = spans.faded(past, MAY, 365.0)
    assert weights.keys() == {10, 20}
    assert isclose(weights[10] / weights[20], 0.368, rel_tol=0.01)


def test_a_group_that_saw_nothing_says_what_the_coarser_one_says() -> None:
    coarser = spans.shrunk({3: 1.0, 5: 1.0}, (), 0.0)
    assert spans.shrunk({}, coarser, 8.0) == coarser
    assert spans.shrunk({}, (), 8.0) == ()


days = st.lists(st.integers(0, 60), min_size=1, max_size=30)


@given(days, st.integers(0, 70))
def test_those_still_open_are_the_ones_that_took_at_least_that_long(seen: list[int], spent: int) -> None:
    whole = spans.shrunk({day: float(seen.count(day)) for day in set(seen)}, (), 0.0)
    left = spans.still_open(whole, spent)
    assert [day for day, _ in left] == sorted({day for day in seen if day >= spent})
    assert not left or isclose(sum(chance for _, chance in left), 1.0)


@given(days, days)
def test_two_legs_take_the_sum_of_their_days(one: list[int], other: list[int]) -> None:
    first, second = (spans.shrunk({d: float(x.count(d)) for d in set(x)}, (), 0.0) for x in (one, other))
    both = spans.together([first, second])
    assert both[0][0] == min(one) + min(other)
    assert both[-1][0] == max(one) + max(other)
    mean = sum(day * chance for day, chance in both)
    assert isclose(mean, sum(one) / len(one) + sum(other) / len(other), abs_tol=1e-6)


@given(days)
def test_quantiles_ascend_and_hold_the_share_they_say(seen: list[int]) -> None:
    whole = spans.shrunk({day: float(seen.count(day)) for day in set(seen)}, (), 0.0)
    low, middle, high = spans.quantiles(whole, (0.1, 0.5, 0.9))
    assert low <= middle <= high
    assert sum(day <= high for day in seen) >= 0.9 * len(seen) - 1e-6


# ---- rates and the layer --------------------------------------------------------------------------------------


def test_a_lane_that_was_late_is_riskier_and_more_so_for_what_is_still_open() -> None:
    rates = Rates(MAY - 100)
    for number in range(40):
        rates.add(journey(number, 5 if number % 2 else -3))
        rates.add(journey(100 + number, 0, country="DE"))
    late, calm = (
        rates.logits(Journey("x", MAY + 9, None, country=c, mode="air", route="hub"), MAY) for c in ("BR", "DE")
    )
    assert late[0] > calm[0]
    assert late[1 + HORIZONS.index(0)] > late[0]  # half came early: whoever has not is late for sure


def test_a_delivery_never_tells_of_itself() -> None:
    rates = Rates(MAY - 100)
    early = Journey("own", MAY + 9, MAY - 5, country="BR", mode="air", route="hub")
    before = rates.logits(early, MAY)
    rates.add(early)
    assert all(isclose(a, b, abs_tol=1e-9) for a, b in zip(before, rates.logits(early, MAY), strict=True))


def test_the_layer_finds_which_number_matters() -> None:
    examples = [(1.0, 0.0, (float(i % 2), float(i % 3)), i % 2 == 1) for i in range(120)]
    layer = fit(examples, 1.0)
    assert layer.weights[0] > 5 * abs(layer.weights[1])
    assert sigmoid(layer.add_to(0.0, (1.0, 0.0))) > 0.8


def test_the_level_moves_what_was_told_to_what_came_true() -> None:
    told = [(1.0, 0.0, i % 4 == 0) for i in range(400)]  # a half was told, a quarter came
    assert isclose(sigmoid(level(told, 0.1)), 0.25, abs_tol=0.01)


# ---- scores ---------------------------------------------------------------------------------------------------


def test_scores_on_predictions_that_can_be_counted_by_hand() -> None:
    told = [(0.1, False), (0.2, False), (0.2, True), (0.9, True)]
    assert scores.auc(told) == 0.875
    assert isclose(scores.brier(told) or 0, (0.01 + 0.04 + 0.64 + 0.01) / 4)
    assert [(line.n, line.true) for line in scores.reliability(told, 2)] == [(2, 0.0), (2, 1.0)]
    assert scores.auc([(0.3, True)]) is None
    assert scores.brier([]) is None


def test_drift_is_said_of_enough_predictions_only() -> None:
    assert not scores.drifted([(0.1, True)] * 10)
    assert scores.drifted([(0.1, True)] * 30)
    assert not scores.drifted([(0.1, i % 10 == 0) for i in range(100)])
