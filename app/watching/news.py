"""When watchers are told: their item has a new public event, is called back, or its brand's log misbehaves."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.db import Db, reading
from app.gs1 import identifiers
from app.models.products import EpcisEvent, EventKey, Passport, Recall
from app.models.watching import LogFinding, Watch
from app.watching.watches import stand, tell

PAUSE = timedelta(minutes=10)
"""Between two mails about one thing, so that a busy hour is one mail; a recall does not wait."""
MOST_EVENTS = 10


def tell_due(db: Db, now: datetime, limit: int = 100) -> int:
    """Tell the watchers of what changed, each in its own transaction; how many watches were looked at."""
    with reading(db) as session:
        due = _due(session, now, limit)
    for watch_id in due:
        with db.begin() as session:
            _look(session, session.get_one(Watch, watch_id, with_for_update=True), now)
    return len(due)


def misbehaved(session: Session, brand_id: str, finding: LogFinding, now: datetime) -> int:
    """Tell every watcher of a brand, once for this finding, that the check of its log failed."""
    watching = select(Watch).where(Watch.brand_id == brand_id, Watch.state == "confirmed")
    count = 0
    for watch in session.scalars(watching):
        tell(session, watch, "misbehaved", f"misbehaved:{finding.id}:{watch.id}", {"finding": finding.id}, now)
        count += 1
    return count


def _due(session: Session, now: datetime, limit: int) -> Sequence[str]:
    """Watches whose thing has another version than the one they were looked at; recalled things at once."""
    rested = or_(Watch.told_at.is_(None), Watch.told_at <= now - PAUSE)
    recalled = select(Recall.id).where(Recall.brand_id == Watch.brand_id, Recall.opened_at > now - PAUSE)
    query = (
        select(Watch.id)
        .join(Passport, (Passport.brand_id == Watch.brand_id) & (Passport.key == Watch.key))
        .where(Watch.state == "confirmed", Passport.version > Watch.seen_version, or_(rested, recalled.exists()))
        .order_by(Watch.id)
    )
    return session.scalars(query.limit(limit)).all()


def _look(session: Session, watch: Watch, now: datetime) -> None:
    if watch.state != "confirmed":
        return
    version, newest = stand(session, watch.brand_id, watch.key)
    recall = _open_recall(session, watch)
    if recall and _told(session, watch, recall, now):
        watch.told_at = now
    events = _new_events(session, watch)
    rested = watch.told_at is None or watch.told_at <= now - PAUSE or (recall is not None and watch.told_at == now)
    if events and not rested:
        return  # they wait for the end of the pause; the version stays unseen
    if events:
        tell(session, watch, "news", f"news:{watch.id}:{newest}", {"events": events[-MOST_EVENTS:]}, now)
        watch.told_at = now
    watch.seen_version, watch.seen_event = version, max(newest, watch.seen_event)


def _told(session: Session, watch: Watch, recall: Recall, now: datetime) -> bool:
    tell(session, watch, "recall", f"recall:{recall.id}:{watch.id}", {"recall": recall.id}, now)
    return True


def _new_events(session: Session, watch: Watch) -> list[dict[str, object]]:
    """The events that name the thing and are newer than the last one that was told."""
    query = (
        select(EpcisEvent)
        .join(EventKey, EventKey.event == EpcisEvent.id)
        .where(EventKey.brand_id == watch.brand_id, EventKey.key == watch.key, EpcisEvent.id > watch.seen_event)
        .order_by(EpcisEvent.id)
        .distinct()
    )
    return [
        {"step": each.biz_step, "action": each.action, "at": each.event_time.isoformat(), "zone": each.event_zone}
        for each in session.scalars(query.limit(100))
    ]


def _open_recall(session: Session, watch: Watch) -> Recall | None:
    """A recall of the thing, its lot or its product that was opened after the watch began."""
    lot = session.scalar(
        select(Passport.lot_key).where(Passport.brand_id == watch.brand_id, Passport.key == watch.key)
    )
    family = {watch.key, *identifiers.parents(watch.key), *([lot] if lot else [])}
    since = Recall.opened_at >= (watch.confirmed_at or watch.created_at)
    mine = (Recall.brand_id == watch.brand_id, Recall.key.in_(family), Recall.closed_at.is_(None), since)
    return session.scalar(select(Recall).where(*mine).order_by(Recall.opened_at.desc()).limit(1))
