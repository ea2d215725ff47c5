"""What pages and the API show of orders, shipments and parcels: values without personal data. Reads only."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class EventView:
    """One line of a parcel's history, newest first in every list.

    `at` is UTC, None when it can't be known; `local` the reading at the place, `on` its date; `how` (given,
    from_location, from_carrier, assumed, unknown) says how far `at` is known. `place` is town and country.
    """

    status: str
    reason: str | None
    sub_state: str | None
    physical: bool
    description: str
    place: str
    at: datetime | None
    local: datetime | None
    on: date | None
    offset: timedelta | None
    how: str
    carrier: str
    submission_id: int


@dataclass(frozen=True)
class PromiseView:
    """A window in dates at the destination; `source` is "brand" or the carrier's key."""

    window_from: date
    window_to: date
    source: str
    stated_at: datetime
    submission_id: int


@dataclass(frozen=True)
class ParcelView:
    """A shipment as the public may see it. `status` None: nothing has been heard yet.

    `numbers` are shortened ("…3462"). `first` and `current` promise are the same object while nothing changed.
    `checked_at` is when a carrier last answered.
    """

    shipment_id: str
    status: str | None
    reason: str | None
    status_at: datetime | None
    carriers: tuple[str, ...]
    numbers: tuple[str, ...]
    checked_at: datetime | None
    events: tuple[EventView, ...]
    first: PromiseView | None
    current: PromiseView | None
    pieces: int
    delivered: int
    destination_zone: str | None
    submission_ids: tuple[int, ...]


@dataclass(frozen=True)
class ParcelFace:
    """A parcel as staff sees it, with its whole number and how polling stands."""

    id: str
    carrier: str
    tracking_number: str
    leg: int
    checked_at: datetime | None
    next_check_at: datetime | None
    error: str | None
    outcome: str | None


@dataclass(frozen=True)
class ShipmentView:
    """A shipment as staff sees it: the public view, whole numbers, every promise; no data of the customer."""

    id: str
    brand_id: str
    order_id: str
    order_number: str
    customer_id: str
    keys: tuple[str, ...]
    origin_country: str | None
    destination_country: str | None
    created_at: datetime
    delivered_at: datetime | None
    last_physical_at: datetime | None
    parcels: tuple[ParcelFace, ...]
    promises: tuple[PromiseView, ...]
    public: ParcelView


@dataclass(frozen=True)
class OrderView:
    """An order as its public page shows it; each shipment with its passports."""

    id: str
    brand_id: str
    number: str
    token: str
    customer_id: str
    placed_at: datetime
    shipments: tuple[ParcelView, ...]
    keys: tuple[tuple[str, ...], ...]  # of each shipment, in the order of `shipments`


def order_view(session: Session, token: str) -> OrderView | None:
    """The order that this public token opens, or None."""
    raise NotImplementedError


def shipment_view(session: Session, brand_id: str, shipment_id: str) -> ShipmentView | None:
    """A shipment of this brand for staff, or None."""
    raise NotImplementedError


def parcel_for_passport(session: Session, brand_id: str, keys: list[str]) -> ParcelView | None:
    """The newest shipment that carries one of these passports, or None. Three statements at most."""
    raise NotImplementedError
