"""The whole order for staff, and orders that come in from a file. Only doors live here."""

from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.db import reading
from app.intake import files
from app.intake.sheet import COLUMNS
from app.models.intake import OrderFile
from app.sealed import open_box
from app.shipping.order_view import WholeOrder, whole_order
from app.support import cases
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.limits import takes_up_to
from app.web.pages import order_page, parcel_view
from app.web.pages.desk import case_lines
from app.web.pages.render import see
from app.web.pages.staff import page, reader
from app.web.problems import found
from app.web.rules import staff

bp = Blueprint("order_desk", __name__)


@bp.get("/desk/orders/<order_id>")
@staff("support", "auditor")
def order(order_id: str) -> Response:
    """Every line and parcel of an order on one page; its customer is on the pages of its shipments."""
    brand_id = caller().brand_id
    with reading(house().db) as session:
        whole: WholeOrder = found(whole_order(session, brand_id, order_id))
        desk = reader(session)
        rows = [row for each in whole.shipments for row in cases.of_shipment(session, brand_id, each.shipment_id)]
        return page(
            "staff/order.html",
            desk,
            order=whole,
            whole=order_page.page(whole, desk.t),
            shipments=[parcel_view.page(each, desk.t) for each in whole.shipments],
            cases=case_lines(session, desk, [row for row in rows if row.closed_at is None]),
            staff=True,
        )


@bp.get("/orders/import")
@staff("warehouse", "support")
def upload_page() -> Response:
    """Choose a file; nothing comes in before its rows were judged."""
    with reading(house().db) as session:
        return page("staff/orders_import.html", reader(session), columns=COLUMNS, wrong="")


@bp.post("/orders/import")
@staff("warehouse", "support")
@takes_up_to(files.LARGEST + 100_000)
@once
def upload(session: Session) -> Response:
    """Keep the file, sealed; the worker judges it."""
    given = request.files.get("file")
    data = given.stream.read() if given else b""
    if not data or len(data) > files.LARGEST:
        wrong = "too-large" if data else "missing"
        return page("staff/orders_import.html", reader(session), 422, columns=COLUMNS, wrong=wrong)
    who, box = caller(), open_box(house().keys)
    assert who.person_id
    row = files.keep(session, box, brand_id=who.brand_id, person_id=who.person_id, data=data, now=now())
    return see(f"/orders/import/{row.id}")


@bp.get("/orders/import/<file_id>")
@staff("warehouse", "support")
def uploaded(file_id: str) -> Response:
    """How a file stands: its bad rows by number, then how many orders are in."""
    with reading(house().db) as session:
        row: OrderFile = found(files.get(session, caller().brand_id, file_id))
        shown: dict[str, Any] = {"file": row, "moving": row.state in ("judging", "taking")}
        return page("staff/orders_file.html", reader(session), **shown)


@bp.post("/orders/import/<file_id>/go")
@staff("warehouse", "support")
@once
def go(file_id: str, session: Session) -> Response:
    """Let the good orders of a judged file come in."""
    files.go(found(files.get(session, caller().brand_id, file_id)))
    return see(f"/orders/import/{file_id}")
