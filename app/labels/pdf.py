"""Sheets of labels as PDF, in exact millimetres. Needs the extra `papers`; never for the web process."""

from collections.abc import Sequence
from typing import Any, BinaryIO

from app.labels.sheet import Label, Paper, Placed, pages, parts
from app.qr_code import matrix, runs

_MM = 72 / 25.4
_FONT = "Courier"  # every PDF reader has it, and keys are ASCII


def write(out: BinaryIO, labels: Sequence[Label], paper: Paper, *, title: str) -> int:
    """Write the sheets; how many there are. Raises BadLayout."""
    from reportlab.pdfgen.canvas import Canvas

    canvas: Any = Canvas(out, pagesize=(paper.width * _MM, paper.height * _MM), pageCompression=1)
    canvas.setTitle(title)
    count = 0
    for page in pages(labels, paper):
        for placed in page:
            _draw(canvas, placed, paper)
        canvas.showPage()
        count += 1
    canvas.save()
    return count


def _draw(canvas: Any, placed: Placed, paper: Paper) -> None:
    size, texts = paper.label, [*placed.label.lines, placed.label.pin]
    side, line = parts(size, len(texts))
    rows = matrix(placed.label.address)
    module = side / len(rows) * _MM
    left = (placed.x + (size[0] - side) / 2) * _MM
    top = (paper.height - placed.y) * _MM
    path = canvas.beginPath()
    for y, row in enumerate(rows):
        for x, length in runs(row):
            path.rect(left + x * module, top - (y + 1) * module, length * module, module)
    canvas.drawPath(path, stroke=0, fill=1)
    for number, text in enumerate(texts, 1):
        longest = max(1, len(text))
        points = min(line * 0.9 * _MM, size[0] * _MM / (longest * 0.6))  # a letter of Courier is 0.6 wide
        canvas.setFont(_FONT, points)
        base = top - (side + number * line) * _MM
        canvas.drawCentredString((placed.x + size[0] / 2) * _MM, base, text)
