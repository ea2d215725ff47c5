"""An item gets its owner, by the brand's code or that of the owner before. Entries say it, and never who."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.tenants import log_origin
from app.entries import EntryType
from app.models.brands import Brand
from app.models.owning import OwnedItem
from app.owning import codes, items, secret
from app.owning.errors import ActRefused
from app.sealed import Box

MOST = 1000
"""Codes made at once."""

_CLAIMING = ("claim", "transfer", "reset")
_STATE = {"claim": "free", "transfer": "claimed", "reset": "claimed"}


@dataclass(frozen=True, slots=True)
class Made:
    """A code fresh from the press; it is shown now and never again."""

    key: str
    code: str


def make_codes(
    session: Session,
    box: Box,
    brand: Brand,
    keys: Sequence[str],
    *,
    sold_on: date | None = None,
    now: datetime,
) -> list[Made]:
    """A claim code for each of these items; the unused one before it ends. All of them, or none.

    `sold_on` is the day of purchase, where a warranty counts from it. Raises ActRefused, for an item that has an
    owner too.
    """
    made = []
    for key in sorted(set(keys)):  # in one order, so that two makers never wait for each other in a circle
        row = items.opened(session, brand, key, now)
        if row.state != "free":
            raise ActRefused(row.state)
        items.move(session, row, now, sold_on=sold_on or row.sold_on)
        made.append(Made(key, secret.make(session, box, brand.id, key, "claim", now)))
    return made


def claim(
    session: Session, box: Box, brand: Brand, key: str, *, typed: str, new_secret: str, now: datetime
) -> OwnedItem:
    """Make the holder of `new_secret` the owner of an item, by a code that works once.

    The secret is made by the caller and never stored. The same code with the same secret again changes nothing,
    so that a form which was sent twice loses nobody an item. Raises ActRefused.
    """
    code, mine = _read(typed), secret.secret_mark(box, _read(new_secret, codes.SECRET))
    row = items.item(session, brand.id, key)
    fits = secret.fitting(session, box, row, code, _CLAIMING)
    if fits and fits.used_at and row.secret_mark == mine:
        return row
    if fits is None or not secret.use(session, fits, now):
        raise ActRefused("unknown_code")
    if row.state != _STATE[fits.kind]:
        raise ActRefused("retired" if row.state == "retired" else "unknown_code")
    if row.missing_on and fits.kind != "reset":
        raise ActRefused("missing")
    if owned_by(session, box, new_secret):
        raise ActRefused("secret_taken")
    secret.end(session, brand.id, key, (*_CLAIMING, "takeback"), now)
    again = fits.kind == "reset"
    items.advance(
        session,
        brand,
        row,
        EntryType.OWNERSHIP_PASSED if fits.kind == "transfer" else EntryType.OWNERSHIP_CLAIMED,
        now,
        commitments=secret.commitment(log_origin(brand.log_key), _read(new_secret, codes.SECRET), key),
        state="claimed",
        secret_mark=mine,
        owners=row.owners + (not again),
        first_claimed_on=row.first_claimed_on or now.date(),
        claimed_on=row.claimed_on if again else now.date(),
    )
    return row


def owned_by(session: Session, box: Box, typed: str) -> OwnedItem | None:
    """The item that a secret opens; None for every other text."""
    try:
        mark = secret.secret_mark(box, codes.read(typed, codes.SECRET))
    except codes.Mistyped:
        return None
    mine = select(OwnedItem).where(OwnedItem.secret_mark == mark)
    return session.scalars(mine.execution_options(populate_existing=True)).one_or_none()


def _read(typed: str, length: int = codes.CODE) -> str:
    try:
        return codes.read(typed, length)
    except codes.Mistyped:
        raise ActRefused("mistyped") from None
