"""Mails to the brand's own people. Layout and SMTP are app/channels/email; the words, app/provenance/expiring."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.channels.email import Mail, hand_over
from app.channels.errors import ChannelError
from app.gs1 import identifiers
from app.house import House
from app.models.brands import Brand, Person
from app.models.products import Certificate, Product
from app.models.shipments import Outgoing
from app.provenance import expiring
from app.texts import Texts, translator


def send(house: House, outgoing: Outgoing) -> None:
    """Hand one mail to the mail server; raises ChannelError. No transaction is open while it speaks."""
    hand_over(house, outgoing, _mail)


def _mail(session: Session, house: House, outgoing: Outgoing) -> Mail:
    row, person = session.get(Certificate, outgoing.subject_id), session.get(Person, outgoing.target_id)
    if row is None or person is None or person.disabled_at or person.role != "owner":
        raise ChannelError("this person is no owner any more", permanent=True)
    if row.valid_until is None or row.valid_until < house.clock().date() or expiring.is_renewed(session, row):
        raise ChannelError("the certificate has ended or was renewed meanwhile", permanent=True)
    brand = session.get_one(Brand, row.brand_id)
    t = translator(person.language or brand.language)
    letter = expiring.letter(t, row, _name(session, row, t))
    sender = house.settings.mail_from
    return Mail(
        message_id=f"<{outgoing.id}@{sender.rpartition('@')[2]}>",
        sender_name=brand.name,
        sender=sender,
        reply_to="",
        recipient=person.login,
        recipient_name=person.name,
        language=t.language,
        subject=letter.subject,
        body=letter.body,
        page_url=f"{house.settings.base_url}/quality?lang={t.language}",
        unsubscribe_url="",
        written_at=outgoing.created_at,
        colour=brand.colour,
        see=letter.see,
    )


def _name(session: Session, row: Certificate, t: Texts) -> str:
    """What the certificate is about: its product by name with its lot or serial, else its key."""
    gtin = identifiers.gtin(row.key)
    names = session.scalar(select(Product.name).where(Product.brand_id == row.brand_id, Product.gtin == gtin))
    values = identifiers.values(row.key)
    part = values.get("21") or values.get("10") or ""
    return " ".join(filter(None, (t.named(names), part))) if names else row.key
