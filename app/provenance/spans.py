"""When something was inside something, through containers of containers. Pure but for the rows it is given."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of time, both ends included."""

    start: datetime
    end: datetime

    def has(self, at: datetime) -> bool:
        return self.start <= at <= self.end


ALWAYS = Span(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


class Step(NamedTuple):
    """One stay: `far` was around `near` (or inside it, when the walk goes inwards) during `span`."""

    near: str
    far: str
    span: Span


def walk(start: Mapping[str, tuple[Span, ...]], steps: Iterable[Step]) -> dict[str, tuple[Span, ...]]:
    """What is reached from `start`, each with the times at which it shares a way with it.

    A stay is cut to the time of the stay that led to it. A circle ends: nothing grows in it any more.
    """
    by_near: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        by_near[step.near].append(step)
    found = dict(start)
    waiting = deque(start)
    while waiting:
        key = waiting.popleft()
        for step in by_near.get(key, ()):
            cuts = [cut for span in found[key] if (cut := _shared(span, step.span))]
            grown = _joined((*found.get(step.far, ()), *cuts))
            if grown != found.get(step.far, ()):
                found[step.far] = grown
                waiting.append(step.far)
    return found


def _shared(one: Span, other: Span) -> Span | None:
    cut = Span(max(one.start, other.start), min(one.end, other.end))
    return cut if cut.start <= cut.end else None


def _joined(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """The same time in as few stretches as it takes."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)
