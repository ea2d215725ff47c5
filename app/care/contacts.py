"""A brand's chat channels (SMS, WhatsApp, LINE, Telegram … by Apprise) and where a customer is on them."""

import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.ids import new_id
from app.models.brands import Brand
from app.models.care import ChatChannel, Contact
from app.models.shipments import Customer
from app.sealed import Box

PLACE = "{to}"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,19}")
_ADDRESS = re.compile(r"[+@A-Za-z0-9][A-Za-z0-9 ._:@+()-]{1,253}")


class ContactRefused(ValueError):
    """A channel or an address on it is not usable; the text says why."""


def set_channel(session: Session, box: Box, brand: Brand, name: str, url: str, now: datetime) -> None:
    """Open a channel, or give it another address. `url` is Apprise's, with {to} where the recipient stands."""
    if not _NAME.fullmatch(name) or name in ("email", "push"):
        raise ContactRefused("a channel is named by 2 to 20 small letters, digits and _; not email, not push")
    if PLACE not in url or "://" not in url:
        raise ContactRefused("give Apprise's address with {to} where the recipient stands, such as sms://…/{to}")
    session.merge(ChatChannel(brand_id=brand.id, name=name, sealed=box.seal(url.encode()), created_at=now))


def end_channel(session: Session, brand: Brand, name: str) -> bool:
    """Close a channel and forget who was on it; False when there is none."""
    mine = ChatChannel.brand_id == brand.id, ChatChannel.name == name
    if session.scalar(select(ChatChannel.name).where(*mine)) is None:
        return False
    session.execute(delete(ChatChannel).where(*mine))
    session.execute(delete(Contact).where(Contact.brand_id == brand.id, Contact.channel == name))
    return True


def channels(session: Session, brand_id: str) -> list[str]:
    """The names of a brand's channels."""
    mine = select(ChatChannel.name).where(ChatChannel.brand_id == brand_id)
    return list(session.scalars(mine.order_by(ChatChannel.name)))


def set_contacts(session: Session, customer: Customer, given: Mapping[str, str], now: datetime) -> None:
    """Where the customer asked to be told, by channel. Raises ContactRefused, for an unknown channel too."""
    known = channels(session, customer.brand_id)
    for name, address in given.items():
        if name not in known:
            raise ContactRefused(f"there is no channel {name}; the brand has: {', '.join(known) or 'none'}")
        if not _ADDRESS.fullmatch(address):
            raise ContactRefused(f"the address on {name} must be a number, a name or an id")
        mine = select(Contact).where(Contact.customer_id == customer.id, Contact.channel == name)
        row = session.scalar(mine) or Contact(
            id=new_id(), brand_id=customer.brand_id, customer_id=customer.id, channel=name
        )
        row.address, row.created_at = address, now
        session.add(row)


def address_of(channel: ChatChannel, contact: Contact, box: Box) -> str:
    """Apprise's address with the recipient in it; nothing in an address can lead to another service."""
    return box.open(channel.sealed).decode().replace(PLACE, quote(contact.address, safe=""))
