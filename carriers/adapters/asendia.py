"""Asendia: Asendia Sync, `GET /api/tracking/{number}` (asendia-sync.com), with a token of `/api/authenticate`.

Stamps are UTC. The answers of Asendia USA (milestones) and of its branded pages are read too.
"""

import json
from collections.abc import Sequence

from carriers import clock, document, zones
from carriers.adapter import (
    ACCEPTED,
    DELIVERED,
    EXPORTED,
    LABEL,
    OUT,
    RELEASED,
    RETURNING,
    SCAN,
    Asked,
    event,
    in_path,
    weigh,
)
from carriers.answer import HTTP_KINDS, Answer, AnswerError, CarrierError, TrackedShipment, kind_of
from carriers.clock import How
from carriers.document import Node, nodes, text
from carriers.event import TrackingEvent, in_order
from carriers.http import Account, Http, Reply, Token, token_of
from carriers.wording import Reading, classify
from carriers.wording_abroad import classify_abroad

KEY = "asendia"
BASE_URL = "https://www.asendia-sync.com"
BATCH = 1
PAUSE_S = 0.5
CREDENTIALS = {"client_id": "user name", "secret": "password"}
ASKS = ()
TRIAL = "RB123456785CH"
PERSONAL = frozenset({"recipient", "signature", "signedBy", "name", "customerReferenceNumber"})
_NAMES = frozenset({"recipient", "signedBy"})

# The stage letters of Asendia Sync and the milestones of Asendia USA.
_CODES: dict[str, Reading] = {
    "S1": LABEL,
    "PU": ACCEPTED,
    **dict.fromkeys(("IT", "S2", "S2A", "S2B", "S2C", "S2D", "S3", "S5", "S8"), SCAN),
    "S4": EXPORTED,
    "S7": RELEASED,
    **dict.fromkeys(("OD", "S9"), OUT),
    **dict.fromkeys(("DL", "S10"), DELIVERED),
    "RT": RETURNING,
}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about one number. Raises CarrierError."""

    def fetch() -> Token:
        who = json.dumps({"username": account.client_id, "password": account.secret}).encode()
        reply = http.token_reply(account, "/api/authenticate", {"content-type": "application/json"}, who)
        return token_of(reply, "id_token")

    def speak(token: str) -> Reply:
        path = f"/api/tracking/{in_path(asked)}"
        return http.request(account, "GET", path, headers={"authorization": f"Bearer {token}"})

    reply = http.with_token(account, fetch, speak)
    return parse(reply.body, reply.content_type)


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says. Raises CarrierError when it is no answer of Asendia."""
    results = document.load_many(answer, content_type)
    if all(_is_line(each) for each in results):
        results = [{"trackingEvents": results}]  # a bare history, of the number that was asked about
    parcels = [parcel for each in results for parcel in (nodes(each, "data") or [each])]
    people = frozenset(name for each in results for name in document.names(each, _NAMES))
    shipments = [_shipment(each, people) for each in parcels if _lines(each) is not None]
    errors = [_error(each) for each in results if _refused(each)]
    errors += [_fault(each) for result in results for each in nodes(result, "errorMessages")]
    if not shipments and not errors:
        raise CarrierError("this is no answer of Asendia's tracking")
    return Answer(tuple(shipments), tuple(errors), people, answer)


def _is_line(each: Node) -> bool:
    return bool(text(each, "time") and (text(each, "code") or text(each, "carrierEventDescription")))


def _lines(parcel: Node) -> list[Node] | None:
    for key in ("trackingEvents", "trackingMilestoneEvents", "trackingBrandedDetail"):
        if isinstance(parcel.get(key), list):
            return nodes(parcel, key)
    return None


def _refused(result: Node) -> bool:
    status = text(result, "responseStatus", "responseStatusCode") or text(result, "status")
    return (status not in ("", "200") and status.isdigit()) or bool(text(result, "title") and status)


def _error(problem: Node) -> AnswerError:
    code = text(problem, "responseStatus", "responseStatusCode") or text(problem, "status") or None
    told = (
        text(problem, "responseStatus", "responseStatusMessage"),
        text(problem, "title"),
        text(problem, "detail"),
    )
    message = ": ".join(filter(None, told))
    return AnswerError(kind_of(code, message, HTTP_KINDS), text(problem, "trackingNumber") or None, code, message)


def _fault(problem: Node) -> AnswerError:
    """What is wrong with one parcel of an answer that is right as such."""
    message = ": ".join(filter(None, (text(problem, "field"), text(problem, "message"))))
    return AnswerError(kind_of(None, message, {}), None, None, message)


def _shipment(parcel: Node, people: frozenset[str]) -> TrackedShipment:
    number = text(parcel, "trackingNumber") or text(parcel, "trackingNumberVendor")
    number = number or text(parcel, "trackingBrandedSummary", "trackingNumber")
    events = tuple(in_order(_event(line, number) for line in _lines(parcel) or []))
    return TrackedShipment(KEY, number, events, source=document.cutting(parcel, PERSONAL, people))


def _event(line: Node, number: str) -> TrackingEvent:
    words = text(line, "carrierEventDescription") or text(line, "eventDescription") or text(line, "description")
    code = (text(line, "code") or text(line, "eventCode")).upper()
    town = text(line, "locationName") or text(line, "eventLocation") or text(line, "eventLocationDetails", "city")
    country = text(line, "locationCountry") or zones.country_named(
        text(line, "eventLocationDetails", "countryName")
    )
    place = document.place(town, "", "", country)
    stamp = clock.read(
        text(line, "time") or text(line, "eventOn"), zone=zones.zone_of(country), how=How.FROM_LOCATION
    )
    coded = _CODES.get(code) or (classify(code.replace("_", " ")) if len(code) > _LETTERS else None)
    return event(KEY, number, stamp, weigh(coded, classify_abroad(words)), words, code=code, place=place)


_LETTERS = 3  # a longer code is in words: OUT_FOR_DELIVERY
