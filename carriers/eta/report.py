"""The figures of a backtest as lines to read, and as one JSON value. Pure."""

from collections.abc import Iterator
from typing import Any

from carriers.eta.backtest import LANE, OURS, Result, Row
from carriers.eta.rates import HORIZONS


def lines(result: Result) -> Iterator[str]:
    """The whole report. The plain ways stand above ours, so that nobody has to ask what it was set against."""
    yield f"{result.journeys} shipments, {result.late:.1%} late; each judged on the first of its promise's month"
    yield ""
    yield f"{'Will it be late?':28} {'AUC':>6} {'AP':>6} {'Brier':>7} {'gap':>6}  riskiest tenth: late, of all"
    yield from (_told(row) for row in result.rows)
    yield ""
    heads = " ".join(f"{_when(horizon):>7}" for horizon in HORIZONS)
    yield f"{'AUC of those still open':28} {heads}"
    yield f"{'  shipments':28} {' '.join(f'{result.open_late[horizon][0]:7}' for horizon in HORIZONS)}"
    yield f"{'  late':28} {' '.join(f'{result.open_late[horizon][1]:7.1%}' for horizon in HORIZONS)}"
    for row in result.rows:
        yield f"{row.name:28} {' '.join(f'{_figure(row.still_open[horizon]):>7}' for horizon in HORIZONS)}"
    yield ""
    yield f"{'Days of error':28} {'mean':>6}"
    yield from (f"{name:28} {days:6.2f}" for name, days in result.days.items())
    yield ""
    yield f"our window covers {result.cover:.1%} (meant: 80 %), mean width {result.width:.1f} days"
    yield "what we told, and what came true:"
    yield from (
        f"  {line.n:5} shipments: told {line.told:6.1%}, late {line.true:6.1%}" for line in result.reliability
    )


def figures(result: Result) -> dict[str, Any]:
    """The figures by their short names, ours at the top, the lane table's beside them."""
    return {
        **_short(result.row(OURS)),
        "mae_days": round(result.days[OURS], 3),
        "cover80": round(result.cover, 4),
        "shipments": result.journeys,
        "late_share": round(result.late, 4),
        "baseline_lane": _short(result.row(LANE)) | {"mae_days": round(result.days["lane median"], 3)},
        "baselines": {row.name: _short(row) for row in result.rows if row.name not in (OURS, LANE)},
        "days": {name: round(days, 3) for name, days in result.days.items()},
    }


def _short(row: Row) -> dict[str, Any]:
    return {
        "auc_promise": _rounded(row.auc),
        "auc_minus7": _rounded(row.still_open[7]),
        "auc_day": _rounded(row.still_open[0]),
        "brier": _rounded(row.brier),
        "average_precision": _rounded(row.average_precision),
        "calibration_gap": _rounded(row.calibration_gap),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _told(row: Row) -> str:
    gap = "-" if row.calibration_gap is None else f"{100 * row.calibration_gap:.1f}"
    top = "-" if row.riskiest_tenth is None else f"{row.riskiest_tenth[0]:6.0%} {row.riskiest_tenth[1]:13.0%}"
    brier = "-" if row.brier is None else f"{row.brier:.4f}"
    return f"{row.name:28} {_figure(row.auc):>6} {_figure(row.average_precision):>6} {brier:>7} {gap:>6} {top}"


def _when(horizon: int) -> str:
    return f"-{horizon} d" if horizon else "the day"
