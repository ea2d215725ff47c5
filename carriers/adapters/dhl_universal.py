"""DHL: Shipment Tracking - Unified, `GET /track/shipments` (developer.dhl.com), over all divisions of DHL.

Stamps are local; some divisions add the offset, some do not. The normalised `statusCode` is the one to trust; the
words say more about a transit or a failure.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from urllib.parse import quote

from carriers import clock, document, zones
from carriers.adapter import Asked, event, in_path
from carriers.answer import HTTP_KINDS, Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.document import Node, node, nodes, text, texts
from carriers.event import Place, TrackingEvent, in_order
from carriers.headline import delivered_at_sender
from carriers.http import Account, Http
from carriers.vocabulary import Status, SubState
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "dhl_universal"
BASE_URL = "https://api-eu.dhl.com"
BATCH = 1
PAUSE_S = 1.0  # seconds between two requests: one per second at entry level
CREDENTIALS = {"client_id": "API key"}
ASKS: tuple[str, ...] = ("postal_code",)
TRIAL = "00340434292135100186"
PERSONAL = frozenset(
    {
        "receiver",
        "sender",
        "proofOfDelivery",
        "signed",
        "name",
        "givenName",
        "familyName",
        "streetAddress",
        "references",
        "proofOfDeliverySignedAvailable",
    }
)
_NAMES = frozenset({"givenName", "familyName", "name"})

_CODES: dict[str, Reading] = {
    "pre-transit": Reading(Status.REGISTERED),
    "transit": Reading(Status.IN_TRANSIT, None, SubState.FACILITY, physical=True),
    "delivered": Reading(Status.DELIVERED, physical=True),
    "failure": Reading(Status.EXCEPTION, physical=True),
}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about one number. Raises CarrierError."""
    where = f"&recipientPostalCode={quote(asked[0].postal_code, safe='')}" if asked[0].postal_code else ""
    path = f"/track/shipments?trackingNumber={in_path(asked)}&language=en{where}"
    reply = http.request(account, "GET", path, headers={"DHL-API-Key": account.client_id})
    return parse(reply.body, reply.content_type)


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says. Raises CarrierError when it is no answer of this API."""
    top = document.load(answer, content_type)
    people = document.names(top, _NAMES, answer)
    if isinstance(top.get("shipments"), list):
        shipments = (_shipment(each, people) for each in nodes(top, "shipments"))
        return Answer(tuple(each for each in shipments if each), (), people, answer)
    if not ({"title", "detail"} & top.keys() and text(top, "status")):
        raise CarrierError("this is no answer of DHL Shipment Tracking - Unified")
    return Answer((), (_error(top),), people, answer)


def _error(problem: Node) -> AnswerError:
    code, message = text(problem, "status"), f"{text(problem, 'title')}: {text(problem, 'detail')}"
    *_, number = text(problem, "instance").rsplit("/shipment/", 1)
    kind = kind_of(code, message, HTTP_KINDS)
    if kind is ErrorKind.BAD_REQUEST and kind_of(None, message, {}) is ErrorKind.INVALID_NUMBER:
        kind = ErrorKind.INVALID_NUMBER
    return AnswerError(kind, number if "/shipment/" in text(problem, "instance") else None, code, message)


def _shipment(shipment: Node, people: frozenset[str]) -> TrackedShipment | None:
    number = text(shipment, "id")
    if not number:
        return None
    lines = nodes(shipment, "events") or nodes(shipment, "status")  # some divisions give the newest line alone
    sender = _sender_city(shipment)
    pieces = _piece_count(shipment)
    service = text(shipment, "service") or None
    events = [_event(line, number, service, pieces) for line in lines]
    if sender:
        events = [delivered_at_sender(event, sender) for event in events]
    return TrackedShipment(
        carrier=KEY,
        tracking_number=number,
        events=tuple(in_order(events)),
        estimated_delivery=_estimate(shipment),
        carrier_ref=service,
        source=document.cutting(shipment, PERSONAL, people),
    )


def _sender_city(shipment: Node) -> str | None:
    sender = text(shipment, "origin", "address", "addressLocality")
    recipient = text(shipment, "destination", "address", "addressLocality")
    return sender if sender and recipient and sender.casefold() != recipient.casefold() else None


def _piece_count(shipment: Node) -> int:
    count = text(shipment, "details", "totalNumberOfPieces")
    return int(count) if count.isascii() and count.isdigit() and len(count) < 6 else 1


def _event(line: Node, number: str, service: str | None, pieces: int) -> TrackingEvent:
    place = _place(node(line, "location", "address"))
    words, status, remark, code, stamp = texts(line, "description", "status", "remark", "statusCode", "timestamp")
    zone = zones.zone_of(place.country) if place else None
    named = line.get("pieceIds")
    alone = isinstance(named, list) and len(named) == 1 and pieces > 1
    # statusCode is one of five classes, no code of an event: two scans of one minute would pass for one.
    return event(
        KEY,
        number,
        clock.read(stamp, zone=zone, how=clock.How.FROM_LOCATION),
        _reading(code, words, status, remark, place is not None),
        words or status,
        remark=remark,
        place=place,
        piece=text(named[0]) if alone and isinstance(named, list) else None,
        ref=service,
    )


@lru_cache(4096)  # DHL says the same few lines over and over
def _reading(code: str, words: str, status: str, remark: str, placed: bool) -> Reading:
    """The normalised code, with what the words add to a transit, a failure or a delivery."""
    plain = _CODES.get(code.lower(), Reading(None))
    told = _told(words, status, remark, placed)
    if plain.status is Status.REGISTERED or told.status is None:
        return plain if plain.status else Reading(Status.IN_TRANSIT)
    if plain.status is Status.DELIVERED:
        if told.status in (Status.RETURNING, Status.RETURNED):
            return replace(told, status=Status.RETURNED, physical=True)
        return told if told.status in _INSTEAD_OF_DELIVERED or told.sub_state is SubState.HANDOFF else plain
    if plain.status is Status.EXCEPTION and told.status in _NO_TROUBLE:
        return plain
    return plain if plain.status and told.status is Status.DELIVERED else told


_INSTEAD_OF_DELIVERED = frozenset({Status.AVAILABLE_FOR_PICKUP, Status.EXCEPTION})
_NO_TROUBLE = frozenset({Status.IN_TRANSIT, Status.DELIVERED, Status.OUT_FOR_DELIVERY, Status.REGISTERED})


def _told(words: str, status: str, remark: str, placed: bool) -> Reading:
    """The first text that says anything; a trouble without a cause may have it in the remark."""
    readings = (classify_abroad(said, placed=placed) for said in (words, status, remark))
    told = next((each for each in readings if each.status), Reading(None))
    if told.reason is None and told.status in _NEEDS_A_CAUSE:
        return replace(told, reason=classify_abroad(f"{words}. {remark}", placed=placed).reason)
    return told


_NEEDS_A_CAUSE = frozenset({Status.CUSTOMS, Status.EXCEPTION, Status.ATTEMPT_FAILED})


def _place(address: Node) -> Place | None:
    town, postal_code, country = texts(address, "addressLocality", "postalCode", "countryCode")
    return document.place(town, "", postal_code, country)


def _estimate(shipment: Node) -> date | None:
    """The date at the destination as written; DHL gives local time, whatever letter stands behind it."""
    stamp = text(shipment, "estimatedTimeOfDelivery") or text(
        shipment, "estimatedDeliveryTimeFrame", "estimatedThrough"
    )
    return clock.read(stamp).on
