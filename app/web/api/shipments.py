"""Shipments over HTTP: announce one with its order, parcels, items and promise; read how it stands."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.care import notices
from app.care.contacts import set_contacts
from app.care.preferences import choose, wants
from app.db import reading
from app.models.shipments import Customer, Order, Shipment
from app.provenance import clearance
from app.shipping.orders import Buyer, place_order
from app.shipping.promises import state_promise
from app.shipping.shipments import Amount, ParcelOrder, create_shipment
from app.shipping.stock import stock_back, stock_missing
from app.shipping.views import ParcelFace, PromiseView, ShipmentView, shipment_view
from app.web.api.door import door
from app.web.api.fields import Country, Key, Language, Line, Moment, Service, Texts, Zone
from app.web.body import Answer, Body
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.problems import found
from app.web.rules import machine

bp = door("shipments", "Shipments")

Email = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Phone = Annotated[str, StringConstraints(max_length=32, pattern=r"^\+?[0-9 ().-]{4,31}$")]
Mode = Literal["air", "sea", "road", "rail"]
Carrier = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{1,29}$")]


class CustomerIn(Body):
    """Who ordered. Kept apart from the record; it never enters the log."""

    name: Line | None = None
    email: Email | None = None
    phone: Phone | None = None
    address: Annotated[dict[Line, Line], Field(max_length=10)] | None = None
    language: Language = "en"
    country: Country | None = None
    marketing: Annotated[
        bool | None, Field(description="Whether the customer agreed to hear of offers by mail; null: not asked.")
    ] = None
    contacts: Annotated[
        dict[Line, Line],
        Field(max_length=5, description="Where to tell them too, by channel: what `wayproof brand chat` opened."),
    ] = {}

    def buyer(self) -> Buyer:
        """Who ordered, without what they wish."""
        return Buyer(**self.model_dump(exclude={"contacts", "marketing"}))


def keep_wishes(session: Session, customer_id: str, told: CustomerIn, at: datetime) -> None:
    """Keep where else the customer wants to be told, and whether of offers too."""
    customer = session.get_one(Customer, customer_id)
    set_contacts(session, customer, told.contacts, at)
    if told.marketing not in (None, wants(session, customer, "email", "marketing")):
        choose(session, customer, "email", "marketing", given=bool(told.marketing), source="order", now=at)


class OrderIn(Body):
    """The order. The number of an order that is there already takes the order as it is."""

    number: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")]
    placed_at: Moment | None = None
    customer: CustomerIn = CustomerIn()


class ParcelIn(Body):
    """A parcel to follow; without a carrier it is found from the number."""

    tracking_number: Annotated[str, StringConstraints(min_length=3, max_length=60, pattern="^[A-Za-z0-9 -]+$")]
    carrier: Carrier | None = None
    leg: Annotated[int, Field(ge=1, le=20)] = 1


class WindowIn(Body):
    """A delivery window in dates at the destination, both ends included."""

    date_from: Annotated[date, Field(alias="from", examples=["2026-03-05"])]
    date_to: Annotated[date, Field(alias="to", examples=["2026-03-07"])]

    @model_validator(mode="after")
    def _in_order(self) -> "WindowIn":
        if self.date_to < self.date_from:
            raise ValueError("the window ends before it begins")
        return self


class ValueIn(Body):
    """Money in minor units (cents) of an ISO 4217 currency."""

    minor: Annotated[int, Field(ge=0, le=10**12)]
    currency: Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]


class StockIn(Body):
    """Whether what was ordered is missing, and when it should be there again, if anybody knows."""

    missing: bool
    restock_on: date | None = None


class ShipmentIn(Body):
    """What goes to a customer: an order, its parcels, the passports in them, and what was promised."""

    order: OrderIn
    parcels: Annotated[list[ParcelIn], Field(max_length=50)] = []
    items: Annotated[list[Key], Field(max_length=500)] = []
    promise: WindowIn | None = None
    origin_country: Country | None = None
    destination_country: Country | None = None
    destination_zone: Zone | None = None
    service: Annotated[
        Service | None,
        Field(description="Which of the carrier's services, as the price table names it."),
    ] = None
    mode: Annotated[Mode | None, Field(description="How it goes the longest way.")] = None
    hand_over_by: Annotated[
        Moment | None, Field(description="When the carrier is to have it, by our promise.")
    ] = None
    value: ValueIn | None = None
    due_at_door: ValueIn | None = None


class ParcelOut(Answer):
    """A parcel and when its carrier was last asked; `missing` is what the carrier asks for and the order lacks."""

    carrier: str
    tracking_number: str
    leg: int
    checked_at: Moment | None
    missing: list[str]


class PromiseOut(Answer):
    """A window that was stated, by whom and when."""

    date_from: Annotated[date, Field(alias="from")]
    date_to: Annotated[date, Field(alias="to")]
    source: str
    stated_at: Moment


class ShipmentOut(Answer):
    """How a shipment stands; nothing about the person who waits for it."""

    id: str
    order_number: str
    order_url: str
    status: str | None
    reason: str | None
    status_at: Moment | None
    items: list[str]
    parcels: list[ParcelOut]
    promises: list[PromiseOut]
    created_at: Moment
    delivered_at: Moment | None


@bp.post("/api/v1/shipments")
@machine("shipments:write", "warehouse", "support")
@bp.input(ShipmentIn)
@once
@bp.output(ShipmentOut, 201)
def post_shipment(session: Session, json_data: ShipmentIn) -> Any:
    """Announce a shipment: its parcels are followed and its promise is kept from now on.

    With `hand_over_by` and no parcel it waits for its first ones: send the order again with them.
    """
    at, brand = now(), brand_of(session, caller().brand_id)
    placed_at = json_data.order.placed_at or at
    buyer = json_data.order.customer.buyer()
    order = place_order(session, brand, number=json_data.order.number, buyer=buyer, placed_at=placed_at, now=at)
    keep_wishes(session, order.customer_id, json_data.order.customer, at)
    shipment = create_shipment(
        session,
        brand,
        order,
        parcels=[ParcelOrder(**parcel.model_dump()) for parcel in json_data.parcels],
        keys=json_data.items,
        window=_window(json_data.promise) if json_data.promise else None,
        origin_country=json_data.origin_country,
        destination_country=json_data.destination_country,
        destination_zone=json_data.destination_zone,
        service=json_data.service,
        mode=json_data.mode,
        hand_over_by=json_data.hand_over_by,
        value=Amount(**json_data.value.model_dump()) if json_data.value else None,
        now=at,
    )
    if due := json_data.due_at_door:
        shipment.due_minor, shipment.due_currency = due.minor, due.currency
    session.flush()
    if json_data.parcels:  # what was put in before its first parcel goes with them
        clearance.require_of_shipment(session, brand, shipment.id, at)
    made = _shown(session, shipment.id)
    return made, 201, {"Location": f"/api/v1/shipments/{shipment.id}"}


@bp.get("/api/v1/shipments/<shipment_id>")
@machine("shipments:read", "warehouse", "support", "auditor")
@bp.output(ShipmentOut)
def get_shipment(shipment_id: str) -> dict[str, Any]:
    """How a shipment stands."""
    with reading(house().db) as session:
        return _shown(session, shipment_id)


class OfferIn(Body):
    """Marketing to the customer of a shipment, in the brand's words; `name` makes it one for each customer."""

    name: Annotated[str, StringConstraints(pattern="^[a-z0-9][a-z0-9_-]{0,59}$"), Field(examples=["spring-tea"])]
    subject: Texts
    text: Texts


class OfferOut(Answer):
    """Whether it was written: only to those who agreed, once, and while the switch is on."""

    written: bool


@bp.post("/api/v1/shipments/<shipment_id>/offers")
@machine("shipments:write", "owner")
@bp.input(OfferIn)
@once
@bp.output(OfferOut, 201)
def post_offer(session: Session, shipment_id: str, json_data: OfferIn) -> dict[str, Any]:
    """Write an offer to a customer who agreed to hear of offers; by day, and twice in seven days at most."""
    mine = select(Shipment).where(Shipment.id == shipment_id, Shipment.brand_id == caller().brand_id)
    given = json_data.model_dump()
    written = notices.offer(session, shipment=found(session.scalar(mine)), **given, now=now())
    return {"written": written is not None and written.state == "told"}


@bp.post("/api/v1/shipments/<shipment_id>/promises")
@machine("shipments:write", "support")
@bp.input(WindowIn)
@once
@bp.output(ShipmentOut, 201)
def post_promise(session: Session, shipment_id: str, json_data: WindowIn) -> dict[str, Any]:
    """State another delivery window. The ones before stay and stay kept: a promise is never changed."""
    mine = select(Shipment).where(Shipment.id == shipment_id, Shipment.brand_id == caller().brand_id)
    state_promise(session, found(session.scalar(mine)), _window(json_data), source="brand", now=now())
    session.flush()
    return _shown(session, shipment_id)


@bp.post("/api/v1/shipments/<shipment_id>/stock")
@machine("shipments:write", "warehouse", "support")
@bp.input(StockIn)
@once
@bp.output(ShipmentOut)
def post_stock(session: Session, shipment_id: str, json_data: StockIn) -> dict[str, Any]:
    """Say that what was ordered is not in stock, or that it is again. The customer hears of it once."""
    mine = select(Shipment).where(Shipment.id == shipment_id, Shipment.brand_id == caller().brand_id)
    shipment = found(session.scalar(mine.with_for_update()))
    if json_data.missing:
        stock_missing(session, shipment, json_data.restock_on, now())
    else:
        stock_back(session, shipment, now())
    session.flush()
    return _shown(session, shipment_id)


def _window(window: WindowIn) -> tuple[date, date]:
    return window.date_from, window.date_to


def _shown(session: Session, shipment_id: str) -> dict[str, Any]:
    view: ShipmentView = found(shipment_view(session, caller().brand_id, shipment_id))
    return {
        "id": view.id,
        "order_number": view.order_number,
        "order_url": f"{house().settings.base_url}/o/{session.get_one(Order, view.order_id).token}",
        "status": view.public.status,
        "reason": view.public.reason,
        "status_at": view.public.status_at,
        "items": list(view.keys),
        "parcels": [_parcel(parcel) for parcel in view.parcels],
        "promises": [_promise(promise) for promise in view.promises],
        "created_at": view.created_at,
        "delivered_at": view.delivered_at,
    }


def _parcel(parcel: ParcelFace) -> dict[str, Any]:
    names = {"carrier": parcel.carrier, "tracking_number": parcel.tracking_number}
    return {**names, "leg": parcel.leg, "checked_at": parcel.checked_at, "missing": list(parcel.missing)}


def _promise(promise: PromiseView) -> dict[str, Any]:
    window = {"from": promise.window_from, "to": promise.window_to}
    return {**window, "source": promise.source, "stated_at": promise.stated_at}
