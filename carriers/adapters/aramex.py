"""Aramex: Shipments Tracking API, `TrackShipments` (aramex.com, JSON, and SOAP in the older form).

JSON stamps are milliseconds with an offset; those of the XML are local. A location is "town, country" in words.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from carriers import clock, document, markup, zones
from carriers.adapter import ACCEPTED, DELIVERED, LABEL, OUT, RETURNED, SCAN, Asked, event, weigh
from carriers.answer import Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.clock import Clock
from carriers.document import Node, found, nodes, text
from carriers.event import Place, TrackingEvent, in_order
from carriers.http import Account, Http
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "aramex"
BASE_URL = "https://ws.aramex.net"
BATCH = 10
PAUSE_S = 0.5
CREDENTIALS = {
    "client_id": "user name",
    "secret": "password",
    "account_number": "account number",
    "account_pin": "account PIN",
    "account_entity": "account entity",
    "account_country": "country code of the account",
}
ASKS = ()
TRIAL = "44006400001"
PERSONAL = frozenset({"Comments", "Consignee", "ConsigneeName", "Signature", "ReceivedBy"})
_NAMES = frozenset({"ConsigneeName", "ReceivedBy"})

_ERRORS = {
    "ERR01": ErrorKind.AUTH_FAILED,
    "ERR02": ErrorKind.AUTH_FAILED,
    "ERR06": ErrorKind.BAD_REQUEST,
    "REQ01": ErrorKind.BAD_REQUEST,
}

# UpdateCode, where the words vary by country.
_CODES: dict[str, Reading] = {
    "SH014": LABEL,
    "SH047": ACCEPTED,
    "SH022": SCAN,
    "SH003": OUT,
    "SH005": DELIVERED,
    "SH006": DELIVERED,  # collected by the consignee
    "SH069": RETURNED,
}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about up to ten numbers. Raises CarrierError."""
    more = account.more
    question = {
        "ClientInfo": {
            "UserName": account.client_id,
            "Password": account.secret,
            "Version": "v1.0",
            "AccountNumber": more.get("account_number", ""),
            "AccountPin": more.get("account_pin", ""),
            "AccountEntity": more.get("account_entity", ""),
            "AccountCountryCode": more.get("account_country", ""),
        },
        "Shipments": [each.number for each in asked],
        "GetLastTrackingUpdateOnly": False,
    }
    path = "/ShippingAPI.V2/Tracking/Service_1_0.svc/json/TrackShipments"
    headers = {"content-type": "application/json"}
    reply = http.request(account, "POST", path, headers=headers, body=json.dumps(question).encode())
    return parse(reply.body, reply.content_type)


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says, in JSON or XML. Raises CarrierError when it is no answer of Aramex."""
    top = markup.body(document.load_either(answer, content_type))
    if faults := nodes(top, "Fault"):
        return Answer((), tuple(map(_fault, faults)), frozenset(), answer)
    told = top.get("ShipmentTrackingResponse", top)
    if not isinstance(told, dict) or not {"TrackingResults", "NonExistingWaybills", "Notifications"} & told.keys():
        raise CarrierError("this is no answer of Aramex' tracking")
    people = document.names(top, _NAMES)
    histories = [*nodes(told, "TrackingResults"), *found(told.get("TrackingResults"), *_PAIR)]
    shipments = [one for each in histories if (one := _shipment(each, people))]
    errors = [_error(each) for each in _notifications(told)]
    errors += [
        AnswerError(ErrorKind.NOT_FOUND, number, None, "Aramex does not know this waybill")
        for number in _texts(told.get("NonExistingWaybills"))
    ]
    return Answer(tuple(shipments), tuple(errors), people, answer)


_PAIR = ("KeyValueOfstringArrayOfTrackingResultmFAkxlpY", "KeyValuePair")


def _notifications(told: Node) -> list[Node]:
    listed = [*nodes(told, "Notifications"), *nodes(told, "Notifications", "Notification")]
    return [each for each in listed if text(each, "Code") or text(each, "Message")]


def _texts(value: object) -> list[str]:
    """The numbers of a list, in JSON or as `<string>` elements."""
    if isinstance(value, dict):
        return [number for inner in value.values() for number in _texts(inner)]
    listed = value if isinstance(value, list) else [value]
    return [number for each in listed if (number := text(each))][:200]


def _fault(fault: Node) -> AnswerError:
    code, message = text(fault, "faultcode") or None, text(fault, "faultstring")
    return AnswerError(kind_of(None, message, {}), None, code, message)


def _error(problem: Node) -> AnswerError:
    code, message = text(problem, "Code") or None, text(problem, "Message")
    return AnswerError(kind_of(code, message, _ERRORS), None, code, message)


def _shipment(history: Node, people: frozenset[str]) -> TrackedShipment | None:
    lines = [*nodes(history, "Value"), *nodes(history, "Value", "TrackingResult")]
    lines = [each for each in lines if text(each, "UpdateDateTime")]
    number = text(history, "Key") or (text(lines[0], "WaybillNumber") if lines else "")
    if not number or not lines:
        return None
    events = tuple(in_order(_event(line, number) for line in lines))
    return TrackedShipment(KEY, number, events, source=document.cutting(history, PERSONAL, people))


def _event(line: Node, number: str) -> TrackingEvent:
    words, code, trouble = text(line, "UpdateDescription"), text(line, "UpdateCode"), text(line, "ProblemCode")
    place = _place(text(line, "UpdateLocation"))
    told = classify_abroad(f"{words}. {text(line, 'Comments')}" if trouble else words, placed=place is not None)
    stamp = _clock(text(line, "UpdateDateTime"), place)
    return event(KEY, number, stamp, weigh(_CODES.get(code.upper()), told), words, code=code, place=place)


def _place(words: str) -> Place | None:
    town, _, country = words.rpartition(",")
    code = zones.country_named(country)
    return document.place(town if code else words, "", "", code)


def _clock(stamp: str, place: Place | None) -> Clock:
    """`/Date(1772449800000+0300)/`: milliseconds since 1970 in UTC, and what the place was ahead of it."""
    milliseconds = re.fullmatch(r"/Date\((?P<ms>\d{1,14})(?P<sign>[+-])?(?P<offset>\d{4})?\)/", stamp, re.ASCII)
    if not milliseconds:
        zone = zones.zone_of(place.country) if place else None
        return clock.read(stamp, zone=zone, how=clock.How.FROM_LOCATION)
    moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(milliseconds["ms"]))
    span = milliseconds["offset"] or "0000"
    ahead = timedelta(hours=int(span[:2]), minutes=int(span[2:]))
    local = moment + (-ahead if milliseconds["sign"] == "-" else ahead)
    suffix = f"{milliseconds['sign'] or '+'}{span[:2]}:{span[2:]}"
    return replace(clock.read(f"{local:%Y-%m-%dT%H:%M:%S}{suffix}"), text=stamp)
