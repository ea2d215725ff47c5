"""Notices to customers: one per trouble and promise, with four facts. The outbox sends them, not this file."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import words
from app.care import letters
from app.care.foretold import foretold
from app.care.preferences import wants
from app.care.telling import Trouble, Window, addressee, ordinal, promise_of, write
from app.models.products import Recall
from app.models.shipments import Notice, Shipment
from app.texts import Texts

# When we write next, at the latest; care/follow_up keeps these words.
NEXT_IN = {
    "delay": timedelta(days=2),
    "excursion": timedelta(days=1),
    "recall": timedelta(days=7),
}


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
    key = f"delay:{shipment.id}:{ordinal(session, shipment)}:{reason}"
    presses = compensation is not None or late.action != "nothing"
    trouble = Trouble("delay", key, reason, late.action, window, NEXT_IN["delay"], presses)
    return write(session, shipment, trouble, lambda texts, number: letters.delay(texts, number, late), now)


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
    key = f"compensation:{shipment.id}:{ordinal(session, shipment)}"
    trouble = Trouble("compensation", key, reason, late.action, window, NEXT_IN["delay"])
    return write(session, shipment, trouble, lambda texts, number: letters.compensated(texts, number, late), now)


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

    return write(session, shipment, trouble, letter, now)


def _late(
    session: Session,
    shipment: Shipment,
    reason: str,
    window: Window | None,
    parts: letters.Parts,
    outlook: letters.Outlook | None,
    compensation: letters.Compensation | None,
) -> letters.Late:
    promise = promise_of(session, shipment, first=True)
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
    promise = promise_of(session, shipment)
    window = (promise.window_from, promise.window_to) if promise else None
    key = f"excursion:{shipment.id}:{alarm_id}"
    trouble = Trouble("excursion", key, measured.reason, "wait_for_check", window, NEXT_IN["excursion"])
    return write(
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

    return write(session, shipment, trouble, letter, now, {"recall": recall.id})


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
    customer, _ = addressee(session, shipment)
    if not customer.email or not wants(session, customer, "email", "marketing"):
        return None
    trouble = Trouble("marketing", f"marketing:{customer.id}:{name}", "offer", "nothing", None, timedelta(0))

    def letter(texts: Texts, _number: str) -> letters.Letter:
        return letters.offer(texts.named(subject), texts.named(text))

    return write(session, shipment, trouble, letter, now)


def follow_up(session: Session, *, shipment: Shipment, earlier: Notice, now: datetime) -> Notice | None:
    """Write again at the time that `earlier` named, though nothing has changed; None when it is done already.

    Each letter gives the next one twice the time, up to a month: what has not moved for weeks moves no faster for
    a mail every other day. A cause that has ended meanwhile, such as a hold, is not told again.
    """
    over = earlier.reason in words.REASON and shipment.reason != earlier.reason and shipment.status is not None
    next_in = min((earlier.next_at - earlier.created_at) * 2, timedelta(days=30))
    window = (earlier.window_from, earlier.window_to) if earlier.window_from and earlier.window_to else None
    key = f"update:{earlier.id}"
    told = ("over", "nothing") if over else (earlier.reason, earlier.action)
    trouble = Trouble("update", key, *told, window, next_in, presses=False)

    def letter(texts: Texts, number: str) -> letters.Letter:
        if over:
            return letters.over(texts, number, shipment.status or "", window)
        return letters.update(texts, number, *told, window)

    return write(session, shipment, trouble, letter, now, {"follows": earlier.id})


def of_shipment(session: Session, shipment: Shipment) -> list[Notice]:
    """Every notice about a shipment that its customer may read, the newest first."""
    asked = select(Notice).where(Notice.brand_id == shipment.brand_id, Notice.shipment_id == shipment.id)
    told = asked.where(Notice.state == "told")
    return list(session.scalars(told.order_by(Notice.created_at.desc(), Notice.id.desc())))
