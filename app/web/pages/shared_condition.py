"""The condition block of a passport, which a container's whole content has in common, kept for some seconds.

A pallet of five hundred items is asked about, measured up and drawn once, and not five hundred times. What a
condition says is decided in app/telemetry, what it looks like in condition_view and its template.
"""

from collections.abc import Iterable
from datetime import datetime
from weakref import WeakKeyDictionary

from markupsafe import Markup
from sqlalchemy.orm import Session

from app.provenance.passports import Look
from app.telemetry.conditions import Condition, condition_of
from app.telemetry.windows import Window
from app.texts import Texts
from app.web.pages import cache, condition_view
from app.web.pages.render import render

# A condition holds up to 200 points, so few are kept.
_conditions: cache.Shelf[Condition] = cache.Shelf(life_s=cache.PART_LIFE_S, most=64)
# What was drawn goes with the condition that it was drawn from, so it is never older than that.
_blocks: WeakKeyDictionary[Condition, dict[tuple[str, str], Markup]] = WeakKeyDictionary()


def look_of(brand_id: str, log_size: int) -> Look:
    """How the pages of a brand look at conditions; a new entry of its log, such as an alarm, is seen at once."""

    def look(session: Session, windows: Iterable[Window], until: datetime) -> Condition | None:
        place = brand_id, log_size, tuple(windows)
        if kept := _conditions.get(place):
            return kept
        found = condition_of(session, windows, until)
        return _conditions.put(place, found) if found else None

    return look


def block(condition: Condition, t: Texts, zone: str) -> Markup:
    """The condition as a section of a page, times in `zone`."""
    drawn = _blocks.setdefault(condition, {})
    place = t.language, zone
    if place not in drawn:
        page = condition_view.page(condition, t, zone)
        drawn[place] = Markup(render("parts/condition.html", t, condition=page))  # noqa: S704  # our own template
    return drawn[place]


def forget() -> None:
    """Keep nothing of what was."""
    _conditions.clear()
