"""Shipments and their parcels: what goes to a customer, with which carrier, and what was promised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.models.brands import Brand
from app.models.shipments import Order, Shipment


class ShipmentRefused(ValueError):
    """The shipment can't be made as asked; the text names the field and says how to mend it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class ParcelOrder:
    """A parcel to follow. `carrier` None: found from the number. `leg` counts hand-offs, from 1."""

    tracking_number: str
    carrier: str | None = None
    leg: int = 1


def create_shipment(
    session: Session,
    brand: Brand,
    order: Order,
    *,
    parcels: Sequence[ParcelOrder],
    keys: Sequence[str] = (),
    window: tuple[date, date] | None = None,
    origin_country: str | None = None,
    destination_country: str | None = None,
    destination_zone: str | None = None,
    now: datetime,
) -> Shipment:
    """Record a shipment of an order, follow its parcels, and state the first promise when there is a window.

    `keys` are the canonical keys of the passports that travel; `window` is in dates at the destination;
    countries are ISO 3166 letters; the zone is an IANA name, found from the country when it has only one.
    Raises ShipmentRefused.
    """
    raise NotImplementedError
