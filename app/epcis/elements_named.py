"""Which elements of a vocabulary an event names in fields that no index of ours holds (EPCIS 2.0, 7.2). Pure.

What is asked of these elements is in described; places, steps, dispositions and classes have columns and indexes.
"""

from collections.abc import Iterable

from app.epcis import vocabulary
from app.epcis.comparisons import Condition, Spelling, plain, word
from app.epcis.context import STANDARD_PREFIXES, expand
from app.epcis.within_event import (
    Event,
    Found,
    Values,
    declared_error,
    each_of,
    listed,
    members,
    of_event,
    persisting,
    sensed,
)

NAMED_IN: dict[str, tuple[Values, Spelling]] = {
    "bizTransaction": (listed("bizTransactionList", "bizTransaction"), plain),
    "source": (listed("sourceList", "source"), plain),
    "destination": (listed("destinationList", "destination"), plain),
    "persistentDisposition": (each_of(persisting("set"), persisting("unset")), word(vocabulary.DISPOSITION)),
    "errorReason": (declared_error("reason"), word(vocabulary.ERROR_REASON)),
    "transformationID": (of_event("transformationID"), plain),
    "microorganism": (sensed("microorganism"), plain),
    "chemicalSubstance": (sensed("chemicalSubstance"), plain),
}


def names_one_of(field: str, keys: Iterable[str]) -> Condition:
    """That `field`, one of these or the full name of a field of one's own, holds one of these elements."""
    values, spell = NAMED_IN.get(field) or (_own(field), plain)
    asked = {spell(key, STANDARD_PREFIXES) for key in keys}
    return lambda event, known: any(
        spell(each, known) in asked for each in values(event, known) if isinstance(each, str)
    )


def _own(full: str) -> Values:
    def values(event: Event, known: dict[str, str]) -> Found:
        for name in event:
            if ":" in name and expand(name, known) == full:
                yield from members(event, name)

    return values
