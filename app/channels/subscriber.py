"""Webhooks to a brand's endpoints: one delivery is one signed POST. When and in which order is app/hooks/queue."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.channels.errors import ChannelError
from app.channels.webhook import CLOUD_EVENT, Answer, sign
from app.channels.webhook import send as post
from app.clock import system_clock
from app.hooks import endpoints, messages, queue
from app.house import House
from app.models.brands import Brand
from app.models.hooks import WebhookDelivery, WebhookEndpoint
from app.models.shipments import Outgoing
from app.sealed import open_box
from app.support.cases import open_case
from ledger.errors import Tampered

TIMEOUT_S = 15.0  # Standard Webhooks: 15 to 30 s
REST = tuple(timedelta(minutes=m) for m in (0, 1, 5, 15, 30, 60))
"""How long an endpoint is left alone after failures in a row; one of its messages then asks for all of them."""

GIVEN_UP_AFTER = timedelta(days=3)
_OF_THE_MESSAGE = tuple(f"answered {status}" for status in range(400, 500) if status not in (408, 425, 429))


class _Gone(ChannelError):
    """The endpoint says that nobody lives there any more (410)."""


def send(house: House, outgoing: Outgoing) -> None:
    """Post one delivery; raises ChannelError. No transaction is open while it speaks."""
    now = house.clock()
    with house.db.begin() as session:
        delivery, endpoint = _rows(session, outgoing)
        brand = session.get_one(Brand, delivery.brand_id)
        try:
            body = messages.body(session, brand, delivery, house.settings.base_url)
        except (messages.Gone, Tampered) as error:
            raise ChannelError("the entry can't be read any more", permanent=True) from error
        signed = sign(
            endpoints.secrets_of(open_box(house.keys), endpoint, now),
            messages.message_id(brand, delivery),
            system_clock(),  # a receiver compares it with its own clock, which no demo steers
            body,
        )
    answer = post(
        endpoint.url,
        body,
        {"content-type": CLOUD_EVENT, **signed},
        timeout=TIMEOUT_S,
        allow_private=house.settings.allow_private_targets,
    )
    if not answer.accepted:
        raise _no(answer)


def _no(answer: Answer) -> ChannelError:
    """Any status but 2xx is tried again, as Standard Webhooks asks; only 410 says that nobody lives there."""
    if answer.status == 410:
        return _Gone("answered 410: the endpoint is gone", permanent=True)
    return ChannelError(f"answered {answer.status}", wait_s=answer.retry_after_s)


def sent(session: Session, outgoing: Outgoing, now: datetime) -> None:
    """Note that it arrived. An endpoint that is back gets the rest at once, but for what it had refused."""
    delivery, endpoint = _rows(session, outgoing)
    delivery.state, delivery.error = "sent", None
    delivery.tries, delivery.tried_at = delivery.tries + 1, now
    endpoint.answered_at = now
    if endpoint.failing_since:
        endpoint.failures, endpoint.failing_since = 0, None
        rows = update(Outgoing).where(queue.waiting_rows(endpoint.id, but=_OF_THE_MESSAGE)).values(due_at=now)
        session.execute(rows.execution_options(synchronize_session=False))


def failed(session: Session, outgoing: Outgoing, error: ChannelError, given_up: bool, now: datetime) -> None:
    """Note the try; leave the endpoint alone for a while, and switch it off when it has failed for three days."""
    delivery = session.scalar(select(WebhookDelivery).where(WebhookDelivery.id == outgoing.subject_id))
    if delivery is None:  # the endpoint was removed meanwhile
        return
    endpoint = session.get_one(WebhookEndpoint, delivery.endpoint_id, with_for_update=True)
    delivery.tries, delivery.tried_at, delivery.error = delivery.tries + 1, now, str(error)[:300]
    if given_up:
        delivery.state = "dead"
    endpoint.failing_since = endpoint.failing_since or now
    if isinstance(error, _Gone) or now - endpoint.failing_since >= GIVEN_UP_AFTER:
        _switch_off(session, endpoint, str(error), now)
    elif str(error) not in _OF_THE_MESSAGE:
        endpoint.failures += 1
        _let_rest(session, endpoint, now + REST[min(endpoint.failures, len(REST)) - 1])


def _let_rest(session: Session, endpoint: WebhookEndpoint, until: datetime) -> None:
    waiting = (queue.waiting_rows(endpoint.id), Outgoing.due_at < until)
    rest = update(Outgoing).where(*waiting).values(due_at=until)
    session.execute(rest.execution_options(synchronize_session=False))


def _switch_off(session: Session, endpoint: WebhookEndpoint, why: str, now: datetime) -> None:
    if endpoint.state != "on":
        return
    since = endpoint.failing_since or now
    endpoint.state = "failing"
    queue.hold(session, endpoint, since)
    open_case(
        session,
        brand_id=endpoint.brand_id,
        kind="webhook",
        subject=endpoints.subject(endpoint),
        shipment_id=None,
        priority=3,
        facts={"webhook": endpoint.name, "since": since.isoformat(), "said": why[:200]},
        due_at=now + timedelta(days=1),
        now=now,
    )


def _rows(session: Session, outgoing: Outgoing) -> tuple[WebhookDelivery, WebhookEndpoint]:
    delivery = session.scalar(select(WebhookDelivery).where(WebhookDelivery.id == outgoing.subject_id))
    if delivery is None:
        raise ChannelError("the endpoint was removed", permanent=True)
    return delivery, session.get_one(WebhookEndpoint, delivery.endpoint_id)
