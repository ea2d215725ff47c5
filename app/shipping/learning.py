"""What predictions that have come true or not teach: the layer on top, and whether they have drifted. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import exp

from app.models.eta import Prediction
from carriers.eta import scores
from carriers.eta.layer import Example, Layer, fit
from carriers.eta.live import MANY

_RIDGE, _YEAR, _RECENT = 100.0, 365.0, timedelta(days=90)


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


def drift_of(rows: Sequence[Prediction], today: date) -> bool:
    """Whether the chances told in the last 90 days miss what happened by more than five points."""
    recent = [row for row in rows if row.came_on and today - _RECENT <= row.came_on <= today]
    return scores.drifted([(row.risk or 0.0, bool(row.late)) for row in recent])
