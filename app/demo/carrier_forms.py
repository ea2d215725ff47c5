"""A parcel of the demo in the forms of DHL, FedEx and UPS. All texts are ours; keys and codes are the vendors'."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from app.demo.carrier_script import Line, Script, Stop

Json = dict[str, Any]

# kind -> (DHL statusCode, FedEx eventType, UPS status.type, UPS status.code, words)
_WORDS = {
    "label": ("pre-transit", "OC", "M", "MP", "Shipment information received"),
    "picked_up": ("transit", "PU", "P", "XX", "Picked up from the sender"),
    "departed": ("transit", "DP", "I", "DP", "Departed the facility"),
    "arrived": ("transit", "AR", "I", "AR", "Arrived at the facility"),
    "flown": ("transit", "PF", "I", "DP", "Departed on flight"),
    "customs": ("transit", "CP", "I", "CP", "Presented to customs"),
    "customs_inspection": ("transit", "CD", "X", "CI", "Held by customs for inspection"),
    "customs_documents": ("transit", "CD", "X", "CO", "Held by customs: documents are missing"),
    "customs_duties": ("transit", "CD", "X", "CT", "Held by customs until duties are paid"),
    "customs_released": ("transit", "CC", "I", "CR", "Released by customs"),
    "out": ("transit", "OD", "O", "OT", "Out for delivery"),
    "delivered": ("delivered", "DL", "D", "FS", "Delivered"),
}


def dhl(script: Script, lines: list[Line], expected: datetime | None) -> Json:
    """The answer of Shipment Tracking - Unified, newest event first."""
    events = [_dhl_event(line) for line in reversed(lines)]
    shipment: Json = {
        "id": script.number,
        "service": "express",
        "origin": {"address": _dhl_address(script.stops[0])},
        "destination": {"address": _dhl_address(script.stops[3])},
        "status": events[0] if events else None,
        "details": {"totalNumberOfPieces": 1},
        "events": events,
    }
    if expected:
        shipment["estimatedTimeOfDelivery"] = f"{expected:%Y-%m-%d}T18:00:00"
    return {"url": f"/track/shipments?trackingNumber={script.number}", "shipments": [shipment]}


def _dhl_event(line: Line) -> Json:
    code, *_, words = _WORDS[line.kind]
    return {
        "timestamp": f"{line.local:%Y-%m-%dT%H:%M:%S}",  # local and without offset, as some divisions send it
        "location": {"address": _dhl_address(line.stop)},
        "statusCode": code,
        "status": words,
        "description": words,
    }


def _dhl_address(stop: Stop) -> Json:
    return {"countryCode": stop.country, "addressLocality": stop.city}


def dhl_problem(status: int, title: str, detail: str, number: str = "") -> Json:
    """A problem as DHL tells it."""
    return {
        "title": title,
        "detail": detail,
        "status": status,
        "instance": f"/shipment/{number}" if number else "",
    }


def fedex(found: Iterable[tuple[str, Script | None, list[Line], datetime | None]]) -> Json:
    """The answer of the Track API for several numbers; a number that nobody knows has an error in its place."""
    results = [
        {"trackingNumber": number, "trackResults": [_fedex_result(number, script, lines, expected)]}
        for number, script, lines, expected in found
    ]
    return {"transactionId": "demo", "output": {"completeTrackResults": results}}


def _fedex_result(number: str, script: Script | None, lines: list[Line], expected: datetime | None) -> Json:
    info = {"trackingNumber": number, "trackingNumberUniqueId": "", "carrierCode": ""}
    if script is None:
        error = {"code": "TRACKING.TRACKINGNUMBER.NOTFOUND", "message": "This number is not known here."}
        return {"trackingNumberInfo": info, "error": error}
    info |= {"trackingNumberUniqueId": f"{script.begins_at:%j%Y}~{number}~FX", "carrierCode": "FDXE"}
    window = {"ends": expected.isoformat(timespec="seconds")} if expected else {}
    return {
        "trackingNumberInfo": info,
        "shipperInformation": {"address": _fedex_address(script.stops[0])},
        "recipientInformation": {"address": _fedex_address(script.stops[3])},
        "scanEvents": [_fedex_scan(line) for line in reversed(lines)],
        "estimatedDeliveryTimeWindow": {"window": window},
    }


def _fedex_scan(line: Line) -> Json:
    _, code, *_, words = _WORDS[line.kind]
    held = line.kind.startswith("customs_") and code == "CD"
    return {
        "date": line.local.isoformat(timespec="seconds"),
        "eventType": code,
        "eventDescription": "Clearance delay" if held else words,
        "exceptionDescription": words if held else "",
        "scanLocation": _fedex_address(line.stop) if code != "OC" else {"residential": False},
        "derivedStatusCode": "IT",
    }


def _fedex_address(stop: Stop) -> Json:
    region = {"stateOrProvinceCode": stop.region} if stop.region else {}
    return {"city": stop.city.upper(), **region, "countryCode": stop.country}


def fedex_errors(code: str, message: str) -> Json:
    """Errors about the whole question as FedEx tells them."""
    return {"transactionId": "demo", "errors": [{"code": code, "message": message}]}


def ups(script: Script, lines: list[Line], expected: datetime | None) -> Json:
    """The answer of the Track API for one number, newest activity first."""
    package: Json = {
        "trackingNumber": script.number,
        "activity": [_ups_activity(line) for line in reversed(lines)],
        "packageAddress": [
            {"type": "ORIGIN", "address": _ups_address(script.stops[0])},
            {"type": "DESTINATION", "address": _ups_address(script.stops[3])},
        ],
        "packageCount": 1,
    }
    if expected:
        package["deliveryDate"] = [{"type": "SDD", "date": f"{expected:%Y%m%d}"}]
    return {"trackResponse": {"shipment": [{"inquiryNumber": script.number, "package": [package]}]}}


def _ups_activity(line: Line) -> Json:
    _, _, kind, code, words = _WORDS[line.kind]
    utc = line.at.astimezone(UTC)
    return {
        "location": {"address": _ups_address(line.stop)},
        "status": {"type": kind, "code": code, "description": words},
        "date": f"{line.local:%Y%m%d}",
        "time": f"{line.local:%H%M%S}",
        "gmtDate": f"{utc:%Y%m%d}",
        "gmtTime": f"{utc:%H:%M:%S}",
        "gmtOffset": f"{line.local:%z}"[:3] + ":" + f"{line.local:%z}"[3:],
    }


def _ups_address(stop: Stop) -> Json:
    return {"city": stop.city, "stateProvince": stop.region, "countryCode": stop.country, "country": stop.country}


def ups_errors(code: str, message: str) -> Json:
    """Errors as UPS tells them."""
    return {"response": {"errors": [{"code": code, "message": message}]}}
