"""How a notice is written: once for its key, with its entry, onto its ways. What it says is app/care/notices."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.brands.switches import allowed
from app.care import letters
from app.care.own_words import in_own_words
from app.care.posting import post
from app.entries import EntryType
from app.ids import new_id
from app.models.brands import Brand
from app.models.shipments import Customer, Notice, Order, Promise, Shipment
from app.record import about_customer, record
from app.texts import Texts, translator
from ledger.canonical import moment_text

Window = tuple[date, date]
Wording = Callable[[Texts, str], letters.Letter]  # (texts, order number) -> letter


@dataclass(frozen=True)
class Trouble:
    """What a notice is about; `key` makes it one. `window` is None while we know none.

    presses: it asks or gives something new, so that it does not wait until the last one is half a day old.
    """

    kind: str
    key: str
    reason: str
    action: str
    window: Window | None
    next_in: timedelta
    presses: bool = True


def write(
    session: Session,
    shipment: Shipment,
    trouble: Trouble,
    wording: Wording,
    now: datetime,
    about: dict[str, str] | None = None,
) -> Notice | None:
    """Write a notice once: its row, its entry, a row of the outbox for each way; None where it is told already.

    While the switch is off it is held for a person, and takes no way yet. `about` are more ids for the entry.
    """
    customer, order = addressee(session, shipment)
    if customer.erased_at or _told(session, shipment.brand_id, trouble.key):
        return None
    free = allowed(session, shipment.brand_id, "notices", trouble.kind)
    if not free and trouble.kind == "update":
        return None  # “nothing has changed” is not worth a person's time
    notice = _compose(session, shipment, customer, order, trouble, wording, now)
    notice.state, notice.why = ("told", None) if free else ("held", "switch")
    try:
        with session.begin_nested():
            notice.submission_id = _record(session, notice, about or {}, now)
            session.add(notice)
    except IntegrityError:  # another worker told it between our look and our insert
        return None
    if free:
        post(session, notice, customer, order, now)
    return notice


def _compose(
    session: Session,
    shipment: Shipment,
    customer: Customer,
    order: Order,
    trouble: Trouble,
    wording: Wording,
    now: datetime,
) -> Notice:
    texts = translator(customer.language)
    next_at = now + trouble.next_in
    letter = wording(texts, order.number)
    facts = letter.facts(texts, next_at.astimezone(texts.zone(shipment.destination_zone)).date())
    subject, body = letter.subject, letter.text
    if not body:
        subject, body = in_own_words(
            session, shipment.brand_id, trouble.kind, texts.language, subject, order.number, facts
        )
    first, last = trouble.window or (None, None)
    return Notice(
        id=new_id(),
        brand_id=shipment.brand_id,
        key=trouble.key,
        kind=trouble.kind,
        shipment_id=shipment.id,
        customer_id=customer.id,
        promise=ordinal(session, shipment),
        presses=trouble.presses,
        language=texts.language,
        reason=trouble.reason,
        window_from=first,
        window_to=last,
        action=trouble.action,
        next_at=next_at,
        subject=subject,
        body=body,
        created_at=now,
    )


def _record(session: Session, notice: Notice, about: dict[str, str], now: datetime) -> int:
    """The entry names ids and facts; the words are committed to, so that they can be shown later and be erased."""
    body = {
        "notice": notice.id,
        "shipment": notice.shipment_id,
        "kind": notice.kind,
        "reason": notice.reason,
        "window": [str(notice.window_from), str(notice.window_to)] if notice.window_from else [],
        "action": notice.action,
        "next_at": moment_text(notice.next_at),
        **about,
    }
    words_told = f"{notice.subject}\n\n{notice.body}".encode()
    log_id = session.get_one(Brand, notice.brand_id).log_id
    receipt = record(
        session,
        log_id,
        EntryType.NOTICE_WRITTEN,
        body,
        now=now,
        key=f"notice:{notice.id}",
        openings={"personal:text": words_told},
        person=about_customer(notice.customer_id),
    )
    return receipt.submission_id


def addressee(session: Session, shipment: Shipment) -> tuple[Customer, Order]:
    """Who waits for a shipment, and what was ordered."""
    order = session.get_one(Order, shipment.order_id)
    return session.get_one(Customer, order.customer_id), order


def _told(session: Session, brand_id: str, key: str) -> bool:
    asked = select(Notice.id).where(Notice.brand_id == brand_id, Notice.key == key)
    return session.scalar(asked) is not None


def promise_of(session: Session, shipment: Shipment, *, first: bool = False) -> Promise | None:
    """The newest promise of a shipment, or its first one."""
    order = Promise.ordinal if first else Promise.ordinal.desc()
    return session.scalar(select(Promise).where(Promise.shipment_id == shipment.id).order_by(order).limit(1))


def ordinal(session: Session, shipment: Shipment) -> int:
    """The version of the promise that counts now; 0 where nothing was promised."""
    promise = promise_of(session, shipment)
    return promise.ordinal if promise else 0
