"""One EPCIS event becomes a row, an entry of the log, passports, and what is inside what. Only storing lives here:

whether an event is valid is decided in app/epcis, the jobs of whole documents are in app/provenance/capture.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Insert, Select, Table, Text, bindparam, func, insert, select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.epcis import classes
from app.epcis.event import Event
from app.models.brands import Brand, Partner
from app.models.products import EpcisEvent, EventKey
from app.provenance import clearance, containment, parts
from app.provenance.attest import Attested, attest
from app.provenance.errors import Conflict, NotAllowed
from app.provenance.facts import event_body
from app.provenance.touch import touch
from app.provenance.upsert import dialect_of, insert_into
from app.record import about_event, record
from ledger.log import withdraw
from ledger.quick import Quick, both


def _parameters(table: Table, *, but: str) -> dict[str, BindParameter[Any]]:
    return {column.name: bindparam(column.name, type_=column.type) for column in table.c if column.name != but}


_EVENT: Table = EpcisEvent.__table__  # type: ignore[assignment]
_KEY: Table = EventKey.__table__  # type: ignore[assignment]
_PARTNER: Table = Partner.__table__  # type: ignore[assignment]

_KNOWN = Quick(
    both(
        select(_EVENT.c.id, _EVENT.c.revision, _EVENT.c.record_time, _EVENT.c.submission_id)
        .where(_EVENT.c.brand_id == bindparam("brand"), _EVENT.c.event_id == bindparam("event"))
        .order_by(_EVENT.c.revision)
    )
)


def _storing(dialect: str, *, unless: Select[Any] | None = None) -> Insert:
    """One row; none where the event stands already, or where `unless` finds something."""
    given = _parameters(_EVENT, but="id")
    put = insert_into(_EVENT, dialect)
    put = put.values(given) if unless is None else put.from_select(list(given), _row_unless(given, unless))
    put = put.on_conflict_do_nothing(index_elements=["brand_id", "event_id", "revision"])
    return put if dialect == "sqlite" else put.returning(_EVENT.c.id)


def _row_unless(given: Mapping[str, BindParameter[Any]], found: Select[Any]) -> Select[Any]:
    return select(*given.values()).where(~found.exists())


_STORE = Quick({dialect: _storing(dialect) for dialect in ("sqlite", "postgresql")})
_STORE_UNASKED = Quick(
    {
        dialect: _storing(dialect, unless=clearance.asked_by(bindparam("brand_id", type_=_EVENT.c.brand_id.type)))
        for dialect in ("sqlite", "postgresql")
    }
)
NAME = Quick(both(insert(_KEY)))
# Shared, against whoever changes the partner's keys or what is asked of it (app/brands/signatures).
_MEMBER = Quick(
    both(
        select(_PARTNER.c.id, _PARTNER.c.must_sign)
        .where(_PARTNER.c.id == bindparam("partner"), _PARTNER.c.brand_id == bindparam("brand"))
        .with_for_update(read=True)
    )
)
# One capture of an eventID at a time. SQLite needs no such lock: there only one transaction writes.
_LOCK = func.pg_advisory_xact_lock(func.hashtextextended(bindparam("name", type_=Text), 0))
_ALONE = Quick(both(select(_LOCK.label("locked"))))


@dataclass(frozen=True, slots=True)
class Captured:
    """A stored event: `created` is False when the same event was there already."""

    id: int
    event_id: str
    revision: int
    record_time: datetime
    submission_id: int
    created: bool


def capture_event(
    session: Session,
    brand: Brand,
    event: Event,
    *,
    partner_id: str | None,
    now: datetime,
    typed_by: str | None = None,
) -> Captured:
    """Store one event with its entry, passports and containment. Safe to call twice with the same event.

    Durable when the caller's transaction is. The same eventID with an errorDeclaration becomes the event's next
    revision; nothing is overwritten. `typed_by`: the person who typed it into a form. Raises Conflict for the same
    eventID with another content, NotAllowed for a partner of another brand, SignatureRefused, NotCleared for a
    packing of the brand's own whose required checks have not passed (a partner's is stored, and a case opens).
    """
    must_sign = may_speak(session, brand.id, partner_id)
    given = classes.split(event.value, event.extensions, parts.chosen(brand))
    write = partial(_write, session, brand, event, given, partner_id=partner_id, typed_by=typed_by, now=now)
    # Most events are new, and the index says so when the row is written: to look first costs a statement more.
    # So does most brands' asking for no check. Not where a signature is asked for, nor where a key of a person
    # would be made before the event is known.
    plain = not (must_sign or event.signature or classes.PATHS["personal"] in given)
    if plain and (first := write(0, Attested(), unasked=clearance.packs(event))):
        return first
    uncleared = clearance.of_event(session, brand.id, event, now)
    known = _known(session, brand.id, event.event_id)
    stored = parts.stored(session, brand.log_id, [row.submission_id for row in known]) if known else {}
    same = next((row for row in known if stored[row.submission_id].are(given)), None)
    if same:
        return Captured(same.id, event.event_id, same.revision, same.record_time, same.submission_id, False)
    if known and not (event.error_declared and stored[known[0].submission_id].are(given, but="errorDeclaration")):
        raise Conflict(event.event_id)
    if partner_id is None:
        clearance.refuse(uncleared)
    attested = attest(session, brand, event, partner_id, must_sign) if must_sign or event.signature else Attested()
    written = write(known[-1].revision + 1 if known else 0, attested)
    if written is None:  # PostgreSQL: somebody captured it between the look and the writing, and it is known now
        return capture_event(session, brand, event, partner_id=partner_id, now=now, typed_by=typed_by)
    if uncleared:
        clearance.tell(session, brand, event, written.id, uncleared, now)
    return written


def _write(
    session: Session,
    brand: Brand,
    event: Event,
    given: Mapping[str, bytes],
    revision: int,
    attested: Attested,
    *,
    partner_id: str | None,
    typed_by: str | None,
    now: datetime,
    unasked: bool = False,
) -> Captured | None:
    """Write this revision of the event with all that belongs to it; None, and nothing written, where it stands.

    `unasked`: nor where the brand asks for any check, which must then be looked at before.
    """
    public = given[classes.PATHS["public"]]
    row = row_of(brand.id, event, public, revision, partner_id, attested.key, typed_by, now)
    receipt = record(
        session,
        brand.log_id,
        EntryType.EVENT_CAPTURED,
        {**event_body(event, row), **attested.body},
        now=now,
        openings={**given, **attested.openings},
        person=about_event(event.event_id),
        author=partner_id,
    )
    storing = _STORE_UNASKED if unasked else _STORE
    row_id = _store(session, storing, row, receipt.submission_id, event.names)
    if row_id is None:
        withdraw(session, receipt)
        return None
    follow(session, brand.id, event)
    touch(session, brand.id, (key for _, key in event.names), now, broader=event.broader, lots=event.lots)
    return Captured(row_id, event.event_id, revision, now, receipt.submission_id, True)


def may_speak(session: Session, brand_id: str, partner_id: str | None) -> bool:
    """Whether the partner must sign what it says. Raises NotAllowed for a partner of another brand."""
    if partner_id is None:
        return False
    member = _MEMBER.first(session.connection(), {"partner": partner_id, "brand": brand_id})
    if member is None:
        raise NotAllowed("this partner does not belong to the brand")
    return bool(member.must_sign)


def _known(session: Session, brand_id: str, event_id: str) -> list[Any]:
    """The stored revisions of an event, the first one first."""
    if dialect_of(session) == "postgresql":
        _ALONE.first(session.connection(), {"name": f"{brand_id} {event_id}"})
    return _KNOWN.rows(session.connection(), {"brand": brand_id, "event": event_id})


class Row(NamedTuple):
    """The columns of a new event, but for its id and its submission."""

    brand_id: str
    event_id: str
    revision: int
    event_type: str
    event_time: datetime
    event_zone: str
    record_time: datetime
    action: str | None
    biz_step: str | None
    disposition: str | None
    read_point: str | None
    biz_location: str | None
    error_declared: bool
    document: bytes
    partner_id: str | None
    signed_key: str | None
    typed_by: str | None
    transformation: str | None


def row_of(
    brand_id: str,
    event: Event,
    public: bytes,
    revision: int,
    partner_id: str | None,
    signed_key: str | None,
    typed_by: str | None,
    now: datetime,
) -> Row:
    """The row of a new event or revision."""
    return Row(
        brand_id=brand_id,
        event_id=event.event_id,
        revision=revision,
        event_type=event.event_type,
        event_time=event.time,
        event_zone=event.zone,
        record_time=now,
        action=event.action,
        biz_step=event.biz_step,
        disposition=event.disposition,
        read_point=event.read_point,
        biz_location=event.biz_location,
        error_declared=event.error_declared,
        document=public,
        partner_id=partner_id,
        signed_key=signed_key,
        typed_by=typed_by,
        transformation=event.transformation,
    )


def _store(
    session: Session, storing: Quick, row: Row, submission_id: int, names: tuple[tuple[str, str], ...]
) -> int | None:
    """The id of the new row; None when this revision is there already, or the statement stores no row."""
    connection = session.connection()
    row_id = storing.put(connection, {**row._asdict(), "submission_id": submission_id})
    if row_id is not None and names:
        named = ({"event": row_id, "role": role, "key": key, "brand_id": row.brand_id} for role, key in names)
        NAME.each(connection, named)
    return row_id


def follow(session: Session, brand_id: str, event: Event) -> None:
    """Keep what is inside what; an event that was declared an error leaves no trace there."""
    if event.event_type not in containment.TYPES:
        return
    parent = next((key for role, key in event.names if role == "parent"), None)
    if parent is None:
        return
    if event.error_declared:
        containment.rebuild(session, brand_id, parent)
        return
    children = [key for role, key in event.names if role in ("child", "child_class")]
    containment.follow(session, brand_id, parent=parent, children=children, action=event.action, at=event.time)
