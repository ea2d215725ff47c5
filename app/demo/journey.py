"""The way of the demo's goods as EPCIS 2.0 documents: from a garden to three parcels and a shop. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.demo.catalogue import (
    BOXES,
    COLD_STORE,
    CUSTOMS,
    EXPORT,
    FARM,
    LEAF,
    LEAF_LOT,
    MATCHA,
    MATCHA_LOT,
    MILL,
    PACKING,
    PALLET,
    SHOP,
    Place,
)

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
IDS = "https://id.gs1.org"
ITEMS = tuple(f"{MATCHA_LOT}{number:03d}" for number in range(1, 13))
"""Serials of the first lot; the first three are in the parcels."""

Event = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """An event and which partner tells it; None: the brand itself."""

    event: Event
    partner: str | None


def item(serial: str) -> str:
    return f"{IDS}/01/{MATCHA}/21/{serial}"


def unit(sscc: str) -> str:
    return f"{IDS}/00/{sscc}"


def document(events: Iterable[Event], now: datetime) -> bytes:
    """A capture document of these events."""
    return json.dumps(
        {
            "@context": CONTEXT,
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": now.isoformat(),
            "epcisBody": {"eventList": list(events)},
        },
        ensure_ascii=False,
    ).encode()


def story(now: datetime) -> list[Told]:
    """What had happened by `now`, in order; the parcels left the cold store twenty hours ago."""
    return [*_growing(now), *_crossing(now), *_arriving(now)]


def _growing(now: datetime) -> list[Told]:
    leaf, powder = f"{IDS}/01/{LEAF}/10/{LEAF_LOT}", f"{IDS}/01/{MATCHA}/10/{MATCHA_LOT}"
    harvest = _object(
        now - timedelta(days=31), FARM, "creating_class_instance", action="ADD", disposition="active"
    )
    harvest["quantityList"] = [_amount(leaf, 18)]
    harvest["ilmd"] = {"cbvmda:lotNumber": LEAF_LOT, "cbvmda:countryOfOrigin": "JP"}
    milling = _event("TransformationEvent", now - timedelta(days=28), MILL, "commissioning", "active")
    milling["inputQuantityList"] = [_amount(leaf, 18)]
    milling["outputQuantityList"] = [_amount(powder, 12)]
    milling["ilmd"] = {"cbvmda:lotNumber": MATCHA_LOT}
    return [
        Told(harvest, "supplier"),
        Told(milling, "supplier"),
        Told(made(ITEMS, now - timedelta(days=26)), None),
    ]


def _amount(lot: str, kilograms: float) -> Event:
    return {"epcClass": lot, "quantity": kilograms, "uom": "KGM"}


def _crossing(now: datetime) -> list[Told]:
    pallet = [unit(PALLET)]

    def seen(days: float, place: Place, step: str, disposition: str) -> Event:
        return {**_object(now - timedelta(days=days), place, step, disposition=disposition), "epcList": pallet}

    return [
        Told(packed(PALLET, ITEMS, now - timedelta(days=25), PACKING), None),
        Told(seen(24, PACKING, "shipping", "in_transit"), None),
        Told(seen(23.5, EXPORT, "departing", "in_transit"), "forwarder"),
        Told(seen(22.4, CUSTOMS, "inspecting", "in_progress"), "forwarder"),
        Told(seen(21.9, CUSTOMS, "departing", "in_transit"), "forwarder"),
        Told(seen(21.5, COLD_STORE, "receiving", "in_progress"), None),
        Told(unpacked(PALLET, ITEMS, now - timedelta(days=21.4), COLD_STORE), None),
        Told(_items(ITEMS, now - timedelta(days=21.3), COLD_STORE, "storing", "in_progress"), None),
    ]


def _arriving(now: datetime) -> list[Told]:
    shop = ITEMS[len(BOXES) :]
    told = [
        Told(_items(shop, now - timedelta(days=9), COLD_STORE, "shipping", "in_transit"), None),
        Told(_items(shop, now - timedelta(days=8), SHOP, "receiving", "in_progress"), "retailer"),
        Told(_items(shop, now - timedelta(days=8, hours=-2), SHOP, "stocking", "sellable_accessible"), "retailer"),
    ]
    left_at = now - timedelta(hours=20)
    for serial, box in zip(ITEMS, BOXES, strict=False):
        told.append(Told(packed(box, [serial], left_at - timedelta(minutes=40), COLD_STORE), None))
        shipping = _object(left_at, COLD_STORE, "shipping", disposition="in_transit")
        told.append(Told({**shipping, "epcList": [unit(box)]}, None))
    return told


def made(serials: Iterable[str], at: datetime) -> Event:
    """Items of the first lot get their serials."""
    event = _object(at, PACKING, "commissioning", action="ADD", disposition="active")
    return {**event, "epcList": [item(s) for s in serials], "ilmd": {"cbvmda:lotNumber": MATCHA_LOT}}


def packed(sscc: str, serials: Iterable[str], at: datetime, place: Place) -> Event:
    event = _event("AggregationEvent", at, place, "packing", "in_progress")
    return {**event, "action": "ADD", "parentID": unit(sscc), "childEPCs": [item(serial) for serial in serials]}


def unpacked(sscc: str, serials: Iterable[str], at: datetime, place: Place) -> Event:
    event = _event("AggregationEvent", at, place, "unpacking", "in_progress")
    return {**event, "action": "DELETE", "parentID": unit(sscc), "childEPCs": [item(serial) for serial in serials]}


def _items(serials: Iterable[str], at: datetime, place: Place, step: str, disposition: str) -> Event:
    event = _object(at, place, step, disposition=disposition)
    return {**event, "epcList": [item(serial) for serial in serials]}


def _object(at: datetime, place: Place, step: str, *, action: str = "OBSERVE", disposition: str) -> Event:
    return {**_event("ObjectEvent", at, place, step, disposition), "action": action}


def _event(kind: str, at: datetime, place: Place, step: str, disposition: str) -> Event:
    local = at.astimezone(ZoneInfo(place.zone))
    return {
        "type": kind,
        "eventTime": local.isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": local.isoformat()[-6:],
        "bizStep": step,
        "disposition": disposition,
        "readPoint": {"id": place.uri},
        "bizLocation": {"id": place.uri},
    }
