"""Labels on paper: what stands on one, and how they are laid out. Pure; how they are drawn is beside this."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.gs1 import identifiers

MOST = 10_000


class BadLayout(ValueError):
    """The labels do not fit the paper; the text says what to change."""


@dataclass(frozen=True, slots=True)
class Label:
    """One label: the address in its QR code, lines of text to be read by people, and the pin of the log's key."""

    address: str
    lines: tuple[str, ...]
    pin: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet in millimetres, with labels in columns and rows."""

    width: float = 210
    height: float = 297
    columns: int = 4
    rows: int = 8
    margin: float = 8
    gap: float = 2

    @property
    def label(self) -> tuple[float, float]:
        """Width and height of one label. Raises BadLayout when nothing readable would be left."""
        wide = (self.width - 2 * self.margin - (self.columns - 1) * self.gap) / self.columns
        high = (self.height - 2 * self.margin - (self.rows - 1) * self.gap) / self.rows
        if wide < 18 or high < 22:
            raise BadLayout(f"a label would be {wide:.0f} × {high:.0f} mm; at least 18 × 22 mm can be scanned")
        return wide, high

    @property
    def on_one(self) -> int:
        """How many labels a sheet holds."""
        return self.columns * self.rows


@dataclass(frozen=True, slots=True)
class Placed:
    """A label with its left upper corner on the sheet, in millimetres."""

    label: Label
    x: float
    y: float


def label_of(key: str, base_url: str, pin: str = "") -> Label:
    """The label of a product, lot or item: its Digital Link at our address, and its parts as GS1 writes them."""
    lines = tuple(f"({ai}) {value}" for ai, value in identifiers.values(key).items())
    return Label(f"{base_url}{key}", lines, pin)


def pages(labels: Sequence[Label], paper: Paper) -> Iterator[list[Placed]]:
    """The labels of each sheet, from the left upper corner on, row by row. Raises BadLayout."""
    wide, high = paper.label
    for start in range(0, len(labels), paper.on_one):
        yield [
            Placed(
                each,
                paper.margin + place % paper.columns * (wide + paper.gap),
                paper.margin + place // paper.columns * (high + paper.gap),
            )
            for place, each in enumerate(labels[start : start + paper.on_one])
        ]


def parts(size: tuple[float, float], lines: int) -> tuple[float, float]:
    """(side of the symbol, size of a line) in millimetres on a label: the text below takes what it needs."""
    wide, high = size
    line = min(3.0, max(1.6, high * 0.07))
    return min(wide, high - line * (lines + 0.5)), line
