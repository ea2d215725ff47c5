"""May these things be packed or sent? Not while a required check of their lot has not passed.

The brand's own act is refused (`require`); what a partner tells has happened, so it is recorded, and a case opens
(`tell`). Which checks there are, and how one stands, is decided in app/provenance/required.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import ColumnElement, Select, Table, bindparam, select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.epcis.event import Event
from app.gs1 import identifiers
from app.ids import new_id
from app.models.brands import Brand
from app.models.products import Certificate, Passport, Product
from app.models.quality import Audit, Inspection, PackedUnchecked, RequiredCheck
from app.models.shipments import ShipmentItem
from app.provenance.among import among
from app.provenance.containment import inside
from app.provenance.errors import NotCleared
from app.provenance.facts import unchecked_body
from app.provenance.required import ORDER, Standing, judge
from app.record import record
from app.support.cases import open_case
from ledger.quick import Quick, both

Lacking = tuple[str, Standing]
"""What lacks a check: a lot, an item whose lot is not known or that has an inspection of its own, a product."""

# CBV 2.0: shipping is staging_outbound, loading and departing in one.
_STEPS = frozenset({"packing", "staging_outbound", "loading", "departing", "shipping", "consigning"})
_PRIORITY = 1
_DUE = timedelta(hours=4)
_MOST = 20  # things in one case

_CHECK: Table = RequiredCheck.__table__  # type: ignore[assignment]


def asked_by(brand_id: ColumnElement[str]) -> Select[tuple[str]]:
    """A check that this brand asks for now, for a statement of its own or within another one."""
    return select(_CHECK.c.id).where(_CHECK.c.brand_id == brand_id, _CHECK.c.ended_at.is_(None)).limit(1)


_ANY = Quick(both(asked_by(bindparam("brand"))))


def packs(event: Event) -> bool:
    """Whether an event packs or sends, so that the checks of what it names are asked for."""
    named = event.biz_step in _STEPS or (event.event_type == "AggregationEvent" and event.action == "ADD")
    return named and not event.error_declared


def of_event(session: Session, brand_id: str, event: Event, now: datetime) -> list[Lacking]:
    """What an event packs or sends although a check has not passed; nothing for every other event."""
    if not packs(event):
        return []
    return lacking(session, brand_id, [key for _, key in event.names], now, lots=event.lots)


def asked_for(session: Session, brand_id: str) -> bool:
    """Whether the brand asks for any check at all; most do not."""
    return _ANY.first(session.connection(), {"brand": brand_id}) is not None


def lacking(
    session: Session, brand_id: str, keys: Iterable[str], now: datetime, *, lots: Mapping[str, str] | None = None
) -> list[Lacking]:
    """The checks that have not passed of these things and of what is inside them, the worst first.

    `lots` names the lot of an item where the caller knows it better than the record.
    """
    if not asked_for(session, brand_id):
        return []
    given = set(keys)
    given |= inside(session, brand_id, [key for key in given if not _is_thing(key)])
    things = {key: gtin for key in given if _is_thing(key) and (gtin := identifiers.gtin(key))}
    checks = _checks(session, brand_id, set(things.values()))
    things = {key: gtin for key, gtin in things.items() if checks.get(gtin)}
    if not things:
        return []
    lot_of = {
        **_lots(session, brand_id, things),
        **{key: lot for key, lot in (lots or {}).items() if key in things},
    }
    return _judged(session, brand_id, things, lot_of, checks, now)


def standings(session: Session, brand_id: str, key: str, now: datetime) -> list[Standing]:
    """How every required check of one lot or item stands, the worst first."""
    gtin = identifiers.gtin(key)
    if gtin is None or not _is_thing(key):
        return []
    checks = _checks(session, brand_id, {gtin})
    own = [] if identifiers.level(key) == "product" else [key, *_lots(session, brand_id, [key]).values()]
    return _Proofs.of(session, brand_id, {*own, f"/01/{gtin}"}, checks[gtin]).judged(checks[gtin], own, gtin, now)


def require(session: Session, brand: Brand, keys: Iterable[str], now: datetime) -> None:
    """Raise NotCleared when one of these things, or what is inside it, lacks a required check."""
    refuse(lacking(session, brand.id, keys, now))


def require_of_shipment(session: Session, brand: Brand, shipment_id: str, now: datetime) -> None:
    """The same for all that travels in a shipment, whenever it was put in."""
    require(
        session,
        brand,
        session.scalars(select(ShipmentItem.key).where(ShipmentItem.shipment_id == shipment_id)),
        now,
    )


def refuse(found: Sequence[Lacking]) -> None:
    """Raise NotCleared when something was found."""
    if found:
        raise NotCleared([(key, _named(each.check), each.state) for key, each in found])


def tell(
    session: Session, brand: Brand, event: Event, row_id: int, found: Sequence[Lacking], now: datetime
) -> None:
    """A partner packed or sent what lacks a check: a row and an entry for each thing, and one case.

    `row_id` is the row of the event.
    """
    by_key: dict[str, list[Standing]] = {}
    for key, each in found:
        by_key.setdefault(key, []).append(each)
    for key, standings in by_key.items():
        row = PackedUnchecked(
            id=new_id(),
            brand_id=brand.id,
            key=key,
            event_id=event.event_id,
            checks=[{"name": each.check.name, "state": each.state} for each in standings],
            event_time=event.time,
            created_at=now,
        )
        body = unchecked_body(row)
        row.submission_id = record(session, brand.log_id, EntryType.PACKED_UNCHECKED, body, now=now).submission_id
        session.add(row)
    open_case(
        session,
        brand_id=brand.id,
        kind="unchecked",
        subject=f"packing:{row_id}",
        shipment_id=None,
        priority=_PRIORITY,
        facts={
            "things": ", ".join(list(by_key)[:_MOST]),
            "checks": ", ".join(dict.fromkeys(f"{each.check.name}: {each.state}" for _, each in found)),
            "event": event.event_id,
        },
        due_at=now + _DUE,
        now=now,
    )


def _is_thing(key: str) -> bool:
    """A product that is named without its lot counts too: which lot it is of is unknown, so nothing has passed."""
    return identifiers.level(key) in ("item", "lot", "product")


def _named(check: Any) -> str:
    return f"{check.stage.replace('_', ' ')} {check.name}" if check.stage else f"{check.kind} {check.name}"


def _checks(session: Session, brand_id: str, gtins: set[str]) -> dict[str, list[RequiredCheck]]:
    """The required checks of each GTIN, those of its category too."""
    kinds = select(Product.gtin, Product.category).where(Product.brand_id == brand_id)
    categories = {
        row.gtin: row.category
        for row in session.execute(kinds.where(among(session, Product.__table__.c.gtin, gtins)))
    }
    holds = select(RequiredCheck).where(RequiredCheck.brand_id == brand_id, RequiredCheck.ended_at.is_(None))
    rows = session.scalars(holds.order_by(RequiredCheck.id)).all()
    return {
        gtin: [row for row in rows if row.gtin == gtin or (row.category and row.category == categories.get(gtin))]
        for gtin in gtins
    }


def _lots(session: Session, brand_id: str, keys: Iterable[str]) -> dict[str, str]:
    table = Passport.__table__
    asked = select(Passport.key, Passport.lot_key).where(
        Passport.brand_id == brand_id, among(session, table.c.key, keys)
    )
    return {row.key: row.lot_key for row in session.execute(asked.where(Passport.lot_key.is_not(None)))}


@dataclass(frozen=True, slots=True)
class _Proofs:
    """What may show that a check has passed, by the key it is about."""

    inspections: Mapping[str, Sequence[Any]]
    certificates: Mapping[str, Sequence[Any]]
    audits: Sequence[Any]

    @classmethod
    def of(cls, session: Session, brand_id: str, keys: Iterable[str], checks: Iterable[RequiredCheck]) -> Self:
        listed = list(keys)
        partners = {check.partner_id for check in checks if check.partner_id}
        mine = select(Audit).where(Audit.brand_id == brand_id, Audit.partner_id.in_(partners))
        return cls(
            _by_key(session, Inspection, brand_id, listed),
            _by_key(session, Certificate, brand_id, listed),
            session.scalars(mine).all() if partners else (),
        )

    def judged(self, checks: Sequence[Any], own: Sequence[str], gtin: str, now: datetime) -> list[Standing]:
        family = dict.fromkeys([*own, f"/01/{gtin}"])
        return judge(
            checks,
            own,
            inspections=[row for each in own for row in self.inspections.get(each, ())],
            certificates=[row for each in family for row in self.certificates.get(each, ())],
            audits=self.audits,
            today=now.date(),
        )


def _judged(
    session: Session,
    brand_id: str,
    things: Mapping[str, str],
    lot_of: Mapping[str, str],
    checks: Mapping[str, Sequence[RequiredCheck]],
    now: datetime,
) -> list[Lacking]:
    """Things of one lot stand as their lot does, but for one with an inspection or certificate of its own."""
    wide = {*things, *lot_of.values(), *(f"/01/{gtin}" for gtin in things.values())}
    proofs = _Proofs.of(session, brand_id, wide, (check for each in checks.values() for check in each))
    found: list[Lacking] = []
    seen: set[str] = set()
    for key, gtin in things.items():
        lot = lot_of.get(key)
        name = key if lot is None or key in proofs.inspections or key in proofs.certificates else lot
        if name in seen:
            continue
        seen.add(name)
        own = [] if identifiers.level(name) == "product" else list(dict.fromkeys([name, lot or name]))
        stand = proofs.judged(checks[gtin], own, gtin, now)
        found += [(name, each) for each in stand if each.state != "passed"]
    return sorted(found, key=lambda each: (ORDER.index(each[1].state), each[0], each[1].check.id))


def _by_key(session: Session, table: type[Any], brand_id: str, keys: Iterable[str]) -> dict[str, list[Any]]:
    asked = select(table).where(table.brand_id == brand_id, among(session, table.__table__.c.key, keys))
    found: dict[str, list[Any]] = {}
    for row in session.scalars(asked):
        found.setdefault(row.key, []).append(row)
    return found
