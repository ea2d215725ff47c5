"""What the demo knows of the carbon of its goods' way: one leg measured, one by the table, others unknown."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.carbon import goods, stating
from app.carbon.stating import Given
from app.demo.catalogue import CUSTOMS, EXPORT, MATCHA, PACKING, PALLET
from app.models.brands import Brand

_FLIGHT = Given(
    subject=f"/00/{PALLET}",
    origin=EXPORT.key,
    destination=CUSTOMS.key,
    mode="air",
    data="primary",
    intensity="0.58",
    per="gcd",
    source="Fuel of the flight (demo)",
)
_TRUCK = Given(
    subject=f"/01/{MATCHA}",
    origin=PACKING.key,
    destination=EXPORT.key,
    mode="road",
    data="default",
    distance_km="9",
    distance_kind="actual",
)


def state(session: Session, brand: Brand, forwarder: str, now: datetime) -> None:
    """Say what a tin weighs and how two legs were carried; the forwarder speaks of its own flight."""
    facts = {"gross_mass_kg": "0.045", "cn_code": "09021000"}
    goods.describe(session, brand, key=f"/01/{MATCHA}", facts=facts, now=now)
    stating.state(session, brand, _FLIGHT, partner_id=forwarder, now=now)
    stating.state(session, brand, _TRUCK, partner_id=None, now=now)
