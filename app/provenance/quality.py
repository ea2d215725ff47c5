"""The quality of a thing: its required checks, its inspections, its suppliers' audits. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Table, bindparam, or_, select
from sqlalchemy.orm import Session

from app.gs1 import identifiers
from app.models.products import Product
from app.models.quality import Audit, Inspection, PackedUnchecked, RequiredCheck
from app.provenance import shown
from app.provenance.checks import Shown
from app.provenance.required import Standing, judge
from ledger.quick import Quick, both

_CHECK: Table = RequiredCheck.__table__  # type: ignore[assignment]
_INSPECTION: Table = Inspection.__table__  # type: ignore[assignment]
_AUDIT: Table = Audit.__table__  # type: ignore[assignment]
_UNCHECKED: Table = PackedUnchecked.__table__  # type: ignore[assignment]
_PRODUCT: Table = Product.__table__  # type: ignore[assignment]

_KEYS: BindParameter[list[str]] = bindparam("keys", expanding=True)
_CATEGORY = (
    select(_PRODUCT.c.category)
    .where(_PRODUCT.c.brand_id == bindparam("brand"), _PRODUCT.c.gtin == bindparam("gtin"))
    .scalar_subquery()
)
_REQUIRED = Quick(
    both(
        select(_CHECK)
        .where(_CHECK.c.brand_id == bindparam("brand"), _CHECK.c.ended_at.is_(None))
        .where(or_(_CHECK.c.gtin == bindparam("gtin"), _CHECK.c.category == _CATEGORY))
        .order_by(_CHECK.c.id)
    )
)
_INSPECTIONS = Quick(
    both(
        select(_INSPECTION)
        .where(_INSPECTION.c.brand_id == bindparam("brand"), _INSPECTION.c.key.in_(_KEYS))
        .order_by(_INSPECTION.c.inspected_at.desc(), _INSPECTION.c.id.desc())
    )
)
_PACKED = Quick(
    both(
        select(_UNCHECKED)
        .where(_UNCHECKED.c.brand_id == bindparam("brand"), _UNCHECKED.c.key.in_(_KEYS))
        .order_by(_UNCHECKED.c.event_time, _UNCHECKED.c.id)
    )
)
_AUDITS = Quick(
    both(
        select(_AUDIT)
        .where(_AUDIT.c.brand_id == bindparam("brand"), _AUDIT.c.partner_id.in_(_KEYS))
        .order_by(_AUDIT.c.audited_on.desc(), _AUDIT.c.id.desc())
    )
)


@dataclass(frozen=True, slots=True)
class Quality:
    """What is known of the quality of a thing. `required` and `inspections` begin with the worst."""

    required: tuple[Standing, ...] = ()
    inspections: tuple[Any, ...] = ()
    packed: tuple[Any, ...] = ()
    audits: tuple[Any, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.required or self.inspections or self.packed or self.audits)

    @property
    def lacking(self) -> tuple[Standing, ...]:
        """The required checks that have not passed."""
        return tuple(each for each in self.required if each.state != "passed")

    def compared(self) -> list[tuple[int, Shown]]:
        """By submission: how its entry must agree with each row."""
        return [
            *((each.check.submission_id, shown.required(each.check)) for each in self.required),
            *((row.submission_id, shown.inspection(row)) for row in self.inspections),
            *((row.submission_id, shown.unchecked(row)) for row in self.packed),
            *((row.submission_id, shown.audit(row)) for row in self.audits),
        ]


def of(
    session: Session,
    brand_id: str,
    family: Sequence[str],
    certificates: Iterable[Any],
    partners: Iterable[str],
    now: datetime,
) -> Quality:
    """The quality of a thing: `family` is itself, its lot, its product; `partners` who had it on its way.

    Checks are required of lots and items; a product as such only shows its inspections.
    """
    connection, gtin = session.connection(), identifiers.gtin(family[0])
    own = [key for key in family if identifiers.level(key) in ("item", "lot")]
    asked = {"brand": brand_id, "gtin": gtin}
    checks = _REQUIRED.rows(connection, asked) if own and gtin else []
    keys = {"brand": brand_id, "keys": list(family)}
    inspections = _INSPECTIONS.rows(connection, keys)
    about = list(dict.fromkeys([*(row.partner_id for row in checks if row.partner_id), *partners]))
    audits = _AUDITS.rows(connection, {"brand": brand_id, "keys": about}) if about else []
    standing = judge(
        checks, own, inspections=inspections, certificates=certificates, audits=audits, today=now.date()
    )
    return Quality(
        tuple(standing),
        tuple(sorted(inspections, key=_worst)),
        tuple(_PACKED.rows(connection, keys)) if own else (),
        tuple(sorted(audits, key=_worst)),
    )


def _worst(row: Any) -> tuple[bool, bool, bool]:
    """What failed comes first, whether it was corrected later or not: a correction takes nothing away."""
    return row.result != "fail", row.result != "conditional", row.superseded_by is not None
