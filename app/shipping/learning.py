"""What predictions that have come true or not teach: the layer on top, and where they have drifted. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, sqrt

from app.models.eta import Prediction
from carriers.eta import scores
from carriers.eta.layer import Example, Layer, fit
from carriers.eta.live import MANY

_RIDGE, _YEAR, _RECENT, _ALLOWED = 100.0, 365.0, timedelta(days=90), 0.05


def layer_of(rows: Sequence[Prediction], today: date) -> Layer | None:
    """The layer that predictions with a known outcome ask for; None while there are too few of them."""
    examples: list[Example] = [
        (
            exp((row.came_on.toordinal() - today.toordinal()) / _YEAR),
            row.numbers["before"],
            row.numbers["told"],
            bool(row.late),
        )
        for row in rows
        if row.came_on and row.came_on <= today and row.numbers.get("before") is not None
    ]
    return fit(examples, _RIDGE) if len(examples) >= MANY else None


@dataclass(frozen=True)
class Drift:
    """A lane, or "" for all of them, on which chances were told that did not come true of late."""

    lane: str
    told: float  # on average
    late: float  # share in fact
    shipments: int


def drifts_of(rows: Sequence[Prediction], today: date) -> list[Drift]:
    """Where the chances of the last 90 days miss what happened by more than five points; all lanes together first.

    A lane is only named where chance alone would hardly do it: two standard errors on top.
    """
    recent = [row for row in rows if row.came_on and today - _RECENT <= row.came_on <= today]
    lanes = sorted({row.lane for row in recent})
    found = [_drift("", recent, sure=False)]
    found += [_drift(lane, [row for row in recent if row.lane == lane], sure=True) for lane in lanes]
    return [each for each in found if each]


def _drift(lane: str, rows: Sequence[Prediction], *, sure: bool) -> Drift | None:
    pairs = [(_by_model(row), bool(row.late)) for row in rows]
    if not scores.drifted(pairs):
        return None
    told = sum(chance for chance, _ in pairs) / len(pairs)
    late = sum(true for _, true in pairs) / len(pairs)
    error = sqrt(max(told * (1 - told), 1e-4) / len(pairs))
    if sure and abs(told - late) <= _ALLOWED + 2 * error:
        return None
    return Drift(lane, told, late, len(pairs))


def _by_model(row: Prediction) -> float:
    """What the model would have told, also where the plain average was told instead."""
    chance = row.numbers.get("model")
    return float((row.risk or 0.0) if chance is None else chance)
