"""Events as rows of a table: what is seen, packed and unpacked, each row one event. Pure.

A row holds the when, where, why and what of an event and no more; an event that says more stays out of the table.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from app.epcis.context import STANDARD
from app.epcis.document import parse_event
from app.epcis.errors import Invalid
from app.epcis.event import Event
from app.gs1 import identifiers
from app.provenance.errors import Refused
from app.texts import marked as _

COLUMNS = (
    "event_id", "event_time", "offset", "action", "step", "state", "read_point", "place", "container", "things",
    "lots",
)  # fmt: skip
_FIELDS = {
    "event_id": "eventID", "event_time": "eventTime", "offset": "eventTimeZoneOffset", "action": "action",
    "step": "bizStep", "state": "disposition", "container": "parentID",
}  # fmt: skip
_PLACES = {"read_point": "readPoint", "place": "bizLocation"}
_COLUMN_OF = {
    **{field: column for column, field in {**_FIELDS, **_PLACES}.items()},
    "epcList": "things", "childEPCs": "things", "quantityList": "lots", "childQuantityList": "lots",
}  # fmt: skip

_A_THING = _("must be a GS1 Digital Link, its path, or another URI")
_A_UNIT = _("%(unit)s is no unit code of UN/ECE: write KGM for kilograms, LTR for litres, H87 for pieces")
_A_LOT = _("must be a key, a quantity and a unit, such as /01/09521234000020/10/L1 250 KGM")
_NOTHING = _("must name something: things, lots, or a container with what is in it")
_REMEDY = {
    "event_id": _("must be a URI that no other event has, or empty"),
    "event_time": _("must be a time with its offset, such as 2026-03-01T10:00:00+01:00"),
    "offset": _("must be an offset such as +08:00"),
    "action": _("must be ADD, OBSERVE or DELETE"),
    "step": _("must be a business step of the CBV, such as packing, or a full URI"),
    "state": _("must be a disposition of the CBV, such as in_transit, or a full URI"),
    "read_point": _A_THING,
    "place": _A_THING,
    "container": _A_THING,
    "things": _("must be GS1 Digital Links, their paths, or other URIs, each once"),
    "lots": _A_LOT,
}  # the sentences of EPCIS name fields that no row has


def event_of(row: Mapping[str, str]) -> Event:
    """The event of a row: with a container something is packed or unpacked, without one it is seen.

    Raises Refused naming the column.
    """
    value = _value(row)
    try:
        return parse_event(orjson.dumps(value))
    except Invalid as error:
        first = error.problems[0]
        name, *deeper = first.field.split("/")[1:] or [""]
        column = _COLUMN_OF.get(name, "things")
        if deeper[1:] == ["uom"]:
            raise Refused(column, _A_UNIT, unit=value[name][int(deeper[0])]["uom"]) from None
        raise Refused(column, _REMEDY[column] if name else _NOTHING) from None


def row_of(event: Mapping[str, Any]) -> list[str] | None:
    """The row of a stored event below COLUMNS; None for one that a row can't hold whole."""
    inside = event.get("type") == "AggregationEvent"
    row = {column: str(event.get(field, "")) for column, field in _FIELDS.items()}
    row |= {column: event.get(field, {}).get("id", "") for column, field in _PLACES.items()}
    row["things"] = " ".join(event.get("childEPCs" if inside else "epcList", ()))
    row["lots"] = "; ".join(map(_told, event.get("childQuantityList" if inside else "quantityList", ())))
    given = {name: cell for name, cell in row.items() if cell}
    whole = {name: value for name, value in event.items() if name != "recordTime"}
    try:
        return [row[name] for name in COLUMNS] if _value(given) == whole else None
    except Refused:
        return None


def _value(row: Mapping[str, str]) -> dict[str, Any]:
    at, inside = row.get("event_time", ""), "container" in row
    event: dict[str, Any] = {"@context": [STANDARD], "type": "AggregationEvent" if inside else "ObjectEvent"}
    event |= {field: row[column] for column, field in _FIELDS.items() if column in row}
    event["eventTimeZoneOffset"] = row.get("offset") or ("+00:00" if at[-1:] in "Zz" else at[-6:])
    event.setdefault("eventTime", "")
    event.setdefault("action", "ADD" if inside else "OBSERVE")
    if inside:
        event["parentID"] = _uri(row["container"])
    event |= {field: {"id": _uri(row[column])} for column, field in _PLACES.items() if column in row}
    if things := [_uri(each) for each in row.get("things", "").split()]:
        event["childEPCs" if inside else "epcList"] = things
    if lots := [_lot(each) for each in row.get("lots", "").split(";") if each.strip()]:
        event["childQuantityList" if inside else "quantityList"] = lots
    return event


def _uri(text: str) -> str:
    """The identifier as it stands when it is a URI; a path becomes the Digital Link of it."""
    text = text.strip()
    return text if ":" in text else identifiers.to_uri(text)


def _lot(text: str) -> dict[str, Any]:
    """`KEY`, `KEY QUANTITY` or `KEY QUANTITY UNIT`."""
    key, *amount = text.split()
    lot: dict[str, Any] = {"epcClass": _uri(key)}
    if len(amount) > 2:
        raise Refused("lots", _A_LOT)
    if amount:
        lot["quantity"] = _number(amount[0])
    if len(amount) == 2:
        lot["uom"] = amount[1]
    return lot


def _number(text: str) -> int | float:
    try:
        return int(text) if text.isdigit() else float(text)
    except ValueError:
        raise Refused("lots", _("must have a number as quantity, such as 250 or 12.5")) from None


def _told(lot: Mapping[str, Any]) -> str:
    return " ".join(str(lot[name]) for name in ("epcClass", "quantity", "uom") if name in lot)
