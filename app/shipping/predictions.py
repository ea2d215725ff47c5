"""The newest prediction of when a shipment comes, for whoever shows or tells it. app/shipping/predicting makes it.

No promise is made of it and nobody is told; where the brand has stopped predictions there is none.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.switches import allowed
from app.models.eta import Prediction as Row

SUBJECT = "predictions"
WATCH, HEADS_UP = 0.15, 0.35
"""From which risk a person keeps an eye on a shipment, and from which the customer may hear an early word."""


@dataclass(frozen=True)
class Prediction:
    """The newest prediction of a shipment, in dates at the destination; 8 in 10 come from p10 to p90.

    `risk` is None where too few have come on the lane to tell a chance; `basis` is a code of words.BASIS;
    `rule` names what fired above the model, whatever the risk.
    """

    p10: date
    p50: date
    p90: date
    risk: float | None
    basis: str
    deliveries: int
    rule: str | None
    model: str
    made_at: datetime
    submission_id: int

    @property
    def level(self) -> str:
        """What it is good for: nothing, a person's eye (watch), an early word to the customer (heads_up)."""
        if self.rule:
            return "heads_up"
        return "none" if (self.risk or 0) < WATCH else "watch" if (self.risk or 0) <= HEADS_UP else "heads_up"


def latest(session: Session, shipment_id: str) -> Prediction | None:
    """The newest prediction of a shipment under way; None without one, and where the brand has stopped them."""
    row = newest_row(session, shipment_id)
    if row is None or row.came_on is not None or not allowed(session, row.brand_id, SUBJECT):
        return None
    return Prediction(
        p10=row.p10,
        p50=row.p50,
        p90=row.p90,
        risk=row.risk,
        basis=row.basis,
        deliveries=row.deliveries,
        rule=row.rule,
        model=row.model,
        made_at=row.made_at,
        submission_id=row.submission_id,
    )


def newest_row(session: Session, shipment_id: str) -> Row | None:
    """The row of the newest one, whatever became of it."""
    mine = select(Row).where(Row.shipment_id == shipment_id)
    return session.scalar(mine.order_by(Row.ordinal.desc()).limit(1))


def lane_name(origin: str | None, destination: str | None) -> str:
    """A lane as addresses and entries write it: `CN-DE`; a country that is not known is empty."""
    return f"{origin or ''}-{destination or ''}"
