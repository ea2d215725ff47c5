"""Five hundred labels as PDF, each with a code of its own, against the ten seconds that a warehouse waits."""

from io import BytesIO
from itertools import count
from pathlib import Path
from time import perf_counter

from app.labels import pdf
from app.labels.sheet import Paper, label_of
from bench.figure import Figure, at_most

LABELS, LIMIT_S = 500, 10.0


def measure(folder: Path) -> list[Figure]:
    del folder  # everything happens in memory
    serials = count(1)
    return [at_most("500 labels", "s", lambda: _sheets(serials), "the bar", LIMIT_S)]


def _sheets(serials: "count[int]") -> float:
    began = perf_counter()
    labels = [
        label_of(
            f"/01/09521234000013/21/AB12CD{next(serials):05}", "https://id.example.com", "abcde fghij klmno pqrst"
        )
        for _ in range(LABELS)
    ]
    pdf.write(BytesIO(), labels, Paper(), title="Labels")
    return perf_counter() - began
