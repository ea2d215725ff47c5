"""AfterShip: Tracking API, `GET /tracking/2024-10/trackings` (aftership.com), over most carriers of the world.

A number must be registered before it is followed, which `track` does. A stamp without an offset is local.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from carriers import clock, document, handoff, zones
from carriers.adapter import (
    ACCEPTED,
    AT_COUNTER,
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
    in_path,
    weigh,
)
from carriers.answer import HTTP_KINDS, Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.document import Node, node, nodes, text
from carriers.event import TrackingEvent, in_order
from carriers.http import Account, Http
from carriers.vocabulary import Reason
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "aftership"
BASE_URL = "https://api.aftership.com"
BATCH = 1
PAUSE_S = 0.2  # five requests a second
CREDENTIALS = {"client_id": "API key"}
ASKS = ("postal_code", "phone")
TRIAL = "RB123456785SG"
PERSONAL = frozenset(
    {
        "customers",
        "customer_name",
        "emails",
        "smses",
        "order_id",
        "order_number",
        "note",
        "signed_by",
        "tracking_postal_code",
        "destination_postal_code",
        "destination_raw_location",
        "zip",
        "postal_code",
        "coordinates",
    }
)
_NAMES = frozenset({"customer_name", "signed_by"})

_ERRORS = {
    **HTTP_KINDS,
    "4001": ErrorKind.BAD_REQUEST,
    "4003": ErrorKind.BAD_REQUEST,  # registered already
    "4004": ErrorKind.NOT_FOUND,
    "4005": ErrorKind.INVALID_NUMBER,
    "4007": ErrorKind.BAD_REQUEST,
    "4012": ErrorKind.BAD_REQUEST,
}

# subtag, else the tag before its underscore.
_CODES: dict[str, Reading] = {
    "Pending": LABEL,
    "InfoReceived": LABEL,
    "InTransit": FILLER,
    "InTransit_002": ACCEPTED,
    "InTransit_003": SCAN,
    "InTransit_004": RELEASED,
    "InTransit_005": IN_CUSTOMS,
    "InTransit_006": IN_CUSTOMS,
    "InTransit_007": SCAN,
    "InTransit_008": SCAN,
    "InTransit_009": SCAN,
    "OutForDelivery": OUT,
    "AttemptFail": TRIED,
    "AttemptFail_002": replace(TRIED, reason=Reason.RECIPIENT_ABSENT),
    "AttemptFail_003": replace(TRIED, reason=Reason.RECIPIENT_ABSENT),
    "AvailableForPickup": AT_COUNTER,
    "Delivered": DELIVERED,
    "Exception": TROUBLE,
    "Exception_002": replace(TROUBLE, reason=Reason.ADDRESS_PROBLEM),
    "Exception_003": replace(TROUBLE, reason=Reason.REFUSED),
    "Exception_004": IN_CUSTOMS,
    "Exception_005": replace(DELAY, reason=Reason.WEATHER_FORCE_MAJEURE),
    "Exception_006": replace(IN_CUSTOMS, reason=Reason.CUSTOMS_DUTIES),
    "Exception_007": replace(TROUBLE, reason=Reason.ADDRESS_PROBLEM),
    "Exception_008": replace(TROUBLE, reason=Reason.UNCLAIMED),
    "Exception_009": replace(TROUBLE, reason=Reason.SENDER_DATA),
    "Exception_010": RETURNING,
    "Exception_011": RETURNED,
    "Exception_012": replace(TROUBLE, reason=Reason.DAMAGED),
    "Exception_013": replace(TROUBLE, reason=Reason.LOST),
    "Exception_016": replace(DELAY, reason=Reason.CARRIER_NETWORK),
    "Exception_017": replace(DELAY, reason=Reason.WEATHER_FORCE_MAJEURE),
    "Exception_018": replace(IN_CUSTOMS, reason=Reason.CUSTOMS_DOCUMENTS),
    "Expired": DELAY,
}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about one number, and have it followed when it is not yet. Raises CarrierError."""
    path, headers = "/tracking/2024-10/trackings", {"as-api-key": account.client_id}
    reply = http.request(account, "GET", f"{path}?tracking_numbers={in_path(asked)}", headers=headers)
    answer = parse(reply.body, reply.content_type)
    if not answer.shipments and all(each.kind is ErrorKind.NOT_FOUND for each in answer.errors):
        body = json.dumps(_registration(asked[0])).encode()
        http.request(account, "POST", path, headers={**headers, "content-type": "application/json"}, body=body)
    return answer


def _registration(asked: Asked) -> dict[str, str]:
    phone = "".join(char for char in asked.phone if char.isdigit())[-4:]
    facts = {"tracking_number": asked.number, "tracking_postal_code": asked.postal_code, "tracking_key": phone}
    return {name: value for name, value in facts.items() if value}


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says, in the form of any version. Raises CarrierError when it is none of AfterShip."""
    top = document.load(answer, content_type)
    people = document.names(top, _NAMES)
    meta, data = node(top, "meta"), node(top, "data") or top
    told = [*nodes(data, "trackings"), *nodes(data, "tracking"), *nodes(top, "msg")]
    told += [data] if "checkpoints" in data else []
    if not told and not meta and "trackings" not in data:
        raise CarrierError("this is no answer of AfterShip's Tracking API")
    known = [_shipment(each, people) for each in told]
    shipments = tuple(each for each in known if each)
    code = text(meta, "code")
    if not told and code not in ("", "200", "201"):
        return Answer((), (_error(meta),), people, answer)
    unheard = [
        AnswerError(ErrorKind.NOT_FOUND, text(each, "tracking_number") or None, None, _SILENT) for each in told
    ]
    return Answer(shipments, () if shipments else tuple(unheard or [_NOTHING]), people, answer)


_SILENT = "no carrier has told of this number yet"
_NOTHING = AnswerError(ErrorKind.NOT_FOUND, None, None, "AfterShip does not follow this number yet")


def _error(meta: Node) -> AnswerError:
    code, message = text(meta, "code"), f"{text(meta, 'type')}: {text(meta, 'message')}".strip(": ")
    return AnswerError(kind_of(code, message, _ERRORS), None, code, message)


def _shipment(told: Node, people: frozenset[str]) -> TrackedShipment | None:
    number, lines = text(told, "tracking_number"), nodes(told, "checkpoints")
    if not number or not lines:
        return None
    events = tuple(in_order(_event(line, number) for line in lines))
    ref = text(told, "slug") or None
    source = document.cutting(told, PERSONAL, people)
    return TrackedShipment(KEY, number, events, _estimate(told), ref, source, _next_leg(told, number))


def _next_leg(told: Node, number: str) -> handoff.Handoff | None:
    """The last of `next_couriers`: who it was handed on to, with the number there."""
    after = nodes(told, "next_couriers")
    if not after:
        return None
    return handoff.of(text(after[-1], "tracking_number"), text(after[-1], "slug").replace("-", " "), number)


def _event(line: Node, number: str) -> TrackingEvent:
    words = text(line, "message")
    country = text(line, "country_region") or text(line, "country_iso3") or text(line, "country_name")
    country = zones.country_named(country) or zones.country_named(text(line, "country_region_name")) or country[:2]
    place = document.place(
        text(line, "city") or text(line, "location"), text(line, "state"), text(line, "zip"), country
    )
    zone = zones.zone_of(place.country, place.region) if place else None
    stamp = clock.read(text(line, "checkpoint_time"), zone=zone, how=clock.How.FROM_LOCATION)
    subtag, tag = text(line, "subtag"), text(line, "tag")
    reading = weigh(_CODES.get(subtag) or _CODES.get(tag), classify_abroad(words, placed=place is not None))
    return event(KEY, number, stamp, reading, words, code=text(line, "raw_tag"), place=place)


def _estimate(told: Node) -> date | None:
    names = ("courier_estimated_delivery_date", "aftership_estimated_delivery_date", "latest_estimated_delivery")
    stamps = [text(told, "expected_delivery"), *(text(told, name, "estimated_delivery_date") for name in names)]
    stamps += [text(told, name, "datetime") for name in names]
    return next((on for on in (clock.read(stamp).on for stamp in stamps) if on), None)
