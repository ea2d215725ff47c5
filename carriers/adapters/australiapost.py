"""Australia Post: Shipping and Tracking, `GET /shipping/v1/track?tracking_ids=…` (developers.auspost.com.au).

Stamps carry an offset, that of eastern Australia also for what happened elsewhere. Items stand in two nestings.
"""

from collections.abc import Iterator, Sequence

from carriers import clock, document
from carriers.adapter import Asked, event, in_path
from carriers.answer import Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.document import Node, nodes, text
from carriers.event import TrackingEvent, in_order
from carriers.http import Account, Http
from carriers.wording_abroad import classify_abroad

KEY = "australiapost"
BASE_URL = "https://digitalapi.auspost.com.au"
BATCH = 10
PAUSE_S = 6.0  # ten requests a minute
CREDENTIALS = {"client_id": "API key", "secret": "password"}
ASKS: tuple[str, ...] = ()
TRIAL = "7XX1000634011427"
PERSONAL = frozenset({"name", "recipient", "signature", "address", "lines", "email", "phone", "signatory"})
_NAMES = frozenset({"name", "recipient", "signatory"})

_ERRORS = {
    "ESB-10001": ErrorKind.INVALID_NUMBER,
    "ESB-10002": ErrorKind.NOT_FOUND,
    "51100": ErrorKind.BAD_REQUEST,
    "51101": ErrorKind.TOO_MANY,
    "API_001": ErrorKind.AUTH_FAILED,
    "API_002": ErrorKind.TOO_MANY,
}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about up to ten numbers. Raises CarrierError."""
    path = f"/shipping/v1/track?tracking_ids={in_path(asked)}"
    reply = http.request(account, "GET", path, headers={"authorization": account.basic})
    return parse(reply.body, reply.content_type)


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says. Raises CarrierError when it is no answer of this API."""
    top = document.load(answer, content_type)
    if not isinstance(top.get("tracking_results"), list) and not isinstance(top.get("errors"), list):
        raise CarrierError("this is no answer of Australia Post's tracking")
    people = document.names(top, _NAMES)
    errors = [_error(each, None) for each in nodes(top, "errors")]
    shipments: list[TrackedShipment] = []
    for result in nodes(top, "tracking_results"):
        number = text(result, "tracking_id")
        errors += [_error(each, number or None) for each in nodes(result, "errors")]
        if number and nodes(result, "trackable_items"):
            shipments.append(_shipment(result, number, people))
    return Answer(tuple(shipments), tuple(errors), people, answer)


def _error(problem: Node, number: str | None) -> AnswerError:
    code = text(problem, "code") or None
    message = f"{text(problem, 'name')} {text(problem, 'message')}".strip()
    return AnswerError(kind_of(code, message, _ERRORS), number, code, message)


def _shipment(result: Node, number: str, people: frozenset[str]) -> TrackedShipment:
    items = list(_items(result))
    several = len(items) > 1
    events = [
        _event(line, number, text(item, "article_id") if several else None)
        for item in items
        for line in nodes(item, "events")
    ]
    return TrackedShipment(KEY, number, tuple(in_order(events)), source=document.cutting(result, PERSONAL, people))


def _items(result: Node) -> Iterator[Node]:
    """The items: below a consignment, or standing for themselves."""
    for trackable in nodes(result, "trackable_items"):
        yield from nodes(trackable, "items") or (trackable,)


def _event(line: Node, number: str, piece: str | None) -> TrackingEvent:
    words = text(line, "description")
    place = document.place(text(line, "location"), "", "", "")
    reading = classify_abroad(words, placed=place is not None)
    return event(KEY, number, clock.read(text(line, "date")), reading, words, place=place, piece=piece)
