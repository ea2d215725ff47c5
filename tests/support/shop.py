"""Ada's shop, with an order of Ben's that is on its way."""

from datetime import date, datetime
from pathlib import Path

import pytest

from app.brands.tenants import brand_of, create_brand
from app.db import Db
from app.ids import new_id
from app.models.shipments import Order, Parcel, Promise, Shipment
from app.shipping.orders import Buyer, place_order
from app.shipping.promises import state_promise

BEN = Buyer(
    name="Ben Carrow",
    email="ben@example.org",
    phone="+31 20 555 0142",
    address={"street": "Prinsengracht 1", "city": "Amsterdam", "country": "NL"},
    language="en",
    country="NL",
)


@pytest.fixture
def brand_id(db: Db, tmp_path: Path, now: datetime) -> str:
    (tmp_path / "keys").mkdir(mode=0o700)
    return create_brand(db, tmp_path / "keys", name="Ada Tea", slug="ada", now=now)


def ship(db: Db, brand_id: str, now: datetime, *, buyer: Buyer = BEN, number: str = "A-1001") -> Shipment:
    """An order with one shipment, one parcel and one promise."""
    with db.begin() as session:
        brand = brand_of(session, brand_id)
        order: Order = place_order(session, brand, number=number, buyer=buyer, placed_at=now, now=now)
        shipment = Shipment(
            id=new_id(),
            brand_id=brand_id,
            order_id=order.id,
            destination_zone="Europe/Amsterdam",
            destination_country="NL",
            created_at=now,
        )
        session.add(shipment)
        session.flush()
        session.add(
            Parcel(
                id=new_id(),
                brand_id=brand_id,
                shipment_id=shipment.id,
                carrier="ups",
                tracking_number=f"1Z999AA1{number.replace('-', '')}",
                created_at=now,
            )
        )
        promise(session, shipment, now)
    return shipment


def promise(session: object, shipment: Shipment, now: datetime) -> Promise:
    window = (date(2026, 3, 3), date(2026, 3, 5))
    return state_promise(session, shipment, window, source="brand", now=now)  # type: ignore[arg-type]
