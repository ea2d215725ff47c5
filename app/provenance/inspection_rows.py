"""Inspections as rows of a table: one measurement a row, its values with blanks between them."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.gs1 import identifiers
from app.models.brands import Brand
from app.models.quality import Inspection
from app.provenance import inspections
from app.provenance.errors import Refused
from app.texts import marked as _

NEEDED = ("key", "stage", "name", "inspector", "inspected_at")
COLUMNS = (*NEEDED, "result", "condition", "file_sha256", "measure", "unit", "sample", "low", "high", "values")


def read(session: Session, brand: Brand, row: Mapping[str, str], now: datetime) -> bool:
    """Record the inspection of a row; False, and nothing new, where it stands already. Raises Refused."""
    at = _moment(row.get("inspected_at", ""))
    key = identifiers.canonical(row.get("key", ""))
    same = select(Inspection.id).where(Inspection.brand_id == brand.id, Inspection.key == key)
    same = same.where(Inspection.stage == row.get("stage"), Inspection.name == row.get("name"))
    if session.scalar(same.where(Inspection.inspected_at == at).limit(1)) is not None:
        return False
    inspections.add(
        session,
        brand,
        identifier=key,
        stage=row.get("stage", ""),
        name=row.get("name", ""),
        inspector=row.get("inspector", ""),
        inspected_at=at,
        measures=_measures(row),
        result=row.get("result"),
        condition=row.get("condition"),
        file_sha256=row.get("file_sha256"),
        now=now,
    )
    return True


def written(session: Session, brand: Brand) -> Iterator[list[str]]:
    """The inspections that have no correction, each with its first measurement."""
    asked = select(Inspection).where(Inspection.brand_id == brand.id, Inspection.superseded_by.is_(None))
    return (_cells(row) for row in session.scalars(asked.order_by(Inspection.id)))


def _cells(row: Inspection) -> list[str]:
    first = row.measures[0] if row.measures else {}
    measured = {name: first.get(name) for name in ("unit", "sample", "low", "high")}
    measured |= {"measure": first.get("name"), "values": " ".join(first.get("values", ()))}
    facts = {name: getattr(row, name) for name in COLUMNS if hasattr(row, name)}
    facts["inspected_at"] = row.inspected_at.isoformat()
    cells = {**facts, **measured}
    return ["" if cells[name] is None else str(cells[name]) for name in COLUMNS]


def _measures(row: Mapping[str, str]) -> list[inspections.Measure]:
    values = row.get("values", "").replace(";", " ").split()
    if not values:
        return []
    sample = row.get("sample")
    if sample is not None and not (sample.isascii() and sample.isdigit() and len(sample) <= 9):
        raise Refused("sample", _("must be a whole number"))
    limits = {name: row.get(name) for name in ("unit", "low", "high")}
    name = row.get("measure") or row.get("name", "")
    return [inspections.Measure(name, values, sample=int(sample) if sample else None, **limits)]


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Refused("inspected_at", _("must be a time with its offset, such as 2026-03-01T10:00:00+01:00"))
    return at
