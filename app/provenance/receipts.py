"""What a partner wrote and what became of it: accepted, integrated with an index, anchored. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
from sqlalchemy import Select, Table, select
from sqlalchemy.orm import Session

from app.models.brands import Brand
from app.models.products import EpcisEvent, EventKey, Location
from app.provenance.passport import Place
from ledger import anchor, merkle
from ledger.anchor_state import AnchorState
from ledger.log import Evidence, Item, evidence

_EVENT: Table = EpcisEvent.__table__  # type: ignore[assignment]
_KEY: Table = EventKey.__table__  # type: ignore[assignment]
_LOCATION: Table = Location.__table__  # type: ignore[assignment]

State = Literal["accepted", "integrated", "anchored", "damaged"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """One event of a partner and where it stands. `keys` are the first things that it names.

    accepted: durable, its place in the log comes within seconds. integrated: `index` is its place for ever.
    anchored: a chain holds a root over it. damaged: the log does not hold it any more as it was accepted.
    """

    row_id: int
    event_id: str
    revision: int
    event_type: str
    biz_step: str | None
    action: str | None
    at: datetime
    zone: str
    recorded_at: datetime
    place: Place | None
    keys: tuple[str, ...]
    signed_key: str | None
    typed_by: str | None
    state: State
    index: int | None
    provable: bool
    submission_id: int
    leaf_hash: str
    in_error: bool
    corrected_by: tuple[str, ...]


def receipts(session: Session, brand_id: str, partner_id: str, *, before: int | None, limit: int) -> list[Receipt]:
    """What a partner wrote, the newest first, from before the row `before` on."""
    asked = _mine(brand_id, partner_id).order_by(_EVENT.c.id.desc()).limit(limit)
    return _receipts(session, brand_id, asked if before is None else asked.where(_EVENT.c.id < before))


def receipt(session: Session, brand_id: str, partner_id: str, event_id: str) -> Receipt | None:
    """The newest revision of an event that this partner wrote."""
    asked = _mine(brand_id, partner_id).where(_EVENT.c.event_id == event_id)
    return next(iter(_receipts(session, brand_id, asked.order_by(_EVENT.c.revision.desc()).limit(1))), None)


def submission_of(session: Session, brand_id: str, partner_id: str, row_id: int) -> int | None:
    """The submission of a row that this partner wrote."""
    row = session.connection().execute(_mine(brand_id, partner_id).where(_EVENT.c.id == row_id)).first()
    return int(row.submission_id) if row else None


def _mine(brand_id: str, partner_id: str) -> Select[Any]:
    return select(_EVENT).where(_EVENT.c.brand_id == brand_id, _EVENT.c.partner_id == partner_id)


def _receipts(session: Session, brand_id: str, asked: Select[Any]) -> list[Receipt]:
    rows = session.connection().execute(asked).all()
    if not rows:
        return []
    log_id = session.scalars(select(Brand.log_id).where(Brand.id == brand_id)).one()
    found = evidence(session, log_id, [row.submission_id for row in rows])
    anchored = anchored_up_to(anchor.latest(session, log_id))
    wrong = _declared(session, brand_id, [row.event_id for row in rows])
    names = _names(session, [row.id for row in rows])
    places = _places(session, brand_id, rows)
    return [_one(row, found, anchored, wrong, names.get(row.id, ()), places) for row in rows]


def _one(
    row: Any,
    found: Evidence,
    anchored: int,
    wrong: dict[str, tuple[str, ...]],
    keys: tuple[str, ...],
    places: dict[str, Place],
) -> Receipt:
    item = found.items[row.submission_id]
    place = row.read_point or row.biz_location
    return Receipt(
        row_id=row.id,
        event_id=row.event_id,
        revision=row.revision,
        event_type=row.event_type,
        biz_step=row.biz_step,
        action=row.action,
        at=row.event_time,
        zone=row.event_zone,
        recorded_at=row.record_time,
        place=places.get(place, Place(place)) if place else None,
        keys=keys,
        signed_key=row.signed_key,
        typed_by=row.typed_by,
        state=_state(item, anchored),
        index=item.index,
        provable=item.status == "published",
        submission_id=row.submission_id,
        leaf_hash=merkle.leaf_hash(item.envelope).hex() if item.envelope else "",
        in_error=row.event_id in wrong,
        corrected_by=wrong.get(row.event_id, ()),
    )


def _state(item: Item, anchored: int) -> State:
    if item.status == "pending":
        return "accepted"
    if item.status in ("damaged", "missing") or item.index is None:
        return "damaged"
    return "anchored" if item.index < anchored else "integrated"


def anchored_up_to(newest: AnchorState | None) -> int:
    """How many entries of a log stand under an anchor that counts: final, fitting, and not the demo's own."""
    if newest is None or newest.finding or newest.finality == "demo":
        return 0
    return newest.size if newest.target == "file" or newest.state in ("safe", "final") else 0


def _declared(session: Session, brand_id: str, event_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The events that were declared an error, by whomever, with the events that say what is right."""
    asked = select(_EVENT.c.event_id, _EVENT.c.document).where(
        _EVENT.c.brand_id == brand_id, _EVENT.c.event_id.in_(event_ids), _EVENT.c.error_declared
    )
    rows = session.connection().execute(asked)
    return {row.event_id: _corrections(orjson.loads(row.document)) for row in rows}


def _corrections(event: dict[str, Any]) -> tuple[str, ...]:
    return tuple(event["errorDeclaration"].get("correctiveEventIDs", ()))


def _names(session: Session, row_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    asked = select(_KEY.c.event, _KEY.c.key).where(_KEY.c.event.in_(row_ids)).order_by(_KEY.c.event, _KEY.c.key)
    found: dict[int, tuple[str, ...]] = {}
    for row in session.connection().execute(asked):
        found[row.event] = (*found.get(row.event, ()), row.key)
    return found


def _places(session: Session, brand_id: str, rows: Sequence[Any]) -> dict[str, Place]:
    wanted = {place for row in rows if (place := row.read_point or row.biz_location)}
    asked = select(_LOCATION).where(_LOCATION.c.brand_id == brand_id, _LOCATION.c.key.in_(wanted))
    return {row.key: Place.of(row) for row in session.connection().execute(asked)} if wanted else {}
