"""Ownership, warranty, repairs and advice by country in plain words. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.owning.faces import AfterFace, OwnedFace
from app.owning.warranty import Until
from app.texts import Texts
from app.words import ownership as words


@dataclass(frozen=True, slots=True)
class RepairLine:
    """A repair in words; `parts` as its partner named them."""

    title: str
    by: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Owning:
    """The block of the time after the sale. `claim`: the label of the field for a code, if there is one."""

    lines: tuple[str, ...]
    repairs: tuple[RepairLine, ...]
    claim: str


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic for the reader's country."""

    title: str
    text: str
    href: str | None


@dataclass(frozen=True, slots=True)
class After:
    """Advice and terms for one country, and the choice of others; `chosen` is a value of that choice."""

    topics: tuple[Topic, ...]
    warranty: str
    warranty_href: str | None
    choices: tuple[tuple[str, str], ...]
    chosen: str
    country: str


def owning(owned: OwnedFace | None, t: Texts) -> Owning | None:
    """What everybody is told; None where there is nothing to tell."""
    if owned is None:
        return None
    lines = []
    if owned.state == "claimed" and owned.claimed_on:
        lines.append(t.gettext("Claimed by its owner since %(month)s.", month=t.month(owned.claimed_on)))
        if owned.owners > 1:
            lines.append(t.ngettext("It has had %(num)s owner.", "It has had %(num)s owners.", owned.owners))
    if owned.missing_on:
        lines.append(t.gettext("Reported missing by its owner in %(month)s.", month=t.month(owned.missing_on)))
    if owned.retired_on:
        lines.append(_retired(owned, t))
    repairs = tuple(
        RepairLine(
            t.gettext("Repaired by an authorised repairer, %(day)s", day=t.day(each.repaired_on)),
            f"{each.partner}: {t.gettext(words.REPAIR[each.kind])}",
            each.parts,
        )
        for each in owned.repairs
    )
    if owned.state == "free":
        claim = t.gettext("Is it yours? Type the code that came with it.")
    elif owned.state == "claimed":
        claim = t.gettext("Did its owner give you a code? Type it here.")
    else:
        claim = ""
    return Owning(tuple(lines), repairs, claim)


def _retired(owned: OwnedFace, t: Texts) -> str:
    assert owned.retired_on is not None  # the caller looked
    fate = words.FATE[owned.fate] if owned.fate else ""
    month = t.month(owned.retired_on)
    return t.gettext("Handed in by its owner in %(month)s; %(fate)s.", month=month, fate=t.gettext(fate))


def after(found: AfterFace | None, t: Texts, everywhere: str) -> After | None:
    """Advice and terms; None where the brand says nothing. `everywhere`: the value for no country of its own."""
    if found is None or not (found.topics or found.terms or found.countries):
        return None
    own = found.country in found.countries
    named = sorted(((code, t.country(code)) for code in found.countries), key=lambda each: each[1])
    return After(
        topics=tuple(Topic(t.gettext(words.TOPIC[each.topic]), each.text, each.href) for each in found.topics),
        warranty=terms(found.terms, t) if found.terms else "",
        warranty_href=found.terms.href if found.terms else None,
        choices=tuple(named),
        chosen=found.country if own else everywhere,
        country=t.country(found.country) if own else "",
    )


def terms(given: Any, t: Texts) -> str:
    """The terms of a warranty in a sentence."""
    if not given.months:
        return t.gettext("The brand gives no warranty of its own here.")
    length = t.ngettext("%(num)s month", "%(num)s months", given.months)
    said = t.gettext("%(length)s, counted %(start)s.", length=length, start=t.gettext(words.STARTS[given.starts]))
    if not given.repair_months:
        return said
    longer = t.ngettext("%(num)s month", "%(num)s months", given.repair_months)
    more = t.gettext("After an authorised repair it runs for at least %(length)s more.", length=longer)
    return f"{said} {more}"


def until(found: Until, t: Texts) -> str:
    """Until when the warranty of one item runs, to its owner; what is not known is said so."""
    if found.state == "day" and found.day:
        day = t.day(found.day)
        if found.by_repair:
            return t.gettext("Until %(day)s, longer because of an authorised repair.", day=day)
        return t.gettext("Until %(day)s.", day=day)
    return t.gettext(words.UNTIL[found.state])


def hand_in(lines: Iterable[Any], t: Texts) -> list[tuple[str, str, str, str | None]]:
    """The ways to hand an item in: value, title, text, link."""
    return [(each.topic, t.gettext(words.TAKEBACK[each.topic]), t.named(each.text), each.href) for each in lines]
