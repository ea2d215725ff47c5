"""The cells of an XLSX file, read by the worker and the command line only, for the library is heavy.

Such a file is a zip: what is too large when unpacked is refused before it is unpacked.
"""

import io
import zipfile
from datetime import date, datetime

from app.texts import marked as _

LARGEST_UNPACKED = 100_000_000
LARGEST_RATIO = 200
MOST_PARTS = 500
MOST_ROWS, MOST_COLUMNS = 200_002, 200
"""What is read of a sheet: one cell far outside would otherwise be a thousand million empty ones before it."""


def is_workbook(data: bytes) -> bool:
    """Whether these bytes begin as a zip does; a CSV file never does."""
    return data[:4] == b"PK\x03\x04"


def read_xlsx(data: bytes) -> list[list[str]]:
    """The cells of the first sheet, as texts. Raises ValueError for what is no workbook, or a bomb."""
    _refuse_bomb(data)
    from openpyxl import load_workbook  # in the extra `papers`

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(values_only=True, max_row=MOST_ROWS, max_col=MOST_COLUMNS)
        return [[] if row.count(None) == len(row) else [_text(cell) for cell in row] for row in rows]
    except Exception as error:  # whatever a broken workbook does to its reader
        raise ValueError(f"the workbook can't be read ({type(error).__name__})") from None


def formulas_of(data: bytes) -> list[tuple[int, int]]:
    """Where the first sheet has formulas, as (row, column) from one on: what they give is nobody's word."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True)
    rows = book.worksheets[0].iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS)
    return [
        (number, place)
        for number, row in enumerate(rows, 1)
        for place, cell in enumerate(row, 1)
        if cell.value is not None and cell.data_type == "f"
    ]


def _refuse_bomb(data: bytes) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except zipfile.BadZipFile:
        raise ValueError(_("the file is no workbook")) from None
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts) or 1
    if len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED or unpacked > LARGEST_RATIO * packed:
        raise ValueError(_("the workbook is too large when unpacked; save it as CSV UTF-8"))


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 10**8 else repr(cell)
    if isinstance(cell, int) and abs(cell) >= 10**15:
        return repr(float(cell))  # a spreadsheet keeps 15 digits; the others are guessed
    return str(cell)
