"""Which fields of an EPCIS event are public, commercial or personal, and an event taken apart by that. Pure.

The table is by hand and goes by the fields at the top of an event, each with all that is inside it. A field
outside the standard is commercial, unless its brand says otherwise.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

_OF_FIELD = {
    "public": "@context type eventTime recordTime eventTimeZoneOffset eventID errorDeclaration certificationInfo "
    "action bizStep disposition persistentDisposition readPoint bizLocation epcList parentID childEPCs "
    "inputEPCList outputEPCList transformationID",
    "commercial": "quantityList childQuantityList inputQuantityList outputQuantityList bizTransactionList "
    "sourceList destinationList sensorElementList ilmd",
}
STANDARD = {field: kind for kind, fields in _OF_FIELD.items() for field in fields.split()}

_LONG_NUMBER = re.compile(rb"[0-9]{19}")

PATHS = {each: f"{each}:document" for each in ("public", "commercial", "personal")}


def split(
    event: Mapping[str, Any], extensions: Iterable[tuple[str, str]] = (), chosen: Mapping[str, str] = {}
) -> dict[str, bytes]:
    """The event by class, each part the JSON of an object with sorted names, by the path of its opening.

    `extensions` gives the full name of each field outside the standard, `chosen` the class of such a full name.
    There is always a public part, and a personal one where a class is chosen to be personal: that an event of this
    brand has such a field must not show.
    """
    kinds = {name: chosen.get(full, "commercial") for name, full in extensions}
    parts: dict[str, dict[str, Any]] = {"public": {}}
    if "personal" in chosen.values():
        parts["personal"] = {}
    for name, value in event.items():
        kind = STANDARD.get(name) or kinds.get(name, "commercial")
        parts.setdefault(kind, {})[name] = value
    return {PATHS[kind]: _bytes(part) for kind, part in parts.items()}


def merge(parts: Mapping[str, bytes]) -> dict[str, Any]:
    """The event that these parts are of, as far as they are there."""
    event: dict[str, Any] = {}
    for path in PATHS.values():
        if path in parts:
            event.update(_value(parts[path]))
    return event


def _value(part: bytes) -> dict[str, Any]:
    """The object of a part. Whole numbers stay whole: beyond 64 bits orjson would make doubles of them."""
    value: dict[str, Any] = json.loads(part) if _LONG_NUMBER.search(part) else orjson.loads(part)
    return value


def _bytes(part: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(part, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # a whole number beyond 64 bits
        return json.dumps(part, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
