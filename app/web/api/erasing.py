"""Erasing what is personal over HTTP: the customer of an order, or the people named in an event. Only doors."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands import erasure
from app.brands.tenants import brand_of, signer_of
from app.db import reading
from app.models.brands import Brand
from app.models.shipments import Order
from app.web.api.door import door
from app.web.api.fields import Line, Moment
from app.web.body import Answer, Body
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.problems import Problem, found
from app.web.rules import machine
from ledger.errors import StillPending

bp = door("erasures", "Personal data")

Id = Annotated[str, StringConstraints(pattern="^[0-9A-Za-z]{26}$")]
Reason = Literal["asked", "consent_withdrawn", "no_longer_needed", "unlawful", "ordered_by_law"]
EventId = Annotated[str, StringConstraints(min_length=3, max_length=400, pattern=r"^[^\x00]+$")]


class SubjectIn(Body):
    """Of whom: the customer of an order (by its number), a customer (by id), or the people named in an event."""

    order: Annotated[Line | None, Field(examples=["A-1001"])] = None
    customer: Id | None = None
    event: EventId | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(each is not None for each in (self.order, self.customer, self.event)) != 1:
            raise ValueError("name one of order, customer and event")
        return self


class ErasureIn(SubjectIn):
    """Of whom and why, as GDPR article 17 has it; an entry of the log names the reason and who asked."""

    reason: Reason


class ErasureOut(Answer):
    """What goes, or went: values in the log by the type of their entry, and rows of the business."""

    customer: str | None
    values: dict[str, int]
    orders: int
    shipments: int
    parcels_on_the_way: int
    notices: int
    erased_at: Moment | None


def _with_places(view: Callable[..., Any]) -> Callable[..., Any]:
    """Once more after what waits has its place in the log, which an erasure must be able to name."""

    @wraps(view)
    def act(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except StillPending:
            with reading(house().db) as session:
                log_id = brand_of(session, caller().brand_id).log_id
            erasure.give_places(house().db, log_id, house().clock)
        try:
            return view(*args, **kwargs)
        except StillPending as waiting:
            raise Problem("unavailable", str(waiting), headers={"Retry-After": "2"}) from None

    return act


@bp.post("/api/v1/erasures/preview")
@machine("personal:erase", "owner")
@bp.input(SubjectIn)
@once
@bp.output(ErasureOut)
def post_erasure_preview(session: Session, json_data: SubjectIn) -> dict[str, Any]:
    """What an erasure would take; nothing is changed. It is a POST so that no number stands in an address."""
    brand = brand_of(session, caller().brand_id)
    customer_id = _customer_of(session, brand, json_data)
    if json_data.event is not None:
        return _of_event(erasure.personal_in_event(session, brand, json_data.event))
    return _of_customer(_known(lambda: erasure.preview(session, brand, customer_id)))


@bp.post("/api/v1/erasures")
@machine("personal:erase", "owner")
@bp.input(ErasureIn)
@_with_places
@once
@bp.output(ErasureOut)
def post_erasure(session: Session, json_data: ErasureIn) -> dict[str, Any]:
    """Erase it for good; every proof still verifies. The order's number goes too, so keep the customer's id."""
    who, at = caller(), now()
    brand = brand_of(session, who.brand_id)
    customer_id = _customer_of(session, brand, json_data)
    signer = signer_of(house().keys, brand)
    given: dict[str, Any] = {"reason": json_data.reason, "by": who.person_id or who.key_id or "", "now": at}
    if json_data.event is not None:
        done = _of_event(erasure.erase_event_within(session, signer, brand, json_data.event, **given))
        return done | {"erased_at": at}
    told = _known(lambda: erasure.erase_customer_within(session, signer, brand, customer_id, **given))
    return _of_customer(told) | {"erased_at": told.erased_at or at}


def _customer_of(session: Session, brand: Brand, asked: SubjectIn) -> str:
    """The id of the customer who is meant; a partner's key knows nobody."""
    if caller().partner_id:
        raise Problem("not-found")
    if asked.order is None:
        return asked.customer or ""
    mine = select(Order.customer_id).where(Order.brand_id == brand.id, Order.number == asked.order)
    return str(found(session.scalar(mine)))


def _known(act: Callable[[], erasure.Preview]) -> erasure.Preview:
    try:
        return act()
    except LookupError:
        raise Problem("not-found") from None


def _of_customer(told: erasure.Preview) -> dict[str, Any]:
    names = ("values", "orders", "shipments", "parcels_on_the_way", "notices", "erased_at")
    return {"customer": told.customer_id} | {name: getattr(told, name) for name in names}


def _of_event(values: dict[str, int]) -> dict[str, Any]:
    nothing = dict.fromkeys(("orders", "shipments", "parcels_on_the_way", "notices"), 0)
    return {"customer": None, "values": values, **nothing, "erased_at": None}
