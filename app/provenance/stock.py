"""How many items of a product the brand's own record says are there to be sold. Reads; decides nothing."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.products import EpcisEvent, EventKey, Passport

_FOR_SALE = ("sellable_accessible", "sellable_not_accessible", "available")


def in_stock(session: Session, brand_id: str, gtin: str) -> int | None:
    """How many serial items last stood as for sale; None where no event ever said of one that it was.

    By the newest event of each item that names a disposition (CBV), errors left out.
    """
    told = (
        select(
            EventKey.key,
            EpcisEvent.disposition,
            func.row_number()
            .over(partition_by=EventKey.key, order_by=(EpcisEvent.event_time.desc(), EpcisEvent.id.desc()))
            .label("age"),
        )
        .join(EpcisEvent, EpcisEvent.id == EventKey.event)
        .join(Passport, (Passport.key == EventKey.key) & (Passport.brand_id == EventKey.brand_id))
        .where(EventKey.brand_id == brand_id, Passport.gtin == gtin, Passport.level == "item")
        .where(EpcisEvent.disposition.is_not(None), EpcisEvent.error_declared.is_(False))
        .subquery()
    )
    stands: dict[str | None, int] = dict(
        row
        for row in session.execute(
            select(told.c.disposition, func.count()).where(told.c.age == 1).group_by(told.c.disposition)
        )
    )
    ever = select(told.c.key).where(told.c.disposition.in_(_FOR_SALE)).limit(1)
    if session.scalar(ever) is None:
        return None
    return sum(stands.get(each, 0) for each in _FOR_SALE)
