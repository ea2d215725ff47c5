"""Chronopost: TrackingServiceWS, `trackSkybillV2` (SOAP, ws.chronopost.fr). Texts are in the language asked for.

Stamps carry an offset, that of France also for what happened elsewhere. The service needs no account.
"""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from carriers import clock, document, markup
from carriers.adapter import ACCEPTED, DELIVERED, LABEL, OUT, SCAN, Asked, event, weigh
from carriers.answer import Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.document import Node, found, nodes, text
from carriers.event import TrackingEvent, in_order
from carriers.http import Account, Http
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "chronopost"
BASE_URL = "https://ws.chronopost.fr"
BATCH = 1
PAUSE_S = 0.5
CREDENTIALS: dict[str, str] = {}
ASKS = ()
TRIAL = "XN014075755FR"
PERSONAL = frozenset({"infoCompList", "recipient", "signatory", "name"})
_NAMES = frozenset({"signatory"})

_ERRORS = {
    "1": ErrorKind.CARRIER_ERROR,
    "2": ErrorKind.INVALID_NUMBER,
    "3": ErrorKind.NOT_FOUND,
    "4": ErrorKind.NOT_FOUND,
}

# Codes whose meaning does not change with the language of the text.
_CODES: dict[str, Reading] = {
    "DC": LABEL,
    **dict.fromkeys(("EC", "EP", "PC", "SC"), ACCEPTED),
    **dict.fromkeys(("TO", "TS", "SD", "IS", "SB"), SCAN),
    "TA": OUT,
    **dict.fromkeys(("D", "D1", "D2", "D3", "D4", "D5", "D6", "D7"), DELIVERED),
}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about one number. Raises CarrierError."""
    question = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:c="http://cxf.tracking.soap.chronopost.fr/"><s:Body><c:trackSkybillV2>'
        f"<language>en_GB</language><skybillNumber>{escape(asked[0].number)}</skybillNumber>"
        "</c:trackSkybillV2></s:Body></s:Envelope>"
    )
    headers = {"content-type": "text/xml; charset=utf-8", "accept": "text/xml"}
    path = "/tracking-cxf/TrackingServiceWS"
    reply = http.request(account, "POST", path, headers=headers, body=question.encode(), soap=True)
    return parse(reply.body, reply.content_type)


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says. Raises CarrierError when it is no answer of this service."""
    top = markup.body(markup.load(answer, content_type))
    people = document.names(top, _NAMES)
    if faults := nodes(top, "Fault"):
        return Answer((), tuple(map(_fault, faults)), people, answer)
    told = [each for each in found(top, "return") if "errorCode" in each or "listEventInfoComp" in each]
    if not told:
        raise CarrierError("this is no answer of Chronopost's tracking")
    histories = [each for one in told for each in nodes(one, "listEventInfoComp")]
    shipments = tuple(_shipment(each, people) for each in histories if nodes(each, "events"))
    errors = [_error(each) for each in told if text(each, "errorCode") not in ("", "0")]
    if not shipments and not errors:
        errors = [AnswerError(ErrorKind.NOT_FOUND, None, None, "Chronopost has no data of this parcel")]
    return Answer(shipments, tuple(errors), people, answer)


def _fault(fault: Node) -> AnswerError:
    code, message = text(fault, "faultcode") or None, text(fault, "faultstring")
    return AnswerError(kind_of(None, message, {}), None, code, message)


def _error(problem: Node) -> AnswerError:
    code, message = text(problem, "errorCode"), text(problem, "errorMessage")
    return AnswerError(kind_of(code, message, _ERRORS), None, code, message)


def _shipment(history: Node, people: frozenset[str]) -> TrackedShipment:
    number = text(history, "skybillNumber")
    events = tuple(in_order(_event(line, number) for line in nodes(history, "events")))
    return TrackedShipment(KEY, number, events, source=document.cutting(history, PERSONAL, people))


def _event(line: Node, number: str) -> TrackingEvent:
    words, code = text(line, "eventLabel"), text(line, "code").upper()
    place = document.place(text(line, "officeLabel"), "", text(line, "zipCode"), "")
    reading = weigh(_CODES.get(code), classify_abroad(words, placed=place is not None))
    return event(KEY, number, clock.read(text(line, "eventDate")), reading, words, code=code, place=place)
