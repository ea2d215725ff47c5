"""A valid EPCIS event as the house keeps it: its facts in one spelling, and its own JSON bytes. Pure.

Whether an event is valid is decided in model, before anything here runs.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from app.epcis import classes, strict_json, vocabulary
from app.epcis.context import expand, merged
from app.epcis.event_hash import EventHash
from app.epcis.signed import Signature
from app.epcis.syntax import moment
from app.gs1 import identifiers

# Where an event names things: (field, role, role of the classes in the matching quantity list, that list)
_LISTS = (
    ("epcList", "epc"),
    ("childEPCs", "child"),
    ("inputEPCList", "input"),
    ("outputEPCList", "output"),
)
_CLASSES = (
    ("quantityList", "epc_class"),
    ("childQuantityList", "child_class"),
    ("inputQuantityList", "input_class"),
    ("outputQuantityList", "output_class"),
)
_LOT_NUMBER = "urn:epcglobal:cbv:mda:lotNumber"


class Event(NamedTuple):
    """One event. Times are aware UTC; words of the CBV are bare; places and things are canonical keys.

    `names` holds (role, key) of every thing it names, each once. `broader` holds the keys above these: products,
    and the lots that a link writes in front of a serial. `lots` gives the lot of an item where the event says it.
    `value` stands alone: it has its own @context and eventID, and no recordTime, which only the store sets.
    `extensions` gives the full name of each of its fields that is outside the standard. Transformation events with
    the same `transformation` (transformationID) are one act.
    `signature` is its partner's over `value`, unverified.
    """

    event_id: str
    event_type: str
    time: datetime
    zone: str
    action: str | None
    biz_step: str | None
    disposition: str | None
    read_point: str | None
    biz_location: str | None
    error_declared: bool
    names: tuple[tuple[str, str], ...]
    broader: tuple[str, ...]
    lots: dict[str, str]
    value: dict[str, Any]
    extensions: tuple[tuple[str, str], ...]
    transformation: str | None = None
    signature: Signature | None = None

    @property
    def document(self) -> bytes:
        """The event's own bytes, names in the order in which they were sent."""
        return strict_json.write(self.value)


def of(
    event: dict[str, Any],
    context: Any,
    hashing: EventHash,
    signature: Signature | None = None,
) -> Event:
    """The facts of a valid `event` that stands in a document with this `context`."""
    prefixes = hashing.prefixes
    things = list(named(event))
    keys = dict.fromkeys((role, chain[0]) for role, chain in things)
    event_id = event.get("eventID") or hashing.event_id(event)
    at = moment(event["eventTime"])
    assert at is not None  # model has read it before
    return Event(
        event_id=event_id,
        event_type=expand(event["type"], prefixes),
        time=at,
        zone=event["eventTimeZoneOffset"],
        action=event.get("action"),
        biz_step=_word(event, "bizStep", vocabulary.BIZ_STEP, prefixes),
        disposition=_word(event, "disposition", vocabulary.DISPOSITION, prefixes),
        read_point=_place(event, "readPoint"),
        biz_location=_place(event, "bizLocation"),
        error_declared="errorDeclaration" in event,
        names=tuple(keys),
        broader=tuple(dict.fromkeys(key for _, chain in things for key in chain[1:])),
        lots=_lots(event, things, prefixes),
        value=_alone(event, event_id, context),
        extensions=_extensions(event, prefixes),
        transformation=event.get("transformationID"),
        signature=signature,
    )


def named(event: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(role, keys from the finest to the broadest) of every identifier in the event."""
    if "parentID" in event:
        yield "parent", identifiers.named(event["parentID"])
    for field, role in _LISTS:
        for identifier in event.get(field, ()):
            yield role, identifiers.named(identifier)
    for field, role in _CLASSES:
        for element in event.get(field, ()):
            yield role, identifiers.named(element["epcClass"])


def _lots(
    event: dict[str, Any], named: list[tuple[str, tuple[str, ...]]], prefixes: dict[str, str]
) -> dict[str, str]:
    """Item key to lot key, as links write it; else the lot number in the master data of a new item."""
    found: dict[str, str] = {}
    number = next(
        (text for name, text in event.get("ilmd", {}).items() if expand(name, prefixes) == _LOT_NUMBER), None
    )
    for role, chain in named:
        lot = next((key for key in chain[1:] if "/10/" in key), None)
        if lot is None and isinstance(number, str) and role in ("epc", "output"):
            lot = identifiers.lot_of(chain[0], number)
        if lot:
            found[chain[0]] = lot
    return found


def _word(event: dict[str, Any], field: str, words: vocabulary.Vocabulary, prefixes: dict[str, str]) -> str | None:
    return words.bare(event[field], prefixes) if field in event else None


def _place(event: dict[str, Any], field: str) -> str | None:
    return identifiers.canonical(event[field]["id"]) if field in event else None


def _alone(event: dict[str, Any], event_id: str, context: Any) -> dict[str, Any]:
    """What was sent, with the context it stood in and the id it has."""
    stands_in = merged(context, event["@context"]) if "@context" in event else context
    own = {"@context": stands_in, **event}  # first, wherever it was written
    own["@context"] = stands_in
    own.pop("recordTime", None)
    own.setdefault("eventID", event_id)
    return own


def _extensions(event: dict[str, Any], prefixes: dict[str, str]) -> tuple[tuple[str, str], ...]:
    if event.keys() <= classes.STANDARD.keys():  # as of most
        return ()
    return tuple((name, expand(name, prefixes)) for name in event if name not in classes.STANDARD)
