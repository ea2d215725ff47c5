"""What carriers ask for besides a number: given when the order has it, asked for when it lacks it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from app.house import House
from app.models.shipments import Customer, Order, Parcel, Shipment
from app.shipping import lookups
from app.shipping.views import shipment_view

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def parcel(session: Session, brand_id: str, carrier: str, **customer: object) -> Parcel:
    """A parcel of Ben's with this carrier."""
    row = {"brand_id": brand_id, "created_at": NOW}
    session.add(Customer(id=f"c-{carrier}", language="en", **row, **customer))
    session.add(
        Order(id=f"o-{carrier}", number=carrier, token=carrier, customer_id=f"c-{carrier}", placed_at=NOW, **row)
    )
    session.flush()
    session.add(Shipment(id=f"s-{carrier}", order_id=f"o-{carrier}", **row))
    session.flush()
    found = Parcel(id=f"p-{carrier}", shipment_id=f"s-{carrier}", carrier=carrier, tracking_number="SF1", **row)
    session.add(found)
    session.flush()
    return found


HOME = {"address": {"street": "Mill Lane 2", "postal_code": " 10115 "}, "phone": "+49 30 1234567"}


@pytest.mark.parametrize(
    ("carrier", "postal_code", "phone"),
    [("dhl_universal", "10115", ""), ("seventeentrack", "10115", "+49 30 1234567"), ("ups", "", "")],
)
def test_a_carrier_is_told_what_it_asks_for_and_no_more(
    house: House, brand_id: str, carrier: str, postal_code: str, phone: str
) -> None:
    with house.db.begin() as session:
        mine = parcel(session, brand_id, carrier, **HOME)
        asked = lookups.questions(session, carrier, [mine.id])[mine.id]
        assert (asked.number, asked.postal_code, asked.phone) == ("SF1", postal_code, phone)
        assert "10115" not in repr(asked)
        assert lookups.missing(session, mine.shipment_id) == {}


def test_what_the_order_lacks_is_said_on_the_shipment(house: House, brand_id: str) -> None:
    with house.db.begin() as session:
        mine = parcel(session, brand_id, "seventeentrack")
        unknown = parcel(session, brand_id, "elsewhere")
        shown = shipment_view(session, brand_id, mine.shipment_id)
        assert shown
        assert shown.parcels[0].missing == ("phone", "postal_code")
        assert lookups.missing(session, unknown.shipment_id) == {}
