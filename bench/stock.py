"""A brand with many items, each with a whole way behind it: what the pages of a real shop would have to show."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

from app.brands import tenants
from app.epcis.document import parse_event
from app.house import House, open_house
from app.models.brands import Brand
from app.provenance.capture import capture_event
from app.settings import load
from app.shipping.orders import Buyer, place_order
from app.shipping.shipments import ParcelOrder, create_shipment
from app.telemetry.judge import judge_due
from app.telemetry.register import place_device, register_device
from app.telemetry.seals import seal_due
from app.telemetry.take import take_batch
from iot.reading import Message
from ledger.integrator import integrate_due, publish_due
from tests.support import schema

ITEMS = 6000
GTIN = "09521234000013"
UNIT = "/00/095212340000000013"
WAY = ("commissioning", "packing", "shipping", "arriving", "receiving", "storing")
READINGS = 500
PACKED_AT_ONCE = 60
_EVENTS_A_COMMIT = 300


def stock(folder: Path, start: datetime, items: int = ITEMS) -> list[str]:
    """Fill a new house; the paths of the items' pages. Each has six events, a watched container and a parcel."""
    house = open_house(load(home=folder))
    schema.create(house.settings.database)
    brand_id = tenants.create_brand(house.db, house.keys, name="Ada's Orchard", slug="ada", now=start)
    with house.db() as session:
        brand = session.get_one(Brand, brand_id)
    keys = [f"/01/{GTIN}/21/S{number}" for number in range(items)]
    _events(house, brand, keys, start)
    _watch(house, brand, start)
    _ship(house, brand, keys, start)
    while integrate_due(house.db, brand.log_id, owner="bench", clock=lambda: start):
        pass
    publish_due(house.db, brand.log_id, tenants.signer_of(house.keys, brand), start)
    return keys


def _events(house: House, brand: Brand, keys: list[str], start: datetime) -> None:
    bodies = [_event(key, step, start) for step in range(len(WAY)) for key in keys]
    bodies += [_packed(keys[at : at + PACKED_AT_ONCE], start) for at in range(0, len(keys), PACKED_AT_ONCE)]
    for at in range(0, len(bodies), _EVENTS_A_COMMIT):
        with house.db.begin() as session:
            for body in bodies[at : at + _EVENTS_A_COMMIT]:
                capture_event(session, brand, parse_event(body), partner_id=None, now=start)


def _event(key: str, step: int, start: datetime) -> bytes:
    return _json(
        start + timedelta(minutes=10 * step),
        type="ObjectEvent",
        action="ADD" if step == 0 else "OBSERVE",
        epcList=[f"https://id.gs1.org{key}"],
        bizStep=WAY[step],
        disposition="in_progress",
        readPoint={"id": "https://id.gs1.org/414/9521234000006"},
    )


def _packed(keys: list[str], start: datetime) -> bytes:
    return _json(
        start + timedelta(minutes=15),
        type="AggregationEvent",
        action="ADD",
        parentID=f"https://id.gs1.org{UNIT}",
        childEPCs=[f"https://id.gs1.org{key}" for key in keys],
        bizStep="packing",
    )


def _json(at: datetime, **fields: object) -> bytes:
    context = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
    common = {"@context": context, "eventTime": at.isoformat(), "eventTimeZoneOffset": "+00:00"}
    return json.dumps({**common, **fields}).encode()


def _watch(house: House, brand: Brand, start: datetime) -> None:
    with house.db.begin() as session:
        register_device(session, brand, "probe", metrics={"temperature": "CEL"}, expected_interval_s=30, now=start)
        place_device(session, brand, "probe", UNIT, from_at=start, now=start)
    messages = []
    for number in range(READINGS):
        at = int((start + timedelta(seconds=30 * number)).timestamp() * 1000)
        reading = {"ts": at, "seq": number, "values": {"temperature": 4 + number % 7 / 10}}
        messages.append(Message(f"wayproof/{brand.slug}/probe/readings", json.dumps(reading).encode()))
    end = start + timedelta(seconds=30 * READINGS)
    take_batch(house.db, messages, end)
    judge_due(house.db, end)
    seal_due(house.db, end + timedelta(hours=1))


def _ship(house: House, brand: Brand, keys: list[str], start: datetime) -> None:
    for at in range(0, len(keys), 500):
        with house.db.begin() as session:
            order = place_order(session, brand, number=f"B-{at}", buyer=Buyer(), placed_at=start, now=start)
            create_shipment(
                session,
                brand,
                order,
                parcels=[ParcelOrder(f"1Z{at:016d}", "ups")],
                keys=keys[at : at + 500],
                window=(date(2027, 1, 4), date(2027, 1, 8)),
                now=start,
            )
