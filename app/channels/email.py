"""Notices by email: `render` is pure, `send` speaks SMTP. Nothing here decides who is told what."""

import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from urllib.parse import unquote, urlsplit

from sqlalchemy.orm import Session

from app import words
from app.care import gate, links
from app.care.bounces import bounced, is_bad, mark_of
from app.care.preferences import unsubscribe_token
from app.channels.errors import ChannelError
from app.contrast import Rgb, readable_on, to_hex
from app.house import House
from app.models.shipments import Notice, Outgoing
from app.sealed import open_box
from app.texts import Texts, translator

_NO_SUCH_ADDRESS = ("550", "551", "553")  # RFC 5321, 4.2.3; other 5xx are about the message or the policy

TIMEOUT = 20  # seconds for connecting and for each answer; the outbox's lease is minutes


@dataclass(frozen=True)
class Mail:
    """Everything a mail says. `message_id` is made of the outgoing row, so a second sending can be told."""

    message_id: str
    sender_name: str
    sender: str
    reply_to: str
    recipient: str
    recipient_name: str
    language: str
    subject: str
    body: str
    page_url: str
    unsubscribe_url: str  # empty: to the brand's own people, who are told as long as they are
    written_at: datetime
    colour: str = "#0b5d4f"
    see: str = ""  # what the button says; empty: that it leads to the order
    act: str = ""  # what the customer can do by the link below, which works once
    act_url: str = ""


def send(house: House, outgoing: Outgoing) -> None:
    """Hand one notice to the mail server; raises ChannelError. No transaction is open while it speaks."""
    hand_over(house, outgoing, _mail)


sent, withheld = gate.sent, gate.withheld


def hand_over(house: House, outgoing: Outgoing, write: Callable[[Session, House, Outgoing], Mail]) -> None:
    """Hand what `write` makes to the mail server. No transaction is open while it speaks.

    Raises ChannelError, with the mark of an address that the server refused for good.
    """
    if not house.settings.smtp_url:
        raise ChannelError("no mail server is set (WAYPROOF_SMTP_URL)")
    with house.db.begin() as session:
        mail = write(session, house, outgoing)
    try:
        deliver(house.settings.smtp_url, render(mail))
    except ChannelError as error:
        if error.permanent and error.status in _NO_SUCH_ADDRESS:
            error.mark = mark_of(open_box(house.keys), mail.recipient)
        raise


def failed(session: Session, outgoing: Outgoing, error: ChannelError, given_up: bool, now: datetime) -> None:
    """Mark an address that the mail server refused for good, and open a case."""
    if given_up and error.mark is not None:
        bounced(session, outgoing, error.mark, error.status, now)


def _mail(session: Session, house: House, outgoing: Outgoing) -> Mail:
    cleared = gate.clear(session, outgoing, "email", house.clock())
    notice, customer, brand = cleared.notice, cleared.customer, cleared.brand
    if not customer.email:
        raise ChannelError("the customer has no address any more", permanent=True)
    if is_bad(session, brand.id, mark_of(open_box(house.keys), customer.email), house.clock()):
        raise ChannelError("mails to this address come back", permanent=True)
    base, sender = house.settings.base_url, house.settings.mail_from
    return Mail(
        message_id=f"<{outgoing.id}@{sender.rpartition('@')[2]}>",
        sender_name=brand.name,
        sender=sender,
        reply_to=str(brand.settings.get("reply_to", "")),
        recipient=customer.email,
        recipient_name=customer.name or "",
        language=notice.language,
        subject=notice.subject,
        body=notice.body,
        page_url=f"{base}/o/{cleared.order.token}?lang={notice.language}",
        unsubscribe_url=f"{base}/u/{unsubscribe_token(session, customer, 'email', house.clock())}",
        written_at=notice.created_at,
        colour=brand.colour,
        **_act(session, house, notice),
    )


def _act(session: Session, house: House, notice: Notice) -> dict[str, str]:
    """The link that this notice asks for; it stands in the mail alone, never on a page that others may open."""
    link = links.for_notice(session, notice, house.clock())
    if link is None:
        return {}
    says = translator(notice.language).gettext(words.LINK_PURPOSE[link.purpose])
    return {"act": says, "act_url": f"{house.settings.base_url}/act/{link.token}?lang={notice.language}"}


def render(mail: Mail) -> EmailMessage:
    """The message: plain text and HTML, with one-click unsubscribe (RFC 8058). Raises ChannelError.

    Names and subjects come from outside; line breaks in them become blanks, so that they add no header.
    """
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = Address(_one_line(mail.sender_name), addr_spec=mail.sender)
        message["To"] = Address(_one_line(mail.recipient_name), addr_spec=mail.recipient)
        if mail.reply_to:
            message["Reply-To"] = Address(addr_spec=mail.reply_to)
    except (ValueError, MessageError, IndexError) as error:
        raise ChannelError("an address of this mail is not valid", permanent=True) from error
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = format_datetime(mail.written_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    texts = translator(mail.language)
    message.set_content(_plain(mail, texts), cte="quoted-printable")
    message.add_alternative(_html(mail, texts), subtype="html", cte="quoted-printable")
    message["Content-Language"] = mail.language  # last: making parts drops what begins with Content-
    return message


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]


def _greeting(mail: Mail, texts: Texts) -> str:
    if not mail.recipient_name:
        return texts.gettext("Hello,")
    return texts.gettext("Hello %(name)s,", name=_one_line(mail.recipient_name))


def _plain(mail: Mail, texts: Texts) -> str:
    return "\n\n".join(
        (
            _greeting(mail, texts),
            mail.body,
            *([f"{mail.act}:\n{mail.act_url}"] if mail.act_url else ()),
            f"{mail.see or texts.gettext('Your order, live:')}\n{mail.page_url}",
            f"{_one_line(mail.sender_name)}",
            *_stop(mail, texts),
        )
    )


def _stop(mail: Mail, texts: Texts) -> tuple[str, ...]:
    if not mail.unsubscribe_url:
        return ()
    return (f"-- \n{texts.gettext('Stop these messages')}: {mail.unsubscribe_url}\n",)


_PAGE = """<!doctype html>
<html lang="{language}" dir="{direction}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>{subject}</title></head>
<body style="margin:0;padding:0">
<div role="article" aria-labelledby="subject" lang="{language}" dir="{direction}" \
style="font:16px/1.6 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;\
max-width:560px;margin:0 auto;padding:24px;overflow-wrap:anywhere">
<p style="font-weight:600;margin:0 0 16px">{brand}</p>
<h1 id="subject" style="font-size:22px;line-height:1.3;margin:0 0 16px">{subject}</h1>
<p style="margin:0 0 8px">{greeting}</p>
{facts}
{doing}
<p style="margin:28px 0"><a href="{page_url}" style="display:inline-block;padding:12px 20px;border-radius:8px;\
background:{colour};color:{ink};font-weight:600;text-decoration:none">{see}</a></p>
{stopping}
</div>
</body></html>
"""
_FACT = '<h2 style="font-size:16px;line-height:1.4;margin:20px 0 2px">{0}</h2>\n<p style="margin:0">{1}</p>'
_DOING = """<p style="margin:28px 0 0"><a href="{act_url}" style="font-weight:600;color:inherit">{act}</a></p>"""
_STOPPING = '<p style="font-size:14px;margin:0"><a href="{unsubscribe_url}" style="color:inherit">{stop}</a></p>'
_KEPT = re.compile(r"(?<![\w/.=&#%-])(?=[\w-]{3,24}(?![\w-]))[A-Z0-9]+(?:-[A-Z0-9]+)+")  # a code with hyphens
_PARAGRAPH = '<p style="margin:12px 0">{0}</p>'


def _html(mail: Mail, texts: Texts) -> str:
    values = {
        "language": mail.language,
        "direction": texts.direction,
        "subject": mail.subject,
        "brand": mail.sender_name,
        "greeting": _greeting(mail, texts),
        "page_url": mail.page_url,
        "unsubscribe_url": mail.unsubscribe_url,
        "colour": mail.colour,
        "ink": to_hex(readable_on(Rgb.parse(mail.colour))),
        "see": mail.see or texts.gettext("See your order"),
        "stop": texts.gettext("Stop these messages"),
    }
    safe = {name: escape(value) for name, value in values.items()}
    doing = _DOING.format(**safe, act=escape(mail.act), act_url=escape(mail.act_url)) if mail.act_url else ""
    stopping = _STOPPING.format(**safe) if mail.unsubscribe_url else ""
    facts = "\n".join(_part(part) for part in mail.body.split("\n\n"))
    return _PAGE.format(**safe, doing=doing, stopping=stopping, facts=facts)


def _part(paragraph: str) -> str:
    """A heading with what stands under it, or, where there is one line only, a paragraph."""
    head, _, text = paragraph.partition("\n")
    if not text:
        return _PARAGRAPH.format(_kept(head))
    return _FACT.format(_kept(head), _kept(text).replace("\n", "<br>\n"))


def _kept(text: str) -> str:
    """The text for HTML; a code is not torn at its hyphen, which in Arabic turns it round."""
    return _KEPT.sub(r'<bdi dir="ltr" style="white-space:nowrap">\g<0></bdi>', escape(text))


def deliver(smtp_url: str, message: EmailMessage) -> None:
    """Speak SMTP: `smtp://` (with STARTTLS where the server offers it) or `smtps://`; raises ChannelError.

    A 5xx answer is permanent, everything else may be tried again. The text of an error names no address.
    """
    server = urlsplit(smtp_url)
    try:
        with _connect(server.scheme, server.hostname or "localhost", server.port) as smtp:
            if server.username:
                smtp.login(unquote(server.username), unquote(server.password or ""))
            smtp.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        code = codes[0]
        refused = f"the mail server refused the address ({code})"
        raise ChannelError(refused, code >= 500, status=str(code)) from error
    except smtplib.SMTPResponseException as error:
        # A refused login or sender is ours to mend in the settings, so the mail waits for it.
        theirs = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
        raise ChannelError(f"the mail server answered {error.smtp_code}", theirs) from error
    except (OSError, smtplib.SMTPException) as error:
        raise ChannelError(f"the mail server could not be reached: {type(error).__name__}") from error


def _connect(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT, context=ssl.create_default_context())
    smtp = smtplib.SMTP(host, port or 25, timeout=TIMEOUT)
    smtp.ehlo()
    if smtp.has_extn("starttls"):
        smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo()
    return smtp
