"""Makes predictions of when shipments come, each an entry, and scores each when it has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.brands.switches import allowed
from app.db import Db, reading
from app.entries import EntryType
from app.ids import new_id
from app.models.brands import Brand
from app.models.eta import Prediction, PredictionLook, Way
from app.models.shipments import Order, Shipment
from app.record import record
from app.shipping import ways
from app.shipping.calibrating import Tables, fit_due, tables
from app.shipping.days import today_there
from app.shipping.delays import deadline
from app.shipping.disruptions import touching
from app.shipping.drifting import alarm
from app.shipping.foretelling import Told, foretell
from app.shipping.learning import Drift, drifts_of, layer_of
from app.shipping.predictions import SUBJECT, lane_name, newest_row
from app.shipping.promises import promises_of
from app.shipping.standing import standing
from carriers.eta.layer import Layer
from carriers.eta.live import Lanes
from carriers.vocabulary import SETTLED

_AGAIN = timedelta(hours=20)

log = structlog.get_logger()


def predict_due(db: Db, now: datetime, limit: int = 100) -> int:
    """Keep the ways of what is over, score it, predict what is due; how much was done. Safe from two workers."""
    with db.begin() as session:
        done = ways.keep_ways(session, now)
    with db.begin() as session:
        done += score_due(session, now)
    return done + sum(_predict_brand(db, brand_id, ids, now) for brand_id, ids in _due(db, now, limit).items())


def learn_due(db: Db, now: datetime) -> int:
    """Fit the tables of every brand once a month, and raise or end the alarm of drift; how many tables."""
    with reading(db) as session:
        brands = session.scalars(select(Brand.id).order_by(Brand.id)).all()
        drifts = {brand_id: learned(session, brand_id, now).drifts for brand_id in brands}
    fitted = 0
    for brand_id, found in drifts.items():
        with db.begin() as session:
            fitted += fit_due(session, brand_id, now)
            alarm(session, brand_id, found, now)
    return fitted


def _due(db: Db, now: datetime, limit: int) -> dict[str, list[str]]:
    """Open shipments that have moved since the last look, or were not looked at for a day, by brand."""
    settled = [status.value for status in SETTLED]
    due = or_(
        PredictionLook.shipment_id.is_(None),
        PredictionLook.version != Shipment.version,
        PredictionLook.looked_at <= now - _AGAIN,
    )
    asked = (
        select(Shipment.brand_id, Shipment.id)
        .outerjoin(PredictionLook, PredictionLook.shipment_id == Shipment.id)
        .where(or_(Shipment.status.is_(None), Shipment.status.not_in(settled)), due)
        .order_by(Shipment.id)
        .limit(limit)
    )
    found: dict[str, list[str]] = {}
    with reading(db) as session:
        for brand_id, shipment_id in session.execute(asked):
            found.setdefault(brand_id, []).append(shipment_id)
    return found


def _predict_brand(db: Db, brand_id: str, shipment_ids: Sequence[str], now: datetime) -> int:
    with reading(db) as session:
        stopped = not allowed(session, brand_id, SUBJECT)
        known = ways.lanes(session, brand_id, now.date())
        knows = learned(session, brand_id, now)
    if stopped:
        with db.begin() as session:
            for shipment_id in shipment_ids:
                _looked(session, session.get_one(Shipment, shipment_id), now)
        return 0
    done = 0
    for shipment_id in shipment_ids:
        try:
            with db.begin() as session:
                done += _look(session, shipment_id, known, knows, now)
        except Exception:  # one shipment that can't be predicted must not hold up the others
            log.exception("predictions.not_made", shipment=shipment_id)
            with db.begin() as session:
                _looked(session, session.get_one(Shipment, shipment_id), now)
    return done


def _look(session: Session, shipment_id: str, known: Lanes, knows: "Learned", now: datetime) -> int:
    shipment = session.get_one(Shipment, shipment_id, with_for_update=True)
    look = session.get(PredictionLook, shipment_id)
    if look and look.version == shipment.version and look.looked_at > now - _AGAIN:
        return 0  # another worker was here
    predict(session, shipment, known, knows, now)
    _looked(session, shipment, now)
    return 1


def _looked(session: Session, shipment: Shipment, now: datetime) -> None:
    session.merge(PredictionLook(shipment_id=shipment.id, version=shipment.version, looked_at=now))


@dataclass(frozen=True)
class Learned:
    """What the predictions of a brand have taught: the layer on top, the tables, and where they have drifted."""

    layer: Layer | None
    tables: Tables
    drifts: Sequence[Drift]

    def drifted(self, lane: str = "") -> bool:
        """Whether the plain average is told of a lane, because it has drifted or all of them have."""
        return any(each.lane in ("", lane) for each in self.drifts)


def learned(session: Session, brand_id: str, now: datetime) -> Learned:
    """Fit the layer and judge the drift on predictions whose outcome is known."""
    scored = select(Prediction).where(
        Prediction.brand_id == brand_id, Prediction.late.is_not(None), Prediction.risk.is_not(None)
    )
    rows = session.scalars(scored.order_by(Prediction.made_at, Prediction.id)).all()
    today = now.date()
    return Learned(layer_of(rows, today), tables(session, brand_id), drifts_of(rows, today))


def predict(
    session: Session, shipment: Shipment, known: Lanes, knows: Learned, now: datetime
) -> Prediction | None:
    """Say when a shipment comes; a row and an entry, if it is something new. The caller asks `allowed` first."""
    stands, promises = standing(session, shipment, now), promises_of(session, shipment.id)
    today, started = today_there(shipment, now), session.get_one(Order, shipment.order_id).placed_at
    lane = lane_name(shipment.origin_country, shipment.destination_country)
    told = foretell(
        session,
        shipment,
        stands,
        known,
        started=started,
        today=today,
        due=deadline(promises) if promises else None,
        disruptions=touching(session, shipment, stands.parcels, now),
        layer=knows.layer,
        tables=knows.tables,
        drifted=knows.drifted(lane),
        now=now,
    )
    before = newest_row(session, shipment.id)
    if before is not None and not _is_news(before, told):
        return None
    row = Prediction(
        id=new_id(),
        brand_id=shipment.brand_id,
        shipment_id=shipment.id,
        ordinal=before.ordinal + 1 if before else 1,
        lane=lane,
        promised_to=deadline(promises) if promises else None,
        made_at=now,
        **told.columns(),
    )
    row.submission_id = _record(session, row, now)
    session.add(row)
    session.flush()
    return row


def _is_news(before: Prediction, told: Told) -> bool:
    """Whether somebody would plan differently: another rule or basis, a day for the middle, two for the ends."""
    if (before.rule, before.basis) != (told.rule, told.basis) or (before.risk is None) != (told.risk is None):
        return True
    moved = abs((before.p50 - told.p50).days) >= 1
    wider = max(abs((before.p10 - told.p10).days), abs((before.p90 - told.p90).days)) >= 2
    return moved or wider or abs((before.risk or 0) - (told.risk or 0)) >= 0.1


def _record(session: Session, row: Prediction, now: datetime) -> int:
    body = {
        "shipment": row.shipment_id,
        "ordinal": row.ordinal,
        "model": row.model,
        "inputs": row.inputs_sha256,
        "basis": row.basis,
        "deliveries": row.deliveries,
        "p10": row.p10.isoformat(),
        "p50": row.p50.isoformat(),
        "p90": row.p90.isoformat(),
        "risk_permille": _permille(row.risk),
        "plain_risk_permille": _permille(row.plain_risk),
        "rule": row.rule,
        "promised_to": row.promised_to and row.promised_to.isoformat(),
    }
    log_id = session.get_one(Brand, row.brand_id).log_id
    return record(session, log_id, EntryType.PREDICTION_MADE, body, now=now).submission_id


def _permille(risk: float | None) -> int | None:
    return None if risk is None else round(1000 * risk)


def score_due(session: Session, now: datetime, limit: int = 200) -> int:
    """Fill in what became of predictions whose shipments have come; one entry a shipment; how many shipments."""
    come = (
        select(Way).where(Way.outcome == "delivered").join(Prediction, Prediction.shipment_id == Way.shipment_id)
    )
    found = (
        session.scalars(come.where(Prediction.came_on.is_(None)).order_by(Way.shipment_id).limit(limit))
        .unique()
        .all()
    )
    for way in found:
        _score(session, way, now)
    return len(found)


def _score(session: Session, way: Way, now: datetime) -> None:
    mine = (
        select(Prediction)
        .where(Prediction.shipment_id == way.shipment_id, Prediction.came_on.is_(None))
        .order_by(Prediction.ordinal)
    )
    rows = session.scalars(mine.with_for_update()).all()
    for row in rows:
        row.came_on = way.ended_on
        row.late = None if row.promised_to is None else way.ended_on > row.promised_to
    if not rows:
        return
    body = {
        "shipment": way.shipment_id,
        "came_on": way.ended_on.isoformat(),
        "predictions": [
            {
                "ordinal": row.ordinal,
                "days_off": (way.ended_on - row.p50).days,
                "within": row.p10 <= way.ended_on <= row.p90,
                "late": row.late,
            }
            for row in rows
        ],
    }
    log_id = session.get_one(Brand, way.brand_id).log_id
    record(session, log_id, EntryType.PREDICTION_SCORED, body, now=now)
