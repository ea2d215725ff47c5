"""The calibration of told chances: a table for each horizon, fitted anew each month, kept as entries and shown.

Reads predictions whose outcome is known. No person is in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.models.brands import Brand
from app.models.eta import Calibration, Prediction
from app.record import record
from carriers.eta import scores
from carriers.eta.calibration import HORIZONS, Said, Table, at_horizon, fit
from carriers.eta.live import FEW, VERSION

_YEAR = timedelta(days=365)

Tables = Mapping[str, Table]
"""By horizon; a horizon with too little behind it has none."""


@dataclass(frozen=True)
class HorizonScore:
    """What was told at one horizon in the last year against what came true; figures are None of too few."""

    horizon: str
    told: int
    reliability: tuple[scores.Bin, ...]
    brier: float | None
    brier_plain: float | None
    gap: float | None
    fitted: date | None  # when the table in use was fitted


def fit_due(session: Session, brand_id: str, now: datetime) -> int:
    """Fit this month's tables unless they are there; how many. Each is an entry. Safe to call twice."""
    month = f"{now:%Y-%m}"
    there = session.scalars(select(Calibration.horizon).where(_mine(brand_id), Calibration.month == month)).all()
    missing = [horizon for horizon in HORIZONS if horizon not in there]
    if not missing:
        return 0
    said = _by_shipment(session, brand_id, now.date())
    brand, fitted = session.get_one(Brand, brand_id), 0
    for horizon in missing:
        table = fit(_at(said, horizon))
        if table is None:
            continue
        body = {
            "month": month,
            "horizon": horizon,
            "model": VERSION,
            "bins": [[each.n, round(1000 * each.told), round(1000 * each.true)] for each in table.bins],
        }
        row = Calibration(brand_id=brand_id, month=month, horizon=horizon, fitted_at=now)
        row.bins = [[each.n, each.told, each.true] for each in table.bins]
        row.submission_id = record(
            session, brand.log_id, EntryType.CALIBRATION_FITTED, body, now=now
        ).submission_id
        session.add(row)
        fitted += 1
    session.flush()
    return fitted


def tables(session: Session, brand_id: str) -> Tables:
    """The newest table of each horizon."""
    rows = session.scalars(select(Calibration).where(_mine(brand_id)).order_by(Calibration.month)).all()
    return {row.horizon: Table(tuple(scores.Bin(int(n), *shares) for n, *shares in row.bins)) for row in rows}


def horizon_scores(session: Session, brand_id: str, today: date) -> list[HorizonScore]:
    """How well told chances held at each horizon in the last year."""
    said = _by_shipment(session, brand_id, today)
    fitted = {
        row.horizon: row.fitted_at.date()
        for row in session.scalars(select(Calibration).where(_mine(brand_id)).order_by(Calibration.month))
    }
    return [_score(horizon, _at(said, horizon), fitted.get(horizon)) for horizon in HORIZONS]


def _score(horizon: str, said: Sequence[Said], fitted: date | None) -> HorizonScore:
    if len(said) < FEW:
        return HorizonScore(horizon, len(said), (), None, None, None, fitted)
    told = [(each.told, each.late) for each in said]
    plain = [(each.plain, each.late) for each in said if each.plain is not None]
    return HorizonScore(
        horizon,
        len(said),
        tuple(scores.reliability(told)),
        scores.brier(told),
        scores.brier(plain) if len(plain) == len(told) else None,
        scores.calibration_gap(told),
        fitted,
    )


def _mine(brand_id: str) -> ColumnElement[bool]:
    return Calibration.brand_id == brand_id


def _at(said: Iterable[Sequence[Said]], horizon: str) -> list[Said]:
    found = (at_horizon(each, horizon) for each in said)
    return [each for each in found if each]


def _by_shipment(session: Session, brand_id: str, today: date) -> list[list[Said]]:
    """What was said of each shipment that came in the last year and had a promise."""
    known = (Prediction.late.is_not(None), Prediction.risk.is_not(None), Prediction.came_on > today - _YEAR)
    mine = select(Prediction).where(Prediction.brand_id == brand_id, *known)
    found: dict[str, list[Said]] = defaultdict(list)
    for row in session.scalars(mine.order_by(Prediction.shipment_id, Prediction.ordinal)):
        if row.risk is not None and row.promised_to and row.came_on:
            raw = row.numbers.get("raw") or row.risk
            found[row.shipment_id].append(
                Said(row.made_at.date(), raw, row.risk, row.plain_risk, row.promised_to, row.came_on)
            )
    return list(found.values())
