"""The way of a thing: the events that name it, and those of what it was inside of at the time. Reads only."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Table, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from app.models.brands import Partner
from app.models.products import EpcisEvent, EventKey
from app.provenance.containment import Around, Stay, stays
from ledger.quick import Quick, both

_EVENT: Table = EpcisEvent.__table__  # type: ignore[assignment]
_KEY: Table = EventKey.__table__  # type: ignore[assignment]
_PARTNER: Table = Partner.__table__  # type: ignore[assignment]

MOST_STEPS = 200

_COLUMNS = (
    _EVENT.c.id,
    _EVENT.c.event_id,
    _EVENT.c.revision,
    _EVENT.c.event_type,
    _EVENT.c.event_time,
    _EVENT.c.event_zone,
    _EVENT.c.record_time,
    _EVENT.c.action,
    _EVENT.c.biz_step,
    _EVENT.c.disposition,
    _EVENT.c.read_point,
    _EVENT.c.biz_location,
    _EVENT.c.error_declared,
    _EVENT.c.document,
    _EVENT.c.partner_id,
    _EVENT.c.signed_key,
    _EVENT.c.typed_by,
    _EVENT.c.submission_id,
    _PARTNER.c.name.label("partner"),
)
_NAMED = (
    select(*_COLUMNS, _KEY.c.role, _KEY.c.key)
    .join_from(_KEY, _EVENT, _EVENT.c.id == _KEY.c.event)
    .outerjoin(_PARTNER, (_PARTNER.c.id == _EVENT.c.partner_id) & (_PARTNER.c.brand_id == _EVENT.c.brand_id))
    .where(_KEY.c.brand_id == bindparam("brand"), _KEY.c.key.in_(bindparam("keys", expanding=True)))
    .order_by(_EVENT.c.event_time.desc(), _EVENT.c.id.desc())
    .limit(2 * MOST_STEPS)  # revisions and the lot's later events fall away again
)
_NAMING = Quick(both(_NAMED))
_CHILD = _KEY.alias("child")
# What else goes into the container or comes out of it is not the way of what is inside.
_HOLDING = Quick(
    both(
        _NAMED.where(
            or_(
                _KEY.c.role != "parent",
                ~exists().where(_CHILD.c.event == _KEY.c.event, _CHILD.c.role.in_(("child", "child_class"))),
            )
        )
    )
)


class Passed(NamedTuple):
    """One event on the way. `row` has the columns of the event and its partner's name; `via` the container."""

    row: Any
    role: str
    key: str
    via: str | None


def way(session: Session, brand_id: str, key: str, lot_key: str | None, around: Around) -> list[Passed]:
    """The newest 200 events of a thing, in the order of their time, each event once and in its newest revision.

    An event of a container counts from when the thing went in until it came out; the packing and unpacking of
    other things in it does not. What happened to the lot of an item belongs to the item's way until its own first
    event: afterwards the lot may go where the item does not. `around` is what held the two. Two statements.
    """
    keys = [key, lot_key] if lot_key else [key]
    inside = {each: stays(around, each) for each in keys}
    naming = _NAMING.rows(session.connection(), {"brand": brand_id, "keys": keys})
    units = {stay.parent_key for each in inside.values() for stay in each}
    holding = _HOLDING.rows(session.connection(), {"brand": brand_id, "keys": sorted(units)}) if units else []
    own = _of_one(key, inside[key], naming, holding)
    if lot_key:
        born = min((each.row.event_time for each in own), default=None)
        of_lot = _of_one(lot_key, inside[lot_key], naming, holding)
        own += (each for each in of_lot if born is None or each.row.event_time <= born)
    return _newest_revisions(own)[-MOST_STEPS:]


def _of_one(key: str, inside: list[Stay], naming: list[Any], holding: list[Any]) -> list[Passed]:
    found = [Passed(row, row.role, key, None) for row in naming if row.key == key]
    near = {stay.parent_key: distance for distance, stay in reversed(list(enumerate(inside)))}
    # An event that names a case and its pallet is told of the case, which is nearer.
    held = sorted((row for row in holding if _during(inside, row)), key=lambda row: near[row.key])
    return [*found, *(Passed(row, row.role, row.key, row.key) for row in held)]


def events_of(session: Session, brand_id: str, ids: Sequence[int]) -> list[Any]:
    """The rows of these events with their partners' names."""
    asked = (
        select(*_COLUMNS)
        .outerjoin(_PARTNER, (_PARTNER.c.id == _EVENT.c.partner_id) & (_PARTNER.c.brand_id == _EVENT.c.brand_id))
        .where(_EVENT.c.brand_id == brand_id, _EVENT.c.id.in_(ids))
    )
    return list(session.connection().execute(asked))


def _during(inside: Iterable[Stay], row: Any) -> bool:
    at: datetime = row.event_time
    return any(
        stay.parent_key == row.key
        and (stay.from_at is None or stay.from_at <= at)
        and (stay.until_at is None or at <= stay.until_at)
        for stay in inside
    )


def _newest_revisions(found: Iterable[Passed]) -> list[Passed]:
    """Each event once: its newest revision, and named directly rather than by a container."""
    best: dict[str, Passed] = {}
    for each in found:
        earlier = best.get(each.row.event_id)
        if earlier is None or each.row.revision > earlier.row.revision:
            best[each.row.event_id] = each
    return sorted(best.values(), key=lambda each: (each.row.event_time, each.row.id))
