"""Royal Mail: Tracking API v2, `GET /mailpieces/v2/{number}/events` (developer.royalmail.net).

Stamps carry an offset. A signature block stands beside items that are still under way: it proves no delivery.
"""

from collections.abc import Sequence

from carriers import clock, document
from carriers.adapter import Asked, event, in_path
from carriers.answer import HTTP_KINDS, Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.document import Node, node, nodes, text
from carriers.event import TrackingEvent, in_order
from carriers.http import Account, Http
from carriers.vocabulary import Status
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "royalmail"
BASE_URL = "https://api.royalmail.net"
BATCH = 1
PAUSE_S = 0.5
CREDENTIALS = {"client_id": "client id", "secret": "client secret"}
ASKS: tuple[str, ...] = ()
TRIAL = "SA123456785GB"
PERSONAL = frozenset({"signature", "recipientName", "image", "redelivery", "destinationPostcode", "name"})
_NAMES = frozenset({"recipientName", "printedName"})

_ERRORS = {
    "E1142": ErrorKind.INVALID_NUMBER,
    "E1144": ErrorKind.NOT_FOUND,
    "E1283": ErrorKind.NOT_FOUND,
    "E1307": ErrorKind.NOT_FOUND,
    "E0004": ErrorKind.BAD_REQUEST,
    "E0010": ErrorKind.TOO_MANY,
}

# Lines whose words sound like a scan and are none.
_CODES = {
    "EVAIP": Reading(Status.REGISTERED),  # the sender announces the item
    "EVDAV": Reading(Status.REGISTERED),
}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about one number. Raises CarrierError."""
    headers = {
        "X-IBM-Client-Id": account.client_id,
        "X-IBM-Client-Secret": account.secret,
        "X-Accept-RMG-Terms": "yes",
    }
    path = f"/mailpieces/v2/{in_path(asked)}/events"
    reply = http.request(account, "GET", path, headers=headers)
    return parse(reply.body, reply.content_type)


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says. Raises CarrierError when it is no answer of this API."""
    top = document.load(answer, content_type)
    people = document.names(top, _NAMES)
    if isinstance(top.get("mailPieces"), dict | list):
        shipments = (_shipment(each, people) for each in nodes(top, "mailPieces"))
        return Answer(tuple(each for each in shipments if each), (), people, answer)
    if "httpCode" not in top and not isinstance(top.get("errors"), list):
        raise CarrierError("this is no answer of the Royal Mail Tracking API")
    errors = [_error(each, text(top, "httpCode")) for each in nodes(top, "errors")]
    return Answer((), tuple(errors) or (_error(top, text(top, "httpCode")),), people, answer)


def _error(problem: Node, status: str) -> AnswerError:
    code = text(problem, "errorCode") or status or None
    message = f"{text(problem, 'errorDescription')} {text(problem, 'errorCause')}".strip()
    known = _ERRORS.get(code or "") or HTTP_KINDS.get(status)
    return AnswerError(known or kind_of(code, message, {}), None, code, message)


def _shipment(piece: Node, people: frozenset[str]) -> TrackedShipment | None:
    number = text(piece, "summary", "oneDBarcode") or text(piece, "mailPieceId")
    if not number:
        return None
    return TrackedShipment(
        carrier=KEY,
        tracking_number=number,
        events=tuple(in_order(_event(line, number) for line in nodes(piece, "events"))),
        estimated_delivery=clock.read(text(node(piece, "estimatedDelivery"), "date")).on,
        source=document.cutting(piece, PERSONAL, people),
    )


def _event(line: Node, number: str) -> TrackingEvent:
    words = text(line, "eventName")
    place = document.place(text(line, "locationName"), "", "", "")
    code = text(line, "eventCode").upper()
    reading = _CODES.get(code) or classify_abroad(words, placed=place is not None)
    return event(KEY, number, clock.read(text(line, "eventDateTime")), reading, words, code=code, place=place)
