"""QR symbols of our addresses, as rows of modules and as one SVG path. What is encoded is decided elsewhere."""

from collections.abc import Sequence

import qrcode
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.image.pure import PyPNGImage

QUIET = 4
"""Modules of empty border (ISO/IEC 18004, 6.3.8)."""


def code(text: str) -> "qrcode.QRCode[PyPNGImage]":
    """The symbol at level Q: a quarter of it may be lost. The smallest version that holds the text."""
    symbol = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET, box_size=8, image_factory=PyPNGImage)
    symbol.add_data(text)
    symbol.make(fit=True)
    return symbol


def matrix(text: str) -> list[list[bool]]:
    """The modules of the symbol row by row, its quiet border included; True is dark."""
    rows: list[list[bool]] = code(text).get_matrix()
    return rows


def path(rows: Sequence[Sequence[bool]]) -> str:
    """The dark modules as an SVG path with an oblong for each run: a quarter of the size of one square each."""
    return "".join(f"M{x} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for x, length in runs(row))


def runs(row: Sequence[bool]) -> list[tuple[int, int]]:
    """(place, length) of each run of dark modules in a row."""
    found: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and found and sum(found[-1]) == x:
            found[-1] = found[-1][0], found[-1][1] + 1
        elif dark:
            found.append((x, 1))
    return found
