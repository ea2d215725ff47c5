"""Carriers that call us: a signed body is taken in like a polled answer; anything else only makes us ask soon."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db import reading
from app.house import House
from app.ids import new_id
from app.models.brands import CarrierHook
from app.models.shipments import Parcel
from app.sealed import Box, open_box
from app.shipping import timeline
from carriers import hooks, polling
from carriers.answer import Answer, CarrierError
from carriers.hooks import Forged, Trust
from carriers.known import CARRIERS
from carriers.numbers import normalised
from carriers.vocabulary import Evidence

log = structlog.get_logger()


@dataclass(frozen=True)
class Taken:
    """How many parcels a call told of by itself, and how many are asked about because of it."""

    told: int = 0
    hinted: int = 0


def put_hook(
    session: Session, box: Box, *, brand_id: str, carrier: str, secret: str, now: datetime
) -> tuple[CarrierHook, str]:
    """Agree on a secret with a carrier, in place of the one before; one is made where it is ours to choose.

    Gives the hook, whose id stands in its address, and the secret. Raises ValueError for an unknown carrier and
    for a vendor whose secret only the vendor can give.
    """
    if carrier not in CARRIERS:
        raise ValueError(f"{carrier} is none of {', '.join(CARRIERS)}")
    if not secret and not hooks.scheme_of(carrier).we_choose:
        raise ValueError(f"{CARRIERS[carrier]} signs its calls; give the secret that it shows you")
    secret = secret or secrets.token_urlsafe(24)
    mine = select(CarrierHook).where(CarrierHook.brand_id == brand_id, CarrierHook.carrier == carrier)
    hook = session.scalar(mine)
    if hook is None:
        hook = CarrierHook(id=new_id(), brand_id=brand_id, carrier=carrier, created_at=now)
        session.add(hook)
    hook.sealed, hook.refused_at, hook.refusal = box.seal(secret.encode()), None, None
    session.flush()
    return hook, secret


def hooks_of(session: Session, brand_id: str) -> Sequence[CarrierHook]:
    """The hooks of a brand, by carrier."""
    return session.scalars(
        select(CarrierHook).where(CarrierHook.brand_id == brand_id).order_by(CarrierHook.carrier)
    ).all()


def take_callback(house: House, hook_id: str, headers: Mapping[str, str], body: bytes) -> Taken | None:
    """Take in a call, each parcel in a transaction of its own; None when there is no such hook. Raises Forged.

    Nothing here speaks to anybody. The same call twice changes nothing the second time.
    """
    with reading(house.db) as session:
        hook = session.get(CarrierHook, hook_id)
    if hook is None:
        return None
    try:
        call = hooks.verify(hook.carrier, open_box(house.keys).open(hook.sealed), headers, body)
    except Forged as forged:
        _note(house, hook.id, str(forged))
        raise
    _note(house, hook.id, None)
    answer = _read(hook, call.told) if call.trust is Trust.SIGNED else None
    if answer is None or not answer.shipments:
        return Taken(hinted=_hint(house, hook, hooks.numbers_in(call.told)))
    return _take(house, hook, answer)


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
