"""Orders from rows of a table: one row is one line of an order. Every bad row is named by its number. Pure.

The first row names the columns (COLUMNS). An order with a bad row is left out whole, the others come in.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from app.gs1 import identifiers
from app.intake.told import Line, Packed, Told
from app.shipping.orders import Buyer
from app.shipping.shipments import ParcelOrder
from app.shipping.written import A_DECIMAL, is_decimal, parcel
from app.texts import marked as _

COLUMNS = (
    "order", "placed_at", "name", "email", "phone", "street", "postal_code", "city", "country", "language",
    "item", "sku", "quantity", "key", "tracking_number", "carrier", "service",
)  # fmt: skip
NEEDED = ("order",)
MOST_ROWS = 200_000

_TOLD = re.compile(r"sep=([,;\t])\r?\n")
_QUOTED = re.compile(r'"[^"]*"')
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_MOST_OF_CELL = 40
_COUNTRY = re.compile(r"[A-Z]{2}")
_ADDRESS = ("street", "postal_code", "city", "country")


@dataclass(frozen=True)
class Finding:
    """What is wrong in a row, counted as a spreadsheet does (the heading is 1): its column, and how to mend it.

    `rule` is a sentence to translate, whose `%(name)s` places `told` fills. `value` is what stands in the cell,
    cut, and empty where it could lead to a person.
    """

    row: int
    column: str
    rule: str
    value: str = ""
    told: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        rule = self.rule % self.told if self.told else self.rule
        found = f" (found {self.value!r})" if self.value else ""
        return f"row {self.row}{f', {self.column}' if self.column else ''}: {rule}{found}"


def cut(cell: str) -> str:
    """The beginning of a cell, as a finding keeps it."""
    return f"{cell[:_MOST_OF_CELL]}…" if len(cell) > _MOST_OF_CELL else cell


@dataclass(frozen=True)
class Sheet:
    """The orders of a table that can be taken in, and what is wrong with the others."""

    rows: int
    orders: tuple[Told, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Row:
    number: int
    cells: dict[str, str]


def read_csv(data: bytes) -> list[list[str]]:
    """The cells of a CSV file: UTF-8 or UTF-16, parted by comma, semicolon or tab. Raises ValueError."""
    text = _decoded(data)
    if told := _TOLD.match(text):  # a line for Excel, which shows it as no row
        text = text[told.end() :]
    first = _QUOTED.sub("", text.partition("\n")[0])
    delimiter = told[1] if told else max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ValueError(f"the file is no CSV: {error}") from None


def nameless(heading: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a cell stands where no column has a name: one comma too many, and all behind it would be wrong."""
    names = [*heading, *[""] * (len(row) - len(heading))]
    return any(cell.strip() and not name for name, cell in zip(names, row, strict=False))


NAMELESS = _("a cell stands under no column's name; put a cell with a comma into quotation marks")


def _decoded(data: bytes) -> str:
    """UTF-16 is what a spreadsheet calls “Unicode text”; it says so by its first two bytes."""
    has_mark = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if not has_mark and data.count(b"\0") * 3 > len(data):
        raise ValueError(_("the file is UTF-16 without a mark; save it as “CSV UTF-8”"))
    try:
        return data.decode("utf-16" if has_mark else "utf-8-sig")
    except UnicodeDecodeError:
        old = _("the file is not UTF-8 but an older code such as Windows-1252; save it as “CSV UTF-8”")
        raise ValueError(old) from None


def orders_of(cells: Sequence[Sequence[str]], now: datetime) -> Sheet:
    """The orders of a table. The same table gives the same orders."""
    heading = [cell.strip().lower().replace(" ", "_") for cell in cells[0]] if cells else []
    wrong = tuple(_wrong_heading(heading))
    if wrong:
        return Sheet(max(0, len(cells) - 1), (), wrong)
    if len(cells) - 1 > MOST_ROWS:
        rule = _("the file has more than 200,000 rows; part it")
        return Sheet(len(cells) - 1, (), (Finding(MOST_ROWS + 2, "", rule),))
    rows = [
        _Row(number, _named(heading, row)) for number, row in enumerate(cells[1:], 2) if any(map(str.strip, row))
    ]
    grouped: dict[str, list[_Row]] = {}
    for row in rows:
        grouped.setdefault(row.cells.get("order", ""), []).append(row)
    found = [each for row in rows for each in _wrong(row)]
    found += [Finding(number, "", NAMELESS) for number, row in enumerate(cells[1:], 2) if nameless(heading, row)]
    findings = sorted(found, key=lambda each: each.row)
    bad = {each.row for each in findings}
    good = [group for group in grouped.values() if not bad & {row.number for row in group}]
    return Sheet(len(rows), tuple(_told(group, now) for group in good), tuple(findings))


def _wrong_heading(heading: Sequence[str]) -> Iterator[Finding]:
    for name in NEEDED:
        if name not in heading:
            yield Finding(1, name, _("this column is missing"))
    for name in heading:
        if name and name not in COLUMNS:
            yield Finding(1, name[:40], _("there is no such column"))
        elif name and heading.count(name) > 1:
            yield Finding(1, name, _("this column is there twice"))
            return


def _named(heading: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    return {name: cell.replace("\x00", "").strip() for name, cell in zip(heading, row, strict=False) if name}


def _wrong(row: _Row) -> Iterator[Finding]:
    """What is wrong with a row. No finding repeats a value, which may be personal."""
    for column, rule in _rules(row.cells):
        yield Finding(row.number, column, rule)


def _rules(cells: dict[str, str]) -> Iterator[tuple[str, str]]:
    number, tracking = cells.get("order", ""), cells.get("tracking_number", "")
    if not 0 < len(number) <= 60:
        yield "order", _("a number of 1 to 60 characters is needed")
    for column, value in (("order", number), ("tracking_number", tracking), ("sku", cells.get("sku", ""))):
        if is_decimal(value):
            yield column, A_DECIMAL
    if cells.get("placed_at") and _moment(cells["placed_at"]) is None:
        yield "placed_at", _("give a date such as 2026-03-02 or a time such as 2026-03-02T09:30:00+01:00")
    if cells.get("email") and not _EMAIL.fullmatch(cells["email"]):
        yield "email", _("this is no address of mail")
    if cells.get("country") and not _COUNTRY.fullmatch(cells["country"].upper()):
        yield "country", _("give the two letters of ISO 3166, such as NL")
    if cells.get("quantity") and not (cells["quantity"].isascii() and cells["quantity"].isdigit()):
        yield "quantity", _("give a whole number")
    if cells.get("key") and not identifiers.elements_of(cells["key"]):
        yield "key", _("give a GS1 Digital Link path such as /01/09521234543213/21/A1")
    if tracking and not is_decimal(tracking) and parcel(tracking) is None:
        yield "tracking_number", _("a tracking number has 3 to 60 letters and digits")
    for column, most in (
        ("name", 200),
        ("email", 254),
        ("phone", 32),
        ("item", 200),
        ("sku", 80),
        ("quantity", 6),
        ("service", 60),
    ):
        if len(cells.get(column, "")) > most:
            yield column, _("this is too long")


def _moment(text: str) -> datetime | None:
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _told(rows: Sequence[_Row], now: datetime) -> Told:
    """The order of its rows; what is about the order itself may stand in any of them, the first one counts."""
    whole = _first(rows, ("order", "placed_at", "name", "email", "phone", "language", *_ADDRESS))
    lines = [
        (_line(row, place), row)
        for place, row in enumerate(rows, 1)
        if row.cells.get("item") or row.cells.get("sku")
    ]
    country = whole.get("country", "").upper()
    address = {name: whole[name] for name in _ADDRESS if whole.get(name)}
    return Told(
        ref=whole["order"],
        number=whole["order"],
        version_at=now,
        placed_at=_moment(whole.get("placed_at", "")) or now,
        buyer=Buyer(
            name=whole.get("name") or None,
            email=whole.get("email") or None,
            phone=whole.get("phone") or None,
            address=address or None,
            language=(whole.get("language") or "en")[:8],
            country=country or None,
        ),
        lines=tuple(line for line, _ in lines),
        packed=tuple(_packed(whole["order"], rows, lines, now)),
    )


def _first(rows: Iterable[_Row], names: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        for name in names:
            if row.cells.get(name):
                found.setdefault(name, row.cells[name])
    return found


def _line(row: _Row, place: int) -> Line:
    cells = row.cells
    key = identifiers.canonical(cells["key"]) if cells.get("key") else None
    name = cells.get("item") or cells.get("sku") or ""
    return Line(str(place), name, int(cells.get("quantity") or 1), cells.get("sku") or None, key)


def _packed(
    number: str, rows: Sequence[_Row], lines: Sequence[tuple[Line, _Row]], now: datetime
) -> Iterator[Packed]:
    """Each tracking number is a parcel with the lines that stand beside it."""
    parcels: dict[str, tuple[ParcelOrder, str]] = {}
    for row in rows:
        found = parcel(row.cells.get("tracking_number", ""), row.cells.get("carrier", ""))
        if found:
            parcels.setdefault(found.tracking_number, (found, row.cells.get("service", "")))
    for found, service in parcels.values():
        inside = {line.ref: line.quantity for line, row in lines if _goes_in(row, found)}
        yield Packed(f"{number}/{found.tracking_number}", now, (found,), inside, service=service)


def _goes_in(row: _Row, found: ParcelOrder) -> bool:
    here = parcel(row.cells.get("tracking_number", ""))
    return here is not None and here.tracking_number == found.tracking_number
