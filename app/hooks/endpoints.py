"""A brand's webhook endpoints: added, switched, given another secret, removed. What they are sent is beside it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.channels.webhook import new_secret
from app.entries import EntryType
from app.guard import Blocked, check_target
from app.hooks import queue, topics
from app.ids import new_id
from app.models.brands import Brand
from app.models.hooks import WebhookDelivery, WebhookEndpoint
from app.record import record
from app.sealed import Box
from app.support import cases
from ledger.log import head_size

MOST = 20
OVERLAP = timedelta(hours=24)
"""How long the old secret signs beside the new one, so that a receiver can be changed in between."""


class EndpointRefused(ValueError):
    """The endpoint can't be as asked; `field` names what is wrong and the text how to mend it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def add(
    session: Session,
    box: Box,
    brand: Brand,
    *,
    name: str,
    url: str,
    chosen: Sequence[str],
    allow_private: bool,
    now: datetime,
) -> tuple[WebhookEndpoint, str]:
    """A new endpoint, which hears of what is recorded from now on, and its secret, shown now and never again.

    Raises EndpointRefused.
    """
    check_url(url, allow_private)
    if len(all_of(session, brand.id)) >= MOST:
        raise EndpointRefused("url", f"A brand has at most {MOST} endpoints; remove one first.")
    secret = new_secret()
    endpoint = WebhookEndpoint(
        id=new_id(),
        brand_id=brand.id,
        name=name,
        url=url,
        topics=_topics(chosen),
        secret=box.seal(secret.encode()),
        state="on",
        next_index=head_size(session, brand.log_id),
        failures=0,
        created_at=now,
    )
    session.add(endpoint)
    session.flush()
    _record(session, brand, endpoint, now)
    return endpoint, secret


def rotate(session: Session, box: Box, endpoint: WebhookEndpoint, now: datetime) -> str:
    """Another secret, shown once; for a day the old one signs too."""
    secret = new_secret()
    endpoint.old_secret, endpoint.old_secret_until = endpoint.secret, now + OVERLAP
    endpoint.secret = box.seal(secret.encode())
    return secret


def secrets_of(box: Box, endpoint: WebhookEndpoint, now: datetime) -> list[str]:
    """The secrets that sign now, the newest first."""
    sealed = [endpoint.secret]
    if endpoint.old_secret and endpoint.old_secret_until and now < endpoint.old_secret_until:
        sealed.append(endpoint.old_secret)
    return [box.open(each).decode() for each in sealed]


def switch(session: Session, brand: Brand, endpoint: WebhookEndpoint, *, on: bool, now: datetime) -> None:
    """Begin or stop sending; what happens meanwhile is sent after the next beginning, in its order."""
    endpoint.state = "on" if on else "off"
    endpoint.failures, endpoint.failing_since = 0, None
    if on:
        cases.close_case(session, brand_id=brand.id, kind="webhook", subject=subject(endpoint), now=now)
    else:
        queue.hold(session, endpoint)
    _record(session, brand, endpoint, now)


def remove(session: Session, brand: Brand, endpoint: WebhookEndpoint, now: datetime) -> None:
    """Forget an endpoint with its secret and the list of what it was sent."""
    queue.hold(session, endpoint)
    cases.close_case(session, brand_id=brand.id, kind="webhook", subject=subject(endpoint), now=now)
    session.execute(delete(WebhookDelivery).where(WebhookDelivery.endpoint_id == endpoint.id))
    endpoint.state = "removed"
    _record(session, brand, endpoint, now)
    session.delete(endpoint)


def all_of(session: Session, brand_id: str) -> Sequence[WebhookEndpoint]:
    """The endpoints of a brand, the oldest first."""
    mine = select(WebhookEndpoint).where(WebhookEndpoint.brand_id == brand_id)
    return session.scalars(mine.order_by(WebhookEndpoint.created_at, WebhookEndpoint.id)).all()


def get(session: Session, brand_id: str, endpoint_id: str) -> WebhookEndpoint | None:
    """An endpoint of this brand, or None."""
    mine = (WebhookEndpoint.brand_id == brand_id, WebhookEndpoint.id == endpoint_id)
    return session.scalar(select(WebhookEndpoint).where(*mine))


def subject(endpoint: WebhookEndpoint) -> str:
    """What a case about an endpoint is about."""
    return f"webhook:{endpoint.id}"


def _topics(chosen: Sequence[str]) -> list[str]:
    try:
        return topics.checked(chosen)
    except ValueError as error:
        raise EndpointRefused("topics", str(error)) from None


def check_url(url: str, allow_private: bool) -> None:
    """What shows without asking a name server; the address behind a name is judged at every sending.

    Raises EndpointRefused.
    """
    if len(url) > 500:
        raise EndpointRefused("url", "The address is longer than 500 characters.")
    try:
        check_target(url, allow_private, resolver=_literal)
    except Blocked as error:
        raise EndpointRefused("url", f"This address can't be used: {error}.") from None
    if not url.startswith("https://") and not allow_private:
        raise EndpointRefused("url", "The address must begin with https://.")


def _literal(host: str, port: int) -> list[str]:
    try:
        return [str(ip_address(host))]
    except ValueError:
        return []


def _record(session: Session, brand: Brand, endpoint: WebhookEndpoint, now: datetime) -> None:
    body = {"webhook": endpoint.id, "state": endpoint.state, "topics": endpoint.topics}
    record(session, brand.log_id, EntryType.WEBHOOK_CHANGED, body, now=now)
