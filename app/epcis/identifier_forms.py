"""An event with its GS1 identifiers written as Digital Links (GS1-EPC-Format: Always_GS1_Digital_Link). Pure."""

from typing import Any

from app.gs1 import identifiers
from app.gs1.digital_link import build

_LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
_QUANTITIES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
_PLACES = ("readPoint", "bizLocation")
_PARTIES = {"sourceList": "source", "destinationList": "destination"}


def as_link(identifier: str) -> str:
    """The Digital Link of an EPC URN; anything else, a URN without a GS1 key too, as it is."""
    if not identifier.startswith("urn:epc:"):
        return identifier
    elements = identifiers.elements_of(identifier)
    return identifiers.to_uri(build(elements)) if elements else identifier


def as_links(event: dict[str, Any]) -> dict[str, Any]:
    """The event, its own fields' identifiers as Digital Links. What is outside the standard stays untouched."""
    written = dict(event)
    if "parentID" in event:
        written["parentID"] = as_link(event["parentID"])
    for name in _LISTS:
        if name in event:
            written[name] = [as_link(each) for each in event[name]]
    for name in _QUANTITIES:
        if name in event:
            written[name] = [{**each, "epcClass": as_link(each["epcClass"])} for each in event[name]]
    for name in _PLACES:
        if name in event:
            written[name] = {**event[name], "id": as_link(event[name]["id"])}
    for name, member in _PARTIES.items():
        if name in event:
            written[name] = [{**each, member: as_link(each[member])} for each in event[name]]
    return written
