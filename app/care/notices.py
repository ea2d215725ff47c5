"""Notices to customers: one per trouble and promise, with four facts. The outbox sends them, not this file."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import words
from app.brands.switches import allowed
from app.care import letters
from app.care.foretold import foretold
from app.care.own_words import in_own_words
from app.care.posting import post
from app.care.preferences import wants
from app.entries import EntryType
from app.ids import new_id
from app.models.brands import Brand
from app.models.products import Recall
from app.models.shipments import Customer, Notice, Order, Promise, Shipment
from app.record import about_customer, record
from app.texts import Texts, translator
from ledger.canonical import moment_text

# When we write next, at the latest; care/follow_up keeps these words.
NEXT_IN = {
    "delay": timedelta(days=2),
    "excursion": timedelta(days=1),
    "recall": timedelta(days=7),
}

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


def delay(
    session: Session,
    *,
    shipment: Shipment,
    reason: str,
    window: Window | None,
    now: datetime,
    parts: letters.Parts = letters.ONE,
    outlook: letters.Outlook | None = None,
    compensation: letters.Compensation | None = None,
) -> Notice | None:
    """Tell the customer that the promise will not hold; None when this trouble of this promise is told already.

    `reason` is one of the reasons of carriers/event, "promise_passed" or "unknown"; `window` the new window in
    dates at the destination, None while we do not know one; `outlook` how sure it is. A customer who unsubscribed,
    or has no address, gets the notice on the order page only. While the switch is off it waits for a person.
    """
    if outlook is None:
        window, outlook = foretold(session, shipment, window, now)
    late = _late(session, shipment, reason, window, parts, outlook, compensation)
    key = f"delay:{shipment.id}:{_ordinal(session, shipment)}:{reason}"
    presses = compensation is not None or late.action != "nothing"
    trouble = Trouble("delay", key, reason, late.action, window, NEXT_IN["delay"], presses)
    return _write(session, shipment, trouble, lambda texts, number: letters.delay(texts, number, late), now)


def compensate(
    session: Session,
    *,
    shipment: Shipment,
    reason: str,
    window: Window | None,
    compensation: letters.Compensation,
    now: datetime,
    parts: letters.Parts = letters.ONE,
    outlook: letters.Outlook | None = None,
    arrived: date | None = None,
) -> Notice | None:
    """Tell the customer what a broken promise gives, with the facts of the delay; once per promise version.

    `arrived` is the day of the delivery where it has come meanwhile: then it stays true, and is the last word.
    """
    if outlook is None and arrived is None:
        window, outlook = foretold(session, shipment, window, now)
    late = replace(_late(session, shipment, reason, window, parts, outlook, compensation), arrived=arrived)
    key = f"compensation:{shipment.id}:{_ordinal(session, shipment)}"
    trouble = Trouble("compensation", key, reason, late.action, window, NEXT_IN["delay"])
    return _write(session, shipment, trouble, lambda texts, number: letters.compensated(texts, number, late), now)


def make_good(
    session: Session, *, shipment: Shipment, cause: str, choice: str, window: Window | None, now: datetime
) -> Notice | None:
    """Tell the customer once that lost or spoilt goods are sent again, or paid back; None when it is told."""
    action = "we_send" if choice == "resend" else "nothing"
    reason = words.PROPOSAL_HAPPENED[cause]
    trouble = Trouble("amends", f"amends:{shipment.id}", reason, action, window, NEXT_IN["delay"])

    def letter(texts: Texts, number: str) -> letters.Letter:
        if choice == "resend":
            return letters.sent_again(texts, number, cause, window)
        return letters.refunded(texts, number, cause)

    return _write(session, shipment, trouble, letter, now)


def _late(
    session: Session,
    shipment: Shipment,
    reason: str,
    window: Window | None,
    parts: letters.Parts,
    outlook: letters.Outlook | None,
    compensation: letters.Compensation | None,
) -> letters.Late:
    promise = _promise(session, shipment, first=True)
    return letters.Late(
        reason=reason,
        action=words.ACTION_FOR.get(reason, "nothing"),
        window=window,
        promised=promise.window_to if promise else None,
        outlook=outlook,
        parts=parts,
        due=due_at_door(shipment),
        compensation=compensation,
    )


def due_at_door(shipment: Shipment) -> letters.Money | None:
    """What the customer pays when the parcel is handed over, where the order names it."""
    if shipment.due_minor is None or not shipment.due_currency:
        return None
    return letters.Money(shipment.due_minor, shipment.due_currency)


def excursion(
    session: Session,
    *,
    shipment: Shipment,
    device_name: str,
    started_at: datetime,
    peak: str,
    unit: str,
    limit: str,
    alarm_id: str,
    now: datetime,
) -> Notice | None:
    """Tell the customer that the goods left their band on the way; None when this alarm is told already.

    `peak` and `limit` are decimal texts in `unit` (UN/CEFACT code or sign). `device_name` is for the entry; a
    customer is not told it.
    """
    measured = letters.Measured(peak, limit, unit, started_at, shipment.destination_zone or "UTC")
    promise = _promise(session, shipment)
    window = (promise.window_from, promise.window_to) if promise else None
    key = f"excursion:{shipment.id}:{alarm_id}"
    trouble = Trouble("excursion", key, measured.reason, "wait_for_check", window, NEXT_IN["excursion"])
    return _write(
        session,
        shipment,
        trouble,
        lambda texts, number: letters.excursion(texts, number, measured, trouble.action, window),
        now,
        {"alarm": alarm_id, "device": device_name},
    )


def recall(session: Session, *, shipment: Shipment, recall: Recall, now: datetime) -> Notice | None:
    """Tell the customer that what was bought is called back; None when this recall is told already."""
    trouble = Trouble(
        "recall", f"recall:{shipment.id}:{recall.id}", "recall", "follow_recall", None, NEXT_IN["recall"]
    )

    def letter(texts: Texts, number: str) -> letters.Letter:
        reason, advice = texts.named(recall.reason), texts.named(recall.advice)
        return letters.recall(texts, number, reason, advice, trouble.action)

    return _write(session, shipment, trouble, letter, now, {"recall": recall.id})


def offer(
    session: Session,
    *,
    shipment: Shipment,
    name: str,
    subject: dict[str, str],
    text: dict[str, str],
    now: datetime,
) -> Notice | None:
    """Write marketing to a customer who agreed to it, once for each `name`; None for everybody else.

    It goes by mail alone, by day, and not as the third within a week.
    """
    customer, _ = _addressee(session, shipment)
    if not customer.email or not wants(session, customer, "email", "marketing"):
        return None
    trouble = Trouble("marketing", f"marketing:{customer.id}:{name}", "offer", "nothing", None, timedelta(0))

    def letter(texts: Texts, _number: str) -> letters.Letter:
        return letters.offer(texts.named(subject), texts.named(text))

    return _write(session, shipment, trouble, letter, now)


def follow_up(session: Session, *, shipment: Shipment, earlier: Notice, now: datetime) -> Notice | None:
    """Write again at the time that `earlier` named, though nothing has changed; None when it is done already.

    Each letter gives the next one twice the time, up to a month: what has not moved for weeks moves no faster for
    a mail every other day.
    """
    next_in = min((earlier.next_at - earlier.created_at) * 2, timedelta(days=30))
    window = (earlier.window_from, earlier.window_to) if earlier.window_from and earlier.window_to else None
    key = f"update:{earlier.id}"
    trouble = Trouble("update", key, earlier.reason, earlier.action, window, next_in, presses=False)
    return _write(
        session,
        shipment,
        trouble,
        lambda texts, number: letters.update(texts, number, earlier.reason, earlier.action, window),
        now,
        {"follows": earlier.id},
    )


def of_shipment(session: Session, shipment: Shipment) -> list[Notice]:
    """Every notice about a shipment that its customer may read, the newest first."""
    asked = select(Notice).where(Notice.brand_id == shipment.brand_id, Notice.shipment_id == shipment.id)
    told = asked.where(Notice.state == "told")
    return list(session.scalars(told.order_by(Notice.created_at.desc(), Notice.id.desc())))


def _write(
    session: Session,
    shipment: Shipment,
    trouble: Trouble,
    wording: Wording,
    now: datetime,
    about: dict[str, str] | None = None,
) -> Notice | None:
    customer, order = _addressee(session, shipment)
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
        promise=_ordinal(session, shipment),
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


def _addressee(session: Session, shipment: Shipment) -> tuple[Customer, Order]:
    order = session.get_one(Order, shipment.order_id)
    return session.get_one(Customer, order.customer_id), order


def _told(session: Session, brand_id: str, key: str) -> bool:
    asked = select(Notice.id).where(Notice.brand_id == brand_id, Notice.key == key)
    return session.scalar(asked) is not None


def _promise(session: Session, shipment: Shipment, *, first: bool = False) -> Promise | None:
    order = Promise.ordinal if first else Promise.ordinal.desc()
    return session.scalar(select(Promise).where(Promise.shipment_id == shipment.id).order_by(order).limit(1))


def _ordinal(session: Session, shipment: Shipment) -> int:
    promise = _promise(session, shipment)
    return promise.ordinal if promise else 0
