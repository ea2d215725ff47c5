"""The story of three parcels, chapter by chapter: label, hold at customs, release, late, delivered.

One parcel each for a customer who reads English, Chinese and Arabic. The carrier is steered by its files and the
clock by its row; everything else follows by itself, as it would in life.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.care import compensation
from app.care.compensation import RuleTerms
from app.demo import carrier_script, parcels
from app.demo.acts import CASES, MAILBOX, advance
from app.demo.catalogue import BOXES, CUSTOMERS
from app.demo.stage import CannotPlay, Link, Played, Stage
from app.models.brands import Brand, Person
from app.models.shipments import Parcel
from app.process import write_private
from carriers import polling

CARRIER = "dhl_universal"
CHAPTERS = ("label", "customs-hold", "release", "late", "delivered")
RULE = RuleTerms("code", 500, "EUR", 1, 180, 50_000)

_TO_CUSTOMS_H, _AT_CUSTOMS_H, _TO_THE_DOOR_H = 25, 5, 30
_LAST_PROMISED_DAY = timedelta(days=3)


def play_chapter(stage: Stage, chapter: str) -> Played:
    """Play the next chapter, or the named one when it is its turn; "label" begins the story anew."""
    told = stage.story.get("parcels") or {}
    place = CHAPTERS.index(told["chapter"]) + 1 if told else 0
    due = CHAPTERS[place % len(CHAPTERS)]
    if chapter == "next":
        chapter = due
    if chapter not in (due, "label"):
        raise CannotPlay(f"the next chapter is {due}; label begins anew")
    said = _CHAPTERS[chapter](stage)
    stage.story["parcels"]["chapter"] = chapter
    write_private(stage.places.story, stage.story)
    pages = [Link(f"order, {language}", f"/o/{token}?lang={language}") for language, token in _orders(stage)]
    return stage.played("parcel-story", f"Chapter “{chapter}”: {said}", *pages, MAILBOX, CASES)


def _orders(stage: Stage) -> list[tuple[str, str]]:
    told = stage.story["parcels"]["orders"]
    return [(customer.language, order["token"]) for customer, order in zip(CUSTOMERS, told, strict=True)]


def _label(stage: Stage) -> str:
    now, orders = stage.now, stage.story["orders"]
    made: list[dict[str, Any]] = []
    with stage.house.db.begin() as session:
        brand = brand_of(session, stage.story["brand_id"])
        _set_rule(session, brand, now)
        for place, (customer, box) in enumerate(zip(CUSTOMERS, BOXES, strict=True)):
            number, ordinal = f"LT-{1001 + len(orders) + place}", len(orders) + place
            parcel = CARRIER, parcels.numbered(ordinal)
            made.append(parcels.send(session, brand, number, customer, box, parcel, now))
        orders[:0] = made
        stage.story["parcels"] = {"chapter": "label", "orders": made, "begins_at": now.isoformat()}
        write_private(stage.places.story, stage.story)
    for order, stops in zip(made, carrier_script.ROUTES.values(), strict=True):
        carrier_script.announce(stage.places.carriers, order["tracking_number"], CARRIER, now, stops)
    _ask(stage, now)
    return "three parcels have a label; the promise is an entry, though no carrier has touched them yet."


def _hold(stage: Stage) -> str:
    now = advance(stage, _TO_CUSTOMS_H)
    for number in _numbers(stage):
        carrier_script.hold_at_customs(stage.places.carriers, number, now, "customs_documents")
    _ask(stage, now)
    return "customs wants documents; each customer gets one notice, and a link to send them that works once."


def _release(stage: Stage) -> str:
    now = advance(stage, _AT_CUSTOMS_H)
    for number in _numbers(stage):
        carrier_script.resume(stage.places.carriers, number, now)
    _ask(stage, now)
    return "customs has let them go; the case closes by itself."


def _late(stage: Stage) -> str:
    now = stage.now
    for number in _numbers(stage):
        carrier_script.silence(stage.places.carriers, number, now)
    begun = datetime.fromisoformat(stage.story["parcels"]["begins_at"])
    over = datetime.combine(begun.date() + _LAST_PROMISED_DAY + timedelta(days=1), time(12), UTC)
    now = advance(stage, max(1, -(-(over - now) // timedelta(hours=1))))
    _ask(stage, now)
    return "the promised days are over and the carrier has no delivery: each customer gets a code, once."


def _deliver(stage: Stage) -> str:
    for number in _numbers(stage):
        carrier_script.resume(stage.places.carriers, number, stage.now)
    _ask(stage, advance(stage, _TO_THE_DOOR_H))
    return "delivered, late; no second code, and every case is closed."


def _set_rule(session: Session, brand: Brand, now: datetime) -> None:
    """What the brand gives for a broken promise; set once."""
    if compensation.rules_of(session, brand.id):
        return
    owner = session.scalars(select(Person.id).where(Person.brand_id == brand.id, Person.role == "owner")).first()
    compensation.set_rule(session, brand, RULE, person_id=owner or "demo", now=now)


def _numbers(stage: Stage) -> list[str]:
    return [order["tracking_number"] for order in stage.story["parcels"]["orders"]]


def _ask(stage: Stage, now: datetime) -> None:
    """The next question would come in hours of the demo's time; nobody wants to wait for it."""
    shipments = [order["shipment"] for order in stage.story["parcels"]["orders"]]
    with stage.house.db.begin() as session:
        ids = session.scalars(select(Parcel.id).where(Parcel.shipment_id.in_(shipments))).all()
        polling.hurry(session, ids, now)


_CHAPTERS: dict[str, Callable[[Stage], str]] = {
    "label": _label,
    "customs-hold": _hold,
    "release": _release,
    "late": _late,
    "delivered": _deliver,
}
