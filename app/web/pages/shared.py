"""What the passports of many things have in common, kept for some seconds: their container's condition, a parcel.

A pallet of five hundred items is asked about, measured up and drawn once, and not five hundred times. The check of
the record is not here: it is made for every page anew.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from markupsafe import Markup

from app.keep import Keep
from app.shipping.views import ParcelView
from app.telemetry.conditions import Condition
from app.texts import Texts
from app.web.pages import cache, condition_view, parcel_view
from app.web.pages.render import render

Value = TypeVar("Value")

# A condition holds up to 200 points, so not many are kept.
_parts: cache.Shelf[tuple[Any]] = cache.Shelf(life_s=cache.PART_LIFE_S, most=128)
# What was drawn goes with the condition or parcel that it was drawn from, so it is never older than that.
_blocks: WeakKeyDictionary[Condition | ParcelView, dict[tuple[str, str], Markup]] = WeakKeyDictionary()


def keep_of(brand_id: str, log_size: int) -> Keep:
    """What pages of a brand share; a new entry of its log, such as an alarm, is seen at once."""

    def keep(place: Hashable, make: Callable[[], Value]) -> Value:
        whole = brand_id, log_size, place
        kept: tuple[Value] = _parts.get(whole) or _parts.put(whole, (make(),))
        return kept[0]

    return keep


def block(condition: Condition, t: Texts, zone: str) -> Markup:
    """The condition as a section of a page, times in `zone`."""
    drawn = _blocks.setdefault(condition, {})
    place = t.language, zone
    if place not in drawn:
        page = condition_view.page(condition, t, zone)
        drawn[place] = Markup(render("parts/condition.html", t, condition=page))  # noqa: S704  # our own template
    return drawn[place]


def parcel_block(parcel: ParcelView, t: Texts) -> Markup:
    """The parcel as a section of a page."""
    drawn = _blocks.setdefault(parcel, {})
    place = t.language, ""
    if place not in drawn:
        page = parcel_view.page(parcel, t)
        drawn[place] = Markup(render("parts/parcel.html", t, parcel=page))  # noqa: S704  # our own template
    return drawn[place]


def forget() -> None:
    """Keep nothing of what was."""
    _parts.clear()
