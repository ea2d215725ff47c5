"""Tracking events at rest: which are new, how they are kept and read back. All in the caller's session.

Rows are only added. A line that comes again with a place it lacked before, or in fuller words, is a row of its own
that amends the first; `carriers.event.unique` makes one of the two again.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from carriers.clock import Clock, How
from carriers.event import Place, TrackingEvent, place_key, sameness, unique
from carriers.tables import PollState, RawAnswer, StoredEvent
from carriers.vocabulary import Evidence, Reason, Status, SubState

MOST_AMENDMENTS = 5  # of one event: a carrier that rewords without end is not followed for ever

_ASKED: Table = PollState.__table__  # type: ignore[assignment]
_TOLD: Table = StoredEvent.__table__  # type: ignore[assignment]

# Prepared once, because every passport of something on its way asks.
_HISTORY = (
    select(_TOLD, _ASKED.c.parcel_id.label("asked_of"), _ASKED.c.tracking_number)
    .add_columns(_ASKED.c.last_answer_at, _ASKED.c.next_at, _ASKED.c.error, _ASKED.c.outcome)
    .select_from(
        _ASKED.outerjoin(_TOLD, (_TOLD.c.parcel_id == _ASKED.c.parcel_id) & (_TOLD.c.carrier == _ASKED.c.carrier))
    )
    .where(_ASKED.c.parcel_id.in_(bindparam("parcels", expanding=True)))
    .order_by(_TOLD.c.id)
)


@dataclass(frozen=True)
class Kept:
    """An event as it is kept: of which parcel, with which entry of the log, how it is known, what it amends."""

    parcel_id: str
    submission_id: int
    event: TrackingEvent
    evidence: Evidence = Evidence.POLLED
    amends: int | None = None


@dataclass(frozen=True)
class News:
    """An event to be kept. `amends`: the submission of its first telling, when it only improves that one."""

    event: TrackingEvent
    amends: int | None = None


@dataclass(frozen=True)
class Asked:
    """How asking about a parcel stands; `outcome` is "settled" or "unresolved" once nobody asks any more."""

    parcel_id: str
    checked_at: datetime | None
    next_at: datetime | None
    error: str | None
    outcome: str | None


def history(session: Session, parcel_ids: Collection[str]) -> tuple[dict[str, Asked], list[Kept]]:
    """How asking stands for each parcel, and every event kept of them by its carrier, in one statement.

    What a carrier told that turned out to be the wrong one is left out.
    """
    rows = session.connection().execute(_HISTORY, {"parcels": list(parcel_ids)}).all()
    asked = {
        row.asked_of: Asked(row.asked_of, row.last_answer_at, row.next_at, row.error, row.outcome) for row in rows
    }
    kept = (row for row in rows if row.id is not None)
    return asked, [
        Kept(row.parcel_id, row.submission_id, _event(row), Evidence(row.evidence), row.amends) for row in kept
    ]


def unseen(known: Sequence[Kept], told: Iterable[TrackingEvent]) -> list[News]:
    """What was told for the first time, and what tells more than before of an event that is known.

    More is a place where there was none, or longer words; other words of the same length are no news.
    """
    before: dict[tuple[object, ...], list[Kept]] = {}
    for each in known:
        before.setdefault(sameness(each.event), []).append(each)
    news = []
    for event in unique(told):
        same = before.get(sameness(event), [])
        here = place_key(event.place)
        tellings = [each for each in same if place_key(each.event.place) in (here, "")] if here else same
        if not tellings:
            news.append(News(event))
        elif len(tellings) <= MOST_AMENDMENTS and _tells_more(event, tellings):
            news.append(News(event, tellings[0].amends or tellings[0].submission_id))
    return news


def _tells_more(event: TrackingEvent, tellings: Sequence[Kept]) -> bool:
    placed = any(place_key(each.event.place) for each in tellings)
    longest = max(len(each.event.description) for each in tellings)
    return bool(place_key(event.place) and not placed) or len(event.description) > longest


def add(
    session: Session,
    *,
    brand_id: str,
    parcel_id: str,
    news: News,
    submission_id: int,
    evidence: Evidence,
    now: datetime,
) -> None:
    """Keep an event. Raises IntegrityError when another worker has kept the same one meanwhile."""
    event = news.event
    session.add(
        StoredEvent(
            brand_id=brand_id,
            parcel_id=parcel_id,
            dedupe_key=dedupe_key(news),
            submission_id=submission_id,
            evidence=evidence.value,
            amends=news.amends,
            received_at=event.received_at or now,
            carrier=event.carrier,
            status=event.status.value,
            reason=event.reason and event.reason.value,
            sub_state=event.sub_state and event.sub_state.value,
            physical=event.physical,
            code=event.code and event.code[:40],
            description=event.description,
            remark=event.remark,
            place=_place_facts(event.place),
            piece=event.piece and event.piece[:60],
            carrier_ref=event.carrier_ref and event.carrier_ref[:120],
            **_clock_columns(event.clock),
        )
    )


def dedupe_key(news: News) -> str:
    """SHA-256 of what makes an event that event, its place included; of an amendment also its words."""
    words = [news.event.description] if news.amends else []
    facts = [*sameness(news.event), place_key(news.event.place), *words]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def keep_answer(session: Session, parcel_id: str, body: bytes, sha256: str, now: datetime) -> None:
    """Keep the newest answer about a parcel in place of the one before."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {"sha256": sha256, "body": body, "received_at": now}
    session.execute(
        insert(RawAnswer)
        .values(parcel_id=parcel_id, **row)
        .on_conflict_do_update(index_elements=["parcel_id"], set_=row)
    )


def answers(session: Session, parcel_ids: Sequence[str]) -> dict[str, bytes]:
    """The newest answer kept of each parcel, as JSON without what names or finds a person."""
    rows = session.execute(select(RawAnswer.parcel_id, RawAnswer.body).where(RawAnswer.parcel_id.in_(parcel_ids)))
    return {row.parcel_id: row.body for row in rows}


def forget_person(session: Session, parcel_ids: Collection[str]) -> None:
    """Take out of these parcels what speaks of a person: words, towns, numbers and answers. Nobody asks any more.

    Status, times and country stay; so does each event, without the hash of its place, which could be guessed.
    """
    of_these = StoredEvent.parcel_id.in_(parcel_ids)
    for event in session.scalars(select(StoredEvent).where(of_these)):
        event.description = event.remark = ""
        event.place = {"country": event.place["country"]} if event.place and "country" in event.place else None
        event.carrier_ref = event.piece = None
        event.dedupe_key = f"erased-{event.id}"
    session.execute(delete(RawAnswer).where(RawAnswer.parcel_id.in_(parcel_ids)))
    closed = {"next_at": None, "claimed_by": None, "claimed_until": None, "error": None, "tracking_number": ""}
    session.execute(update(PollState).where(PollState.parcel_id.in_(parcel_ids)).values(**closed))


def _clock_columns(clock: Clock) -> dict[str, Any]:
    return {
        "occurred_text": clock.text[:64],
        "occurred_local": clock.local.isoformat() if clock.local else None,
        "occurred_on": clock.on,
        "offset_s": int(clock.offset.total_seconds()) if clock.offset is not None else None,
        "occurred_utc": clock.utc,
        "how": clock.how.value,
        "placeholder": clock.placeholder,
    }


def _place_facts(place: Place | None) -> dict[str, str] | None:
    facts = {
        "city": place and place.city,
        "region": place and place.region,
        "postal_code": place and place.postal_code,
        "country": place and place.country,
    }
    return {name: value for name, value in facts.items() if value} or None


def _event(row: Any) -> TrackingEvent:
    clock = Clock(
        text=row.occurred_text,
        local=datetime.fromisoformat(row.occurred_local) if row.occurred_local else None,
        on=row.occurred_on,
        offset=timedelta(seconds=row.offset_s) if row.offset_s is not None else None,
        utc=row.occurred_utc,
        how=How(row.how),
        placeholder=row.placeholder,
    )
    return TrackingEvent(
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        clock=clock,
        status=Status(row.status),
        reason=Reason(row.reason) if row.reason else None,
        sub_state=SubState(row.sub_state) if row.sub_state else None,
        physical=row.physical,
        code=row.code,
        description=row.description,
        remark=row.remark,
        place=_place(row.place),
        piece=row.piece,
        carrier_ref=row.carrier_ref,
        received_at=row.received_at,
    )


def _place(facts: Mapping[str, Any] | None) -> Place | None:
    return Place(**facts) if facts else None


def in_shipment(kept: Iterable[Kept], first_leg: Sequence[str]) -> list[TrackingEvent]:
    """The events of a shipment's parcels, as pieces when its first leg has several parcels.

    `first_leg` are the ids of the parcels that left together; a later leg carries on for all of them.
    """
    several = len(first_leg) > 1
    return [
        replace(each.event, piece=f"{each.parcel_id}/{each.event.piece or ''}")
        if several and each.parcel_id in first_leg
        else each.event
        for each in kept
    ]
