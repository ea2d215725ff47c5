"""Products, places and certificates as tables: written out, and read back in. The verbs decide what is right.

A row stands alone: what is bad is named by its number, what is good comes in, and the same table again changes
nothing, so that an import that was stopped is simply started again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import Db
from app.gs1 import identifiers
from app.intake.sheet import Finding, read_csv
from app.intake.workbook import is_workbook, read_xlsx
from app.models.brands import Brand
from app.models.products import Certificate, Location, Product
from app.provenance import certificates, locations, products
from app.provenance.errors import Refused

Row = Mapping[str, str]

LARGEST = 20_000_000
_TEXTS = ("name", "description", "care")
_FACTS = ("category", "origin_country", "origin_place", "temperature_low", "temperature_high")
_PLACE = ("key", "name", "city", "country", "latitude", "longitude", "zone")
_CLAIM = ("key", "name", "issuer", "scope", "valid_from", "valid_until", "file_sha256")


@dataclass(frozen=True)
class Loaded:
    """What became of a table: its rows, how many are right, and what is wrong with the others."""

    rows: int
    right: int
    findings: tuple[Finding, ...]


def load(db: Db, brand_id: str, kind: str, data: bytes, *, dry_run: bool, now: datetime) -> Loaded:
    """Take in a table, CSV or XLSX, row by row, each in a transaction of its own; a dry run keeps none of them.

    Raises ValueError with a sentence for what is no table.
    """
    if len(data) > LARGEST:
        raise ValueError(f"the file is larger than {LARGEST // 1_000_000} MB; part it")
    cells = read_xlsx(data) if is_workbook(data) else read_csv(data)
    heading = [name.strip().lower() for name in cells[0]] if cells else []
    wrong = [Finding(1, name, "no such column") for name in heading if not _is_column(kind, name)]
    missing = [Finding(1, name, "the column is missing") for name in _NEEDED[kind] if name not in heading]
    if wrong or missing:
        return Loaded(0, 0, (*wrong, *missing))
    rows = [(number, row) for number, row in enumerate(cells[1:], 2) if any(cell.strip() for cell in row)]
    findings = []
    for number, row in rows:
        named = {name: _plain(cell) for name, cell in zip(heading, row, strict=False) if cell.strip()}
        try:
            _put(db, brand_id, kind, named, dry_run=dry_run, now=now)
        except Refused as refused:
            findings.append(Finding(number, refused.field, refused.rule))
    return Loaded(len(rows), len(rows) - len(findings), tuple(findings))


def table(session: Session, brand: Brand, kind: str) -> tuple[Sequence[str], list[list[str]]]:
    """The head and rows of a table, as `load` reads them back."""
    return _WRITTEN[kind](session, brand)


def _plain(cell: str) -> str:
    """A cell without the apostrophe that our own tables put before what a spreadsheet would calculate."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _is_column(kind: str, name: str) -> bool:
    text, colon, language = name.partition(":")
    return name in _COLUMNS[kind] or (kind == "products" and bool(colon and language) and text in _TEXTS)


def _put(db: Db, brand_id: str, kind: str, row: Row, *, dry_run: bool, now: datetime) -> None:
    _lengths(kind, row)
    with db() as session, session.begin() as transaction:
        _READ[kind](session, brand_of(session, brand_id), row, now)
        session.flush()
        if dry_run:
            transaction.rollback()


def _lengths(kind: str, row: Row) -> None:
    for name, text in row.items():
        column = _TABLES[kind].c.get(name)
        longest = getattr(column.type, "length", None) if column is not None else None
        if "\0" in text or (longest and len(text) > longest):
            raise Refused(name, f"must be at most {longest} characters, none of them NUL")


def _product(session: Session, brand: Brand, row: Row, now: datetime) -> None:
    texts: dict[str, dict[str, str]] = {name: {} for name in _TEXTS}
    for name, text in row.items():
        of, _, language = name.partition(":")
        if of in texts:
            texts[of][language or brand.language] = text
    facts = {name: row.get(name) for name in _FACTS}
    products.describe(session, brand, gtin=row.get("gtin", ""), **texts, **facts, now=now)  # type: ignore[arg-type]


def _location(session: Session, brand: Brand, row: Row, now: datetime) -> None:
    facts: dict[str, Any] = {name: row.get(name) for name in ("city", "country", "zone")}
    facts |= {name: _number(name, row[name]) for name in ("latitude", "longitude") if name in row}
    locations.describe(session, brand, identifier=_key(row), name=row.get("name", ""), **facts, now=now)


def _certificate(session: Session, brand: Brand, row: Row, now: datetime) -> None:
    """A claim that stands there word for word is not made twice."""
    facts: dict[str, Any] = {name: row.get(name) for name in _CLAIM[1:]}
    facts |= {name: _day(name, row[name]) for name in ("valid_from", "valid_until") if name in row}
    facts |= {name: row.get(name, "") for name in ("name", "issuer")}
    same = select(Certificate.id).where(Certificate.brand_id == brand.id, Certificate.key == _key(row))
    for name, value in facts.items():
        same = same.where(getattr(Certificate, name) == value)
    if session.scalars(same).first() is None:
        certificates.add(session, brand, identifier=_key(row), **facts, now=now)


def _key(row: Row) -> str:
    key = identifiers.canonical(row.get("key", ""))
    if identifiers.level(key) == "other" and ":" not in key:
        raise Refused("key", "must be a GS1 Digital Link, its path, or another URI")
    return key


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Refused(name, "must be a number of degrees, such as 38.72") from None


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Refused(name, "must be a day such as 2026-03-31") from None


def _products(session: Session, brand: Brand) -> tuple[Sequence[str], list[list[str]]]:
    found = session.scalars(select(Product).where(Product.brand_id == brand.id).order_by(Product.gtin)).all()
    texts = sorted({(name, language) for row in found for name in _TEXTS for language in getattr(row, name)})
    head = ["gtin", *(f"{name}:{language}" for name, language in texts), *_FACTS]
    return head, [
        [row.gtin, *(getattr(row, name).get(language, "") for name, language in texts), *_cells(row, _FACTS)]
        for row in found
    ]


def _locations(session: Session, brand: Brand) -> tuple[Sequence[str], list[list[str]]]:
    found = session.scalars(select(Location).where(Location.brand_id == brand.id).order_by(Location.key))
    return _PLACE, [_cells(row, _PLACE) for row in found]


def _certificates(session: Session, brand: Brand) -> tuple[Sequence[str], list[list[str]]]:
    found = session.scalars(select(Certificate).where(Certificate.brand_id == brand.id).order_by(Certificate.id))
    return _CLAIM, [_cells(row, _CLAIM) for row in found]


def _cells(row: object, names: Sequence[str]) -> list[str]:
    return ["" if (value := getattr(row, name)) is None else str(value) for name in names]


_COLUMNS = {"products": ("gtin", *_TEXTS, *_FACTS), "locations": _PLACE, "certificates": _CLAIM}
_NEEDED = {"products": ("gtin",), "locations": ("key", "name"), "certificates": ("key", "name", "issuer")}
_TABLES: dict[str, Any] = {
    "products": Product.__table__,
    "locations": Location.__table__,
    "certificates": Certificate.__table__,
}
_READ: dict[str, Callable[[Session, Brand, Row, datetime], None]] = {
    "products": _product,
    "locations": _location,
    "certificates": _certificate,
}
_WRITTEN = {"products": _products, "locations": _locations, "certificates": _certificates}
KINDS = tuple(_READ)
