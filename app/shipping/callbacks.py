"""Carriers that call us: a signed body is taken in like a polled answer; anything else only makes us ask soon."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.db import reading
from app.house import House
from app.models.brands import CarrierHook
from app.models.shipments import Parcel
from app.sealed import open_box
from app.shipping import timeline
from app.shipping.carrier_hooks import secrets_of
from carriers import hooks, polling
from carriers.answer import Answer, CarrierError
from carriers.hooks import Forged, Trust
from carriers.numbers import normalised
from carriers.vocabulary import Evidence

log = structlog.get_logger()


@dataclass(frozen=True)
class Taken:
    """How many parcels a call told of by itself, and how many are asked about because of it."""

    told: int = 0
    hinted: int = 0


def take_callback(house: House, hook_id: str, headers: Mapping[str, str], body: bytes) -> Taken | None:
    """Take in a call, each parcel in a transaction of its own; None when there is no such hook. Raises Forged.

    Nothing here speaks to anybody. The same call twice changes nothing the second time.
    """
    with reading(house.db) as session:
        hook = session.get(CarrierHook, hook_id)
    if hook is None:
        return None
    try:
        call = _verified(hook, secrets_of(open_box(house.keys), hook, house.clock()), headers, body)
    except Forged as forged:
        _note(house, hook.id, str(forged))
        raise
    if call.told == hooks.SAMPLE:
        return Taken()
    _note(house, hook.id, None)
    answer = _read(hook, call.told) if call.trust is Trust.SIGNED else None
    if answer is None or not answer.shipments:
        return Taken(hinted=_hint(house, hook, hooks.numbers_in(call.told)))
    return _take(house, hook, answer)


def _verified(
    hook: CarrierHook, secrets: Sequence[bytes], headers: Mapping[str, str], body: bytes
) -> hooks.Verified:
    """What the call is worth by the newest secret, else by the one before it. Raises Forged."""
    if hook.state != "on":
        raise Forged("calls of this carrier are switched off")
    for older in secrets[1:]:
        with suppress(Forged):
            return hooks.verify(hook.carrier, older, headers, body)
    return hooks.verify(hook.carrier, secrets[0], headers, body)


def _note(house: House, hook_id: str, refusal: str | None) -> None:
    """When the hook was called last, or why a call was refused, for whoever looks why nothing comes."""
    now = house.clock()
    with house.db.begin() as session:
        row = session.get_one(CarrierHook, hook_id, with_for_update=True)
        if refusal:
            row.refused_at, row.refusal = now, refusal[:120]
        else:
            row.called_at = now


def _read(hook: CarrierHook, body: bytes) -> Answer | None:
    """What a signed body tells, None when its vendor sent something else than a tracking form."""
    try:
        answer: Answer = import_module(f"carriers.adapters.{hook.carrier}").parse(body)
    except CarrierError as error:
        log.info("callbacks.unread", hook=hook.id, carrier=hook.carrier, error=str(error))
        return None
    except Exception:  # a bug in one adapter: the vendor shall not send the same body for days, we ask instead
        log.exception("callbacks.broken", hook=hook.id, carrier=hook.carrier)
        return None
    return answer


def _take(house: House, hook: CarrierHook, answer: Answer) -> Taken:
    told, spoiled = 0, []
    for parcel_id in _parcels(house, hook, [normalised(each.tracking_number) for each in answer.shipments]):
        try:
            told += _apply(house, parcel_id, answer)
        except Exception:  # what one parcel's history breaks must not keep the others from theirs
            log.exception("callbacks.not_applied", parcel=parcel_id)
            spoiled.append(parcel_id)
    return Taken(told, _hint_parcels(house, spoiled))


def _apply(house: House, parcel_id: str, answer: Answer) -> int:
    try:
        return _apply_once(house, parcel_id, answer)
    except IntegrityError:  # the poller has kept the same event since we looked; now we see it
        return _apply_once(house, parcel_id, answer)


def _apply_once(house: House, parcel_id: str, answer: Answer) -> int:
    now = house.clock()
    with house.db.begin() as session:
        parcel = session.get_one(Parcel, parcel_id)
        applied = timeline.apply(session, parcel, answer, now, evidence=Evidence.SIGNED_CALLBACK)
        polling.heard(session, parcel.id, status=applied.status, now=now)
    return 1


def _hint(house: House, hook: CarrierHook, numbers: Sequence[str]) -> int:
    return _hint_parcels(house, _parcels(house, hook, numbers))


def _hint_parcels(house: House, parcel_ids: Sequence[str]) -> int:
    if not parcel_ids:
        return 0
    now = house.clock()
    with house.db.begin() as session:
        return sum(polling.hint(session, parcel_id, now) for parcel_id in parcel_ids)


def _parcels(house: House, hook: CarrierHook, numbers: Sequence[str]) -> Sequence[str]:
    """The brand's parcels with this carrier that have one of these numbers."""
    mine = select(Parcel.id).where(Parcel.brand_id == hook.brand_id, Parcel.carrier == hook.carrier)
    with reading(house.db) as session:
        return session.scalars(mine.where(Parcel.tracking_number.in_(numbers)).order_by(Parcel.id)).all()
