"""Documents of EPCIS for the benches, in both bindings: the standard context alone.

As in the life of a partner: no serial, order, lot, device or time stands twice, and the figures of sensors differ.
What comes again are the words, the products, the sites, the parties and the units.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from app.epcis import xml_write
from app.epcis.context import STANDARD

_FLOUR = "urn:epc:class:lgtin:9521234.000002"
_MILL = {"id": "urn:epc:id:sgln:9521234.00000.0"}
_DOCK = {"id": "https://id.gs1.org/414/9521234000013/254/dock-2"}
_FROM = {"type": "location", "source": "urn:epc:id:sgln:9521234.00000.0"}
_START = datetime.fromisoformat("2026-03-02T09:30:00+08:00")
_TO = {"type": "location", "destination": "urn:epc:id:sgln:9521234.00003.0"}


def documents(events: int) -> Iterator[dict[str, Any]]:
    """One document after the other, each with so many events: of items, lots, pallets, and what was sensed."""
    serials = count(1)
    while True:
        yield document([_KINDS[at % len(_KINDS)](next(serials)) for at in range(events)])


def document(events: list[dict[str, Any]]) -> dict[str, Any]:
    """A document of these events."""
    return {
        "@context": [STANDARD],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-02T09:30:00Z",
        "epcisBody": {"eventList": events},
    }


def as_json(value: dict[str, Any]) -> bytes:
    """A document in JSON-LD."""
    return json.dumps(value).encode()


def as_xml(value: dict[str, Any]) -> bytes:
    """The same document in XML."""
    return xml_write.capture_document(value)


def moved(serial: int) -> dict[str, Any]:
    """An item leaves a site, with its order."""
    return {
        **_head("ObjectEvent", serial, "shipping", "in_transit"),
        "action": "OBSERVE",
        "epcList": [
            f"urn:epc:id:sgtin:9521234.000001.{serial}",
            f"https://id.gs1.org/01/09521234000020/21/B{serial}",
        ],
        "bizTransactionList": [{"type": "po", "bizTransaction": f"urn:epcglobal:cbv:bt:9521234000006:PO{serial}"}],
        "sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:9521234.00001"}, _FROM],
        "destinationList": [{"type": "owning_party", "destination": "urn:epc:id:pgln:9521234.00002"}, _TO],
    }


def _made(serial: int) -> dict[str, Any]:
    return {
        **_head("ObjectEvent", serial, "commissioning", "active"),
        "action": "ADD",
        "quantityList": [{"epcClass": f"{_FLOUR}.L{serial}", "quantity": 200.50, "uom": "KGM"}],
        "destinationList": [{"type": "owning_party", "destination": "urn:epc:id:pgln:9521234.00001"}],
    }


def _packed(serial: int) -> dict[str, Any]:
    return {
        **_head("AggregationEvent", serial, "packing", "in_progress"),
        "action": "ADD",
        "parentID": f"urn:epc:id:sscc:9521234.{serial:010}",
        "childEPCs": [f"urn:epc:id:sgtin:9521234.000003.{serial}", f"urn:epc:id:sgtin:9521234.000004.{serial}"],
    }


def _sensed(serial: int) -> dict[str, Any]:
    reports = [
        {"type": "Temperature", **_measured(2.0, serial), "uom": "CEL"},
        {"type": "RelativeHumidity", **_measured(41.5, serial), "uom": "P1"},
    ]
    metadata = {
        "startTime": _time(serial - 3600),
        "endTime": _time(serial),
        "deviceID": f"urn:epc:id:giai:9521234.{serial}",
    }
    return {
        **_head("ObjectEvent", serial, "sensor_reporting", "in_transit"),
        "action": "OBSERVE",
        "epcList": [f"urn:epc:id:sgtin:9521234.000005.{serial}"],
        "sensorElementList": [{"sensorMetadata": metadata, "sensorReport": reports}],
    }


def _head(kind: str, serial: int, step: str, disposition: str) -> dict[str, Any]:
    return {
        "type": kind,
        "eventTime": _time(serial),
        "eventTimeZoneOffset": "+08:00",
        "bizStep": step,
        "disposition": disposition,
        "readPoint": _DOCK,
        "bizLocation": _MILL,
    }


def _time(serial: int) -> str:
    """One event each second, and a little."""
    return (_START + timedelta(milliseconds=1009 * serial)).isoformat(timespec="milliseconds")


def _measured(least: float, serial: int) -> dict[str, float]:
    spread = serial % 397 / 100
    return {"minValue": least, "maxValue": round(least + 2 * spread, 2), "meanValue": round(least + spread, 2)}


_KINDS = (moved, _made, _packed, _sensed)
