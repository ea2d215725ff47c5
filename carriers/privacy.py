"""Cuts people out of what carriers tell: names in texts, streets and postal codes in places. Pure.

A text is the carrier's free wording, so this errs on the side of cutting too much.
"""

import re
from dataclasses import replace

from carriers.event import Place, TrackingEvent

_CUT = "…"

# "Signed for by: J. DOE", "Received by: A. Muster", "Left with Mrs Doe": what follows, to the end of the clause.
_WHO = re.compile(
    r"(?i)\b(?P<lead>(?:signed(?: for)?(?: by)?|signature(?: of)?|signatory|pod name)\s*[:\-]?\s+"
    r"|(?:received|accepted|collected|picked up|taken|left) (?:by|with|at)\s*:\s*"
    r"|(?:recipient|receiver|consignee|addressee|name)\s*:\s*"
    r"|(?:mr|mrs|ms|miss|herr|frau|mme|sr|sra)\.?\s+)"
    r"(?P<who>[^.;,()]{1,80})"
)


def without_person(event: TrackingEvent, names: frozenset[str]) -> TrackingEvent:
    """The event without people's names in its texts and without street and postal code in its place."""
    return replace(
        event,
        description=nameless(event.description, names),
        remark=nameless(event.remark, names),
        place=town_only(event.place),
    )


def nameless(text: str, names: frozenset[str]) -> str:
    """The text with every word of `names`, and whoever signed, replaced by an ellipsis."""
    text = _WHO.sub(lambda found: found["lead"] + _CUT, text)
    if not names:
        return text
    known = {name.casefold() for name in names}
    return re.sub(r"[^\s,;:()]+", lambda found: _CUT if found[0].casefold() in known else found[0], text)


def town_only(place: Place | None) -> Place | None:
    """Town, region and country; some carriers write the street into the town's field."""
    if place is None:
        return None
    parts = [part.strip() for part in (place.city or "").split(",")]
    town = [part for part in parts if part and not any(char.isdigit() for char in part)]
    kept = Place(town[-1] if town else None, place.region, None, place.country)
    return kept if str(kept) else None
