"""What the way of a thing emitted, in plain words: one answer with its bounds, then part by part. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from app.carbon.amounts import plain, rough
from app.carbon.chain import Total
from app.carbon.journey import Journey, Part
from app.texts import Texts
from app.web.pages.passport_view import place_name
from app.words.carbon import DATA, DISTANCE, MISSING, MODE


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part in words; `part` is for the forms of the desk."""

    title: str
    amount: str
    basis: str
    told: str
    missing: tuple[str, ...]
    part: Part


@dataclass(frozen=True, slots=True)
class CarbonPage:
    """The block: `state` is good only where every part is known."""

    state: str
    answer: str
    more: str
    unknown: str
    parts: tuple[PartLine, ...]


def page(found: Journey, t: Texts) -> CarbonPage:
    """The whole block for one unit."""
    total = found.total
    answer, more = _answer(total, t)
    lines = tuple(_line(part, t) for part in found.parts)
    return CarbonPage("good" if total.complete else "open", answer, more, _unknown(total, t), lines)


def _answer(total: Total, t: Texts) -> tuple[str, str]:
    if total.at_least is None or total.about is None:
        return t.gettext("Nothing is known of it yet."), ""
    if total.at_most is None:
        return t.gettext("At least %(amount)s", amount=weight(total.at_least, t, up=False)), ""
    return t.gettext("About %(amount)s", amount=weight(total.about, t)), _span(total.at_least, total.at_most, t)


def _span(low: Decimal, high: Decimal, t: Texts) -> str:
    if low == high:
        return ""
    bounds = {"low": weight(low, t, up=False), "high": weight(high, t, up=True)}
    return t.gettext("between %(low)s and %(high)s", **bounds)


def _unknown(total: Total, t: Texts) -> str:
    if not total.unknown:
        return ""
    return t.ngettext(
        "%(num)s part of the way is unknown and not counted.",
        "%(num)s parts of the way are unknown and not counted.",
        total.unknown,
    )


def weight(kg: Decimal, t: Texts, *, up: bool | None = None) -> str:
    """An amount with two digits that mean something, in grams below a kilogram."""
    if kg < 1:
        return f"{t.number(plain(rough(kg * 1000, up=up)))} g CO₂e"
    return f"{t.number(plain(rough(kg, up=up)))} kg CO₂e"


def _line(part: Part, t: Texts) -> PartLine:
    figure = part.figure
    return PartLine(
        title=_title(part, t),
        amount=_amount(part, t),
        basis=t.gettext(DATA[figure.data]) if figure.known else "",
        told=part.told_by or "",
        missing=tuple(t.gettext(MISSING[each]) for each in figure.missing),
        part=part,
    )


def _title(part: Part, t: Texts) -> str:
    mode = t.gettext(MODE[part.element.mode]) if part.element.mode in MODE else ""
    if part.kind == "delivery":
        return _joined(t.gettext("Delivery, leg %(number)s", number=str(part.leg)), mode)
    if part.kind == "hub":
        return _joined(mode, place_name(part.origin, t))
    origin, destination = _towns(part, t)
    return _joined(t.gettext("%(origin)s to %(destination)s", origin=origin, destination=destination), mode)


def _towns(part: Part, t: Texts) -> tuple[str, str]:
    """The two towns of a leg; within one town the names of the places."""
    towns = [place.city if place else None for place in (part.origin, part.destination)]
    names = [place.name if place else None for place in (part.origin, part.destination)]
    first, second = towns if towns[0] != towns[1] else names
    return first or place_name(part.origin, t), second or place_name(part.destination, t)


def _joined(*words: str) -> str:
    return " · ".join(word for word in words if word)


def _amount(part: Part, t: Texts) -> str:
    figure = part.figure
    if figure.value is None or figure.low is None:
        return t.gettext("unknown")
    if figure.high is None:
        return t.gettext("At least %(amount)s", amount=weight(figure.low, t, up=False))
    return weight(figure.value, t)


def basis_of(part: Part, t: Texts) -> str:
    """The numbers that a figure rests on, for the desk."""
    element = part.element
    said = []
    if element.distance:
        kind = t.gettext(DISTANCE[element.distance.kind])
        said.append(f"{t.number(plain(element.distance.km))} km ({kind})")
    if element.intensity:
        unit = "kg/t" if element.mode == "hub" else "kg/tkm"
        said.append(f"{plain(rough(element.intensity.value, 3))} {unit}")
    if part.figure.source:
        said.append(t.isolate(part.figure.source))
    return _joined(*said)
