"""What every change of a shipment entails: its pages are new, and its rules are to be judged. Nothing else."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models.products import Passport
from app.models.shipments import Shipment, ShipmentItem


def changed(session: Session, shipment: Shipment, now: datetime) -> None:
    """Count a new version of the shipment and of the passports that travel in it, and have it judged soon."""
    shipment.version += 1
    shipment.judge_at = now
    keys = select(ShipmentItem.key).where(ShipmentItem.shipment_id == shipment.id)
    session.execute(
        update(Passport)
        .where(Passport.brand_id == shipment.brand_id, Passport.key.in_(keys))
        .values(version=Passport.version + 1, updated_at=now)
        .execution_options(synchronize_session=False)
    )
