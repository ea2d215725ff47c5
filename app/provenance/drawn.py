"""A trace as a picture (SVG), drawn by generations from left to right. Pure; keys need no language."""

from collections import defaultdict
from collections.abc import Mapping
from xml.sax.saxutils import escape

from app.provenance.trace import Trace

MOST_DRAWN = 300
"""Things in one picture; the rest is told by a number, and stands in the list."""

_WIDTH, _HEIGHT, _GAP_X, _GAP_Y = 300, 34, 70, 14
_LONGEST = 38


def svg(found: Trace) -> str:
    """The picture; a loop is a line that leads back."""
    columns = _columns(found)
    places = {
        key: (20 + column * (_WIDTH + _GAP_X), 20 + row * (_HEIGHT + _GAP_Y))
        for column, keys in columns.items()
        for row, key in enumerate(keys)
    }
    wide = 40 + max(x for x, _ in places.values()) + _WIDTH
    high = 60 + max(y for _, y in places.values()) + _HEIGHT
    lines = [_line(places, link.source, link.target, link.kind) for link in found.links]
    acts = _moments(found)
    boxes = [_box(key, x, y, acts.get(key, key), start=key == found.start) for key, (x, y) in places.items()]
    left_out = len(found.things) + len(found.units) + len(found.events) - len(places)
    more = f'<text x="20" y="{high - 14}">+ {left_out}</text>' if left_out > 0 else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}"'
        f' role="img" font-family="sans-serif" font-size="13"><title>{escape(found.start)}</title>'
        f"{''.join(filter(None, lines))}{''.join(boxes)}{more}</svg>"
    )


def _moments(found: Trace) -> dict[str, str]:
    """What stands in the box of an act: when its first event was, as every language writes it."""
    first: dict[str, str] = {}
    for row, at in sorted(found.events.items(), key=lambda each: each[1]):
        first.setdefault(f"event:{found.acts[row]}", f"{at:%Y-%m-%d %H:%M} UTC")
    return first


def _columns(found: Trace) -> dict[int, list[str]]:
    """The things by their distance; an event stands half a step behind what it took, a container at the end."""
    column: dict[str, int] = {}
    for key, distance in found.things.items():
        column[key] = 2 * distance
    for link in found.links:
        for event, other in ((link.target, link.source), (link.source, link.target)):
            if event.startswith("event:") and other in found.things:
                near = 2 * found.things[other] + 1
                column[event] = min(column.get(event, near), near)
    last = max(column.values(), default=0)
    column.update((key, last + 1) for key in found.units if key not in column)
    numbers = {old: new for new, old in enumerate(sorted(set(column.values())))}
    drawn: dict[int, list[str]] = defaultdict(list)
    for key, old in list(column.items())[:MOST_DRAWN]:
        drawn[numbers[old]].append(key)
    return drawn


def _line(places: Mapping[str, tuple[int, int]], source: str, target: str, kind: str) -> str:
    if source not in places or target not in places:
        return ""
    (x1, y1), (x2, y2) = places[source], places[target]
    if x1 > x2:  # drawn from the left, whatever came first
        (x1, y1), (x2, y2) = (x2, y2), (x1, y1)
    middle = _HEIGHT // 2
    dashes = ' stroke-dasharray="5 4"' if kind == "inside" else ""
    bend = (x1 + _WIDTH + x2) // 2
    return (
        f'<path d="M{x1 + _WIDTH} {y1 + middle}C{bend} {y1 + middle} {bend} {y2 + middle} {x2} {y2 + middle}"'
        f' fill="none" stroke="#777"{dashes}/>'
    )


def _box(key: str, x: int, y: int, text: str, *, start: bool) -> str:
    fill = "#fff3c4" if start else "#e8eef4" if key.startswith("event:") else "#fff"
    short = text if len(text) <= _LONGEST else f"{text[:14]}…{text[-(_LONGEST - 15) :]}"
    return (
        f'<g><title>{escape(key)}</title><rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="6"'
        f' fill="{fill}" stroke="#444"/><text x="{x + 10}" y="{y + 22}">{escape(short)}</text></g>'
    )
