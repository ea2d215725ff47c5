"""What customers answered to a recall, and who has not yet. Names nobody: an answer belongs to a shipment."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.models.brands import Brand
from app.models.products import Recall, RecallAnswer
from app.models.shipments import Notice, Order, Shipment
from app.provenance.errors import Refused
from app.record import record

ANSWERS = ("kept", "returned", "destroyed", "not_mine")
MISSING = ("order", "shipment", "told_at")
"""The head of the table of who has not answered."""


@dataclass(frozen=True, slots=True)
class Told:
    """A shipment whose customer was told of a recall; `answer` None: nothing came back yet."""

    recall: str
    shipment: str
    order: str
    told_at: datetime
    answer: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a recall has come: who was told, and how many gave which answer."""

    told: Sequence[Told]
    counts: dict[str, int]

    @property
    def missing(self) -> list[Told]:
        return [each for each in self.told if each.answer is None]

    def missing_rows(self) -> list[list[str]]:
        """Rows below MISSING."""
        return [[each.order, each.shipment, each.told_at.isoformat()] for each in self.missing]


def progress(session: Session, brand_id: str, recall_id: str) -> Progress:
    """Everybody who was told of this recall, with the answer. One statement."""
    asked = _told(brand_id).where(RecallAnswer.recall_id.is_(None) | (RecallAnswer.recall_id == recall_id))
    told = [_read(row) for row in session.execute(asked) if _recall_of(row.key) == recall_id]
    counted = Counter(each.answer for each in told if each.answer)
    return Progress(told, {answer: counted[answer] for answer in ANSWERS})


def asked_of(session: Session, order: Order) -> list[tuple[Recall, list[Told]]]:
    """The recalls that the customer of an order was told of, each with its shipments."""
    rows = session.execute(_told(order.brand_id).where(Order.id == order.id)).all()
    found: dict[str, list[Told]] = {}
    for row in rows:
        found.setdefault(_recall_of(row.key), []).append(_read(row))
    mine = select(Recall).where(Recall.brand_id == order.brand_id, Recall.id.in_(found))
    return [(recall, found[recall.id]) for recall in session.scalars(mine.order_by(Recall.opened_at))]


def answer(session: Session, order: Order, recall_id: str, said: str, now: datetime) -> None:
    """Keep what a customer did with the goods of all shipments of the order that this recall is about.

    Answering again changes the answer; each change is an entry. Raises Refused for a word that is no answer, and
    for a recall that has ended or that this customer was never told of.
    """
    if said not in ANSWERS:
        raise Refused("answer", f"must be one of {', '.join(ANSWERS)}")
    asked = next((each for each in asked_of(session, order) if each[0].id == recall_id), None)
    if asked is None or asked[0].closed_at:
        raise Refused("recall", "this recall has ended, or is not about this order")
    log_id = session.get_one(Brand, order.brand_id).log_id
    for told in asked[1]:
        if told.answer == said:
            continue
        body = {"recall": recall_id, "shipment": told.shipment, "answer": said}
        receipt = record(session, log_id, EntryType.RECALL_ANSWERED, body, now=now)
        row = session.get(RecallAnswer, (recall_id, told.shipment)) or RecallAnswer(
            recall_id=recall_id, shipment_id=told.shipment, brand_id=order.brand_id
        )
        row.answer, row.answered_at, row.submission_id = said, now, receipt.submission_id
        session.add(row)
    session.flush()


def _told(brand_id: str) -> Any:
    return (
        select(Notice.key, Notice.shipment_id, Notice.created_at, Order.number, RecallAnswer.answer)
        .join(Shipment, Shipment.id == Notice.shipment_id)
        .join(Order, Order.id == Shipment.order_id)
        .outerjoin(
            RecallAnswer,
            (RecallAnswer.shipment_id == Notice.shipment_id)
            & (Notice.key == "recall:" + Notice.shipment_id + ":" + RecallAnswer.recall_id),
        )
        .where(Notice.brand_id == brand_id, Notice.kind == "recall")
        .order_by(Order.number, Notice.shipment_id)
    )


def _recall_of(key: str) -> str:
    """The recall that a notice is about: `recall:{shipment}:{recall}`."""
    return key.rpartition(":")[2]


def _read(row: Any) -> Told:
    return Told(_recall_of(row.key), row.shipment_id, row.number, row.created_at, row.answer)
