"""Disruptions: what slows lanes for a while, who said so, and the open shipments that it touches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.ids import new_id
from app.models.brands import Brand
from app.models.eta import Disruption, PredictionLook
from app.models.shipments import Parcel, Shipment
from app.record import record
from carriers.vocabulary import SETTLED
from ledger.canonical import moment_text

KINDS = ("weather", "strike", "closure", "rule_change")
MOST_EXTRA_DAYS = 60
_MOST_TOUCHED = 500


class DisruptionRefused(ValueError):
    """It can't be declared as told; `field` names what is wrong, `trouble` how, as a code of words.TROUBLE."""

    def __init__(self, name: str, trouble: str) -> None:
        super().__init__(f"{name}: {trouble}")
        self.field = name
        self.trouble = trouble


@dataclass(frozen=True)
class Declared:
    """What somebody says slows lanes. Empty lists mean any; countries are ISO 3166 letters."""

    kind: str
    title: str
    valid_from: datetime
    valid_to: datetime
    extra_days: int
    origins: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    carriers: tuple[str, ...] = ()
    area: str = ""
    url: str | None = None
    reference: str = ""
    source: str = "person"


def check(told: Declared) -> None:
    """Raise DisruptionRefused for what can't be right."""
    if told.kind not in KINDS:
        raise DisruptionRefused("kind", "kind")
    if not 0 < len(told.title) <= 200:
        raise DisruptionRefused("title", "empty" if not told.title else "too_long")
    if told.valid_to <= told.valid_from:
        raise DisruptionRefused("valid_to", "before")
    if not 0 <= told.extra_days <= MOST_EXTRA_DAYS:
        raise DisruptionRefused("extra_days", "whole_number")
    for name in ("origins", "destinations"):
        for country in getattr(told, name):
            if not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
                raise DisruptionRefused(name, "country")
    if not (told.origins or told.destinations or told.carriers):
        raise DisruptionRefused("destinations", "nowhere")
    if told.url and not told.url.startswith("https://"):
        raise DisruptionRefused("url", "https")


def declare(
    session: Session, brand: Brand, told: Declared, *, person_id: str | None, now: datetime
) -> Disruption | None:
    """Keep a disruption and have the shipments that it touches predicted anew; None when it is known already.

    Raises DisruptionRefused.
    """
    check(told)
    id_ = new_id()
    row = _known(session, brand.id, told) if told.reference else None
    if row is not None and _same(row, told):
        return None
    if row is not None:  # the source has changed its mind: the old word ends, the new one is an entry of its own
        row.reference = f"{row.reference[:270]}#{row.id}"
        row.withdrawn_at = row.withdrawn_at or now
        session.flush()
    made = Disruption(
        id=id_,
        brand_id=brand.id,
        kind=told.kind,
        title=told.title,
        origins=list(told.origins),
        destinations=list(told.destinations),
        carriers=list(told.carriers),
        area=told.area[:300],
        valid_from=told.valid_from,
        valid_to=told.valid_to,
        extra_days=told.extra_days,
        source=told.source,
        reference=told.reference or id_,
        url=told.url,
        person_id=person_id,
        declared_at=now,
    )
    made.submission_id = _record(session, brand, made, now)
    session.add(made)
    session.flush()
    _look_again(session, made)
    return made


def _known(session: Session, brand_id: str, told: Declared) -> Disruption | None:
    named = (Disruption.source == told.source, Disruption.reference == told.reference)
    return session.scalar(select(Disruption).where(Disruption.brand_id == brand_id, *named))


def _same(row: Disruption, told: Declared) -> bool:
    return (
        (row.kind, row.title, row.valid_from, row.valid_to, row.extra_days)
        == (told.kind, told.title, told.valid_from, told.valid_to, told.extra_days)
        and (row.origins, row.destinations, row.carriers)
        == (list(told.origins), list(told.destinations), list(told.carriers))
        and row.withdrawn_at is None
    )


def withdraw(session: Session, brand: Brand, row: Disruption, *, person_id: str | None, now: datetime) -> bool:
    """End a disruption before its time; False when it was withdrawn before."""
    if row.withdrawn_at is not None:
        return False
    row.withdrawn_at = now
    body = {"disruption": row.id, "person": person_id}
    record(session, brand.log_id, EntryType.DISRUPTION_WITHDRAWN, body, now=now)
    _look_again(session, row)
    return True


def _record(session: Session, brand: Brand, row: Disruption, now: datetime) -> int:
    body = {
        "disruption": row.id,
        "kind": row.kind,
        "title": row.title,
        "origins": row.origins,
        "destinations": row.destinations,
        "carriers": row.carriers,
        "from": moment_text(row.valid_from),
        "to": moment_text(row.valid_to),
        "extra_days": row.extra_days,
        "source": row.source,
        "reference": row.reference,
        "person": row.person_id,
    }
    return record(session, brand.log_id, EntryType.DISRUPTION_DECLARED, body, now=now).submission_id


def _look_again(session: Session, row: Disruption) -> None:
    """Forget when the shipments that it touches were looked at last, so that they are predicted anew soon."""
    for shipment in touched(session, row):
        if look := session.get(PredictionLook, shipment.id):
            session.delete(look)


def of_brand(session: Session, brand_id: str, *, over: bool = False, now: datetime) -> list[Disruption]:
    """The disruptions that are on or to come, the newest first; with `over` those that have passed too."""
    mine = select(Disruption).where(Disruption.brand_id == brand_id)
    if not over:
        mine = mine.where(Disruption.withdrawn_at.is_(None), Disruption.valid_to >= now)
    return list(session.scalars(mine.order_by(Disruption.valid_from.desc(), Disruption.id).limit(200)))


def touching(session: Session, shipment: Shipment, parcels: Sequence[Parcel], now: datetime) -> list[Disruption]:
    """What is on now, on the lane of this shipment and with its carriers."""
    carriers = {parcel.carrier for parcel in parcels}
    lane = (shipment.origin_country or "", shipment.destination_country or "")
    return on_lane(session, shipment.brand_id, *lane, carriers, now)


def on_lane(
    session: Session, brand_id: str, origin: str, destination: str, carriers: set[str], now: datetime
) -> list[Disruption]:
    """What is on at a moment between two countries, for any of these carriers."""
    mine = select(Disruption).where(
        Disruption.brand_id == brand_id,
        Disruption.withdrawn_at.is_(None),
        Disruption.valid_from <= now,
        Disruption.valid_to >= now,
    )
    rows = session.scalars(mine.order_by(Disruption.declared_at, Disruption.id))
    return [row for row in rows if _is_on(row, origin, destination, carriers)]


def _is_on(row: Disruption, origin: str, destination: str, carriers: set[str]) -> bool:
    return (
        (not row.origins or origin in row.origins)
        and (not row.destinations or destination in row.destinations)
        and (not row.carriers or bool(carriers & set(row.carriers)))
    )


def touched(session: Session, row: Disruption) -> list[Shipment]:
    """The open shipments of the brand that a disruption touches, the oldest first."""
    settled = [status.value for status in SETTLED]
    mine = select(Shipment).where(Shipment.brand_id == row.brand_id)
    mine = mine.where(Shipment.status.is_(None) | Shipment.status.not_in(settled))
    if row.origins:
        mine = mine.where(Shipment.origin_country.in_(row.origins))
    if row.destinations:
        mine = mine.where(Shipment.destination_country.in_(row.destinations))
    if row.carriers:
        with_them = select(Parcel.shipment_id).where(Parcel.carrier.in_(row.carriers))
        mine = mine.where(Shipment.id.in_(with_them))
    return list(session.scalars(mine.order_by(Shipment.id).limit(_MOST_TOUCHED)))
