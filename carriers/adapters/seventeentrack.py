"""17TRACK: Tracking API v2.2, `POST /track/v2.2/gettrackinfo` (api.17track.net), over most carriers of the world.

A number must be registered before it is followed, which `track` does. Stamps have a UTC half; the sub-status mixes
fees, customs and security, so the words are read too.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from carriers import clock, document, zones
from carriers.adapter import (
    ACCEPTED,
    AT_COUNTER,
    CANCELLED,
    DELAY,
    DELIVERED,
    FILLER,
    IN_CUSTOMS,
    LABEL,
    OUT,
    RELEASED,
    RETURNED,
    RETURNING,
    SCAN,
    TRIED,
    TROUBLE,
    Asked,
    event,
    weigh,
)
from carriers.answer import HTTP_KINDS, Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.clock import Clock
from carriers.document import Node, node, nodes, text
from carriers.event import TrackingEvent, in_order
from carriers.http import Account, Http, Reply
from carriers.vocabulary import Reason
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "seventeentrack"
BASE_URL = "https://api.17track.net"
BATCH = 40
PAUSE_S = 0.4  # three requests a second
CREDENTIALS = {"client_id": "API key"}
ASKS = ("phone", "postal_code")
TRIAL = "RB123456785CN"
PERSONAL = frozenset({"shipper_address", "recipient_address", "street", "postal_code", "param", "remark", "tag"})
_NAMES = frozenset({"recipient", "signed_by"})

_UNREGISTERED = "-18019902"
_ERRORS = {
    **HTTP_KINDS,
    _UNREGISTERED: ErrorKind.NOT_FOUND,
    "-18010001": ErrorKind.AUTH_FAILED,  # address not on the list
    "-18010002": ErrorKind.AUTH_FAILED,
    "-18010004": ErrorKind.AUTH_FAILED,
    "-18010005": ErrorKind.AUTH_FAILED,
    "-18010010": ErrorKind.BAD_REQUEST,
    "-18010011": ErrorKind.BAD_REQUEST,
    "-18010012": ErrorKind.INVALID_NUMBER,
    "-18010013": ErrorKind.BAD_REQUEST,
    "-18019901": ErrorKind.BAD_REQUEST,  # registered already
    "-18019903": ErrorKind.BAD_REQUEST,  # the carrier is not known from the number
    "-18019907": ErrorKind.TOO_MANY,
    "-18019908": ErrorKind.TOO_MANY,
    "-18019909": ErrorKind.NOT_FOUND,
    "-18019910": ErrorKind.BAD_REQUEST,
}

# sub_status, else the stage before its underscore.
_CODES: dict[str, Reading] = {
    "InfoReceived": LABEL,
    "InTransit": FILLER,
    "InTransit_PickedUp": ACCEPTED,
    "InTransit_Departure": SCAN,
    "InTransit_Arrival": SCAN,
    "InTransit_CustomsProcessing": IN_CUSTOMS,
    "InTransit_CustomsReleased": RELEASED,
    "InTransit_CustomsRequiringInformation": replace(IN_CUSTOMS, reason=Reason.CUSTOMS_DOCUMENTS),
    "PickedUp": ACCEPTED,
    "Departure": SCAN,
    "Arrival": SCAN,
    "AvailableForPickup": AT_COUNTER,
    "OutForDelivery": OUT,
    "DeliveryFailure": TRIED,
    "DeliveryFailure_NoBody": replace(TRIED, reason=Reason.RECIPIENT_ABSENT),
    "DeliveryFailure_Rejected": replace(TRIED, reason=Reason.REFUSED),
    "DeliveryFailure_InvalidAddress": replace(TROUBLE, reason=Reason.ADDRESS_PROBLEM),
    "Delivered": DELIVERED,
    "Exception": TROUBLE,
    "Exception_Returning": RETURNING,
    "Exception_Returned": RETURNED,
    "Exception_NoBody": replace(TROUBLE, reason=Reason.UNCLAIMED),
    "Exception_Security": TROUBLE,
    "Exception_Damage": replace(TROUBLE, reason=Reason.DAMAGED),
    "Exception_Rejected": replace(TROUBLE, reason=Reason.REFUSED),
    "Exception_Delayed": DELAY,
    "Exception_Lost": replace(TROUBLE, reason=Reason.LOST),
    "Exception_Destroyed": replace(TROUBLE, reason=Reason.LOST),
    "Exception_Cancel": CANCELLED,
    "Expired": DELAY,
}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about up to forty numbers, and have those followed that are not yet. Raises CarrierError."""
    reply = _post(http, account, "gettrackinfo", asked)
    answer = parse(reply.body, reply.content_type)
    unheard = {each.tracking_number for each in answer.errors if each.code == _UNREGISTERED}
    if news := [each for each in asked if each.number in unheard]:
        _post(http, account, "register", news)
    return answer


def _post(http: Http, account: Account, verb: str, asked: Sequence[Asked]) -> Reply:
    question = [{"number": each.number, **({"param": key} if (key := _key(each)) else {})} for each in asked]
    headers = {"17token": account.client_id, "content-type": "application/json"}
    path, body = f"/track/v2.2/{verb}", json.dumps(question).encode()
    return http.request(account, "POST", path, headers=headers, body=body)


def _key(asked: Asked) -> str:
    """What some carriers want besides a number: SF the end of a telephone number, others the postal code."""
    phone = "".join(char for char in asked.phone if char.isdigit())[-4:]
    return phone if asked.number.startswith("SF") else asked.postal_code


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says, also one that was pushed. Raises CarrierError when it is none of 17TRACK."""
    top = document.load(answer, content_type)
    data = node(top, "data")
    accepted = nodes(data, "accepted") or ([data] if "track_info" in data else [])
    if not data and text(top, "code") in ("", "0"):
        raise CarrierError("this is no answer of the 17TRACK API")
    people = document.names(top, _NAMES)
    known = [_shipment(each, people) for each in accepted]
    errors = [_error(node(each, "error"), text(each, "number") or None) for each in nodes(data, "rejected")]
    errors += [_error(each, None) for each in nodes(data, "errors")]
    errors += [_silent(each) for each in accepted if not _lines(each)]
    if not data or (not accepted and not errors and text(top, "code") not in ("", "0")):
        errors = [_error(top, None)]
    return Answer(tuple(each for each in known if each), tuple(errors), people, answer)


def _error(problem: Node, number: str | None) -> AnswerError:
    code, message = text(problem, "code") or None, text(problem, "message")
    return AnswerError(kind_of(code, message, _ERRORS), number, code, message)


def _silent(told: Node) -> AnswerError:
    number = text(told, "number") or None
    return AnswerError(ErrorKind.NOT_FOUND, number, "NotFound", "no carrier has told of this number yet")


def _lines(told: Node) -> list[tuple[str, Node]]:
    """The lines of all carriers that carried it, each with its carrier's name."""
    providers = nodes(told, "track_info", "tracking", "providers")
    return [(text(each, "provider", "name"), line) for each in providers for line in nodes(each, "events")]


def _shipment(told: Node, people: frozenset[str]) -> TrackedShipment | None:
    number, lines = text(told, "number"), _lines(told)
    if not number or not lines:
        return None
    events = tuple(in_order(_event(line, number) for _, line in lines))
    ref = text(told, "carrier") or None
    return TrackedShipment(KEY, number, events, _estimate(told), ref, document.cutting(told, PERSONAL, people))


def _event(line: Node, number: str) -> TrackingEvent:
    words = text(line, "description_translation", "description") or text(line, "description")
    address = node(line, "address")
    town = text(address, "city") or text(line, "location")
    place = document.place(town, text(address, "state"), text(address, "postal_code"), text(address, "country"))
    code = text(line, "sub_status") or text(line, "stage")
    reading = weigh(_coded(code), classify_abroad(words, placed=place is not None))
    zone = zones.zone_of(place.country, place.region) if place else None
    # The sub-status is one of some thirty classes, no code of an event.
    return event(KEY, number, _clock(line, zone), reading, words, place=place)


def _coded(code: str) -> Reading | None:
    return _CODES.get(code) or _CODES.get(code.split("_", 1)[0])


def _clock(line: Node, zone: str | None) -> Clock:
    raw = f"{text(line, 'time_raw', 'date')} {text(line, 'time_raw', 'time')}".strip()
    local = clock.read(text(line, "time_iso") or raw, zone=zone, how=clock.How.FROM_LOCATION)
    utc = clock.read(text(line, "time_utc"))
    if utc.utc and not text(line, "time_raw", "time") and text(line, "time_raw", "date"):
        return clock.read(text(line, "time_raw", "date"))  # a date that 17TRACK has filled up with midnight
    if local.utc is None and utc.utc:
        return clock.with_utc_half(local, utc) if local.local else utc
    return local


def _estimate(told: Node) -> date | None:
    dates = node(told, "track_info", "time_metrics", "estimated_delivery_date")
    return clock.read(text(dates, "to") or text(dates, "from")).on
