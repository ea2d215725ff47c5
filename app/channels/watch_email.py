"""Mails to those who watch an item. Layout and SMTP are app/channels/email; the words, app/watching/letters."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.channels.email import Mail, hand_over
from app.channels.errors import ChannelError
from app.gs1 import identifiers
from app.house import House
from app.models.brands import Brand
from app.models.products import Product, Recall
from app.models.shipments import Outgoing
from app.models.watching import Watch, WatchMail
from app.sealed import open_box
from app.texts import Texts, translator
from app.watching import letters, wording


def send(house: House, outgoing: Outgoing) -> None:
    """Hand one mail to the mail server; raises ChannelError. No transaction is open while it speaks."""
    hand_over(house, outgoing, _mail)


def sent(session: Session, outgoing: Outgoing, now: datetime) -> None:
    """Note that a mail server took it."""
    session.get_one(WatchMail, outgoing.subject_id).sent_at = now


def _mail(session: Session, house: House, outgoing: Outgoing) -> Mail:
    row = session.get(WatchMail, outgoing.subject_id)
    watch = session.get(Watch, row.watch_id) if row else None
    if row is None or watch is None or watch.sealed is None:
        raise ChannelError("nobody watches this any more", permanent=True)
    if row.kind == "confirm" and watch.confirm_token is None:
        raise ChannelError("the link was used already", permanent=True)
    brand = session.get_one(Brand, watch.brand_id)
    t = translator(watch.language)
    letter = _letter(session, row, watch, brand, t)
    base, sender = house.settings.base_url, house.settings.mail_from
    page = f"/watch/confirm/{watch.confirm_token}" if row.kind == "confirm" else wording.address(watch.key)
    joint = "&" if "?" in page else "?"
    return Mail(
        message_id=f"<{outgoing.id}@{sender.rpartition('@')[2]}>",
        sender_name=brand.name,
        sender=sender,
        reply_to=str(brand.settings.get("reply_to", "")),
        recipient=open_box(house.keys).open(watch.sealed).decode(),
        recipient_name="",
        language=t.language,
        subject=letter.subject,
        body=letter.body,
        page_url=f"{base}{page}{joint}lang={t.language}",
        unsubscribe_url=f"{base}/watch/stop/{watch.stop_token}",
        written_at=row.created_at,
        colour=brand.colour,
        see=letter.see,
    )


def _letter(session: Session, row: WatchMail, watch: Watch, brand: Brand, t: Texts) -> letters.Letter:
    thing = _name(session, watch, t)
    if row.kind == "confirm":
        return letters.confirm(t, thing)
    if row.kind == "news":
        return letters.news(t, thing, [wording.event(each, t) for each in row.facts["events"]])
    if row.kind == "recall":
        recall = session.get_one(Recall, row.facts["recall"])
        return letters.recall(t, thing, t.named(recall.reason), t.named(recall.advice))
    return letters.misbehaved(t, thing, brand.name)


def _name(session: Session, watch: Watch, t: Texts) -> str:
    query = select(Product.name).where(
        Product.brand_id == watch.brand_id, Product.gtin == identifiers.gtin(watch.key)
    )
    return wording.thing(watch.key, t.named(session.scalar(query)))
