"""Statements about transport emissions and a brand's own intensities: each is an entry. Nothing is summed here."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.carbon.amounts import amount
from app.carbon.chain import DATA, DISTANCES, HUB, MODES
from app.carbon.factors import BY_CODE
from app.entries import EntryType
from app.gs1 import identifiers
from app.ids import new_id
from app.models.brands import Brand
from app.models.carbon import CarbonFactor, CarbonStatement
from app.models.products import EpcisEvent, EventKey, Passport
from app.models.shipments import Shipment
from app.provenance.errors import NotAllowed, Refused
from app.provenance.touch import touch
from app.record import record

OF_SHIPMENT = "shipment:"
MOST_LEGS = 20
_CODE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Given:
    """What is stated about one part of a way; amounts are decimal text, None is what is not known.

    Of a thing: `origin` and `destination` are its places, one and the same for a hub. Of a shipment: `leg`.
    `emissions_kg` needs what it is for: the load (`mass_kg`) or the activity (`activity`, tonne-km, at a hub
    tonnes). `per` is the distance of an activity or intensity; `longer_percent` the distance adjustment factor.
    """

    subject: str
    mode: str
    data: str
    origin: str = ""
    destination: str = ""
    leg: int = 0
    vehicle: str | None = None
    emissions_kg: str | None = None
    activity: str | None = None
    intensity: str | None = None
    per: str | None = None
    longer_percent: str | None = None
    mass_kg: str | None = None
    distance_km: str | None = None
    distance_kind: str | None = None
    source: str | None = None
    file_sha256: str | None = None


def state(
    session: Session, brand: Brand, given: Given, *, partner_id: str | None, now: datetime
) -> CarbonStatement:
    """Keep a statement and put it into the log. Raises Refused, or NotAllowed for a stranger to the thing."""
    given = _named(given)
    _check_amounts(given)
    _check_sense(session, brand, given)
    _check_subject(session, brand, given, partner_id)
    body = {name: value for name, value in asdict(given).items() if value not in (None, "", 0)}
    told = {**body, "partner": partner_id} if partner_id else body
    receipt = record(session, brand.log_id, EntryType.CARBON_STATED, told, now=now)
    row = CarbonStatement(
        id=new_id(),
        brand_id=brand.id,
        **asdict(given),
        partner_id=partner_id,
        submission_id=receipt.submission_id,
        stated_at=now,
    )
    session.add(row)
    session.flush()
    if not given.subject.startswith(OF_SHIPMENT):
        touch(session, brand.id, [given.subject], now)
    return row


def statement_body(row: Any) -> dict[str, Any]:
    """The entry of a statement's row, as far as the row goes."""
    facts = {name: getattr(row, name) for name in Given.__dataclass_fields__}
    body = {name: value for name, value in facts.items() if value not in (None, "", 0)}
    return {**body, "partner": row.partner_id} if row.partner_id else body


def set_factor(
    session: Session,
    brand: Brand,
    *,
    code: str,
    mode: str,
    intensity: str,
    source: str,
    low: str | None = None,
    high: str | None = None,
    per: str | None = None,
    longer_percent: str | None = None,
    now: datetime,
) -> CarbonFactor:
    """Enter an intensity that the brand may use: for a mode where `code` is one, else for a class of its own name.

    kg CO2e well-to-wheel per tonne-km by the distance `per`, at a hub per tonne. Raises Refused.
    """
    if not _CODE.fullmatch(code):
        raise Refused("code", "is a mode or a name such as truck-electric: small letters, digits and _ . -")
    if mode not in MODES or (code in MODES and code != mode):
        raise Refused("mode", f"must be one of {', '.join(MODES)}, and the code itself where that is one")
    _source(source)
    value = amount("intensity", intensity, zero=True, most=1000)
    if low is not None and amount("low", low, zero=True) > value:
        raise Refused("low", "must not be above the intensity")
    if high is not None and amount("high", high, zero=True) < value:
        raise Refused("high", "must not be below the intensity")
    _per(mode, per, needed=True)
    _longer(longer_percent)
    facts: dict[str, Any] = {
        "mode": mode,
        "intensity": intensity,
        "low": low,
        "high": high,
        "per": per,
        "longer_percent": longer_percent,
        "source": source,
    }
    session.scalars(select(Brand.id).where(Brand.id == brand.id).with_for_update()).one()  # one change at a time
    receipt = record(session, brand.log_id, EntryType.CARBON_FACTOR_SET, {"code": code, **facts}, now=now)
    row = CarbonFactor(brand_id=brand.id, code=code, **facts, submission_id=receipt.submission_id, set_at=now)
    return session.merge(row)


def _named(given: Given) -> Given:
    """The same with canonical keys."""
    facts = asdict(given)
    if not given.subject.startswith(OF_SHIPMENT):
        for name in ("subject", "origin", "destination"):
            facts[name] = identifiers.canonical(facts[name]) if facts[name] else ""
    return Given(**facts)


def _check_amounts(given: Given) -> None:
    for name, zero, most in (
        ("emissions_kg", True, None),
        ("activity", False, None),
        ("intensity", True, 1000),
        ("mass_kg", False, None),
        ("distance_km", False, 100_000),
    ):
        text = getattr(given, name)
        if text is not None:
            amount(name, text, zero=zero, most=most)
    _longer(given.longer_percent)
    if given.file_sha256 is not None and not _SHA256.fullmatch(given.file_sha256):
        raise Refused("file_sha256", "must be 64 hexadecimal digits in lower case")


def _longer(text: str | None) -> None:
    if text is not None:
        amount("longer_percent", text, zero=True, most=1000)


def _source(text: str | None) -> None:
    if not text or len(text) > 200:
        raise Refused("source", "say in 1 to 200 characters where the figure comes from")


def _per(mode: str, per: str | None, *, needed: bool) -> None:
    if per is not None and per not in DISTANCES:
        raise Refused("per", f"must be one of {', '.join(DISTANCES)}")
    if mode == HUB and per is not None:
        raise Refused("per", "a hub has no distance; leave it out")
    if needed and mode != HUB and per is None:
        raise Refused("per", f"say which distance it is per: {', '.join(DISTANCES)}")


def _check_sense(session: Session, brand: Brand, given: Given) -> None:
    if given.mode not in MODES:
        raise Refused("mode", f"must be one of {', '.join(MODES)}")
    if given.data not in DATA:
        raise Refused("data", f"must be one of {', '.join(DATA)}")
    figures = [name for name in ("emissions_kg", "intensity") if getattr(given, name) is not None]
    if given.data == "default" and figures:
        raise Refused(figures[0], "a default comes from a table; primary and modelled data have a figure")
    if given.data != "default" and len(figures) != 1:
        raise Refused("emissions_kg", "primary and modelled data need one figure: emissions_kg or intensity")
    if given.data != "default":
        _source(given.source)
    if given.emissions_kg is not None and (given.mass_kg is None) == (given.activity is None):
        raise Refused("mass_kg", "say what the emissions are for: the load in mass_kg, or the activity")
    if given.activity is not None and given.emissions_kg is None:
        raise Refused("activity", "belongs to emissions_kg")
    _per(given.mode, given.per, needed=given.intensity is not None or given.activity is not None)
    if (given.distance_km is None) != (given.distance_kind is None):
        raise Refused("distance_kind", "distance and its kind belong together")
    if given.distance_kind is not None and (given.distance_kind not in DISTANCES or given.mode == HUB):
        raise Refused("distance_kind", f"must be one of {', '.join(DISTANCES)}; a hub has none")
    if given.vehicle is not None:
        _check_vehicle(session, brand, given)


def _check_vehicle(session: Session, brand: Brand, given: Given) -> None:
    own = session.get(CarbonFactor, (brand.id, given.vehicle))
    mode = own.mode if own else (BY_CODE[given.vehicle].mode if given.vehicle in BY_CODE else None)
    if mode != given.mode or given.data != "default":
        raise Refused(
            "vehicle", "must be a class of the table, or of your own, of the same mode; for default data"
        )


def _check_subject(session: Session, brand: Brand, given: Given, partner_id: str | None) -> None:
    if given.subject.startswith(OF_SHIPMENT):
        _check_shipment(session, brand, given, partner_id)
        return
    if given.leg:
        raise Refused("leg", "belongs to a shipment; of a thing name origin and destination")
    for name in ("origin", "destination"):
        key = getattr(given, name)
        if not 0 < len(key) <= 400 or (not key.startswith("/") and ":" not in key):
            raise Refused(name, "must be the identifier of a place: a GLN's Digital Link path, or another URI")
    if (given.mode == HUB) != (given.origin == given.destination):
        raise Refused("destination", "a hub is one place; every other mode goes from one to another")
    if session.get(Passport, (given.subject, brand.id)) is None:
        raise Refused("subject", "nothing has been recorded of this thing")
    if partner_id and not _was_there(session, brand, given.subject, partner_id):
        raise NotAllowed("you have recorded no event of this thing, so you can't state what its way emitted")


def _check_shipment(session: Session, brand: Brand, given: Given, partner_id: str | None) -> None:
    if partner_id:
        raise NotAllowed("the legs of a delivery are stated by the brand")
    if given.origin or given.destination:
        raise Refused("origin", "a leg of a delivery has a number and names no places")
    if not 1 <= given.leg <= MOST_LEGS or given.mode == HUB:
        raise Refused("leg", f"must be 1 to {MOST_LEGS}, and a mode that moves")
    mine = select(Shipment.id).where(
        Shipment.brand_id == brand.id, Shipment.id == given.subject.removeprefix(OF_SHIPMENT)
    )
    if session.scalar(mine) is None:
        raise Refused("subject", "no shipment has this id")


def _was_there(session: Session, brand: Brand, key: str, partner_id: str) -> bool:
    named = (
        select(EpcisEvent.id)
        .join(EventKey, EventKey.event == EpcisEvent.id)
        .where(EventKey.brand_id == brand.id, EventKey.key == key, EpcisEvent.partner_id == partner_id)
        .limit(1)
    )
    return session.scalar(named) is not None
