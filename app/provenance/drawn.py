"""A trace as a picture (SVG), drawn by generations from left to right. Pure; keys need no language."""

from collections import defaultdict
from collections.abc import Mapping
from xml.sax.saxutils import escape

from app.provenance.trace import Trace

MOST_DRAWN = 300
"""Things in one picture; the rest is told by a number, and stands in the list."""

_HEIGHT, _GAP_X, _GAP_Y = 34, 44, 14
_LETTER = 7.6  # how wide a letter of a box is at most, on the average of a key
_LONGEST = 38

_Place = tuple[int, int, int]  # of a box: from the left, from above, and how wide its column is


def svg(found: Trace) -> str:
    """The picture; a loop is a line that leads back."""
    columns = _columns(found)
    acts = _moments(found)
    texts = {key: _short(acts.get(key, key)) for keys in columns.values() for key in keys}
    places: dict[str, _Place] = {}
    left = 20
    for _, keys in sorted(columns.items()):
        width = 20 + round(_LETTER * max(len(texts[key]) for key in keys))
        places |= {key: (left, 20 + row * (_HEIGHT + _GAP_Y), width) for row, key in enumerate(keys)}
        left += width + _GAP_X
    wide = left - _GAP_X + 20
    high = 60 + max(y for _, y, _ in places.values()) + _HEIGHT
    lines = [_line(places, link.source, link.target, link.kind) for link in found.links]
    boxes = [_box(key, at, texts[key], start=key == found.start) for key, at in places.items()]
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


def _line(places: Mapping[str, _Place], source: str, target: str, kind: str) -> str:
    if source not in places or target not in places:
        return ""
    (x1, y1, width), (x2, y2, _) = sorted((places[source], places[target]))  # from the left, whatever came first
    middle = _HEIGHT // 2
    dashes = ' stroke-dasharray="5 4"' if kind == "inside" else ""
    bend = (x1 + width + x2) // 2
    return (
        f'<path d="M{x1 + width} {y1 + middle}C{bend} {y1 + middle} {bend} {y2 + middle} {x2} {y2 + middle}"'
        f' fill="none" stroke="#777"{dashes}/>'
    )


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:14]}…{text[-(_LONGEST - 15) :]}"


def _box(key: str, at: _Place, text: str, *, start: bool) -> str:
    x, y, width = at
    fill = "#fff3c4" if start else "#e8eef4" if key.startswith("event:") else "#fff"
    return (
        f'<g><title>{escape(key)}</title><rect x="{x}" y="{y}" width="{width}" height="{_HEIGHT}" rx="6"'
        f' fill="{fill}" stroke="#444"/><text x="{x + 10}" y="{y + 22}">{escape(text)}</text></g>'
    )
