"""Codes and secrets against what is stored of them: keyed hashes, compared in constant time, used up once."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, and_, or_, select, update
from sqlalchemy.orm import Session

from app.ids import new_id
from app.models.owning import ItemCode, OwnedItem
from app.owning import codes
from app.sealed import Box
from ledger.fields import Opening, commit

LIFE = {"claim": None, "transfer": timedelta(days=14), "reset": timedelta(days=14), "takeback": timedelta(days=60)}
"""How long a code of each kind can be used; a claim code lies in a box until it is opened."""

PATH = "personal:owner"


def code_mark(box: Box, key: str, code: str) -> bytes:
    """What is stored of a code: a hash keyed outside the database, another one for each item."""
    return box.mark(f"item code\n{key}\n{code}".encode())


def secret_mark(box: Box, secret: str) -> bytes:
    """What is stored of an owner's secret."""
    return box.mark(f"owner secret\n{secret}".encode())


def opening(secret: str, key: str) -> Opening:
    """What the holder of a secret can show to be the one whom an entry commits to. Nobody else can make it.

    The salt depends on the item, so that nothing links two items of one owner.
    """
    salt = hmac.digest(secret.encode(), f"wayproof/owner/v1\n{key}".encode(), hashlib.sha256)
    return Opening(PATH, salt, b"owner")


def commitment(origin: str, secret: str, key: str) -> dict[str, bytes]:
    """What an entry says of the new owner."""
    return {PATH: commit(origin, opening(secret, key))}


def make(
    session: Session, box: Box, brand_id: str, key: str, kind: str, now: datetime, option: str | None = None
) -> str:
    """A fresh code of a kind, which is kept nowhere; the unused ones of this kind before it end."""
    end(session, brand_id, key, (kind,), now)
    code, life = codes.new(), LIFE[kind]
    row = ItemCode(id=new_id(), brand_id=brand_id, key=key, kind=kind, mark=code_mark(box, key, code))
    row.made_at, row.expires_at, row.option = now, now + life if life else None, option
    session.add(row)
    session.flush()
    return code


def end(session: Session, brand_id: str, key: str, kinds: Sequence[str], now: datetime) -> int:
    """End the unused codes of these kinds; how many."""
    mine = and_(_of(brand_id, key, kinds), ItemCode.used_at.is_(None), ItemCode.ended_at.is_(None))
    done = session.execute(
        update(ItemCode).where(mine).values(ended_at=now).execution_options(synchronize_session=False)
    )
    assert isinstance(done, CursorResult)
    return done.rowcount


def good_codes(session: Session, brand_id: str, key: str, now: datetime) -> Sequence[ItemCode]:
    """The codes of an item that could be used now."""
    asked = select(ItemCode).where(ItemCode.brand_id == brand_id, ItemCode.key == key, _good(now))
    return session.scalars(asked.order_by(ItemCode.id).execution_options(populate_existing=True)).all()


def fitting(session: Session, box: Box, row: OwnedItem, code: str, kinds: Sequence[str]) -> ItemCode | None:
    """The newest code of the item that this is, used or not. Every one is compared, and in constant time."""
    mark = code_mark(box, row.key, code)
    asked = select(ItemCode).where(_of(row.brand_id, row.key, kinds)).order_by(ItemCode.id)
    fits = None
    for each in session.scalars(asked.execution_options(populate_existing=True)):
        if hmac.compare_digest(each.mark, mark):
            fits = each
    return fits


def use(session: Session, code: ItemCode, now: datetime) -> bool:
    """Use a code up; False when somebody has, or it has ended. Two at once: one of them gets it."""
    done = session.execute(
        update(ItemCode)
        .where(ItemCode.id == code.id, _good(now))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(done, CursorResult)
    return bool(done.rowcount)


def _of(brand_id: str, key: str, kinds: Sequence[str]) -> ColumnElement[bool]:
    return and_(ItemCode.brand_id == brand_id, ItemCode.key == key, ItemCode.kind.in_(kinds))


def _good(now: datetime) -> ColumnElement[bool]:
    alive = or_(ItemCode.expires_at.is_(None), ItemCode.expires_at > now)
    return and_(ItemCode.used_at.is_(None), ItemCode.ended_at.is_(None), alive)
