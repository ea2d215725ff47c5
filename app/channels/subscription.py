"""EPCIS query subscriptions: what a kept query finds is posted to its subscribers, signed, in the log's order.

A subscriber moves on with its answer of 200 alone, and is then never told the same again. When a process ends
between that answer and our commit it is told once more, with the same `Wayproof-Delivery`: HTTP knows no better.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from app.channels.errors import ChannelError
from app.channels.webhook import Answer
from app.channels.webhook import send as post
from app.db import reading
from app.epcis.document import query_document
from app.epcis.identifier_forms import as_links
from app.house import House
from app.models.subscriptions import Subscription
from app.provenance import subscriptions
from app.provenance.subscriptions import Untold
from app.sealed import open_box
from app.support.cases import open_case

TIMEOUT_S = 15.0
LEASE = timedelta(seconds=60)
GIVEN_UP_AFTER = timedelta(days=3)
_AT_ONCE = 20
_REST_S = (2, 10, 60, 300, 900, 3600)


def tell_due(house: House) -> int:
    """Tell every subscriber what is new for it; how many were told something."""
    now = house.clock()
    with reading(house.db) as session:
        due = (Subscription.state == "on", Subscription.due_at <= now)
        asked = select(Subscription.id).where(*due).order_by(Subscription.due_at).limit(_AT_ONCE)
        ids: Sequence[str] = session.scalars(asked).all()
    return sum(_tell(house, each, now) for each in ids)


def sign(secret: bytes, body: bytes) -> str:
    """The value of GS1-Signature: HMAC-SHA-256 over the body, in hex."""
    return f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}"


def _tell(house: House, subscription_id: str, now: datetime) -> bool:
    with reading(house.db) as session:
        row = session.get(Subscription, subscription_id)
        untold = subscriptions.untold(session, row) if row else None
    if row is None or untold is None:
        return False
    silent = not untold.events and not (row.schedule and row.report_if_empty and not untold.more)
    if silent and untold.next_index == row.next_index and not row.schedule:
        return False  # most looks find nothing, and leave nothing behind
    if not _claim(house, row, now):
        return False
    if silent:
        _advance(house, row, untold, now, told=False)
        return False
    try:
        answer = _post(house, row, untold, now)
    except ChannelError as error:
        _failed(house, row, str(error), now)
        return False
    if answer.accepted:
        _advance(house, row, untold, now, told=True)
    elif answer.status == 413 and len(untold.events) > 1:
        _smaller(house, row, len(untold.events) // 2, now)
    else:
        _failed(house, row, f"answered {answer.status}", now)
    return answer.accepted


def _claim(house: House, row: Subscription, now: datetime) -> bool:
    """One worker tells one subscriber at a time."""
    free = or_(Subscription.claimed_until.is_(None), Subscription.claimed_until <= now)
    here = (Subscription.id == row.id, Subscription.next_index == row.next_index, Subscription.state == "on", free)
    with house.db.begin() as session:
        claim = update(Subscription).where(*here).values(claimed_until=now + LEASE)
        return session.connection().execute(claim).rowcount == 1


def _post(house: House, row: Subscription, untold: Untold, now: datetime) -> Answer:
    events = [as_links(each) if row.links else each for each in untold.events]
    document = query_document(events, now, name=untold.query_name)
    document["epcisBody"]["queryResults"]["subscriptionID"] = row.id
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "content-type": "application/json",
        "GS1-EPCIS-Version": "2.0.0",
        "Wayproof-Delivery": f"{row.id}-{row.next_index}-{untold.next_index}",
    }
    if row.secret:
        headers["GS1-Signature"] = sign(open_box(house.keys).open(row.secret), body)
    private = house.settings.allow_private_targets
    return post(row.dest, body, headers, timeout=TIMEOUT_S, allow_private=private)


def _advance(house: House, row: Subscription, untold: Untold, now: datetime, *, told: bool) -> None:
    with house.db.begin() as session:
        here = session.get(Subscription, row.id, with_for_update=True)
        if here is None:  # ended meanwhile
            return
        here.next_index, here.claimed_until = untold.next_index, None
        here.due_at = now if untold.more else subscriptions.due_of(here, now)
        if told:
            here.failures, here.failing_since, here.last_notified_at = 0, None, now


def _smaller(house: House, row: Subscription, size: int, now: datetime) -> None:
    with house.db.begin() as session:
        changes = {"at_once": max(1, size), "claimed_until": None, "due_at": now}
        session.connection().execute(update(Subscription).where(Subscription.id == row.id).values(changes))


def _failed(house: House, row: Subscription, said: str, now: datetime) -> None:
    """Leave it alone for a while; after three days a person must look, and nothing is lost meanwhile."""
    with house.db.begin() as session:
        here = session.get(Subscription, row.id, with_for_update=True)
        if here is None:
            return
        here.failing_since, here.claimed_until = here.failing_since or now, None
        here.due_at = now + timedelta(seconds=_REST_S[min(here.failures, len(_REST_S) - 1)])
        here.failures += 1
        if now - here.failing_since < GIVEN_UP_AFTER:
            return
        here.state = "failing"
        open_case(
            session,
            brand_id=here.brand_id,
            kind="webhook",
            subject=f"subscription:{here.id}",
            shipment_id=None,
            priority=3,
            facts={"webhook": here.id, "since": here.failing_since.isoformat(), "said": said[:200]},
            due_at=now + timedelta(days=1),
            now=now,
        )
