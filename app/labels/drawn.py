"""Sheets of labels as SVG, and as ZPL for thermal printers. Pure."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from app.labels.sheet import Label, Paper, Placed, pages, parts
from app.qr_code import matrix, path

_DOTS = 8  # a millimetre, at 203 dpi
_ZPL_TOLD_APART = {ord(each): f"_{ord(each):02X}" for each in "^~_\\"}


def svg(labels: Sequence[Label], paper: Paper) -> Iterator[bytes]:
    """One picture for each sheet, its unit a millimetre. Raises BadLayout."""
    for page in pages(labels, paper):
        inside = "".join(_one(each, paper) for each in page)
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{paper.width}mm" height="{paper.height}mm" '
            f'viewBox="0 0 {paper.width} {paper.height}">'
            f'<path fill="#fff" d="M0 0h{paper.width}v{paper.height}H0z"/>'
            f"{inside}</svg>"
        ).encode()


def _one(placed: Placed, paper: Paper) -> str:
    wide, _ = paper.label
    texts = [*placed.label.lines, placed.label.pin]
    side, line = parts(paper.label, len(texts))
    rows = matrix(placed.label.address)
    left = placed.x + (wide - side) / 2
    symbol = (
        f'<path shape-rendering="crispEdges" transform="translate({left:.3f} {placed.y:.3f}) '
        f'scale({side / len(rows):.5f})" d="{path(rows)}"/>'
    )
    return symbol + "".join(
        f'<text x="{placed.x + wide / 2:.3f}" y="{placed.y + side + number * line:.3f}" text-anchor="middle" '
        f'font-family="monospace" font-size="{min(line * 0.9, wide / (max(1, len(text)) * 0.62)):.3f}">'
        f"{escape(text)}</text>"
        for number, text in enumerate(texts, 1)
    )


def zpl(labels: Sequence[Label], *, wide: float, high: float) -> str:
    """A format for each label of this size in millimetres, at 203 dpi; the printer draws the symbol at level Q."""
    return "".join(_format(each, wide, high) for each in labels)


def _format(label: Label, wide: float, high: float) -> str:
    texts = [*label.lines, label.pin]
    side, line = parts((wide, high), len(texts))
    rows = len(matrix(label.address))
    dots = max(1, min(10, int(side * _DOTS / rows)))  # ^BQ magnifies up to ten times
    left = max(0, int((wide * _DOTS - (rows - 8) * dots) / 2))
    fields = [f"^FO{left},{4 * dots}^BQN,2,{dots}^FH^FDQA,{_told(label.address)}^FS"]
    height = max(12, int(line * _DOTS * 0.9))
    for number, text in enumerate(texts):
        y = int((side + number * line) * _DOTS)
        fields.append(f"^FO0,{y}^FB{int(wide * _DOTS)},1,0,C^A0N,{height}^FH^FD{_told(text)}^FS")
    return f"^XA^CI28^PW{int(wide * _DOTS)}^LL{int(high * _DOTS)}{''.join(fields)}^XZ\n"


def _told(text: str) -> str:
    """The text of a field, what would be a command of its own as hexadecimal."""
    return text.translate(_ZPL_TOLD_APART)
