"""What waits for an endpoint: entries of the log become deliveries, deliveries become rows of the outbox.

The log is the queue: it is in order, has no gap and loses nothing, so only a cursor is kept for each endpoint.
Nothing is sent here.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from app import outbox
from app.db import Db, reading
from app.hooks.topics import wanted
from app.ids import new_id
from app.models.brands import Brand
from app.models.hooks import WebhookDelivery, WebhookEndpoint
from app.models.shipments import Outgoing, Shipment
from ledger import browse
from ledger.entry import Envelope, read
from ledger.errors import Tampered
from ledger.log import head_size

CHANNEL = "subscriber"
READ_AT_ONCE = 500
MOST_QUEUED = 1_000
MOST_WAITING = 50
KEPT = timedelta(days=30)

_OPEN = ("queued", "waiting")


def fill_due(db: Db, now: datetime) -> int:
    """Bring every endpoint that is on forward in its log, and hand on what may be sent; how much was new."""
    with reading(db) as session:
        ids = session.scalars(select(WebhookEndpoint.id).where(WebhookEndpoint.state == "on")).all()
        moved = [id_ for id_ in ids if _has_work(session, session.get_one(WebhookEndpoint, id_))]
    return sum(_fill_one(db, id_, now) for id_ in moved)


def _has_work(session: Session, endpoint: WebhookEndpoint) -> bool:
    log_id = session.get_one(Brand, endpoint.brand_id).log_id
    return head_size(session, log_id) > endpoint.next_index or _count(session, endpoint.id, "queued") > 0


def _fill_one(db: Db, endpoint_id: str, now: datetime) -> int:
    with db.begin() as session:
        endpoint = session.get(WebhookEndpoint, endpoint_id, with_for_update=True)
        if endpoint is None or endpoint.state != "on":
            return 0
        return _read_on(session, endpoint, now) + _release(session, endpoint, now)


def _read_on(session: Session, endpoint: WebhookEndpoint, now: datetime) -> int:
    """Deliveries for the next entries of the log that the endpoint wants to hear of."""
    if _count(session, endpoint.id, "queued") >= MOST_QUEUED:
        return 0
    log_id = session.get_one(Brand, endpoint.brand_id).log_id
    placed = browse.entries(session, log_id, endpoint.next_index, endpoint.next_index + READ_AT_ONCE)
    for each in placed:
        envelope = _envelope(each.envelope)
        if envelope and wanted(endpoint.topics, envelope.type):
            session.add(_delivery(session, endpoint, each.index, envelope, now))
    endpoint.next_index += len(placed)
    session.flush()
    return len(placed)


def _envelope(data: bytes) -> Envelope | None:
    """None for bytes that somebody changed: the check of the log tells of those, not a webhook."""
    try:
        return read(data)
    except Tampered:
        return None


def _delivery(
    session: Session, endpoint: WebhookEndpoint, index: int, envelope: Envelope, now: datetime
) -> WebhookDelivery:
    return WebhookDelivery(
        id=new_id(),
        brand_id=endpoint.brand_id,
        endpoint_id=endpoint.id,
        place=index,
        type=envelope.type,
        lane=lane(session, endpoint.brand_id, envelope.body),
        state="queued",
        created_at=now,
    )


def lane(session: Session, brand_id: str, body: dict[str, Any]) -> str:
    """What an entry is about, where order counts: the order with all its shipments, or a case, alarm or recall."""
    if shipment_id := shipment_of(body):
        row = session.get(Shipment, shipment_id)
        return f"order:{row.order_id}" if row and row.brand_id == brand_id else f"shipment:{shipment_id}"
    for name in ("order", "alarm", "case", "recall", "device"):
        if isinstance(body.get(name), str):
            return f"{name}:{body[name]}"[:80]
    return ""


def shipment_of(body: dict[str, Any]) -> str | None:
    """The shipment that the body of an entry names."""
    if isinstance(body.get("shipment"), str):
        return str(body["shipment"])
    about = str(body.get("subject", "")).partition("shipment:")
    return about[2] or None


def _release(session: Session, endpoint: WebhookEndpoint, now: datetime) -> int:
    """Hand the first of each lane to the outbox, a few at a time, so that a dead endpoint holds few rows there."""
    room = MOST_WAITING - _count(session, endpoint.id, "waiting")
    before = aliased(WebhookDelivery)
    blocked = exists().where(
        before.endpoint_id == WebhookDelivery.endpoint_id,
        before.lane == WebhookDelivery.lane,
        before.lane != "",
        before.number < WebhookDelivery.number,
        before.state.in_(_OPEN),
    )
    heads = (
        select(WebhookDelivery)
        .where(WebhookDelivery.endpoint_id == endpoint.id, WebhookDelivery.state == "queued", ~blocked)
        .order_by(WebhookDelivery.number)
        .limit(max(0, room))
    )
    found = session.scalars(heads).all()
    for delivery in found:
        hand_on(session, delivery, now)
    return len(found)


def hand_on(session: Session, delivery: WebhookDelivery, now: datetime) -> None:
    """Leave a row for the outbox; each round of a delivery has one."""
    delivery.state, delivery.round = "waiting", delivery.round + 1
    outbox.put(
        session,
        brand_id=delivery.brand_id,
        channel=CHANNEL,
        subject_id=delivery.id,
        key=f"hook:{delivery.id}:{delivery.round}",
        due_at=now,
        now=now,
    )


def hold(session: Session, endpoint: WebhookEndpoint, since: datetime | None = None) -> None:
    """Take what waits for an endpoint back out of the outbox; it is handed on when the endpoint is on again.

    With it what was given up `since` then, because nobody answered.
    """
    session.execute(delete(Outgoing).where(waiting_rows(endpoint.id)).execution_options(synchronize_session=False))
    session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.endpoint_id == endpoint.id, WebhookDelivery.state == "waiting")
        .values(state="queued")
    )
    if since:
        died = (WebhookDelivery.state == "dead", WebhookDelivery.tried_at >= since)
        put_back = update(WebhookDelivery).where(WebhookDelivery.endpoint_id == endpoint.id, *died)
        session.execute(put_back.values(state="queued"))


def waiting_rows(endpoint_id: str, but: Sequence[str] = ()) -> Any:
    """The rows of the outbox that wait for an endpoint; not those whose last error is one of `but`."""
    mine = select(WebhookDelivery.id).where(
        WebhookDelivery.endpoint_id == endpoint_id,
        WebhookDelivery.state == "waiting",
        func.coalesce(WebhookDelivery.error, "").not_in(but),
    )
    return and_(Outgoing.channel == CHANNEL, Outgoing.state == "waiting", Outgoing.subject_id.in_(mine))


def listed(session: Session, endpoint_id: str, limit: int = 50, state: str = "") -> Sequence[WebhookDelivery]:
    """What an endpoint was sent or is to be sent, the newest first."""
    mine = select(WebhookDelivery).where(WebhookDelivery.endpoint_id == endpoint_id)
    if state:
        mine = mine.where(WebhookDelivery.state == state)
    return session.scalars(mine.order_by(WebhookDelivery.number.desc()).limit(limit)).all()


def get(session: Session, endpoint_id: str, delivery_id: str) -> WebhookDelivery | None:
    """A delivery of this endpoint, or None."""
    mine = (WebhookDelivery.endpoint_id == endpoint_id, WebhookDelivery.id == delivery_id)
    return session.scalar(select(WebhookDelivery).where(*mine))


def redeliver(session: Session, delivery: WebhookDelivery, now: datetime) -> None:
    """Send once more, now, with the id it always had; one that waits is brought forward."""
    if delivery.state == "waiting":
        mine = (Outgoing.channel == CHANNEL, Outgoing.subject_id == delivery.id, Outgoing.state == "waiting")
        session.execute(update(Outgoing).where(*mine).values(due_at=now))
    elif delivery.state in ("sent", "dead"):
        hand_on(session, delivery, now)


def redeliver_dead(session: Session, endpoint: WebhookEndpoint, now: datetime) -> int:
    """Put everything that was given up back into its lane; how many."""
    dead = (WebhookDelivery.endpoint_id == endpoint.id, WebhookDelivery.state == "dead")
    count = _count(session, endpoint.id, "dead")
    session.execute(update(WebhookDelivery).where(*dead).values(state="queued", error=None))
    return count


def test(session: Session, endpoint: WebhookEndpoint, now: datetime) -> WebhookDelivery:
    """Send a sample that is marked as one, at once."""
    delivery = WebhookDelivery(
        id=new_id(),
        brand_id=endpoint.brand_id,
        endpoint_id=endpoint.id,
        type="carrier:parcel:moved",
        lane="",
        state="queued",
        round=0,
        tries=0,
        created_at=now,
    )
    session.add(delivery)
    session.flush()
    hand_on(session, delivery, now)
    return delivery


def forget_old(session: Session, now: datetime) -> int:
    """Forget what arrived or was given up a month ago; how many."""
    old = (WebhookDelivery.state.in_(("sent", "dead")), WebhookDelivery.created_at < now - KEPT)
    return len(session.execute(delete(WebhookDelivery).where(*old).returning(WebhookDelivery.number)).all())


def _count(session: Session, endpoint_id: str, state: str) -> int:
    mine = (WebhookDelivery.endpoint_id == endpoint_id, WebhookDelivery.state == state)
    return session.scalar(select(func.count()).select_from(WebhookDelivery).where(*mine)) or 0
