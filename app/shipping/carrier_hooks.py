"""The agreements with carriers that call us: made, and given another secret. What they tell comes in elsewhere."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.ids import new_id
from app.models.brands import CarrierHook
from app.sealed import Box
from carriers import hooks
from carriers.known import CARRIERS

OVERLAP = timedelta(hours=24)
"""How long the secret before still holds, so that the carrier's side can be changed in between."""


class HookRefused(ValueError):
    """The agreement can't be as asked; `cause` is carrier, secret or length, the text says how to mend it."""

    def __init__(self, cause: str, sentence: str) -> None:
        super().__init__(sentence)
        self.cause = cause


def put_hook(
    session: Session, box: Box, *, brand_id: str, carrier: str, secret: str, now: datetime
) -> tuple[CarrierHook, str]:
    """Agree on a secret with a carrier, made here where it is ours to choose. The one before holds for a day.

    Gives the hook, whose id stands in its address, and the secret. Raises HookRefused for an unknown carrier and
    for a vendor whose secret only the vendor can give.
    """
    if carrier not in CARRIERS:
        raise HookRefused("carrier", f"{carrier} is none of {', '.join(CARRIERS)}")
    if not secret and not hooks.scheme_of(carrier).we_choose:
        raise HookRefused("secret", f"{CARRIERS[carrier]} signs its calls; give the secret that it shows you")
    if len(secret) > hooks.LONGEST_SECRET:
        raise HookRefused("length", f"a secret has at most {hooks.LONGEST_SECRET} characters")
    secret = secret or secrets.token_urlsafe(24)
    mine = select(CarrierHook).where(CarrierHook.brand_id == brand_id, CarrierHook.carrier == carrier)
    hook = session.scalar(mine)
    if hook is None:
        hook = CarrierHook(id=new_id(), brand_id=brand_id, carrier=carrier, state="on", created_at=now)
        session.add(hook)
    else:
        hook.old_sealed, hook.old_until = hook.sealed, now + OVERLAP
    hook.sealed, hook.refused_at, hook.refusal = box.seal(secret.encode()), None, None
    session.flush()
    return hook, secret


def secrets_of(box: Box, hook: CarrierHook, now: datetime) -> list[bytes]:
    """The secrets that hold now, the newest first."""
    sealed = [hook.sealed]
    if hook.old_sealed and hook.old_until and now < hook.old_until:
        sealed.append(hook.old_sealed)
    return [box.open(each) for each in sealed]


def hooks_of(session: Session, brand_id: str) -> Sequence[CarrierHook]:
    """The hooks of a brand, by carrier."""
    return session.scalars(
        select(CarrierHook).where(CarrierHook.brand_id == brand_id).order_by(CarrierHook.carrier)
    ).all()


def hook_of(session: Session, brand_id: str, hook_id: str) -> CarrierHook | None:
    """A hook of this brand, or None."""
    return session.scalar(select(CarrierHook).where(CarrierHook.brand_id == brand_id, CarrierHook.id == hook_id))
