"""Disruptions for staff: what slows lanes now, the shipments it touches, tables and feeds of it. Only doors."""

from collections.abc import Sequence

from flask import Blueprint, Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import words
from app.brands.tenants import brand_of
from app.db import reading
from app.models.eta import Disruption
from app.models.shipments import Order, Shipment
from app.shipping import disruption_feeds, disruption_table, disruptions
from app.shipping.disruptions import KINDS, DisruptionRefused
from app.shipping.prices import BadRow
from app.texts import Texts
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.pages.dispatching import bad_lines
from app.web.pages.render import see
from app.web.pages.staff import page, reader
from app.web.problems import Problem, found
from app.web.rules import staff

bp = Blueprint("disrupting", __name__, url_prefix="/planning/disruptions")


@bp.get("")
@staff("warehouse", "support", "auditor")
def overview() -> Response:
    """What is on or to come, with the forms to declare more."""
    with reading(house().db) as session:
        return _page(session)


@bp.post("")
@staff("support")
@once
def declare(session: Session) -> Response:
    """Declare a disruption by hand."""
    brand = brand_of(session, caller().brand_id)
    try:
        told = disruption_table.told(request.form, source="person")
        row = disruptions.declare(session, brand, told, person_id=caller().person_id, now=now())
    except DisruptionRefused as refused:
        return _page(session, refused=refused)
    return see(f"/planning/disruptions/{row.id}" if row else "/planning/disruptions")


@bp.post("/table")
@staff("support")
@once
def upload(session: Session) -> Response:
    """Declare what stands in a table, if it is whole and nobody asked for a dry run."""
    file, brand = request.files.get("file"), brand_of(session, caller().brand_id)
    raw = file.read() if file else b""
    if not raw:
        return _page(session, bad=[BadRow(1, "", "no_file")])
    read = disruption_table.read_table(raw)
    if read.bad or request.form.get("dry") == "1":
        return _page(session, bad=read.bad, tried=len(read.rows))
    for told in read.rows:
        disruptions.declare(session, brand, told, person_id=caller().person_id, now=now())
    return see("/planning/disruptions")


@bp.post("/feeds")
@staff("support")
@once
def follow(session: Session) -> Response:
    """Follow a CAP feed for some countries."""
    form, brand = request.form, brand_of(session, caller().brand_id)
    extra = form.get("extra_days", "").strip()
    try:
        if not extra.isdecimal() or len(extra) > 3:
            raise DisruptionRefused("extra_days", "whole_number")
        disruption_feeds.follow_feed(
            session,
            brand,
            url=form.get("url", "").strip(),
            countries=form.get("countries", "").replace(",", " ").split(),
            extra_days=int(extra),
            now=now(),
        )
    except DisruptionRefused as refused:
        return _page(session, refused=refused)
    return see("/planning/disruptions")


@bp.post("/feeds/<feed_id>/leave")
@staff("support")
@once
def leave(feed_id: str, session: Session) -> Response:
    """Follow a feed no more."""
    if not disruption_feeds.leave_feed(session, caller().brand_id, feed_id):
        raise Problem("not-found")
    return see("/planning/disruptions")


@bp.get("/<disruption_id>")
@staff("warehouse", "support", "auditor")
def one(disruption_id: str) -> Response:
    """One disruption and the open shipments that it touches."""
    with reading(house().db) as session:
        desk = reader(session)
        row = found(_mine(session, disruption_id))
        touched = _numbers(session, disruptions.touched(session, row))
    where = lanes_of(row, desk.t)
    return page("planning/disruption.html", desk, row=row, touched=touched, where=where, over=_is_over(row))


@bp.post("/<disruption_id>/withdraw")
@staff("support")
@once
def withdraw(disruption_id: str, session: Session) -> Response:
    """End a disruption before its time."""
    row, brand = found(_mine(session, disruption_id)), brand_of(session, caller().brand_id)
    disruptions.withdraw(session, brand, row, person_id=caller().person_id, now=now())
    return see(f"/planning/disruptions/{row.id}")


def _is_over(row: Disruption) -> bool:
    return row.withdrawn_at is not None or row.valid_to < now()


def _mine(session: Session, disruption_id: str) -> Disruption | None:
    return session.scalar(
        select(Disruption).where(Disruption.id == disruption_id, Disruption.brand_id == caller().brand_id)
    )


def _numbers(session: Session, rows: Sequence[Shipment]) -> list[tuple[str, str]]:
    """Shipments as (id, order number)."""
    asked = select(Shipment.id, Order.number).join(Order, Order.id == Shipment.order_id)
    named = session.execute(asked.where(Shipment.id.in_([row.id for row in rows])).order_by(Order.number))
    return [(row.id, row.number) for row in named]


def lanes_of(row: Disruption, t: Texts) -> str:
    """Where a disruption is, in words: countries of origin and destination, carriers."""
    from_ = ", ".join(t.country(each) for each in row.origins)
    to = ", ".join(t.country(each) for each in row.destinations)
    arrow = " ← " if t.direction == "rtl" else " → "
    ways = arrow.join(part or "…" for part in (from_, to)) if from_ or to else ""
    return " · ".join(part for part in (ways, ", ".join(row.carriers), row.area) if part)


def _page(
    session: Session,
    refused: DisruptionRefused | None = None,
    bad: Sequence[BadRow] = (),
    tried: int | None = None,
) -> Response:
    desk = reader(session)
    rows = disruptions.of_brand(session, desk.brand.id, now=now())
    lines = [(row, lanes_of(row, desk.t), len(disruptions.touched(session, row))) for row in rows]
    wrong = refused and f"{refused.field}: {desk.t.gettext(words.TROUBLE[refused.trouble])}"
    shown = {"lines": lines, "wrong": wrong, "bad": bad_lines(bad, desk.t), "tried": tried, "given": request.form}
    return page(
        "planning/disruptions.html",
        desk,
        422 if refused or bad else 200,
        **shown,
        kinds=KINDS,
        feeds=disruption_feeds.feeds_of(session, desk.brand.id),
        columns=disruption_table.COLUMNS,
    )
