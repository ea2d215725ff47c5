"""Many new events stored in a few statements, as a capture job brings them: the same rows as `store` writes.

Only what is plain: no event that is known, signed, declared an error, or looked into before it is stored. All
others go one by one, through `store.capture_event`, which alone decides about them.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Table, bindparam, select, text
from sqlalchemy.orm import Session

from app.db import Db, reading
from app.entries import EntryType
from app.epcis import classes
from app.epcis.event import Event
from app.models.brands import Brand
from app.models.products import EpcisEvent
from app.provenance import clearance, containment, parts
from app.provenance.errors import NotAllowed
from app.provenance.facts import event_body
from app.provenance.store import NAME, Row, follow, may_speak, row_of
from app.provenance.touch import touch
from app.provenance.upsert import Insert, dialect_of, insert_into
from app.record import Prepared, about_event, prepare_by_reading, prepare_records, record_prepared
from ledger.quick import Quick, both

_EVENT: Table = EpcisEvent.__table__  # type: ignore[assignment]
_STORED = Quick(
    both(
        select(_EVENT.c.event_id, _EVENT.c.submission_id)
        .where(_EVENT.c.brand_id == bindparam("brand"))
        .where(_EVENT.c.event_id.in_(bindparam("events", expanding=True)))
        .order_by(_EVENT.c.revision)
    )
)


def _putting(dialect: str) -> Insert:
    put = insert_into(_EVENT, dialect).values({each.name: bindparam(each.name) for each in _EVENT.c})
    return put.on_conflict_do_nothing(index_elements=["brand_id", "event_id", "revision"])


_PUT = Quick({dialect: _putting(dialect) for dialect in ("sqlite", "postgresql")})
_LAST_ID = Quick(both(text("SELECT coalesce(max(id), 0) FROM epcis_event")))
_NEXT_IDS = Quick(
    both(text("SELECT nextval(pg_get_serial_sequence('epcis_event', 'id')) FROM generate_series(1, :count)"))
)


class Sealed(NamedTuple):
    """Plain events as their rows and their entries, all hashed and nothing written."""

    rows: list[Row]
    entries: list[Prepared]


def seal_new(
    db: Db, brand: Brand, events: Sequence[Event], *, partner_id: str | None, now: datetime
) -> Sealed | None:
    """The long part of `capture_new` in front of the transaction that writes, so that nobody waits for it.

    None where they are not plain by themselves, and where the first values of a brand or partner make its key.
    """
    if not _look_plain(brand, events):
        return None
    with reading(db) as session:
        if not prepare_by_reading(session, brand.log_id, partner_id):
            return None
        return _sealed(session, brand, events, partner_id, now)


def capture_new(
    session: Session,
    brand: Brand,
    events: Sequence[Event],
    *,
    partner_id: str | None,
    now: datetime,
    sealed: Sealed | None = None,
) -> bool:
    """Store all of these, each with its entry, passports and containment; or False, and nothing is written.

    Durable when the caller's transaction is. `sealed` is what `seal_new` made of them.
    """
    if not _look_plain(brand, events) or _is_asked_more(session, brand, partner_id):
        return False
    # Most events are new, and the index says so when the rows are written: to look first costs a search for each.
    with session.connection().begin_nested() as attempt:
        ids = _write(session, sealed or _sealed(session, brand, events, partner_id, now))
        if ids is None:
            attempt.rollback()
            return False
    _name(session, brand.id, ids, events)
    _follow(session, brand.id, events)
    _touch(session, brand.id, events, now)
    return True


def _write(session: Session, sealed: Sealed) -> Sequence[int] | None:
    """Entries and rows; the ids of the rows, or None where an event is known, for the caller to roll back."""
    receipts = record_prepared(session, sealed.entries)
    ids = _new_ids(session, len(receipts))
    written = _PUT.each(
        session.connection(),
        (
            {**row._asdict(), "id": row_id, "submission_id": receipt[0]}
            for row_id, row, receipt in zip(ids, sealed.rows, receipts, strict=True)
        ),
    )
    return ids if written == len(ids) else None


def _sealed(
    session: Session, brand: Brand, events: Sequence[Event], partner_id: str | None, now: datetime
) -> Sealed:
    rows, told = [], []
    for event in events:
        given = classes.split(event.value, event.extensions)
        row = row_of(brand.id, event, given[classes.PATHS["public"]], 0, partner_id, None, None, now)
        rows.append(row)
        told.append((event_body(event, row), given, about_event(event.event_id)))
    kind = EntryType.EVENT_CAPTURED
    return Sealed(rows, prepare_records(session, brand.log_id, kind, told, now=now, author=partner_id))


def told_before(session: Session, brand: Brand, events: Sequence[Event]) -> frozenset[str]:
    """The ids of those events that are stored word for word; of the others `store` decides. Two statements."""
    asked = {"brand": brand.id, "events": [event.event_id for event in events]}
    known: dict[str, list[int]] = {}
    for row in _STORED.rows(session.connection(), asked) if events else ():
        known.setdefault(row.event_id, []).append(row.submission_id)
    if not known:
        return frozenset()
    found = parts.stored(session, brand.log_id, [each for ids in known.values() for each in ids])
    chosen = parts.chosen(brand)
    return frozenset(
        event.event_id
        for event in events
        if event.event_id in known
        and any(
            found[each].are(classes.split(event.value, event.extensions, chosen)) for each in known[event.event_id]
        )
    )


def _look_plain(brand: Brand, events: Sequence[Event]) -> bool:
    return not (
        len(events) < 2
        or parts.chosen(brand)
        or any(event.signature or event.error_declared for event in events)
        or len({event.event_id for event in events}) < len(events)
    )


def _is_asked_more(session: Session, brand: Brand, partner_id: str | None) -> bool:
    """Whether a signature is asked for of this partner, or a check of this brand's things."""
    return _must_sign(session, brand.id, partner_id) or clearance.asked_for(session, brand.id)


def _must_sign(session: Session, brand_id: str, partner_id: str | None) -> bool:
    """A partner of another brand as well: `store` says so with the place of the event."""
    try:
        return may_speak(session, brand_id, partner_id)
    except NotAllowed:
        return True


def _new_ids(session: Session, count: int) -> Sequence[int]:
    """Ids that nobody else gets. On SQLite the caller's transaction is the only one that writes."""
    if dialect_of(session) == "sqlite":
        first = _LAST_ID.number(session.connection(), {}) + 1
        return range(first, first + count)
    return [int(new_id) for (new_id,) in _NEXT_IDS.rows(session.connection(), {"count": count})]


def _name(session: Session, brand_id: str, ids: Sequence[int], events: Sequence[Event]) -> None:
    named = [
        {"event": row_id, "role": role, "key": key, "brand_id": brand_id}
        for row_id, event in zip(ids, events, strict=True)
        for role, key in event.names
    ]
    if named:
        NAME.each(session.connection(), named)


def _follow(session: Session, brand_id: str, events: Sequence[Event]) -> None:
    """A container of one of these events is followed; one of several is derived anew, whatever their order."""
    parents = Counter(_parent(event) for event in events)
    for event in events:
        if parents[_parent(event)] == 1:
            follow(session, brand_id, event)
    for parent, count in parents.items():
        if parent and count > 1:
            containment.rebuild(session, brand_id, parent)


def _parent(event: Event) -> str:
    if event.event_type not in containment.TYPES:
        return ""
    return next((key for role, key in event.names if role == "parent"), "")


def _touch(session: Session, brand_id: str, events: Sequence[Event], now: datetime) -> None:
    """Each passport once, though many of the events speak of it."""
    keys = {key for event in events for _, key in event.names}
    broader = {key for event in events for key in event.broader}
    lots = {key: lot for event in events for key, lot in event.lots.items()}
    touch(session, brand_id, keys, now, broader=broader, lots=lots)
