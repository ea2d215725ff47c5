"""What travels in the journeys: one bottle of Ada's, its way, and the order that Ben waits for."""

from datetime import datetime, timedelta
from typing import Any

from app.brands.tenants import brand_of
from app.shipping.orders import Buyer, place_order
from app.shipping.shipments import ParcelOrder, create_shipment
from tests.support.door import Door

GTIN = "09521234000013"
ITEM = f"/01/{GTIN}/21/BOTTLE-1"
UNIT = "/00/095212340000000013"
DHL = "4212345675"
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
BEN = Buyer(name="Ben Okafor", email="ben@example.org", language="de", country="DE")


def event(at: datetime, **fields: Any) -> dict[str, Any]:
    """A bare EPCIS event about the bottle, unless the fields say otherwise."""
    return {
        "@context": CONTEXT,
        "type": "ObjectEvent",
        "eventTime": at.isoformat(),
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "epcList": [f"https://id.gs1.org{ITEM}"],
        **fields,
    }


def document(*events: dict[str, Any]) -> dict[str, Any]:
    """A capture document of these events."""
    bodies = [{name: value for name, value in each.items() if name != "@context"} for each in events]
    return {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-02T09:30:00Z",
        "epcisBody": {"eventList": bodies},
    }


def ship(door: Door, keys: list[str]) -> str:
    """Ben's order as one shipment with one DHL parcel, promised for four to six days from now; its id."""
    now = door.house.clock()
    window = (now.date() + timedelta(days=4), now.date() + timedelta(days=6))
    with door.house.db.begin() as session:
        brand = brand_of(session, door.brand_id)
        order = place_order(session, brand, number="A-1001", buyer=BEN, placed_at=now, now=now)
        shipment = create_shipment(
            session,
            brand,
            order,
            parcels=[ParcelOrder(DHL, "dhl_universal")],
            keys=keys,
            window=window,
            destination_country="DE",
            now=now,
        )
        return shipment.id
