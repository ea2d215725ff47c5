"""Strict reading of Digital Links: addresses that are all different, path and query judged, nothing cached."""

import gc
import time
from pathlib import Path

from app.gs1.digital_link import decode
from app.gs1.keys import check_digit
from bench.figure import Figure, compare

COUNT = 20_000
LIMIT = 50_000.0


def measure(folder: Path) -> list[Figure]:
    """What people and warehouses scan: mostly items, some lots, units and places, a tenth with a query."""
    del folder
    uris = [_uri(number) for number in range(COUNT)]
    return [compare("Digital Link parse", "links/s", lambda: _rate(uris), "limit of the plan", lambda: LIMIT, 1.0)]


def _rate(uris: list[str]) -> float:
    gc.collect()
    started = time.perf_counter()
    for uri in uris:
        decode(uri)
    return len(uris) / (time.perf_counter() - started)


def _uri(number: int) -> str:
    body = f"{9521234000000 + number:013}"
    gtin = body + check_digit(body)
    match number % 10:
        case 0:
            return f"https://id.example.com/01/{gtin}/10/L{number}?17=271231&utm_source=shelf"
        case 1:
            return f"https://id.example.com/01/{gtin}/22/2A/10/LOT-{number}/21/S%2F{number}"
        case 2:
            unit = f"3952{number:013}"
            return f"https://id.example.com/00/{unit}{check_digit(unit)}"
        case 3:
            place = f"952{number:09}"
            return f"https://id.example.com/414/{place}{check_digit(place)}/254/dock-{number}"
    return f"https://id.example.com/01/{gtin}/21/AB12CD{number}"
