"""Parcel Post: Tracking v1, `GET /v1/parcels/{number}`, an invented carrier to copy from.

Stamps carry an offset. One number in one question.
"""

from carriers import clock, document
from carriers.adapter import ACCEPTED, DELIVERED, LABEL, OUT, SCAN, Asked, event, in_path, weigh
from carriers.answer import HTTP_KINDS, Answer, AnswerError, CarrierError, TrackedShipment, kind_of
from carriers.document import nodes, text
from carriers.event import in_order
from carriers.wording import classify

KEY = "parcelpost"
BASE_URL = "https://api.parcelpost.example"
BATCH = 1  # numbers in one request
PAUSE_S = 1.0  # seconds between two requests
CREDENTIALS = {"client_id": "API key"}
ASKS = ()
TRIAL = "PP000000001"
PERSONAL = frozenset({"signed_by"})

# What the carrier's codes mean; the words of a line say more about a trouble.
_CODES = {"NEW": LABEL, "IN": ACCEPTED, "HUB": SCAN, "VAN": OUT, "DONE": DELIVERED}


def track(http, account, asked: list[Asked]) -> Answer:
    """Ask about one number. Raises CarrierError."""
    headers = {"authorization": f"Bearer {account.client_id}"}
    reply = http.request(account, "GET", f"/v1/parcels/{in_path(asked)}", headers=headers)
    return parse(reply.body, reply.content_type)


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says. Raises CarrierError when it is no answer of this API."""
    top = document.load(answer, content_type)
    people = document.names(top, PERSONAL)
    number, code = text(top, "parcel"), text(top, "error", "code")
    if code:
        message = text(top, "error", "message")
        error = AnswerError(kind_of(code, message, HTTP_KINDS), number or None, code, message)
        return Answer((), (error,), people, answer)
    if not number:
        raise CarrierError("this is no answer of Parcel Post")
    events = tuple(in_order(_event(line, number) for line in nodes(top, "history")))
    due, kept = clock.read(text(top, "due")).on, document.cutting(top, PERSONAL, people)
    return Answer((TrackedShipment(KEY, number, events, due, source=kept),), (), people, answer)


def _event(line, number):
    words, code = text(line, "text"), text(line, "code")
    place = document.place(text(line, "town"), "", "", text(line, "country"))
    reading = weigh(_CODES.get(code), classify(words, placed=place is not None))
    return event(KEY, number, clock.read(text(line, "at")), reading, words, code=code, place=place)
