"""Mails that come back (RFC 3464), read from a folder: whose they were, and whether the address is bad for good.

Nothing but the report's codes and the id of our own mail is taken from them; what else they hold is not kept.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from app.care.bounces import bounced, mark_of
from app.house import House
from app.models.shipments import Customer, Notice, Outgoing
from app.sealed import Box, open_box

AGAIN = timedelta(hours=6)
MOST_TRIES = 5
_LARGEST = 2_000_000
_ID = re.compile(r"<([0-9a-hjkmnp-tv-z]{26})@")
_STATUS = re.compile(r"\s*([245])\.\d{1,3}\.\d{1,3}")

log = structlog.get_logger()


@dataclass(frozen=True)
class Returned:
    """A delivery that failed: the outbox's row it was, and the status (RFC 3463). `hard`: it will fail again."""

    outgoing_id: str
    status: str
    hard: bool


def parse(octets: bytes) -> Returned | None:
    """What a mail reports of one of ours; None for anything else, a report of a mere delay included."""
    message = message_from_bytes(octets[:_LARGEST], policy=policy.default)
    if message.get_content_type() != "multipart/report":
        return None
    parts = list(message.walk())
    fields = next((_failure(part) for part in parts if part.get_content_type() == "message/delivery-status"), None)
    ours = next(filter(None, map(_our_id, parts[1:])), None)
    if fields is None or ours is None:
        return None
    return Returned(ours, fields, fields.startswith("5"))


def _failure(part: Message) -> str | None:
    """The status of the first recipient whose delivery failed."""
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if not isinstance(block, Message):
            continue
        status = _STATUS.match(str(block.get("Status", "")))
        if status and str(block.get("Action", "")).strip().lower() == "failed":
            return status[0].strip()
    return None


def _our_id(part: Message) -> str | None:
    """The id in the Message-ID of our own mail, which the report carries whole or by its headers."""
    kind = part.get_content_type()
    text = str(part.get("Message-ID", ""))
    if kind == "text/rfc822-headers" and isinstance(part, EmailMessage):
        text = str(part.get_content())
    found = _ID.search(text)
    return found[1] if found else None


def read_due(house: House, limit: int = 100) -> int:
    """Read what came back since, and move each mail aside when what follows from it is done; how many."""
    folder, box = Path(house.settings.bounces), open_box(house.keys)
    done = 0
    for path in list(_new(folder))[:limit]:
        report = _parsed(path)
        if report is not None:
            with house.db.begin() as session:
                take(session, box, report, house.clock())
        _move_aside(path)
        done += 1
    return done


def take(session: Session, box: Box, report: Returned, now: datetime) -> bool:
    """Do what follows from a report; False when it is about no mail of ours, or was taken before.

    A hard bounce marks the address and opens a case; after a soft one the mail is sent again, a few times.
    """
    outgoing = session.get(Outgoing, report.outgoing_id, with_for_update=True)
    if outgoing is None or outgoing.channel != "email" or outgoing.state != "sent":
        return False
    outgoing.error = f"came back ({report.status})"
    if not report.hard and outgoing.attempts < MOST_TRIES:
        outgoing.state, outgoing.due_at = "waiting", now + AGAIN
        return True
    outgoing.state = "failed"
    notice = session.get_one(Notice, outgoing.subject_id)
    address = session.get_one(Customer, notice.customer_id).email
    if address:
        bounced(session, outgoing, mark_of(box, address), report.status, now)
    return True


def _parsed(path: Path) -> Returned | None:
    try:
        return parse(path.read_bytes())
    except Exception:  # a mail from anywhere: whatever it holds, it must not stop the others
        log.exception("bounces.unreadable", file=path.name)
        return None


def _new(folder: Path) -> Iterator[Path]:
    """What is to be read: `new` of a Maildir, else the files of the folder, but for those that we moved aside."""
    inbox = folder / "new" if (folder / "new").is_dir() else folder
    if inbox.is_dir():
        yield from sorted(path for path in inbox.iterdir() if path.is_file() and path.suffix != ".read")


def _move_aside(path: Path) -> None:
    if path.parent.name == "new" and (cur := path.parent.parent / "cur").is_dir():
        path.rename(cur / f"{path.name}:2,S")
    else:
        path.rename(path.with_name(f"{path.name}.read"))
