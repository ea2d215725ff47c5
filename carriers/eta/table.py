"""Deliveries of the past as a table: what was promised, when it came, and what was known when it was promised.

Pure. Read from CSV here; nothing is guessed for a cell that can't be read, the row and the column are named.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import isfinite

NEEDED = ("shipment_id", "scheduled", "delivered")
OPTIONAL = (
    "pq_sent",
    "po_sent",
    "country",
    "mode",
    "route",
    "vendor",
    "site",
    "weight_kg",
    "lines",
    "value_usd",
    "product_group",
)


class TableRefused(ValueError):
    """The table can't be read as it stands; the text names file, row and column, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Journey:
    """One shipment. Days are ordinals (`date.toordinal`); `delivered` is None while it is open."""

    id: str
    scheduled: int
    delivered: int | None
    ordered: int | None = None
    country: str = ""
    mode: str = ""
    route: str = ""
    vendor: str = ""
    site: str = ""
    group: str = ""
    weight: float | None = None
    lines: int = 1
    value: float | None = None

    @property
    def shift(self) -> int | None:
        """Days after the promised day; negative when it came before."""
        return None if self.delivered is None else self.delivered - self.scheduled

    @property
    def late(self) -> bool:
        return self.shift is not None and self.shift > 0

    @property
    def as_of(self) -> int:
        """The day on which it is judged: the first of the month of its promise."""
        return date.fromordinal(self.scheduled).replace(day=1).toordinal()

    def open_at(self, days_before: int) -> bool:
        """Whether it had not come yet that many days before the promised day."""
        return self.delivered is None or self.delivered >= self.scheduled - days_before


def read(raw: bytes, name: str) -> list[Journey]:
    """The journeys of a CSV file, in the order of their promises. Raises TableRefused."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableRefused(f"{name}: byte {error.start} is no UTF-8; save the table as UTF-8") from None
    found: dict[str, Journey] = {}
    for row, cells in _rows(text, name):
        journey = _journey(cells, f"{name}, row {row}")
        if journey.id in found:
            raise TableRefused(f"{name}, row {row}, column shipment_id: {journey.id!r} stands there twice")
        found[journey.id] = journey
    if not found:
        raise TableRefused(f"{name}: there is no row below the header")
    return sorted(found.values(), key=lambda each: (each.scheduled, each.id))


def _rows(text: str, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Every row by the line it stands in, its cells by column. The header is line 1."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        for column in NEEDED:
            if column not in header:
                raise TableRefused(f"{name}: the column {column} is missing; the header needs {', '.join(NEEDED)}")
        if len(set(header)) < len(header):
            raise TableRefused(f"{name}: two columns have the same name")
        for row, cells in enumerate(reader, 2):
            if not any(cells):
                continue
            if len(cells) != len(header):
                raise TableRefused(f"{name}, row {row}: {len(cells)} cells for {len(header)} columns")
            yield row, dict(zip(header, (cell.strip() for cell in cells), strict=True))
    except csv.Error as error:
        raise TableRefused(f"{name}, line {reader.line_num}: {error}") from None


def _journey(cells: dict[str, str], where: str) -> Journey:
    scheduled = _day(cells, "scheduled", where)
    if scheduled is None:
        raise TableRefused(f"{where}, column scheduled: the promised day is empty; write it as YYYY-MM-DD")
    if not cells["shipment_id"]:
        raise TableRefused(f"{where}, column shipment_id: it is empty; every shipment needs a name of its own")
    ordered = _day(cells, "po_sent", where) or _day(cells, "pq_sent", where)
    return Journey(
        id=cells["shipment_id"],
        scheduled=scheduled,
        delivered=_day(cells, "delivered", where),
        ordered=ordered,
        country=cells.get("country", ""),
        mode=cells.get("mode", ""),
        route=cells.get("route", ""),
        vendor=cells.get("vendor", ""),
        site=cells.get("site", ""),
        group=cells.get("product_group", ""),
        weight=_number(cells, "weight_kg", where),
        lines=max(1, int(_number(cells, "lines", where) or 1)),
        value=_number(cells, "value_usd", where),
    )


def _day(cells: dict[str, str], column: str, where: str) -> int | None:
    text = cells.get(column, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        raise TableRefused(f"{where}, column {column}: {text[:40]!r} is no day; write it as YYYY-MM-DD") from None


def _number(cells: dict[str, str], column: str, where: str) -> float | None:
    text = cells.get(column, "")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not isfinite(number) or number < 0:
        raise TableRefused(
            f"{where}, column {column}: {text[:40]!r} is no amount; write a number or leave it empty"
        )
    return number
