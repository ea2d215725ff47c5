"""What the brand's record knows about transport emissions. Reads only; the sums are in journey."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from app.carbon import factors
from app.carbon.amounts import plain
from app.carbon.chain import MODES, Intensity
from app.carbon.journey import Known, Mass
from app.carbon.statements import Factors, Statement
from app.models.brands import Brand, Partner
from app.models.carbon import CarbonFactor, CarbonStatement, GoodsFacts
from app.models.shipments import Parcel
from ledger.quick import Quick, both

SHOWN = "carbon"
"""The setting of a brand that wants the block on every passport."""

_BRAND: Table = Brand.__table__  # type: ignore[assignment]
_STATED: Table = CarbonStatement.__table__  # type: ignore[assignment]
_PARTNER: Table = Partner.__table__  # type: ignore[assignment]
_NAMES = tuple(name for name in Statement._fields if name != "partner")

# One statement for the choice of the brand and for what was stated, because every passport asks.
_ASKED = Quick(
    both(
        select(_BRAND.c.settings, *(_STATED.c[name] for name in _NAMES), _PARTNER.c.name.label("partner"))
        .select_from(
            _BRAND.outerjoin(
                _STATED,
                (_STATED.c.brand_id == _BRAND.c.id) & _STATED.c.subject.in_(bindparam("subjects", expanding=True)),
            ).outerjoin(_PARTNER, (_PARTNER.c.id == _STATED.c.partner_id) & (_PARTNER.c.brand_id == _BRAND.c.id))
        )
        .where(_BRAND.c.id == bindparam("brand"))
        .order_by(_STATED.c.id)
    )
)


def known(
    session: Session, brand_id: str, subjects: list[str], shipment_id: str | None, *, always: bool = False
) -> Known | None:
    """What is known of these subjects, the nearest first, and of the delivery in a shipment.

    None where nothing was stated and the brand does not show it either, unless it is asked for `always`.
    """
    delivery = f"shipment:{shipment_id}" if shipment_id else ""
    rows = _ASKED.rows(
        session.connection(), {"brand": brand_id, "subjects": [*subjects, delivery] if delivery else subjects}
    )
    stated = tuple(Statement(*row[1:]) for row in rows if row.id is not None)
    shown = bool(rows and (rows[0].settings or {}).get(SHOWN))
    if not (stated or shown or always):
        return None
    return Known(
        subjects=tuple(subjects),
        stated=stated,
        factors=factors_of(session, brand_id),
        mass=mass_of(session, brand_id, subjects),
        delivery=delivery,
        delivery_legs=_legs(session, brand_id, shipment_id, stated) if shipment_id else (),
        shown=shown,
    )


def factors_of(session: Session, brand_id: str) -> Factors:
    """The brand's own intensities by their code."""
    rows = session.scalars(select(CarbonFactor).where(CarbonFactor.brand_id == brand_id))
    return {row.code: _intensity(row) for row in rows}


@dataclass(frozen=True, slots=True)
class InForce:
    """An intensity as it is listed; amounts are decimal text. `own`: the brand entered it."""

    code: str
    mode: str
    intensity: str
    low: str | None
    high: str | None
    per: str | None
    source: str
    own: bool


def in_force(session: Session, brand_id: str) -> list[InForce]:
    """Every intensity that a leg may take: the brand's own, the averages of modes, the classes of the table."""
    asked = select(CarbonFactor).where(CarbonFactor.brand_id == brand_id).order_by(CarbonFactor.code)
    own = [own_factor(row) for row in session.scalars(asked)]
    named = {each.code for each in own}
    averages = [_tabled(mode, mode, found) for mode in MODES if (found := factors.of_mode(mode))]
    classes = [_tabled(row.code, row.mode, found) for row in factors.ROWS if (found := factors.of_class(row.code))]
    return [*own, *(each for each in (*averages, *classes) if each.code not in named)]


def own_factor(row: CarbonFactor) -> InForce:
    """A brand's own intensity as it is listed."""
    return InForce(row.code, row.mode, row.intensity, row.low, row.high, row.per, row.source, own=True)


def _tabled(code: str, mode: str, found: Intensity) -> InForce:
    low, high = (plain(each) if each is not None else None for each in (found.low, found.high))
    return InForce(code, mode, plain(found.value), low, high, found.per, found.source, own=False)


def mass_of(session: Session, brand_id: str, keys: list[str]) -> Mass | None:
    """What one unit weighs with its packing, by the first of these keys of which it was said."""
    asked = select(GoodsFacts.key, GoodsFacts.facts).where(
        GoodsFacts.brand_id == brand_id, GoodsFacts.key.in_(keys)
    )
    said = {row.key: row.facts.get("gross_mass_kg") for row in session.execute(asked)}
    return next((Mass(Decimal(kg), key) for key in keys if (kg := said.get(key))), None)


def _legs(session: Session, brand_id: str, shipment_id: str, stated: tuple[Statement, ...]) -> tuple[int, ...]:
    asked = select(Parcel.leg).where(Parcel.brand_id == brand_id, Parcel.shipment_id == shipment_id)
    numbers = {*session.scalars(asked), *(each.leg for each in stated if each.leg)}
    return tuple(sorted(numbers)) or (1,)


def _intensity(row: Any) -> Intensity:
    def optional(text: str | None) -> Decimal | None:
        return Decimal(text) if text else None

    value = Decimal(row.intensity)
    bounds = {"low": optional(row.low), "high": optional(row.high), "longer": optional(row.longer_percent)}
    return Intensity(value, "default", row.source, row.per or "", **bounds)
