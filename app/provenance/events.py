"""Stored events read back: one by one with their proof, or as proof files. Reads only; queries are in finding."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from app.brands.readers import PUBLIC, Reader
from app.epcis import classes
from app.epcis.event import Event
from app.models.brands import Brand
from app.models.products import EpcisEvent, EventKey, Location
from app.provenance import parts, shown, signers
from app.provenance.checks import checks, verdicts
from app.provenance.passport import Check, LogFace, Place, Voice
from app.provenance.way import events_of
from ledger import anchor
from ledger.entry import read
from ledger.erase import erasures_of
from ledger.errors import LedgerError, Tampered
from ledger.evidence import Evidence, Item, anchor_record, beside_of, bundle_of
from ledger.log import bundle, evidence, opened

_EVENT: Table = EpcisEvent.__table__  # type: ignore[assignment]
_KEY: Table = EventKey.__table__  # type: ignore[assignment]
_LOCATION: Table = Location.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class EventFace:
    """One event for its own page. `document` is the public part of its JSON value, `names` (role, key) of what

    it names.
    """

    id: int
    brand_id: str
    event_id: str
    revision: int
    event_type: str
    action: str | None
    biz_step: str | None
    disposition: str | None
    at: datetime
    zone: str
    recorded_at: datetime
    place: Place | None
    partner: str | None
    voice: Voice
    error_declared: bool
    document: dict[str, Any]
    names: tuple[tuple[str, str], ...]
    submission_id: int
    index: int | None
    leaf_hash: str
    intact: bool
    checks: tuple[Check, ...]
    log: LogFace


def by_event_id(session: Session, brand_id: str, event_id: str, reader: Reader) -> list[dict[str, Any]]:
    """Every revision of an event as JSON, the first one first; empty when there is none."""
    asked = select(_EVENT).where(_EVENT.c.brand_id == brand_id, _EVENT.c.event_id == event_id)
    rows = session.connection().execute(asked.order_by(_EVENT.c.revision)).all()
    return as_json(session, brand_id, rows, reader)


def just_stored(
    brand: Brand, event: Event, recorded: datetime, partner_id: str | None, reader: Reader
) -> dict[str, Any]:
    """What `by_event_id` gives of an event that `partner_id` has brought just now, without reading it back."""
    kept = classes.split(event.value, event.extensions, parts.chosen(brand))
    seen = {path: kept[path] for each in reader.sees(partner_id) if (path := classes.PATHS[each]) in kept}
    return {**classes.merge(seen), "recordTime": _moment(recorded)}


def as_json(session: Session, brand_id: str, rows: Sequence[Any], reader: Reader) -> list[dict[str, Any]]:
    """Stored events as they were sent, with their own @context, as far as the reader may see them."""
    closed = [row.submission_id for row in rows if reader.sees(row.partner_id) > PUBLIC]
    kept = opened(session, _log_id(session, brand_id), closed, reader.classes) if closed else {}
    return [_one_as_json(row, {each.path: each.value for each in kept.get(row.submission_id, ())}) for row in rows]


def _one_as_json(row: Any, closed: Mapping[str, bytes]) -> dict[str, Any]:
    """One event: its public part, what its reader may see of the closed ones, and the time when it was stored."""
    event = classes.merge({**closed, classes.PATHS["public"]: row.document})
    return {**event, "recordTime": _moment(row.record_time)}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def locate(session: Session, event_id: str) -> tuple[str, int] | None:
    """(brand, row) of the newest revision of an event; of several brands the one that stored it first."""
    asked = select(_EVENT.c.brand_id, _EVENT.c.id).where(_EVENT.c.event_id == event_id)
    rows = session.connection().execute(asked.order_by(_EVENT.c.id)).all()
    mine = [row for row in rows if row.brand_id == rows[0].brand_id]
    return (mine[-1].brand_id, mine[-1].id) if mine else None


def event_page(session: Session, brand_id: str, row_id: int, *, vkey: str | None = None) -> EventFace | None:
    """One event with the check of its record, or None where the brand has no such row."""
    row = next(iter(events_of(session, brand_id, [row_id])), None)
    if row is None:
        return None
    names = tuple(_names(session, row_id))
    log_id = _log_id(session, brand_id)
    role, key = names[0] if names else (None, None)
    keys = signers.key_submissions(session, [row.partner_id] if row.signed_key else [])
    found = evidence(session, log_id, [row.submission_id, *keys])
    compared = {row.submission_id: [shown.event(row, role, key)]}
    judged, said = signers.judge(session, log_id, found, verdicts(found, compared), [row])
    verdict = judged[row.submission_id]
    return EventFace(
        id=row.id,
        brand_id=brand_id,
        event_id=row.event_id,
        revision=row.revision,
        event_type=row.event_type,
        action=row.action,
        biz_step=row.biz_step,
        disposition=row.disposition,
        at=row.event_time,
        zone=row.event_zone,
        recorded_at=row.record_time,
        place=_place(session, brand_id, row.read_point or row.biz_location),
        partner=row.partner,
        voice=Voice.of(row, said.get(row.submission_id)),
        error_declared=row.error_declared,
        document=_one_as_json(row, {}),
        names=names,
        submission_id=row.submission_id,
        index=verdict.index,
        leaf_hash=verdict.leaf_hash,
        intact=verdict.intact,
        checks=checks(found, judged.values(), vkey=vkey, anchor=anchor.latest(session, log_id)),
        log=LogFace.of(found),
    )


def proof_of(
    session: Session, log_id: int, submission_id: int, reader: Reader, witnesses: str | None = None
) -> dict[str, Any]:
    """The one-file proof of one entry, opened as far as its reader may see. Raises as `ledger.log.bundle` does."""
    found = evidence(session, log_id, [submission_id])
    item, policy = found.items[submission_id], _policy(found, witnesses)
    classes_open = reader.sees(_author(item.envelope))
    signed_by = [*signers.of_entry(session, item), *_erasures(session, log_id, [item]).get(item.index, ())]
    newest = anchor.latest(session, log_id)
    return bundle(session, log_id, submission_id, newest, classes_open, policy=policy, explained_by=signed_by)


def _policy(found: Evidence, witnesses: str | None) -> str | None:
    """The policy that a proof brings along: its own key and our witnesses. Nobody need trust it."""
    return None if witnesses is None or found.vkey is None else f"log {found.vkey}\n{witnesses}"


def _author(envelope: bytes | None) -> str | None:
    try:
        author = read(envelope or b"").body.get("partner")
    except Tampered:  # changed by hand: nobody's, so it opens nothing to a partner
        return None
    return author if isinstance(author, str) else None


def bundles(
    session: Session, brand_id: str, submission_ids: Iterable[int], witnesses: str | None = None
) -> list[dict[str, Any]]:
    """The one-file proof for everybody of each of these entries that has one by now, with the newest anchor.

    witnesses: the lines of a policy that names our witnesses.
    """
    log_id = _log_id(session, brand_id)
    found, explained = _explained(session, log_id, list(submission_ids))
    newest = anchor.latest(session, log_id)
    record = anchor_record(session, log_id, found, newest) if newest else None
    proofs = []
    for submission_id, beside in explained.items():
        try:
            policy = _policy(found, witnesses)
            proofs.append(bundle_of(found, found.items[submission_id], record, policy, beside_of(found, beside)))
        except LedgerError:  # too new for a proof, or damaged, which the check of the page says
            continue
    return proofs


def _log_id(session: Session, brand_id: str) -> int:
    return session.scalars(select(Brand.log_id).where(Brand.id == brand_id)).one()


def _erasures(session: Session, log_id: int, items: Iterable[Item]) -> Mapping[int | None, Sequence[int]]:
    """The entries by which the log says what it erased of these, by the index of each."""
    return erasures_of(session, log_id, [each.index for each in items if each.index is not None])


def _explained(session: Session, log_id: int, wanted: list[int]) -> tuple[Evidence, dict[int, list[int]]]:
    """The evidence of these entries, and by entry those that say who signed it, all under one checkpoint."""
    found = evidence(session, log_id, wanted)
    erased = _erasures(session, log_id, found.items.values())
    explained = {
        each: [*signers.of_entry(session, item), *erased.get(item.index, ())] for each, item in found.items.items()
    }
    more = {each for beside in explained.values() for each in beside} - found.items.keys()
    return (evidence(session, log_id, [*wanted, *sorted(more)]) if more else found), explained


def _names(session: Session, row_id: int) -> list[tuple[str, str]]:
    asked = select(_KEY.c.role, _KEY.c.key).where(_KEY.c.event == row_id).order_by(_KEY.c.role, _KEY.c.key)
    return [(row.role, row.key) for row in session.connection().execute(asked)]


def _place(session: Session, brand_id: str, key: str | None) -> Place | None:
    if key is None:
        return None
    asked = select(_LOCATION).where(_LOCATION.c.brand_id == brand_id, _LOCATION.c.key == key)
    row = session.connection().execute(asked).first()
    return Place.of(row) if row else Place(key)
