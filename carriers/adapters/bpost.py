"""bpost: Track & Trace of the shipping manager, `GET …/item/{number}/trackingInfo` (XML, bpost shipping manager).

Stamps carry an offset. The public JSON of track.bpost.cloud is read too; its dates and times are Belgian ones.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from carriers import clock, document, zones
from carriers.adapter import AT_COUNTER, DELIVERED, TRIED, TROUBLE, Asked, event, in_path
from carriers.answer import HTTP_KINDS, Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.document import Node, found, node, nodes, text
from carriers.event import TrackingEvent, in_order
from carriers.http import Account, Http
from carriers.vocabulary import Reason
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "bpost"
BASE_URL = "https://shm-rest.bpost.cloud/services/trackedmail"
BATCH = 1
PAUSE_S = 0.5
CREDENTIALS = {"client_id": "account id", "secret": "passphrase"}
ASKS = ()
TRIAL = "323212345678901234567890"
PERSONAL = frozenset(
    {"sender", "addressee", "receiver", "customerReference", "crossReference", "nameOfDestination"}
)
_NAMES = frozenset({"name", "nameOfDestination"})

_ERRORS = {**HTTP_KINDS, "NO_DATA_FOUND": ErrorKind.NOT_FOUND, "INVALID_POSTAL_CODE": ErrorKind.BAD_REQUEST}

# stateCode, where the description is left out, else its letter.
_CODES: dict[str, Reading] = {
    "U": DELIVERED,
    **dict.fromkeys(("N74", "R13"), AT_COUNTER),
    "B": TRIED,
    **dict.fromkeys(("B03", "B23"), replace(TRIED, reason=Reason.REFUSED)),
    "B04": replace(TRIED, reason=Reason.RECIPIENT_ABSENT),
    **dict.fromkeys(("B05", "B08"), replace(TROUBLE, reason=Reason.DAMAGED)),
    **dict.fromkeys(("B06", "B07", "B09", "B10"), replace(TROUBLE, reason=Reason.ADDRESS_PROBLEM)),
}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about one number. Raises CarrierError."""
    headers = {"authorization": account.basic, "accept": "application/vnd.bpost.shm-trackedmail-v1+XML"}
    reply = http.request(account, "GET", f"/item/{in_path(asked)}/trackingInfo?language=en", headers=headers)
    return parse(reply.body, reply.content_type)


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says, in XML or JSON. Raises CarrierError when it is no answer of bpost."""
    top = document.load_either(answer, content_type)
    people = document.names(top, _NAMES)
    items = [each for each in found(top, "itemTracking", "trackingInfo", "items") if _number(each)]
    problems = found(top, "businessException", "systemException")
    if not items and not problems and not text(top, "error"):
        if isinstance(top.get("items"), list):
            return Answer((), (_unknown(),), people, answer)
        raise CarrierError("this is no answer of bpost's tracking")
    errors = [_error(each) for each in problems]
    if code := text(top, "error"):
        errors.append(AnswerError(kind_of(code, code, _ERRORS), None, code, text(top, "message") or code))
    return Answer(tuple(_shipment(each, people) for each in items), tuple(errors), people, answer)


def _unknown() -> AnswerError:
    return AnswerError(ErrorKind.NOT_FOUND, None, None, "bpost has no data of this item")


def _error(problem: Node) -> AnswerError:
    code = text(problem, "code") or text(problem, "errorCode") or None
    message = text(problem, "message") or text(problem, "description")
    return AnswerError(kind_of(code, message, _ERRORS), None, code, message)


def _number(item: Node) -> str:
    return text(item, "itemCode") or text(item, "barcode")


def _shipment(item: Node, people: frozenset[str]) -> TrackedShipment:
    number = _number(item)
    told = [_event(line, number) for line in nodes(item, "stateInfo")]
    told += [_public_event(line, number) for line in nodes(item, "events")]
    return TrackedShipment(
        KEY, number, tuple(in_order(told)), _estimate(item), source=document.cutting(item, PERSONAL, people)
    )


def _event(line: Node, number: str) -> TrackingEvent:
    words, code = text(line, "stateDescription"), text(line, "stateCode")
    place = document.place(text(line, "location"), "", "", "")
    told = classify_abroad(words, placed=True)
    reading = told if told.status else _CODES.get(code.upper()) or _CODES.get(code[:1].upper(), told)
    return event(KEY, number, clock.read(text(line, "time")), reading, words, code=code, place=place)


def _public_event(line: Node, number: str) -> TrackingEvent:
    key = node(line, "key")
    words = next(filter(None, (text(key, each, "description") for each in ("EN", "FR", "NL", "DE"))), "")
    words = words or text(line, "description")
    place = document.place(text(line, "location", "locationName"), "", "", text(line, "location", "countryCode"))
    zone = zones.zone_of((place and place.country) or "BE")
    how = clock.How.FROM_LOCATION if place and place.country else clock.How.FROM_CARRIER
    stamp = clock.read(f"{text(line, 'date')} {text(line, 'time')}".strip(), zone=zone, how=how)
    return event(KEY, number, stamp, classify_abroad(words), words, place=place)


def _estimate(item: Node) -> date | None:
    window = text(item, "deliveryTimeWindow", "plannedDeliveryDateWindowEnd")
    return clock.read(window or text(item, "expectedDeliveryDate")).on
