"""Subscriptions to kept queries: made, listed, ended, and what each has not been told yet. No network here.

The log is the order: an entry has one place for ever, so a place says exactly what was told and what was not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from app.brands.readers import reader_of
from app.entries import EntryType
from app.epcis import definition
from app.epcis.schedule import Schedule, parse
from app.epcis.syntax import moment
from app.ids import new_id
from app.models.brands import Brand
from app.models.products import EpcisEvent, NamedQuery
from app.models.subscriptions import Subscription
from app.provenance import finding
from ledger import browse
from ledger.entry import read
from ledger.errors import Tampered
from ledger.log import head_size

MOST = 50  # of one query
LARGEST_BATCH = 100
READ_AT_ONCE = 1_000

_MEMBERS = ("dest", "signatureToken", "secret", "initialRecordTime", "stream", "schedule", "reportIfEmpty")


class BadControls(ValueError):
    """A subscription can't be as asked; `field` is the member that is wrong."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(rule)
        self.field = field


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client asks for, read."""

    dest: str
    secret: str | None
    schedule: dict[str, Any] | None
    initial: datetime | None
    report_if_empty: bool


@dataclass(frozen=True, slots=True)
class Untold:
    """What one call is to tell: events in the order of the log, and the place behind the last entry it stands for.

    `more`: entries wait behind it.
    """

    query_name: str
    events: tuple[dict[str, Any], ...]
    next_index: int
    more: bool


def parse_wanted(body: Mapping[str, Any]) -> Wanted:
    """Read the controls of a subscription (REST bindings, section 12.8). Raises BadControls, BadSchedule."""
    for name in body:
        if name not in _MEMBERS:
            raise BadControls(str(name), f"there is no such member; these are: {', '.join(_MEMBERS)}")
    if not isinstance(body.get("dest"), str):
        raise BadControls("dest", "must be there: the https address that is called")
    stream = body.get("stream", False)
    if type(stream) is not bool or stream == ("schedule" in body):
        raise BadControls("stream", "exactly one of stream: true and schedule must be there")
    if "schedule" in body:
        parse(body["schedule"])
    initial = moment(body["initialRecordTime"]) if "initialRecordTime" in body else None
    if "initialRecordTime" in body and initial is None:
        raise BadControls("initialRecordTime", "must be a date and time with its offset")
    secret = body.get("signatureToken", body.get("secret"))
    if secret is not None and not (isinstance(secret, str) and 0 < len(secret) <= 500):
        raise BadControls("signatureToken", "must be a text of 1 to 500 characters")
    empty = body.get("reportIfEmpty", False)
    if type(empty) is not bool:
        raise BadControls("reportIfEmpty", "must be true or false")
    return Wanted(body["dest"], secret, body.get("schedule"), initial, empty)


def subscribe(
    session: Session,
    brand: Brand,
    query: NamedQuery,
    wanted: Wanted,
    *,
    sealed: bytes | None,
    partner_id: str | None,
    links: bool,
    now: datetime,
) -> Subscription:
    """A new subscription, told of what is recorded from now or its initialRecordTime on. Raises BadControls."""
    if len(of_query(session, query)) >= MOST:
        raise BadControls("dest", f"a query has at most {MOST} subscriptions; end one first")
    row = Subscription(
        id=new_id(),
        brand_id=brand.id,
        query_id=query.id,
        partner_id=partner_id,
        dest=wanted.dest,
        secret=sealed,
        schedule=wanted.schedule,
        report_if_empty=wanted.report_if_empty,
        links=links,
        initial_record_time=wanted.initial,
        state="on",
        next_index=0 if wanted.initial and wanted.initial <= now else head_size(session, brand.log_id),
        at_once=LARGEST_BATCH,
        due_at=parse(wanted.schedule).after(now) if wanted.schedule else now,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def of_query(session: Session, query: NamedQuery, *, after: str = "", limit: int = 1000) -> Sequence[Subscription]:
    """The subscriptions of a query, the oldest first, from behind the id `after` on."""
    asked = select(Subscription).where(Subscription.query_id == query.id, Subscription.id > after)
    return session.scalars(asked.order_by(Subscription.id).limit(limit)).all()


def one(session: Session, query: NamedQuery, subscription_id: str) -> Subscription | None:
    """The subscription of this query with this id."""
    asked = select(Subscription).where(Subscription.query_id == query.id, Subscription.id == subscription_id)
    return session.scalar(asked)


def end(session: Session, query: NamedQuery, subscription_id: str) -> bool:
    """End a subscription; False where there is none."""
    mine = delete(Subscription).where(Subscription.query_id == query.id, Subscription.id == subscription_id)
    return session.connection().execute(mine).rowcount == 1


def untold(session: Session, row: Subscription) -> Untold:
    """What the subscription has not been told: a batch at most, of a bounded stretch of the log."""
    brand, query = session.get_one(Brand, row.brand_id), session.get_one(NamedQuery, row.query_id)
    placed = browse.entries(session, brand.log_id, row.next_index, row.next_index + READ_AT_ONCE)
    events: list[dict[str, Any]] = []
    end_at = row.next_index
    found = _matching(session, row, query, [_named(each.envelope) for each in placed])
    for each, event in zip(placed, found, strict=True):
        if event is not None and len(events) == row.at_once:
            break
        events += [event] if event is not None else []
        end_at = each.index + 1
    return Untold(query.name, tuple(events), end_at, head_size(session, brand.log_id) > end_at)


def due_of(row: Subscription, now: datetime) -> datetime:
    """When a subscription that has been told everything is looked at again."""
    return _schedule(row).after(now) if row.schedule else now


def _schedule(row: Subscription) -> Schedule:
    return parse(row.schedule)


def _named(envelope: bytes) -> tuple[str, int] | None:
    """The event and revision that an entry is about, if it is about one."""
    try:
        said = read(envelope)
    except Tampered:  # the check of the log tells of that
        return None
    if said.type != EntryType.EVENT_CAPTURED:
        return None
    return str(said.body["id"]), int(said.body["revision"])


def _matching(
    session: Session, row: Subscription, query: NamedQuery, names: Sequence[tuple[str, int] | None]
) -> list[dict[str, Any] | None]:
    """For each name the event that the query finds, as far as the subscriber may see it; None for none."""
    wanted = [name for name in names if name is not None]
    if not wanted:
        return [None] * len(names)
    here = tuple_(EpcisEvent.event_id, EpcisEvent.revision).in_(wanted)
    columns = select(EpcisEvent.event_id, EpcisEvent.revision, EpcisEvent.id)
    rows = session.execute(columns.where(EpcisEvent.brand_id == row.brand_id, here)).all()
    ids = {(each.event_id, each.revision): each.id for each in rows}
    asked = definition.read(query.query)
    found = finding.among(
        session, row.brand_id, asked, list(ids.values()), reader_of(row.partner_id), since=row.initial_record_time
    )
    return [found.get(ids.get(name, 0)) if name is not None else None for name in names]
