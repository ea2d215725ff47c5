"""QR codes of page and paper with a tenth wiped away, read by zxing-cpp; OpenCV, as a weak phone, beside."""

import random
from collections.abc import Iterator
from pathlib import Path

from bench import peers
from bench.figure import Figure, missing
from tests.support.damage import damaged, of_page, of_paper, read

BASE, KEY = "https://id.example.com", "/01/09521234000013/21/A1000"
PICTURES, FLOOR = 40, 34


def measure(folder: Path) -> Iterator[Figure]:
    for name, symbol in (("page", of_page(f"{BASE}{KEY}")), ("paper", of_paper(KEY, BASE))):
        dice, place = random.Random(7), folder / name
        place.mkdir()
        good = 0
        for number in range(PICTURES):
            picture = damaged(symbol, dice)
            good += read(picture) == [f"{BASE}{KEY}"]
            picture.save(place / f"{number:02}.png")
        figure, unit = f"damaged codes of the {name} read", f"of {PICTURES}"
        yield Figure(figure, good, unit, "the bar", FLOOR, good / FLOOR, 1.0)
        yield _by_opencv(place, figure, unit, good)


def _by_opencv(place: Path, figure: str, unit: str, good: int) -> Figure:
    """Printed beside; it has no floor."""
    name, against = f"{figure} by OpenCV", "zxing-cpp"
    try:
        with peers.running("peer_opencv.py", place) as peer:
            found = peer.ask("read", f"{BASE}{KEY}")
    except peers.NoPeer as error:
        return missing(name, unit, against, 0.0, str(error))
    return Figure(name, found, unit, against, good, found / good if good else 0.0, 0.0)
