"""GLS: Track and Trace v1, `GET …/tracking/simple/trackids/{numbers}` (dev-portal.gls-group.net).

Stamps carry an offset. The status of a parcel is newer than its newest event at times: only events are read.
"""

from collections.abc import Sequence

from carriers import clock, document
from carriers.adapter import Asked, event, in_path
from carriers.answer import Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.document import Node, nodes, text
from carriers.event import TrackingEvent, in_order
from carriers.http import Account, Http
from carriers.vocabulary import Status, SubState
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "gls"
BASE_URL = "https://api.gls-group.net"
BATCH = 10
PAUSE_S = 0.5
CREDENTIALS = {"client_id": "application id", "secret": "application secret"}
ASKS: tuple[str, ...] = ()
TRIAL = "50346007538"
PERSONAL = frozenset({"recipient", "consignee", "shipper", "name", "signature", "signedBy", "address", "street"})
_NAMES = frozenset({"recipient", "consignee", "name", "signedBy"})

_ERRORS = {
    "E_404_01": ErrorKind.NOT_FOUND,
    "E_400_01": ErrorKind.BAD_REQUEST,
    "E_401_01": ErrorKind.AUTH_FAILED,
    "E_403_01": ErrorKind.AUTH_FAILED,
    "E_429_01": ErrorKind.TOO_MANY,
}

# The halves of a code, `stage.kind`, where the words are in a language that we do not read; the stage first.
_CODES: dict[str, Reading] = {
    "PREADVICE": Reading(Status.REGISTERED),
    "NORMAL": Reading(Status.IN_TRANSIT, None, SubState.FACILITY, physical=True),
    "INBOUND": Reading(Status.IN_TRANSIT, None, SubState.FACILITY, physical=True),
    "OUTBOUND": Reading(Status.IN_TRANSIT, None, SubState.FACILITY, physical=True),
    "INDELIVERY": Reading(Status.OUT_FOR_DELIVERY, physical=True),
    "DELIVERED": Reading(Status.DELIVERED, physical=True),
    "CANCELED": Reading(Status.CANCELLED),
}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about up to ten numbers. Raises CarrierError."""
    reply = http.authorised(
        account,
        "GET",
        f"/track-and-trace-v1/tracking/simple/trackids/{in_path(asked)}",
        token_path="/oauth2/v2/token",  # noqa: S106  # an address, no secret
    )
    return parse(reply.body, reply.content_type)


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says. Raises CarrierError when it is no answer of this API."""
    top = document.load(answer, content_type)
    if not isinstance(top.get("parcels"), list) and not isinstance(top.get("errors"), list):
        raise CarrierError("this is no answer of GLS Track and Trace")
    people = document.names(top, _NAMES)
    parcels = nodes(top, "parcels")
    shipments = (_shipment(each, people) for each in parcels)
    refused = [each for each in (*parcels, *nodes(top, "errors")) if text(each, "errorCode")]
    return Answer(tuple(each for each in shipments if each), tuple(map(_error, refused)), people, answer)


def _error(problem: Node) -> AnswerError:
    code, message = text(problem, "errorCode"), text(problem, "errorMessage")
    return AnswerError(kind_of(code, message, _ERRORS), text(problem, "requested") or None, code, message)


def _shipment(parcel: Node, people: frozenset[str]) -> TrackedShipment | None:
    number = text(parcel, "requested") or text(parcel, "unitno")
    if not number or text(parcel, "errorCode"):
        return None
    events = tuple(in_order(_event(line, number) for line in nodes(parcel, "events")))
    return TrackedShipment(KEY, number, events, source=document.cutting(parcel, PERSONAL, people))


def _by_code(code: str, otherwise: Reading) -> Reading:
    return next((_CODES[half] for half in code.upper().split(".") if half in _CODES), otherwise)


def _event(line: Node, number: str) -> TrackingEvent:
    words, code = text(line, "description"), text(line, "code")
    place = document.place(text(line, "city"), "", text(line, "postalCode"), text(line, "country"))
    told = classify_abroad(words, placed=bool(place and place.city))
    reading = told if told.status else _by_code(code, told)
    return event(KEY, number, clock.read(text(line, "eventDateTime")), reading, words, code=code, place=place)
