"""Which carrier follows a number: what the number says, the brand's accounts, and above all what a person chose.

A person's correction is remembered for the lane and the format, so that the next number like it is right at once.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.models.brands import Brand, CarrierAccount
from app.models.shipments import Parcel, Shipment
from app.record import record
from app.shipping.changes import changed
from carriers import polling
from carriers.known import CARRIERS
from carriers.numbers import ADAPTERS, Candidate, detect, resembling
from carriers.tables import LaneChoice

Lane = tuple[str | None, str | None]  # countries of origin and destination


def candidates(session: Session, brand_id: str, number: str, lane: Lane) -> list[Candidate]:
    """The carriers for a number, the best first: chosen for this lane, then with an account, then by evidence."""
    found = detect(number)
    choice = _choice(session, brand_id, lane, _format(number))
    mine = set(session.scalars(select(CarrierAccount.carrier).where(CarrierAccount.brand_id == brand_id)))
    found.sort(key=lambda each: (each.adapter not in mine, each.adapter is None))  # stable: then by evidence
    if choice is None:
        return found
    named = next((each for each in (*found, *resembling(number)) if each.adapter == choice), None)
    first = named or Candidate(choice, _format(number), 0, (), choice)
    return [replace(first, chosen=True), *(each for each in found if each.adapter != choice)]


def correct(
    session: Session, *, brand_id: str, parcel_id: str, carrier: str, person_id: str, now: datetime
) -> Parcel | None:
    """Have another carrier follow a parcel, and remember it for the lane; None for no such parcel.

    What the old carrier told stays in the record, and is not shown any more: it was of another parcel. Raises
    ValueError for a carrier that nothing here can ask, and for one that follows this number in the shipment.
    """
    if carrier not in CARRIERS:
        raise ValueError(f"{carrier} is none of {', '.join(CARRIERS)}")
    parcel = session.scalar(select(Parcel).where(Parcel.id == parcel_id, Parcel.brand_id == brand_id))
    if parcel is None or parcel.carrier == carrier:
        return parcel
    _refuse_twin(session, parcel, carrier)
    shipment = session.get_one(Shipment, parcel.shipment_id, with_for_update=True)
    old, parcel.carrier = parcel.carrier, carrier
    polling.reassign(session, parcel.id, carrier, now)
    _remember(session, shipment, parcel, person_id, now)
    body = {"shipment": shipment.id, "parcel": parcel.id, "old": old, "carrier": carrier, "person": person_id}
    log_id = session.get_one(Brand, brand_id).log_id
    record(session, log_id, EntryType.PARCEL_REASSIGNED, body, now=now)
    changed(session, shipment, now)
    return parcel


def _refuse_twin(session: Session, parcel: Parcel, carrier: str) -> None:
    mine = select(Parcel.id).where(Parcel.shipment_id == parcel.shipment_id, Parcel.carrier == carrier)
    if session.scalar(mine.where(Parcel.tracking_number == parcel.tracking_number)):
        raise ValueError(f"{carrier} follows this number in this shipment already")


def _remember(session: Session, shipment: Shipment, parcel: Parcel, person_id: str, now: datetime) -> None:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    chosen = {"carrier": parcel.carrier, "person_id": person_id, "chosen_at": now}
    key = _key(shipment.brand_id, (shipment.origin_country, shipment.destination_country))
    row = insert(LaneChoice).values(**key, format=_format(parcel.tracking_number), **chosen)
    where = ["brand_id", "origin", "destination", "format"]
    session.execute(row.on_conflict_do_update(index_elements=where, set_=chosen))


def _choice(session: Session, brand_id: str, lane: Lane, form: str) -> str | None:
    key = _key(brand_id, lane)
    row = session.get(LaneChoice, (brand_id, key["origin"], key["destination"], form))
    return row.carrier if row and row.carrier in ADAPTERS.values() else None


def _key(brand_id: str, lane: Lane) -> dict[str, str]:
    return {"brand_id": brand_id, "origin": lane[0] or "", "destination": lane[1] or ""}


def _format(number: str) -> str:
    """The format by which a choice is remembered: the best one, or what the number resembles, or its length."""
    best = next(iter((*detect(number), *resembling(number))), None)
    return best.format if best else f"{len(number)} characters"
