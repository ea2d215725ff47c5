"""Where a carrier's words name the one that carries on: "handed over to X, number Y". Pure.

The words may be anybody's, so what is found here is a guess: whether the number is free, fits the carrier and
tells of our parcel is judged by the house.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from carriers.event import TrackingEvent
from carriers.known import CARRIERS
from carriers.names import NAMES
from carriers.numbers import ADAPTERS, normalised
from carriers.vocabulary import Status

_SAID = re.compile(
    r"\b(?:hand(?:ed)?[ -]?over|handed|transferred|tendered|passed|given|injected|forwarded|released|delivered)"
    r"(?: on| over)? to (?P<whom>[^,;:()]{2,60}?)[\s,;:(.-]{1,3}"
    r"(?:with |under |its |their |new |local |their )?(?:tracking |parcel |consignment |item |reference )?"
    r"(?:number|no\.?|nr\.?|id|code|#)(?: is)?[\s:#]{0,3}(?P<number>[A-Z0-9][A-Z0-9 -]{6,38}[A-Z0-9])(?![A-Z0-9])",
    re.IGNORECASE,
)
_SHORTEST, _LONGEST, _DIGITS = 8, 40, 6


@dataclass(frozen=True)
class Handoff:
    """The number that somebody else follows the parcel by, and the key of that carrier; "" of one not known."""

    number: str
    carrier: str = ""


def named_in(event: TrackingEvent) -> Handoff | None:
    """The hand-over that a line on the way tells of, whose number is not the parcel's own; else None."""
    if event.status is not Status.IN_TRANSIT:
        return None
    said = _SAID.search(f"{event.description}. {event.remark}")
    return of(said["number"], said["whom"], event.tracking_number) if said else None


def of(number: str, whom: str, own: str) -> Handoff | None:
    """The same from two texts, as a field of an answer gives them."""
    clean = normalised(number)
    plausible = clean.isascii() and clean.isalnum() and _SHORTEST <= len(clean) <= _LONGEST
    if not plausible or sum(char.isdigit() for char in clean) < _DIGITS or clean == normalised(own):
        return None
    return Handoff(clean, carrier_named(whom))


def carrier_named(words: str) -> str:
    """The key of the carrier that these words name, the longest name first; "" for nobody we know."""
    said = f" {_plain(words)} "
    return next((key for name, key in _by_name().items() if f" {name} " in said), "")


@lru_cache(1)
def _by_name() -> Mapping[str, str]:
    adapters = {_plain(text): key for key, name in CARRIERS.items() for text in (key, name)}
    others = {_plain(name): ADAPTERS.get(key, key) for key, name in NAMES.items()}
    everyone = others | adapters
    return {name: everyone[name] for name in sorted(everyone, key=len, reverse=True)}


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))
