"""The event hash of CBV 2.0 (section 8.9), computed over an event in JSON-LD. Pure.

A hash names an event by what it says. It is no signature: the proof that an event is unchanged is the ledger's.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from app.epcis.hash_fields import KIND, LAST, ORDER, rules_of_reports, shapes
from app.epcis.hash_text import Prefixes, Text

_ABSENT: tuple[object, ...] = (None, [], {})
_HEAD = shapes(ORDER)
_TAIL = shapes(LAST)


class EventHash:
    """The hashes of valid events whose names and values these prefixes expand; one serves a whole document.

    `ignored` are full names of extensions.
    """

    def __init__(self, prefixes: Prefixes, ignored: frozenset[str] = frozenset()) -> None:
        self.prefixes = prefixes
        self.ignored = ignored
        self._text = Text(prefixes, ignored)

    def event_id(self, event: Mapping[str, Any]) -> str:
        """The identifier `ni:///sha-256;{hex}?ver=CBV2.0` of an event."""
        return f"ni:///sha-256;{sha256(self.pre_hash(event).encode()).hexdigest()}?ver=CBV2.0"

    def pre_hash(self, event: Mapping[str, Any]) -> str:
        """The text that is hashed: fields in the order of the standard, values normalised, children sorted."""
        text, names = self._text, tuple(event)
        again = text.again
        said = [again[KIND.say, event["type"]]]
        for name, say, common in _HEAD[names].known:
            if (value := event[name]) or value not in _ABSENT:
                said.append(again[say, value] if common else say(text, value))
        last, own = _TAIL[names]
        ends = [say(text, event[name]) for name, say, _ in last if event[name]]
        if "sensorElementList" in event:
            ends += rules_of_reports(text, event["sensorElementList"])
        if own:
            ends += text.extensions(event, own)
        return "".join(said + sorted(ends))
