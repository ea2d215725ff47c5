"""Which partners may act in the brand's name after the sale: repair, and collect what owners hand in."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.entries import EntryType
from app.models.brands import Brand, Partner
from app.record import record


def authorise(
    session: Session, brand: Brand, partner_id: str, *, repairs: bool, collects: bool, now: datetime
) -> None:
    """Say what a partner may do from now on; what is said already changes nothing. Raises LookupError."""
    partner = session.get(Partner, partner_id, with_for_update=True)
    if partner is None or partner.brand_id != brand.id:
        raise LookupError("the brand has no such partner")
    if (partner.repairs, partner.collects) == (repairs, collects):
        return
    partner.repairs, partner.collects = repairs, collects
    body = {"partner": partner.id, "repairs": repairs, "collects": collects}
    record(session, brand.log_id, EntryType.PARTNER_AUTHORITY_SET, body, now=now)
    session.flush()
