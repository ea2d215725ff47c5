"""The sheet of FSMA 204 (21 CFR 1.1325 to 1.1350): which step an event is, and the cells of a row. Pure.

Where the lots of a container come from is app/provenance/fsma; here an event and its lots are given.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from app.epcis import vocabulary
from app.epcis.context import STANDARD_PREFIXES
from app.gs1 import identifiers

HEADER = (
    "cte",
    "event_id",
    "event_date",
    "event_time_zone",
    "tlc",
    "tlc_source_location",
    "product",
    "quantity",
    "unit",
    "location",
    "previous_source",
    "next_recipient",
    "document_type",
    "document_id",
)

LISTS = ("quantityList", "childQuantityList", "outputQuantityList", "inputQuantityList")
UPSTREAM = ("harvesting", "cooling")
"""Steps before the first packing: a lot made of such goods is packed for the first time."""

_CREATES = ("harvesting", "first_land_based_receiving", "initial_packing", "transformation")
_BY_STEP = {"receiving": "receiving", "shipping": "shipping", "transporting": "shipping"}
_CATCH = ("catchzone", "fishtype")
_LOCAL = re.compile(r"[^:/#]*$")


@dataclass(frozen=True, slots=True)
class Lot:
    """Goods of one class as an event names them; `key` is canonical. Quantity and unit as they stand, or empty."""

    key: str
    quantity: str = ""
    unit: str = ""


def lots(event: Mapping[str, Any], lists: Iterable[str] = LISTS) -> Iterator[Lot]:
    """The lots that an event names in its quantity lists."""
    for name in lists:
        for element in event.get(name, ()):
            key = identifiers.canonical(element["epcClass"])
            if identifiers.gtin(key):
                yield Lot(key, str(element.get("quantity", "")), element.get("uom", ""))


def names_lots(event: Mapping[str, Any]) -> bool:
    """Whether the event has a quantity list; one that has none speaks of what is in its containers."""
    return any(event.get(name) for name in LISTS)


def is_transformation(event: Mapping[str, Any]) -> bool:
    return _local(event["type"]) == "TransformationEvent"


def step(event: Mapping[str, Any], biz_step: str | None) -> str:
    """The critical tracking event that this is for all its lots; empty for none, and for a transformation."""
    if is_transformation(event):
        return ""
    if biz_step == "creating_class_instance" and event.get("action") == "ADD":
        caught = any(_local(name).lower() in _CATCH for name in event.get("ilmd", ()))
        return "first_land_based_receiving" if caught else "harvesting"
    if biz_step == "other" and _has_temperature(event):
        return "cooling"
    return _BY_STEP.get(biz_step or "", "")


def rows(event: Mapping[str, Any], cte: str, at: datetime, given: Sequence[Lot]) -> Iterator[list[str]]:
    """A row for each of the lots, in the columns of HEADER."""
    offset = event["eventTimeZoneOffset"]
    location = (event.get("readPoint") or event.get("bizLocation") or {}).get("id", "")
    documents = event.get("bizTransactionList", ())
    for lot in given:
        yield [
            cte,
            event["eventID"],
            at.astimezone(_zone(offset)).date().isoformat(),
            offset,
            identifiers.values(lot.key).get("10", ""),
            location if cte in _CREATES else "",
            identifiers.gtin(lot.key) or "",
            lot.quantity,
            lot.unit,
            location,
            _end(event.get("sourceList", ()), "source"),
            _end(event.get("destinationList", ()), "destination"),
            "; ".join(each.get("type", "") for each in documents),
            "; ".join(each["bizTransaction"] for each in documents),
        ]


def total(quantities: Iterable[str]) -> str:
    """The sum of quantities as they stand; a single one keeps its spelling, an unknown one makes the sum so."""
    known = list(quantities)
    if len(known) == 1:
        return known[0]
    if not all(known):
        return ""
    return format(sum((Decimal(each) for each in known), Decimal(0)).normalize(), "f")


def _end(listed: Sequence[Mapping[str, str]], name: str) -> str:
    """The place in a source or destination list, or without one the first party."""
    places = (each for each in listed if _is_place(each.get("type", "")))
    found = next(places, None) or next(iter(listed), None)
    return found[name] if found else ""


def _is_place(kind: str) -> bool:
    return vocabulary.SOURCE_DESTINATION.bare(kind, dict(STANDARD_PREFIXES)) == "location"


def _has_temperature(event: Mapping[str, Any]) -> bool:
    return any(
        _local(report.get("type", "")).removeprefix("MT-") == "Temperature"
        for element in event.get("sensorElementList", ())
        for report in element.get("sensorReport", ())
    )


def _local(name: str) -> str:
    """The last part of a name, whatever prefix or namespace stands before it."""
    found = _LOCAL.search(name)
    return found[0] if found else name


def _zone(offset: str) -> timezone:
    sign = -1 if offset[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(offset[1:3]), minutes=int(offset[4:6])))
