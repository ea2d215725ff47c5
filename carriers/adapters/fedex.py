"""FedEx: Track API v1, `POST /track/v1/trackingnumbers` (developer.fedex.com, Basic Integrated Visibility).

Scans carry local time with offset. One number can belong to two shipments; `trackingNumberUniqueId` parts them.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from carriers import clock, document, zones
from carriers.adapter import Asked, event
from carriers.answer import Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.document import Node, node, nodes, text
from carriers.event import Place, TrackingEvent, in_order
from carriers.headline import delivered_at_sender
from carriers.http import Account, Http
from carriers.vocabulary import Reason, Status, SubState
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "fedex"
BASE_URL = "https://apis.fedex.com"
BATCH = 30
PAUSE_S = 0.0
CREDENTIALS = {"client_id": "API key", "secret": "secret key"}
ASKS: tuple[str, ...] = ()
TRIAL = "122816215025810"
PERSONAL = frozenset(
    {
        "contact",
        "personName",
        "receivedByName",
        "signedByName",
        "streetLines",
        "phoneNumber",
        "emailAddress",
        "nickname",
        "shipmentNotes",
        "authorizationName",
        "packageIdentifiers",
        "documents",
    }
)
_NAMES = frozenset({"personName", "receivedByName", "signedByName", "authorizationName"})

_SCAN = Reading(Status.IN_TRANSIT, None, SubState.FACILITY, physical=True)
_PICKED_UP = Reading(Status.IN_TRANSIT, None, SubState.ACCEPTED, physical=True)
_FILLER = Reading(Status.IN_TRANSIT)
_LABEL = Reading(Status.REGISTERED)
_TROUBLE = Reading(Status.EXCEPTION, physical=True)
_DELAY = Reading(Status.EXCEPTION)

# eventType of a scan; the same letters serve as derivedStatusCode. (Track API, "Track scan event codes")
_CODES: dict[str, Reading] = {
    **dict.fromkeys(("OC", "IN", "SH", "LP", "RD", "RP", "RG", "EP", "PD"), _LABEL),
    **dict.fromkeys(("PU", "PX", "AP"), _PICKED_UP),
    **dict.fromkeys(("AA", "AC", "AF", "AR", "AX", "DP", "FD", "IT", "IX", "LO", "OF", "PL", "SF", "SP"), _SCAN),
    **dict.fromkeys(
        ("AE", "AL", "AO", "AS", "CH", "DR", "DS", "EA", "EO", "HA", "OX", "PM", "RC", "RM", "RR"), _FILLER
    ),
    "PF": Reading(Status.IN_TRANSIT, None, SubState.AIR_HAUL, physical=True),
    "TR": Reading(Status.IN_TRANSIT, None, SubState.HANDOFF, physical=True),
    "CC": Reading(Status.IN_TRANSIT, None, SubState.CUSTOMS_RELEASED, physical=True),
    **dict.fromkeys(("BR", "CD", "CP", "CU"), Reading(Status.CUSTOMS, physical=True)),
    **dict.fromkeys(("OD", "AD", "ED"), Reading(Status.OUT_FOR_DELIVERY, physical=True)),
    **dict.fromkeys(("HL", "HP"), Reading(Status.AVAILABLE_FOR_PICKUP, physical=True)),
    **dict.fromkeys(("DE", "SE"), _TROUBLE),
    **dict.fromkeys(("DY", "DD"), _DELAY),
    "RS": Reading(Status.RETURNING, physical=True),
    "DL": Reading(Status.DELIVERED, physical=True),
    "CA": Reading(Status.CANCELLED),
}
_OPEN = frozenset({"DE", "SE", "DY", "DD", "CD", "CP", "RS"})  # codes whose cause stands in the exception's words
_DELAYS = {
    "WEATHER": Reason.WEATHER_FORCE_MAJEURE,
    "OPERATIONAL": Reason.CARRIER_NETWORK,
    "LOCAL": Reason.CARRIER_NETWORK,
}
_ERRORS = {
    "TRACKING.TRACKINGNUMBER.NOTFOUND": ErrorKind.NOT_FOUND,
    "TRACKING.DATA.NOTFOUND": ErrorKind.NOT_FOUND,
    "TRACKING.TRACKINGNUMBER.EMPTY": ErrorKind.BAD_REQUEST,
    "TRACKING.TRACKINGNUMBER.INVALID": ErrorKind.INVALID_NUMBER,
    "TRACKING.TCNVALUE.EMPTY": ErrorKind.BAD_REQUEST,
    "TRACKING.DATA.NOTUNIQUE": ErrorKind.BAD_REQUEST,
    "NOT.AUTHORIZED.ERROR": ErrorKind.AUTH_FAILED,
    "LOGIN.REAUTHENTICATE.ERROR": ErrorKind.AUTH_FAILED,
    "FORBIDDEN.ERROR": ErrorKind.AUTH_FAILED,
    "TOO.MANY.REQUESTS": ErrorKind.TOO_MANY,
    "INTERNAL.SERVER.ERROR": ErrorKind.CARRIER_ERROR,
    "SERVICE.UNAVAILABLE.ERROR": ErrorKind.CARRIER_ERROR,
}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about at most BATCH numbers. Raises CarrierError."""
    body = {
        "includeDetailedScans": True,
        "trackingInfo": [{"trackingNumberInfo": {"trackingNumber": each.number}} for each in asked],
    }
    reply = http.authorised(
        account,
        "POST",
        "/track/v1/trackingnumbers",
        token_path="/oauth/token",  # noqa: S106  # an address, no secret
        credentials_in_body=True,
        body=json.dumps(body).encode(),
        headers={"content-type": "application/json", "x-locale": "en_US"},
    )
    return parse(reply.body, reply.content_type)


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says. Raises CarrierError when it is no answer of this API."""
    top = document.load(answer, content_type)
    if "output" not in top and "errors" not in top:
        raise CarrierError("this is no answer of the FedEx Track API")
    people = document.names(top, _NAMES)
    shipments: list[TrackedShipment] = []
    errors = [_error(each, None) for each in nodes(top, "errors")]
    for asked in nodes(top, "output", "completeTrackResults"):
        for result in nodes(asked, "trackResults"):
            number = text(asked, "trackingNumber") or text(result, "trackingNumberInfo", "trackingNumber")
            if node(result, "error") and not nodes(result, "scanEvents"):
                errors.append(_error(node(result, "error"), number or None))
            elif number:
                shipments.append(_shipment(result, number, people))
    return Answer(tuple(shipments), tuple(errors), people, answer)


def _error(error: Node, number: str | None) -> AnswerError:
    code, message = text(error, "code") or None, text(error, "message")
    return AnswerError(kind_of(code, message, _ERRORS), number, code, message)


def _shipment(result: Node, number: str, people: frozenset[str]) -> TrackedShipment:
    ref = text(result, "trackingNumberInfo", "trackingNumberUniqueId") or None
    sender = _sender_city(result)
    events = (_event(scan, number, ref) for scan in nodes(result, "scanEvents") or _latest(result))
    return TrackedShipment(
        carrier=KEY,
        tracking_number=number,
        events=tuple(in_order(delivered_at_sender(event, sender) for event in events)),
        estimated_delivery=_estimate(result),
        carrier_ref=ref,
        source=document.cutting(result, PERSONAL, people),
    )


def _sender_city(result: Node) -> str | None:
    sender = text(result, "shipperInformation", "address", "city")
    recipient = text(result, "recipientInformation", "address", "city")
    return sender if sender and recipient and sender.casefold() != recipient.casefold() else None


def _latest(result: Node) -> Iterator[Node]:
    """The newest status in the form of a scan, for an answer without scans; of two codes only it states a time."""
    told = node(result, "latestStatusDetail")
    code, words = text(told, "code"), text(told, "description") or text(told, "statusByLocale")
    if not (code or words):
        return
    causes = [text(each, "reasonDescription") for each in nodes(told, "ancillaryDetails")]
    yield {
        "date": _moment_of(result, code),
        "eventType": code,
        "derivedStatusCode": text(told, "derivedCode"),
        "eventDescription": words,
        "exceptionDescription": next(filter(None, causes), ""),
        "scanLocation": node(told, "scanLocation"),
        "delayDetail": node(told, "delayDetail"),
    }


_MOMENTS = {"DL": "ACTUAL_DELIVERY", "PU": "ACTUAL_PICKUP"}


def _moment_of(result: Node, code: str) -> str:
    """When it was, as far as the answer says; FedEx fills a date with midnight of Memphis."""
    kind = _MOMENTS.get(code)
    stamps = (text(each, "dateTime") for each in nodes(result, "dateAndTimes") if text(each, "type") == kind)
    stamp = next(stamps, "")
    return stamp[:10] if "T00:00:00" in stamp else stamp


def _event(scan: Node, number: str, ref: str | None) -> TrackingEvent:
    place = _place(node(scan, "scanLocation"))
    reading = _reading(scan, place)
    zone = zones.zone_of(place.country, place.region) if place else None
    return event(
        KEY,
        number,
        clock.read(text(scan, "date"), zone=zone, how=clock.How.FROM_LOCATION),
        reading,
        text(scan, "eventDescription"),
        code=text(scan, "eventType"),
        remark=text(scan, "exceptionDescription"),
        place=place,
        ref=ref,
    )


def _reading(scan: Node, place: Place | None) -> Reading:
    code, words = text(scan, "eventType"), text(scan, "eventDescription")
    reading = _CODES.get(code) or classify_abroad(words, placed=place is not None)
    if reading.status is None:
        reading = _CODES.get(text(scan, "derivedStatusCode"), _FILLER)
    if code in _OPEN:
        reading = _with_cause(reading, scan, place)
    elif reading.status is Status.DELIVERED:
        reading = _delivery(reading, f"{words}. {text(scan, 'exceptionDescription')}")
    return reading


def _with_cause(reading: Reading, scan: Node, place: Place | None) -> Reading:
    """The reading of a code with the cause that the exception's words, or the kind of delay, name."""
    told = classify_abroad(text(scan, "exceptionDescription"), placed=place is not None)
    reason = told.reason or _DELAYS.get(text(scan, "delayDetail", "type").upper())
    status = reading.status
    if reading.status is Status.EXCEPTION and told.status in _CAN_BE:
        status = told.status
    return replace(reading, status=status, reason=reason)


_CAN_BE = frozenset({Status.ATTEMPT_FAILED, Status.CUSTOMS, Status.RETURNING, Status.AVAILABLE_FOR_PICKUP})


def _delivery(reading: Reading, words: str) -> Reading:
    """A delivery that its own words call a return or a stay at a counter."""
    told = classify_abroad(words)
    if told.status in (Status.RETURNED, Status.RETURNING):
        return replace(reading, status=Status.RETURNED)
    return told if told.status is Status.AVAILABLE_FOR_PICKUP else reading


def _place(location: Node) -> Place | None:
    return document.place(
        text(location, "city"),
        text(location, "stateOrProvinceCode"),
        text(location, "postalCode"),
        text(location, "countryCode"),
    )


def _estimate(result: Node) -> date | None:
    """The date at the destination as written; FedEx fills date-only values with midnight of Memphis."""
    return next((on for on in map(_date, _estimates(result)) if on), None)


def _estimates(result: Node) -> Iterator[str]:
    for each in nodes(result, "dateAndTimes"):
        if text(each, "type") in ("ESTIMATED_DELIVERY", "APPOINTMENT_DELIVERY"):
            yield text(each, "dateTime")
    for window in ("estimatedDeliveryTimeWindow", "standardTransitTimeWindow"):
        yield text(result, window, "window", "ends") or text(result, window, "window", "begins")


def _date(stamp: str) -> date | None:
    return clock.read(stamp).on
