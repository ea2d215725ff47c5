"""Which carrier a tracking number may belong to, as a ranked list with reasons. Pure; asks no carrier.

A check digit, a prefix and a length are evidence, never proof: numbers of different carriers overlap, so the list
may hold several candidates and a person may choose another.
"""

import re
from dataclasses import dataclass

from carriers.known import CARRIERS
from carriers.number_formats import FORMATS, Format

LONGEST = 64

# The adapter that follows a carrier's numbers, where we have one.
ADAPTERS = {"dhl": "dhl_universal"} | {key: key for key in CARRIERS if key != "dhl_universal"}


@dataclass(frozen=True)
class Candidate:
    """A carrier whose format the number has. Higher `strength` is better evidence; `reasons` say what it is."""

    carrier: str
    format: str
    strength: int
    reasons: tuple[str, ...]
    adapter: str | None


def normalised(text: str) -> str:
    """A number as it is stored: without blanks and hyphens, in upper case, leading zeros kept."""
    return re.sub(r"[\s\-‐‑‒–]+", "", text).upper()


def detect(text: str) -> list[Candidate]:
    """The carriers that a number may belong to, best evidence first; empty when it fits no format.

    A number that a spreadsheet has turned into a float (`1.23E+12`) fits none. At most 64 characters are read.
    """
    blankless = re.sub(r"\s+", "", text[: 8 * LONGEST]).upper()
    if len(blankless) > LONGEST:
        return []
    found = [candidate for form in FORMATS if (candidate := _fits(form, blankless))]
    if not found and normalised(text) != blankless:
        found = [candidate for form in FORMATS if (candidate := _fits(form, normalised(text)))]
    best: dict[str, Candidate] = {}
    for candidate in sorted(found, key=lambda each: -each.strength):
        best.setdefault(candidate.carrier, candidate)
    return list(best.values())


def _fits(form: Format, number: str) -> Candidate | None:
    match = form.pattern.fullmatch(number)
    if not match or (form.check and not form.check(match["serial"], match["check"])):
        return None
    return Candidate(form.carrier, form.name, _strength(form), _reasons(form, number), ADAPTERS.get(form.carrier))


def _strength(form: Format) -> int:
    """About the number of decimal digits that chance would have to guess: a check digit is one, and a bit more."""
    return 10 * form.fixed + (15 if form.check else 0)


def _reasons(form: Format, number: str) -> tuple[str, ...]:
    checked = ("check digit",) if form.check else ()
    prefix = ("prefix",) if form.fixed else ()
    return (*checked, *prefix, f"{len(number)} characters")
