"""Which carrier a number belongs to: numbers a second, of every kind that we know, typed as people type them."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from bench.figure import Figure, compare
from carriers.numbers import detect

WANTED = 50_000.0
NUMBERS = 100_000
# With and without blanks, good and bad check digits, and what is no number at all.
_KINDS = (
    "1Z2Y5V7103{0:07}{1}", "1z 2y5v 7103 {0:04} 567{1}", "RB{0:08}{1}GB", "LX {0:08}{1} CN", "{0:011}{1}",
    "{0:014}{1}", "42090210940011{0:08}1234567{1}", "{0:09}{1}", "JJD{0:012}{1}", "0034043383{0:09}{1}",
    "{0:013}K{1}", "{0:015}{1}", "C{0:013}{1}", "TBA{0:011}{1}", "YT{0:015}{1}", "4PX{0:012}{1}CN",
    "LP{0:013}{1}", "SF{0:012}{1}", "MSCU{0:06}{1}", "020-{0:07}{1}", "LTN{0:08}N{1}", "order {0}-{1}",
)  # fmt: skip


def measure(folder: Path) -> Iterator[Figure]:
    del folder
    numbers = [_KINDS[place % len(_KINDS)].format(place, place % 10) for place in range(NUMBERS)]
    yield compare("detect", "numbers/s", lambda: _rate(numbers), "the wanted rate", lambda: WANTED, 1.0)


def _rate(numbers: list[str]) -> float:
    began = perf_counter()
    for number in numbers:
        detect(number)
    return len(numbers) / (perf_counter() - began)
