"""What an owner does with an item, and what the desk does when the owner's secret is lost. Each act is an entry.

Handing in is in takeback. An owner's acts are asked for by the secret; who asks has it, or never gets here.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from app.entries import EntryType
from app.models.brands import Brand
from app.models.owning import OwnedItem
from app.owning import items, secret
from app.owning.errors import ActRefused
from app.sealed import Box

RESET_REASONS = ("receipt", "order", "warranty_card")


def pass_on(session: Session, box: Box, row: OwnedItem, now: datetime) -> str:
    """A code for the next owner; the one before it ends. Until it is used, the item stays with its owner.

    Raises ActRefused.
    """
    if row.missing_on:
        raise ActRefused("missing")
    items.move(session, row, now)
    secret.end(session, row.brand_id, row.key, ("takeback",), now)
    return secret.make(session, box, row.brand_id, row.key, "transfer", now)


def keep(session: Session, row: OwnedItem, now: datetime) -> int:
    """Take back the codes that the owner gave out, for the next owner or for a take-back; how many."""
    items.move(session, row, now)
    return secret.end(session, row.brand_id, row.key, ("transfer", "takeback"), now)


def report_missing(session: Session, brand: Brand, row: OwnedItem, now: datetime) -> None:
    """Say on the passport that the item is lost or stolen; codes that were given out end."""
    if row.missing_on:
        return
    secret.end(session, brand.id, row.key, ("transfer", "takeback"), now)
    items.advance(session, brand, row, EntryType.OWNERSHIP_MISSING, now, missing_on=now.date())


def report_found(session: Session, brand: Brand, row: OwnedItem, now: datetime) -> None:
    """It is back."""
    if row.missing_on:
        items.advance(session, brand, row, EntryType.OWNERSHIP_FOUND, now, missing_on=None)


def reset(
    session: Session, box: Box, brand: Brand, key: str, *, reason: str, person_id: str, now: datetime
) -> str:
    """End a lost secret and every code, against proof of purchase; the code with which its owner claims anew.

    An item that is missing stays so until the new secret says that it is found. Raises ActRefused, ValueError for
    an unknown reason.
    """
    if reason not in RESET_REASONS:
        raise ValueError(f"the reason is one of {', '.join(RESET_REASONS)}")
    row = items.item(session, brand.id, key)
    if row.state != "claimed":
        raise ActRefused("retired" if row.state == "retired" else "not_claimed")
    secret.end(session, brand.id, key, tuple(secret.LIFE), now)
    body = {"reason": reason, "person": person_id}
    items.advance(session, brand, row, EntryType.OWNERSHIP_RESET, now, body=body, secret_mark=None)
    return secret.make(session, box, brand.id, key, "reset", now)
