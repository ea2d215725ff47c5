"""Watching an item: a wish by mail address, confirmed by a link, ended by another. No mail is written here.

An address is personal data: it stands sealed in the watch's row alone, and leaves it when the watch ends.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app import outbox
from app.entries import EntryType
from app.ids import new_id, new_token
from app.models.brands import Brand
from app.models.products import EventKey, Passport
from app.models.watching import Watch, WatchMail
from app.record import record
from app.sealed import Box

UNCONFIRMED_FOR = timedelta(days=2)
CHANNEL = "watch_email"


def ask(session: Session, box: Box, *, brand_id: str, key: str, email: str, language: str, now: datetime) -> None:
    """Take the wish, and send the link that confirms it; an address that watches already gets no second mail.

    The answer to the visitor must be the same in every case, or it would tell who watches what.
    """
    email = email.strip().lower()
    mark = box.mark(f"{brand_id}\n{email}".encode())
    mine = (Watch.brand_id == brand_id, Watch.key == key, Watch.mark == mark)
    watch = session.scalar(select(Watch).where(*mine))
    if watch and watch.state == "confirmed":
        return
    if watch is None:
        watch = Watch(id=new_id(), brand_id=brand_id, key=key, mark=mark, created_at=now)
        session.add(watch)
    watch.sealed, watch.language, watch.state = box.seal(email.encode()), language, "waiting"
    watch.confirm_token, watch.stop_token = new_token(), new_token()
    session.flush()
    tell(session, watch, "confirm", f"confirm:{watch.id}:{watch.confirm_token[:8]}", {}, now)


def by_confirm_token(session: Session, token: str) -> Watch | None:
    """The watch that waits for this link."""
    return session.scalar(select(Watch).where(Watch.confirm_token == token, Watch.state == "waiting"))


def by_stop_token(session: Session, token: str) -> Watch | None:
    """The watch that this link ends, or has ended."""
    return session.scalar(select(Watch).where(Watch.stop_token == token))


def confirm(session: Session, watch: Watch, now: datetime) -> None:
    """From now on the watcher hears of news. The link is used up; the consent is an entry that names nobody."""
    watch.state, watch.confirm_token, watch.confirmed_at = "confirmed", None, now
    watch.seen_version, watch.seen_event = stand(session, watch.brand_id, watch.key)
    _consent(session, watch, EntryType.CONSENT_GIVEN, now)


def stop(session: Session, watch: Watch, now: datetime) -> None:
    """End a watch and forget its address. Twice is once."""
    if watch.state == "ended":
        return
    was_confirmed = watch.state == "confirmed"
    watch.state, watch.sealed, watch.confirm_token = "ended", None, None
    watch.mark = new_token().encode()  # even a keyed hash of an address is kept no longer than the wish
    if was_confirmed:
        _consent(session, watch, EntryType.CONSENT_WITHDRAWN, now)


def stand(session: Session, brand_id: str, key: str) -> tuple[int, int]:
    """Where a thing stands: the version of its passport, and its newest event."""
    version = select(Passport.version).where(Passport.brand_id == brand_id, Passport.key == key)
    newest = select(func.max(EventKey.event)).where(EventKey.brand_id == brand_id, EventKey.key == key)
    return session.scalar(version) or 0, session.scalar(newest) or 0


def tell(session: Session, watch: Watch, kind: str, key: str, facts: dict[str, object], now: datetime) -> None:
    """Leave one mail for the outbox; a second one of the same key is not made."""
    if session.scalar(select(WatchMail.id).where(WatchMail.key == key)):
        return
    mail = WatchMail(id=new_id(), brand_id=watch.brand_id, watch_id=watch.id, key=key, kind=kind)
    mail.facts, mail.created_at = facts, now
    session.add(mail)
    session.flush()
    outbox.put(
        session,
        brand_id=watch.brand_id,
        channel=CHANNEL,
        subject_id=mail.id,
        key=f"{CHANNEL}:{mail.id}",
        due_at=now,
        now=now,
    )


def forget_old(session: Session, now: datetime) -> int:
    """Delete wishes that nobody confirmed, and those that ended. Returns how many."""
    old = (Watch.state == "waiting") & (Watch.created_at < now - UNCONFIRMED_FOR)
    gone = session.scalars(select(Watch.id).where(old)).all()
    session.execute(delete(WatchMail).where(WatchMail.watch_id.in_(gone)))
    session.execute(delete(Watch).where(Watch.id.in_(gone)))
    return len(gone)


def _consent(session: Session, watch: Watch, kind: EntryType, now: datetime) -> None:
    body = {"consent": watch.id, "channel": "email", "purpose": "watch"}
    log_id = session.get_one(Brand, watch.brand_id).log_id
    record(session, log_id, kind, body, now=now, key=f"{kind}:{watch.id}:{watch.stop_token[:8]}")
