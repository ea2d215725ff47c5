"""Which things get a label: single ones, all items of a lot, all items of a product. Reads only."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.gs1 import identifiers
from app.models.products import Passport


def keys(session: Session, brand_id: str, named: Sequence[str], *, items: bool, most: int) -> list[str]:
    """The keys of these things that the brand's record knows; with `items`, of their items.

    In order of the keys; at most `most`.
    """
    wanted = [identifiers.canonical(each) for each in named]
    mine = select(Passport.key).where(Passport.brand_id == brand_id)
    if not items:
        found = set(session.scalars(mine.where(Passport.key.in_(wanted))))
        return [each for each in dict.fromkeys(wanted) if each in found][:most]
    under = or_(
        Passport.lot_key.in_(wanted), *(Passport.key.startswith(f"{each}/21/", autoescape=True) for each in wanted)
    )
    return list(session.scalars(mine.where(Passport.level == "item", under).order_by(Passport.key).limit(most)))
