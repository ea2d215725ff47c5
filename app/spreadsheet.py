"""Tables for a spreadsheet, in which no cell is a formula. What stands in them is decided elsewhere."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# A number, and the offset of a time zone, do nothing when a spreadsheet reads them.
_HARMLESS = re.compile(r"[+-]([0-9]+(\.[0-9]+)?|[0-9]{2}:[0-9]{2})")


def inert(cell: str) -> str:
    """The cell as it is, or with an apostrophe before it where a spreadsheet would calculate (OWASP)."""
    if cell.startswith(_BEGINS_FORMULA) and not _HARMLESS.fullmatch(cell):
        return f"'{cell}"
    return cell


def as_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The table in RFC 4180: commas, CRLF, quotes where they are needed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return out.getvalue()


def lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The same, a line at a time, for tables that are sent while they are read."""
    yield as_csv(header, ())
    for row in rows:
        out = io.StringIO()
        csv.writer(out, lineterminator="\r\n").writerow([inert(cell) for cell in row])
        yield out.getvalue()


def write_xlsx(out: BinaryIO, title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """The table as a workbook of texts, with a filter over its head. Not for web: openpyxl is heavy."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    page = book.create_sheet(title)
    page.freeze_panes = "A2"
    width, height = get_column_letter(len(header)), 1
    heads = [WriteOnlyCell(page, name) for name in header]
    for head in heads:
        head.font = Font(bold=True)
    page.append(heads)
    for row in rows:
        page.append([ILLEGAL_CHARACTERS_RE.sub("", inert(cell)) for cell in row])
        height += 1
    page.auto_filter.ref = f"A1:{width}{height}"
    book.save(out)
