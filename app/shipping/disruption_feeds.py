"""CAP feeds that a brand follows: asked every quarter of an hour, each serious alert a disruption."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import Db, reading
from app.guard import guarded_session
from app.house import House
from app.ids import new_id
from app.models.brands import Brand
from app.models.eta import Disruption, DisruptionFeed
from app.shipping.disruptions import MOST_EXTRA_DAYS, Declared, DisruptionRefused, declare, withdraw
from carriers.cap import Alert, CapRefused, fetch, read

PERIOD = timedelta(minutes=15)
_MOST_FEEDS, _MOST_LINKS = 20, 20
_USUAL_LENGTH = timedelta(days=2)  # of an alert that names no end
_SERIOUS = ("Extreme", "Severe", "Moderate")

log = structlog.get_logger()


def follow_feed(
    session: Session, brand: Brand, *, url: str, countries: Sequence[str], extra_days: int, now: datetime
) -> DisruptionFeed:
    """Follow a feed for some countries. Raises DisruptionRefused."""
    if not url.startswith("https://") or len(url) > 500 or not urlsplit(url).hostname:
        raise DisruptionRefused("url", "https")
    if not countries:
        raise DisruptionRefused("countries", "nowhere")
    if any(not (len(each) == 2 and each.isascii() and each.isalpha()) for each in countries):
        raise DisruptionRefused("countries", "country")
    if not 0 <= extra_days <= MOST_EXTRA_DAYS:
        raise DisruptionRefused("extra_days", "whole_number")
    mine = feeds_of(session, brand.id)
    known = next((row for row in mine if row.url == url), None)
    if known is None and len(mine) >= _MOST_FEEDS:
        raise DisruptionRefused("url", "too_long")
    row = known or DisruptionFeed(id=new_id(), brand_id=brand.id, url=url, added_at=now)
    row.countries, row.extra_days, row.next_at = [each.upper() for each in countries], extra_days, now
    session.add(row)
    return row


def feeds_of(session: Session, brand_id: str) -> list[DisruptionFeed]:
    """The feeds that a brand follows, the oldest first."""
    mine = select(DisruptionFeed).where(DisruptionFeed.brand_id == brand_id)
    return list(session.scalars(mine.order_by(DisruptionFeed.added_at, DisruptionFeed.id)))


def leave_feed(session: Session, brand_id: str, feed_id: str) -> bool:
    """Follow a feed no more; what it said so far stays. False for one of nobody's."""
    row = session.get(DisruptionFeed, feed_id)
    if row is None or row.brand_id != brand_id:
        return False
    session.delete(row)
    return True


def fetch_due(house: House) -> int:
    """Ask the feeds whose time has come; how many. No transaction is open while one is asked."""
    now = house.clock()
    with reading(house.db) as session:
        due = select(DisruptionFeed.id, DisruptionFeed.url).where(DisruptionFeed.next_at <= now)
        found = [(row.id, row.url) for row in session.execute(due.order_by(DisruptionFeed.next_at).limit(10))]
    return sum(_ask(house, feed_id, url, now) for feed_id, url in found if _claim(house.db, feed_id, now))


def _claim(db: Db, feed_id: str, now: datetime) -> bool:
    mine = update(DisruptionFeed).where(DisruptionFeed.id == feed_id, DisruptionFeed.next_at <= now)
    with db.begin() as session:
        return bool(session.execute(mine.values(next_at=now + PERIOD)).rowcount)  # type: ignore[attr-defined]  # of an UPDATE


def _ask(house: House, feed_id: str, url: str, now: datetime) -> int:
    try:
        alerts, trouble = _alerts(house, url), None
    except CapRefused as refused:
        alerts, trouble = [], str(refused)[:300]
    with house.db.begin() as session:
        feed = session.get(DisruptionFeed, feed_id)
        if feed is None:
            return 0
        feed.last_at, feed.error = now, trouble
        for alert in alerts:
            _take(session, feed, alert, now)
    return 1


def _alerts(house: House, url: str) -> list[Alert]:
    """The alerts of a feed, those that it only links to included, as far as they stand at the same host."""
    with guarded_session(house.settings.allow_private_targets) as asking:
        alerts, links = read(fetch(asking, url))
        host = urlsplit(url).hostname
        for link in [each for each in links if urlsplit(each).hostname == host][:_MOST_LINKS]:
            alerts += read(fetch(asking, link))[0]
    return alerts


def _take(session: Session, feed: DisruptionFeed, alert: Alert, now: datetime) -> None:
    """An alert as a disruption; what it replaces or cancels ends."""
    brand = brand_of(session, feed.brand_id)
    ended = (*alert.replaces, *([alert.identifier] if alert.cancels else []))
    for row in session.scalars(
        select(Disruption).where(
            Disruption.brand_id == brand.id, Disruption.source == "cap", Disruption.reference.in_(ended)
        )
    ):
        withdraw(session, brand, row, person_id=None, now=now)
    until = alert.ends or alert.begins + _USUAL_LENGTH
    if alert.cancels or alert.severity not in _SERIOUS or until <= now:
        return
    told = Declared(
        kind="weather" if alert.category in ("Met", "Geo") else "closure",
        title=alert.headline or alert.event or alert.identifier[:200],
        valid_from=alert.begins,
        valid_to=until,
        extra_days=feed.extra_days,
        destinations=tuple(feed.countries),
        area=", ".join(alert.areas)[:300],
        url=alert.url if alert.url and alert.url.startswith("https://") else None,
        reference=alert.identifier,
        source="cap",
    )
    try:
        declare(session, brand, told, person_id=None, now=now)
    except DisruptionRefused as refused:
        log.warning("disruptions.alert_refused", feed=feed.id, why=str(refused))
