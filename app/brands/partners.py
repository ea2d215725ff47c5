"""Partners of a brand: who else writes into its record or reads from it."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.ids import new_id
from app.models.brands import Brand, Partner

KINDS = ("supplier", "forwarder", "broker", "retailer", "laboratory", "carrier")


def add_partner(
    session: Session, brand: Brand, *, name: str, kind: str, now: datetime, country: str | None = None
) -> str:
    """Add a company as partner. Returns its id. Raises ValueError for an unknown kind."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
    partner = Partner(id=new_id(), brand_id=brand.id, name=name, kind=kind, country=country, created_at=now)
    session.add(partner)
    session.flush()
    return partner.id
