"""Disruptions from a table (CSV): read and checked whole, nothing kept before a person has seen what it says."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from app.shipping.disruptions import Declared, DisruptionRefused, check
from app.shipping.prices import BadRow

COLUMNS = ("kind", "title", "origins", "destinations", "carriers", "valid_from", "valid_to", "extra_days")
_MOST_ROWS = 500


@dataclass(frozen=True)
class DisruptionTable:
    """A table as it was read: what it declares, and rows that stand in the way."""

    rows: list[Declared]
    bad: list[BadRow]


def read_table(raw: bytes) -> DisruptionTable:
    """Read a table of disruptions. Any bad row keeps the whole table out."""
    try:
        lines = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
        if missing := [column for column in COLUMNS if column not in (lines.fieldnames or ())]:
            return DisruptionTable([], [BadRow(1, column, "missing_column") for column in missing])
        cells = list(lines)
    except (UnicodeDecodeError, csv.Error):
        return DisruptionTable([], [BadRow(1, "", "no_csv")])
    if len(cells) > _MOST_ROWS:
        return DisruptionTable([], [BadRow(_MOST_ROWS + 2, "", "too_long")])
    rows: list[Declared] = []
    bad: list[BadRow] = []
    for number, row in enumerate(cells, 2):
        try:
            rows.append(told({name: value or "" for name, value in row.items() if name}, source="csv"))
        except DisruptionRefused as refused:
            bad.append(BadRow(number, refused.field, refused.trouble))
    return DisruptionTable(rows, bad)


def told(cells: Mapping[str, str], source: str) -> Declared:
    """What a row of a table or a form declares, checked. Raises DisruptionRefused."""
    cell = {name: cells.get(name, "").strip() for name in (*COLUMNS, "url")}
    if not cell["extra_days"].isdecimal() or len(cell["extra_days"]) > 3:
        raise DisruptionRefused("extra_days", "whole_number")
    declared = Declared(
        kind=cell["kind"],
        title=cell["title"],
        valid_from=_moment(cell["valid_from"], "valid_from", timedelta(0)),
        valid_to=_moment(cell["valid_to"], "valid_to", timedelta(days=1)),
        extra_days=int(cell["extra_days"]),
        origins=_several(cell["origins"].upper()),
        destinations=_several(cell["destinations"].upper()),
        carriers=_several(cell["carriers"].lower()),
        url=cell["url"] or None,
        reference="|".join(cell[name] for name in ("kind", "title", "valid_from")) if source == "csv" else "",
        source=source,
    )
    check(declared)
    return declared


def _several(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.replace(";", " ").replace(",", " ").split()))[:50]


def _moment(text: str, name: str, whole_day: timedelta) -> datetime:
    """A moment with its offset, or a day: from its beginning, or (`whole_day`) to its end, in UTC."""
    try:
        if len(text) == len("2026-03-01"):
            return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC) + whole_day
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise DisruptionRefused(name, "day") from None
    if at.tzinfo is None:
        raise DisruptionRefused(name, "day")
    return at.astimezone(UTC)
