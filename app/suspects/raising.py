"""A suspected copy at the desk: one open case per item, with its signals, each an entry. Judging is in judge."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.models.brands import Brand
from app.models.products import Passport
from app.models.scanning import ItemSignal, ScannedItem
from app.models.shipments import Case
from app.provenance.touch import touch
from app.record import record
from app.scanning.signals import Signal
from app.support.cases import open_case, refresh
from ledger.canonical import moment_text
from ledger.quick import Quick, both

KIND = "counterfeit"
REPORTED = "reported"
_PRIORITY = 2
_DUE = timedelta(days=2)

SHOWN = frozenset({"retired", "travelled", "replayed", "unusual"})
"""Signals that the passport's page speaks of. What anybody can claim, a report above all, shows on no page."""

_ITEM: Table = ScannedItem.__table__  # type: ignore[assignment]
_SIGNAL: Table = ItemSignal.__table__  # type: ignore[assignment]
_CASE: Table = Case.__table__  # type: ignore[assignment]
_OPEN_SIGNALS = Quick(
    both(
        select(_SIGNAL.c.kind)
        .join_from(_ITEM, _SIGNAL, _SIGNAL.c.item_id == _ITEM.c.id)
        .join(_CASE, _CASE.c.id == _SIGNAL.c.case_id)
        .where(
            _ITEM.c.brand_id == bindparam("brand"), _ITEM.c.key == bindparam("key"), _CASE.c.closed_at.is_(None)
        )
    )
)


def subject(item: ScannedItem) -> str:
    """What a case about an item is about."""
    return f"item:{item.id}"


def raise_signals(session: Session, item: ScannedItem, signals: Sequence[Signal], now: datetime) -> Case:
    """The one open case about an item, with these signals; those that it has already are brought up to date."""
    case = open_case(
        session,
        brand_id=item.brand_id,
        kind=KIND,
        subject=subject(item),
        shipment_id=None,
        priority=_PRIORITY,
        facts={"key": item.key},
        due_at=now + _DUE,
        now=now,
    )
    session.flush()
    fresh = [signal.kind for signal in signals if _keep(session, item, case, signal, now)]
    kinds = sorted({*case.facts.get("signals", ()), *(signal.kind for signal in signals)})
    refresh(case, _PRIORITY, {"key": item.key, "signals": kinds})
    if fresh and is_known(session, item):
        touch(session, item.brand_id, [item.key], now)
    return case


def _keep(session: Session, item: ScannedItem, case: Case, signal: Signal, now: datetime) -> bool:
    """Whether the signal is new to the case; then it is an entry."""
    row = session.get(ItemSignal, (item.id, signal.kind, case.id))
    if row is not None:
        row.facts = signal.facts
        return False
    body = {"item": item.key, "signal": signal.kind, "since": moment_text(signal.since), "case": case.id}
    log_id = session.get_one(Brand, item.brand_id).log_id
    receipt = record(
        session,
        log_id,
        EntryType.SIGNAL_RAISED,
        body,
        now=now,
        key=f"{EntryType.SIGNAL_RAISED}:{case.id}:{signal.kind}",
    )
    row = ItemSignal(item_id=item.id, kind=signal.kind, case_id=case.id, brand_id=item.brand_id)
    row.facts, row.since, row.raised_at = signal.facts, signal.since, now
    row.submission_id = receipt.submission_id
    session.add(row)
    return True


def is_known(session: Session, item: ScannedItem) -> bool:
    """Whether an event of the brand names this item."""
    return session.get(Passport, (item.key, item.brand_id)) is not None


def newest_case(session: Session, item: ScannedItem) -> Case | None:
    """The case about an item that was opened last."""
    mine = select(Case).where(Case.brand_id == item.brand_id, Case.subject == subject(item), Case.kind == KIND)
    return session.scalars(mine.order_by(Case.opened_at.desc(), Case.id.desc()).limit(1)).first()


def item_of_case(session: Session, case: Case) -> ScannedItem | None:
    """The item that a case is about; None for a case of another kind."""
    kind, _, item_id = case.subject.partition(":")
    return session.get(ScannedItem, item_id) if kind == "item" else None


def shown_kinds(session: Session, brand_id: str, key: str) -> frozenset[str]:
    """The signals of an item that its page speaks of: those of a case that nobody has closed."""
    rows = _OPEN_SIGNALS.rows(session.connection(), {"brand": brand_id, "key": key})
    return frozenset(row.kind for row in rows) & SHOWN


def raised_since(session: Session, brand_id: str, kind: str, since: datetime) -> int:
    """How many signals of a kind were raised for a brand since then."""
    mine = select(func.count()).where(ItemSignal.brand_id == brand_id, ItemSignal.kind == kind)
    return session.scalar(mine.where(ItemSignal.raised_at >= since)) or 0
