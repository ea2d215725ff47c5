"""The desk's list of notices that wait for a person, because a switch is off. Only doors live here."""

from collections.abc import Sequence

from flask import Blueprint, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.care import held
from app.db import reading
from app.models.shipments import Notice, Order, Shipment
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.pages.render import see
from app.web.pages.staff import page, reader
from app.web.problems import found
from app.web.rules import staff

bp = Blueprint("held", __name__, url_prefix="/desk/held")


@bp.get("")
@staff("support", "auditor")
def waiting() -> Response:
    """What would have been sent: each as its customer would read it."""
    with reading(house().db) as session:
        desk = reader(session)
        rows = held.held(session, caller().brand_id)
        return page("staff/held.html", desk, rows=rows, numbers=_numbers(session, rows))


@bp.post("/<notice_id>/release")
@staff("support")
@once
def release(notice_id: str, session: Session) -> Response:
    """Send one though the switch is off; who did it is an entry."""
    found(held.release(session, caller().brand_id, notice_id, _person(), now()))
    return see("/desk/held")


@bp.post("/<notice_id>/withdraw")
@staff("support")
@once
def withdraw(notice_id: str, session: Session) -> Response:
    """Take one back before anybody has read it."""
    found(held.drop(session, caller().brand_id, notice_id, _person(), now()))
    return see("/desk/held")


def _numbers(session: Session, rows: Sequence[Notice]) -> dict[str, str]:
    asked = select(Shipment.id, Order.number).join(Order, Order.id == Shipment.order_id)
    ids = [row.shipment_id for row in rows]
    return dict(row for row in session.execute(asked.where(Shipment.id.in_(ids))))


def _person() -> str:
    person_id = caller().person_id
    assert person_id is not None  # the rule lets only people in
    return person_id
