"""EasyPost: Trackers, `POST /v2/trackers` (docs.easypost.com), over about a hundred carriers.

Making a tracker of a number that has one gives that one back. A pushed event holds a tracker as its result.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from carriers import clock, document
from carriers.adapter import (
    ACCEPTED,
    AT_COUNTER,
    CANCELLED,
    DELAY,
    DELIVERED,
    FILLER,
    HANDED_ON,
    LABEL,
    OUT,
    RETURNING,
    SCAN,
    TROUBLE,
    Asked,
    event,
    weigh,
)
from carriers.answer import HTTP_KINDS, Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.document import Node, node, nodes, text
from carriers.event import TrackingEvent, in_order
from carriers.http import Account, Http
from carriers.vocabulary import Reason
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "easypost"
BASE_URL = "https://api.easypost.com"
BATCH = 1
PAUSE_S = 0.2
CREDENTIALS = {"client_id": "API key"}
ASKS = ()
TRIAL = "EZ1000000001"
PERSONAL = frozenset({"signed_by", "name", "carrier_detail", "public_url", "fees"})
_NAMES = frozenset({"signed_by"})

_ERRORS = {
    **HTTP_KINDS,
    "APIKEY.INACTIVE": ErrorKind.AUTH_FAILED,
    "UNAUTHORIZED": ErrorKind.AUTH_FAILED,
    "TRACKER.CREATE.ERROR": ErrorKind.BAD_REQUEST,
    "TRACKER.NOT_FOUND": ErrorKind.NOT_FOUND,
    "TRACKER.INVALID": ErrorKind.INVALID_NUMBER,
    "RATE_LIMITED": ErrorKind.TOO_MANY,
}

_STATUSES: dict[str, Reading] = {
    "pre_transit": LABEL,
    "in_transit": SCAN,
    "out_for_delivery": OUT,
    "available_for_pickup": AT_COUNTER,
    "delivered": DELIVERED,
    "return_to_sender": RETURNING,
    "failure": TROUBLE,
    "error": DELAY,
    "cancelled": CANCELLED,
}
# status_detail, where it says more than the status.
_DETAILS: dict[str, Reading] = {
    "received_at_origin_facility": ACCEPTED,
    "transferred_to_destination_carrier": HANDED_ON,
    "status_update": FILLER,
    "address_correction": replace(TROUBLE, reason=Reason.ADDRESS_PROBLEM),
    "damaged": replace(TROUBLE, reason=Reason.DAMAGED),
    "delayed": DELAY,
    "delivery_exception": TROUBLE,
    "transit_exception": TROUBLE,
    "held": TROUBLE,
    "lost": replace(TROUBLE, reason=Reason.LOST),
    "missorted": replace(TROUBLE, reason=Reason.CARRIER_NETWORK),
    "refused": replace(TROUBLE, reason=Reason.REFUSED),
    "return": RETURNING,
    "weather_delay": replace(DELAY, reason=Reason.WEATHER_FORCE_MAJEURE),
}
_VAGUE = frozenset({"in_transit", "failure", "error", "unknown", ""})


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about one number. Raises CarrierError."""
    question = {"tracker": {"tracking_code": asked[0].number}}
    headers = {"authorization": account.basic, "content-type": "application/json"}
    reply = http.request(account, "POST", "/v2/trackers", headers=headers, body=json.dumps(question).encode())
    return parse(reply.body, reply.content_type)


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says, also one that was pushed. Raises CarrierError when it is none of EasyPost."""
    top = document.load(answer, content_type)
    people = document.names(top, _NAMES)
    told = nodes(top, "trackers") + nodes(top, "result") + ([top] if "tracking_code" in top else [])
    if not told and not nodes(top, "error") and not isinstance(top.get("trackers"), list):
        raise CarrierError("this is no answer of EasyPost")
    known = [_shipment(each, people) for each in told]
    errors = [_error(each) for each in nodes(top, "error")]
    errors += [_silent(each) for each in told if not nodes(each, "tracking_details")]
    return Answer(tuple(each for each in known if each), tuple(errors), people, answer)


def _error(problem: Node) -> AnswerError:
    code, message = text(problem, "code") or None, text(problem, "message")
    return AnswerError(kind_of(code, message, _ERRORS), None, code, message)


def _silent(told: Node) -> AnswerError:
    number = text(told, "tracking_code") or None
    return AnswerError(ErrorKind.NOT_FOUND, number, None, "no carrier has told of this number yet")


def _shipment(told: Node, people: frozenset[str]) -> TrackedShipment | None:
    number, lines = text(told, "tracking_code"), nodes(told, "tracking_details")
    if not number or not lines:
        return None
    events = tuple(in_order(_event(line, number) for line in lines))
    ref = text(told, "carrier") or None
    return TrackedShipment(KEY, number, events, _estimate(told), ref, document.cutting(told, PERSONAL, people))


def _event(line: Node, number: str) -> TrackingEvent:
    words, where = text(line, "message") or text(line, "description"), node(line, "tracking_location")
    place = document.place(text(where, "city"), text(where, "state"), text(where, "zip"), text(where, "country"))
    status, detail = text(line, "status"), text(line, "status_detail")
    coded = _DETAILS.get(detail) if status in _VAGUE else None
    reading = weigh(coded or _STATUSES.get(status), classify_abroad(words, placed=place is not None))
    code = text(line, "carrier_code")
    return event(KEY, number, clock.read(text(line, "datetime")), reading, words, code=code, place=place)


def _estimate(told: Node) -> date | None:
    """The date at the destination where the carrier gave one; else the date of the stamp as written."""
    local = text(told, "carrier_detail", "est_delivery_date_local")
    return clock.read(local).on or clock.read(text(told, "est_delivery_date")).on
