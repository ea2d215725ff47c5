"""The support desk: the queue that fills itself, one search, one page for a shipment. Only doors live here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import anchoring, words
from app.care import held, links, notices
from app.db import reading
from app.gs1 import identifiers
from app.models.shipments import Case, Customer, Order, Shipment
from app.shipping import predictions
from app.shipping.views import ShipmentView, shipment_view
from app.support import cases, masking, replies, reveal, search
from app.telemetry.conditions import conditions
from app.texts import Texts, translator
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.pages import condition_view, desk_view, parcel_view, suspect_view
from app.web.pages.condition_view import ConditionPage
from app.web.pages.customer import address
from app.web.pages.desk_view import Fact
from app.web.pages.render import see
from app.web.pages.score import route_name
from app.web.pages.staff import Desk, names, page, reader
from app.web.problems import Problem, found
from app.web.rules import staff
from carriers.known import CARRIERS

bp = Blueprint("desk", __name__, url_prefix="/desk")


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as the queue shows it: what, about which, whose, until when, what to do next."""

    id: str
    sign: str
    kind: str
    about: str
    href: str
    owner: str
    opened: str
    due: str
    overdue: bool
    next: str
    closed: str
    facts: list[Fact]


@bp.get("")
@staff("support", "auditor")
def queue() -> Response:
    """What the rules opened, the most pressing first."""
    with reading(house().db) as session:
        desk = reader(session)
        lines = case_lines(session, desk, cases.queue(session, caller().brand_id))
        wrong = anchoring.wrong_with(session, desk.brand.log_id)
        waiting = held.count(session, caller().brand_id)
    return page("staff/desk.html", desk, lines=lines, wrong=wrong, held=waiting)


@bp.post("/search")
@staff("support", "auditor")
def find() -> Response:
    """A POST, so that what a caller said, an email above all, stands in no address and no log."""
    text = request.form.get("q", "").strip()
    with reading(house().db) as session:
        desk = reader(session)
        hits = search.find(session, caller().brand_id, text)
    ids = {hit.id for hit in hits}
    if len(ids) == 1 and hits[0].kind == "shipment":
        return see(f"/desk/shipments/{hits[0].id}")
    if len({hit.order_id for hit in hits}) == 1 and hits[0].order_id:
        return see(f"/desk/orders/{hits[0].order_id}")
    return page("staff/search.html", desk, q=text, hits=hits, href=_href)


def _href(hit: search.Hit) -> str:
    if hit.kind == "shipment":
        return f"/desk/shipments/{hit.id}"
    if hit.order_id:
        return f"/desk/orders/{hit.order_id}"
    return address(hit.key) if hit.key else ""


@bp.get("/search")
@staff("support", "auditor")
def search_page() -> Response:
    """The empty search, for whoever opens its address."""
    with reading(house().db) as session:
        return page("staff/search.html", reader(session), q="", hits=[], href=_href)


@bp.get("/shipments/<shipment_id>")
@staff("support", "auditor")
def shipment(shipment_id: str) -> Response:
    """The whole story of a shipment on one page; personal data is masked."""
    with reading(house().db) as session:
        return _shipment_page(session, shipment_id)


@bp.post("/shipments/<shipment_id>/reveal")
@staff("support")
def reveal_customer(shipment_id: str) -> Response:
    """Show the customer's data for this one answer, after the look is an entry. Each look needs its own reason."""
    who = caller()
    assert who.person_id
    with house().db.begin() as session:
        view = found(shipment_view(session, who.brand_id, shipment_id))
        try:
            shown = reveal.reveal(
                session,
                brand_id=who.brand_id,
                customer_id=view.customer_id,
                person_id=who.person_id,
                reason=request.form.get("reason", ""),
                note=request.form.get("note", ""),
                now=now(),
            )
        except reveal.ReasonRefused as refused:
            return _shipment_page(session, shipment_id, refused=str(refused), status=422)
        return _shipment_page(session, shipment_id, revealed=shown)


@bp.post("/shipments/<shipment_id>/link")
@staff("support")
def link(shipment_id: str) -> Response:
    """Make a link that the customer uses once, and show it in the reply; one that is open is shown again."""
    purpose, who = request.form.get("purpose", ""), caller()
    if purpose not in links.PURPOSES:
        raise Problem("invalid", "choose what the link is for")
    with house().db.begin() as session:
        found(shipment_view(session, who.brand_id, shipment_id))
        row = session.get_one(Shipment, shipment_id)
        made = links.make_link(session, row, purpose, now(), acting_person())
        return _shipment_page(session, shipment_id, linked=f"{house().settings.base_url}/act/{made.token}")


def _shipment_page(
    session: Session,
    shipment_id: str,
    status: int = 200,
    refused: str = "",
    revealed: dict[str, object] | None = None,
    linked: str = "",
) -> Response:
    brand_id = caller().brand_id
    view = found(shipment_view(session, brand_id, shipment_id))
    desk = reader(session)
    t = desk.t
    row = session.get_one(Shipment, shipment_id)
    order, customer = session.get_one(Order, view.order_id), session.get_one(Customer, view.customer_id)
    reply_texts = translator(customer.language)
    case_rows = list(cases.of_shipment(session, brand_id, shipment_id))
    silent = any(each.kind == "no_movement" and not each.closed_at for each in case_rows)
    return page(
        "staff/shipment.html",
        desk,
        status,
        view=view,
        order=order,
        parcel=parcel_view.page(view.public, t),
        predicted=predictions.latest(session, shipment_id),
        promises=[
            (p.source, t.window(p.window_from, p.window_to), t.moment(p.stated_at, "UTC")) for p in view.promises
        ],
        conditions=list(_conditions(session, view, t)),
        things=[(address(key), key) for key in view.keys],
        notices=notices.of_shipment(session, row),
        cases=case_lines(session, desk, case_rows),
        linked=linked,
        **desk_view.more(session, view, row, case_rows, t, desk.brand.name, revealed),
        masked=_masked(customer, t),
        revealed=revealed,
        refused=refused,
        reasons=reveal.REASONS,
        next_carriers=desk_view.next_carriers(session, view, row),
        carriers=sorted(CARRIERS.items(), key=lambda carrier: carrier[1].casefold()),
        reply=_reply(view, order, customer, reply_texts, desk, silent=silent, link=linked),
        reply_texts=reply_texts,
    )


def _conditions(session: Session, view: ShipmentView, t: Texts) -> Iterator[tuple[str, ConditionPage]]:
    for key in view.keys[:10]:
        if condition := conditions(session, view.brand_id, key, until=now()):
            yield key, condition_view.page(condition, t, view.public.destination_zone or "UTC")


def _masked(customer: Customer, t: Texts) -> dict[str, str]:
    return {
        "name": masking.name(customer.name),
        "email": masking.email(customer.email),
        "phone": masking.phone(customer.phone),
        "address": t.country(customer.country) or masking.address(customer.address),
    }


def _reply(
    view: ShipmentView, order: Order, customer: Customer, t: Texts, desk: Desk, *, silent: bool, link: str
) -> str:
    url = f"{house().settings.base_url}/o/{order.token}?lang={t.language}"
    return replies.compose(
        t,
        number=order.number,
        parcel=view.public,
        page_url=url,
        brand=desk.brand.name,
        silent=silent,
        link=f"{link}?lang={t.language}" if link else "",
    )


def case_lines(session: Session, desk: Desk, rows: Sequence[Case]) -> list[CaseLine]:
    """Cases in words, with the number of the order they are about and the name of their owner."""
    people = names(session, desk.brand.id)
    numbers = _order_numbers(session, [row.shipment_id for row in rows if row.shipment_id])
    return [_line(row, desk.t, people, numbers, now()) for row in rows]


def _order_numbers(session: Session, shipment_ids: list[str]) -> dict[str, str]:
    asked = select(Shipment.id, Order.number).join(Order, Order.id == Shipment.order_id)
    return dict(row for row in session.execute(asked.where(Shipment.id.in_(shipment_ids))))


def _line(row: Case, t: Texts, people: dict[str, str], numbers: dict[str, str], at: datetime) -> CaseLine:
    overdue = row.closed_at is None and row.due_at <= at
    soon = row.due_at - at < timedelta(hours=4)
    when = t.when((row.due_at - at).total_seconds())
    return CaseLine(
        id=row.id,
        sign="good" if row.closed_at else "bad" if overdue else "warn" if soon else "open",
        kind=t.gettext(words.CASE_KIND.get(row.kind, row.kind)),
        about=_about(row, t, numbers),
        href=f"/desk/shipments/{row.shipment_id}" if row.shipment_id else f"/desk/cases/{row.id}",
        owner=people.get(row.owner_id or "", ""),
        opened=t.moment(row.opened_at, "UTC"),
        due=t.gettext("was due %(when)s", when=when) if overdue else t.gettext("due %(when)s", when=when),
        overdue=overdue,
        next=t.gettext(words.CASE_NEXT.get(row.kind, words.CASE_NEXT["exception"])),
        closed=t.moment(row.closed_at, "UTC") if row.closed_at else "",
        facts=desk_view.case_facts(row, t),
    )


def _about(row: Case, t: Texts, numbers: dict[str, str]) -> str:
    if row.shipment_id in numbers:
        return t.gettext("Order %(number)s", number=numbers[row.shipment_id or ""])
    if row.subject.startswith("log:"):
        return t.gettext("The log of the brand")
    if row.subject.startswith("rate:"):
        kind, _, which = row.subject.removeprefix("rate:").partition(":")
        return t.country(which) if kind == "country" else CARRIERS.get(which, which)
    if row.subject.startswith("lane:"):
        return route_name(row.facts["lane"], t) if row.facts["lane"] else t.gettext("All routes")
    if row.subject.startswith("rule:"):
        return t.gettext("Compensation")
    if row.subject.startswith("item:"):
        key = str(row.facts.get("key", ""))
        return t.gettext("Item %(number)s", number=identifiers.values(key).get("21", key))
    if row.subject.startswith(("webhook:", "shop:")):
        return str(row.facts.get("webhook") or row.facts.get("shop", ""))
    if row.subject.startswith(("certificate:", "packing:")):
        return str(row.facts.get("certificate") or row.facts.get("things", ""))
    name = row.facts.get("device") or row.facts.get("device_name") or row.subject.partition(":")[2]
    return t.gettext("Device %(name)s", name=str(name))


@bp.get("/cases/<case_id>")
@staff("support", "auditor")
def case(case_id: str) -> Response:
    """One case with its facts, for those that belong to no shipment."""
    with reading(house().db) as session:
        desk = reader(session)
        row = found(cases.get(session, caller().brand_id, case_id))
        (line,) = case_lines(session, desk, [row])
        facts = {name: value for name, value in row.facts.items() if isinstance(value, str | int)}
        ids = [str(each) for each in row.facts.get("shipments", ())]
        listed = list(_order_numbers(session, ids).items())
        suspect = suspect_view.page(session, row, desk.t)
    facts = {} if line.facts or suspect else facts
    shown = {"facts": facts, "listed": listed, "more": row.facts.get("more", 0), "suspect": suspect}
    return page("staff/case.html", desk, line=line, **shown)


@bp.post("/cases/<case_id>/take")
@staff("support")
@once
def take(case_id: str, session: Session) -> Response:
    """Make the reader the owner of a case."""
    row = cases.take(session, brand_id=caller().brand_id, case_id=case_id, person_id=acting_person())
    return _back(found(row))


@bp.post("/cases/<case_id>/close")
@staff("support")
@once
def close(case_id: str, session: Session) -> Response:
    """Close a case by hand; the closing is an entry that names who did it."""
    row = cases.close(session, brand_id=caller().brand_id, case_id=case_id, person_id=acting_person(), now=now())
    return _back(found(row))


def acting_person() -> str:
    """The person who acts here; a key is none."""
    person_id = caller().person_id
    if person_id is None:
        raise Problem("not-allowed")
    return person_id


def _back(row: Case) -> Response:
    to_desk = request.form.get("back") == "desk" or not row.shipment_id
    return see("/desk" if to_desk else f"/desk/shipments/{row.shipment_id}")
