"""Notices by SMS, WhatsApp, LINE, Telegram and whatever else Apprise speaks: short, with the way to the whole."""

from sqlalchemy.orm import Session

from app.care import gate
from app.care.contacts import address_of
from app.care.preferences import unsubscribe_token
from app.channels.errors import ChannelError
from app.house import House
from app.models.care import ChatChannel, Contact
from app.models.shipments import Outgoing
from app.sealed import open_box
from app.texts import Texts, translator

TIMEOUT = 30  # seconds for the whole of it


def send(house: House, outgoing: Outgoing) -> None:
    """Hand one notice to the service of its channel; raises ChannelError. No transaction is open meanwhile."""
    with house.db.begin() as session:
        url, subject, body = _message(session, house, outgoing)
    _speak(url, subject, body)


sent, withheld = gate.sent, gate.withheld


def _message(session: Session, house: House, outgoing: Outgoing) -> tuple[str, str, str]:
    contact = session.get(Contact, outgoing.target_id or "")
    channel = session.get(ChatChannel, (outgoing.brand_id, contact.channel)) if contact else None
    if contact is None or channel is None:
        raise ChannelError("the customer is not on this channel any more", permanent=True)
    cleared = gate.clear(session, outgoing, contact.channel, house.clock())
    t, base = translator(cleared.notice.language), house.settings.base_url
    stop = f"{base}/u/{unsubscribe_token(session, cleared.customer, contact.channel, house.clock())}"
    body = short(t, cleared.notice.body, f"{base}/o/{cleared.order.token}", stop)
    return address_of(channel, contact, open_box(house.keys)), cleared.notice.subject, body


def short(t: Texts, body: str, page: str, stop: str) -> str:
    """The first two facts in a line each, then where the rest stands and how to end these messages."""
    facts = [part.partition("\n")[2] or part for part in body.split("\n\n")[:2]]
    return "\n".join([*facts, page, f"{t.gettext('Stop these messages')}: {stop}"])


def _speak(url: str, subject: str, body: str) -> None:
    from apprise import Apprise, NotifyFormat  # the extra `channels`; only in `work`

    service = Apprise()
    if not service.add(url):
        raise ChannelError("Apprise does not understand the address of this channel", permanent=True)
    if not service.notify(body=body, title=subject, body_format=NotifyFormat.TEXT, timeout=TIMEOUT):
        raise ChannelError("the chat service did not take it")
