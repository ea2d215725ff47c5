"""UPS: Track API v1, `GET /api/track/v1/details/{number}` (developer.ups.com).

An activity carries a local clock and, in most countries, the same moment in GMT; the GMT half is the one to use.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from carriers import clock, document, zones
from carriers.adapter import Asked, event, in_path
from carriers.answer import Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.document import Node, node, nodes, text
from carriers.event import Place, TrackingEvent, in_order
from carriers.headline import delivered_at_sender
from carriers.http import Account, Http
from carriers.numbers import detect
from carriers.vocabulary import Status, SubState
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "ups"
BASE_URL = "https://onlinetools.ups.com"
BATCH = 1
PAUSE_S = 0.0
CREDENTIALS = {"client_id": "client id", "secret": "client secret"}
ASKS: tuple[str, ...] = ()
TRIAL = "1Z5338FF0107231059"
PERSONAL = frozenset(
    {
        "receivedBy",
        "name",
        "attentionName",
        "addressLine1",
        "addressLine2",
        "addressLine3",
        "signature",
        "deliveryPhoto",
        "pod",
        "referenceNumber",
        "paymentInformation",
    }
)
_NAMES = frozenset({"receivedBy", "attentionName", "name"})

_ERRORS = {
    "250002": ErrorKind.AUTH_FAILED,
    "250003": ErrorKind.AUTH_FAILED,
    "250005": ErrorKind.AUTH_FAILED,
    "TV1001": ErrorKind.BAD_REQUEST,
    "TV1002": ErrorKind.INVALID_NUMBER,
    "TW0001": ErrorKind.NOT_FOUND,
    "151018": ErrorKind.INVALID_NUMBER,
    "151022": ErrorKind.INVALID_NUMBER,
    "151044": ErrorKind.NOT_FOUND,
    "151045": ErrorKind.NOT_FOUND,
    "151062": ErrorKind.NOT_FOUND,
    "10001": ErrorKind.CARRIER_ERROR,
    "10429": ErrorKind.TOO_MANY,
    "UJ0001": ErrorKind.CARRIER_ERROR,
}

_FACILITY = Reading(Status.IN_TRANSIT, None, SubState.FACILITY, physical=True)

# status.type of an activity: what it says when the words do not say more. (Track API, "Status type")
_TYPES: dict[str, Reading] = {
    "M": Reading(Status.REGISTERED),
    "MV": Reading(Status.CANCELLED),
    "P": Reading(Status.IN_TRANSIT, None, SubState.ACCEPTED, physical=True),
    "I": _FACILITY,
    "W": _FACILITY,
    "DO": _FACILITY,  # delivered to the origin's freight station: still ours to follow
    "DD": _FACILITY,
    "O": Reading(Status.OUT_FOR_DELIVERY, physical=True),
    "X": Reading(Status.EXCEPTION, physical=True),
    "RS": Reading(Status.RETURNING, physical=True),
    "D": Reading(Status.DELIVERED, physical=True),
}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about one number. Raises CarrierError."""
    reply = http.authorised(
        account,
        "GET",
        f"/api/track/v1/details/{in_path(asked)}?locale=en_US",
        token_path="/security/v1/oauth/token",  # noqa: S106  # an address, no secret
        headers={"transId": asked[0].number, "transactionSrc": "wayproof"},
    )
    return parse(reply.body, reply.content_type)


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says. Raises CarrierError when it is no answer of this API."""
    top = document.load(answer, content_type)
    if not {"trackResponse", "response", "errors"} & top.keys():
        raise CarrierError("this is no answer of the UPS Track API")
    people = document.names(top, _NAMES)
    shipments: list[TrackedShipment] = []
    errors = [_error(each, None) for each in (*nodes(top, "response", "errors"), *nodes(top, "errors"))]
    for shipment in nodes(top, "trackResponse", "shipment"):
        found = _shipment(shipment, people)
        if found:
            shipments.append(found)
        else:
            number = text(shipment, "inquiryNumber") or None
            errors.extend(_error(warning, number) for warning in nodes(shipment, "warnings"))
    return Answer(tuple(shipments), tuple(errors), people, answer)


def _error(error: Node, number: str | None) -> AnswerError:
    code, message = text(error, "code") or None, text(error, "message")
    return AnswerError(kind_of(code, message, _ERRORS), number, code, message)


def _shipment(shipment: Node, people: frozenset[str]) -> TrackedShipment | None:
    packages = nodes(shipment, "package")
    number = _number(shipment, packages)
    if not packages or not number:
        return None
    events = [
        event
        for package in packages
        for event in _events(package, number, text(package, "trackingNumber") if len(packages) > 1 else None)
    ]
    if not events and nodes(shipment, "warnings"):
        return None
    source = document.cutting(shipment, PERSONAL, people)
    return TrackedShipment(KEY, number, tuple(in_order(events)), _estimate(packages), source=source)


def _number(shipment: Node, packages: Sequence[Node]) -> str:
    """The number asked about; where the answer leaves it out, the package's own if it looks like one."""
    inquiry = text(shipment, "inquiryNumber")
    own = text(packages[0], "trackingNumber") if packages else ""
    return inquiry or (own if detect(own) or own.isdigit() else "")


def _events(package: Node, number: str, piece: str | None) -> Iterator[TrackingEvent]:
    sender = _sender_city(package)
    for activity in nodes(package, "activity") or _current(package):
        yield delivered_at_sender(_event(activity, number, piece or None), sender)


def _current(package: Node) -> Iterator[Node]:
    """The current status in the form of an activity, where a package has none; only a delivery states its time."""
    told = node(package, "currentStatus")
    words = text(told, "description") or text(told, "simplifiedTextDescription")
    if not (words or text(told, "type")):
        return
    delivered = text(told, "type").upper() == "D"
    days = [text(each, "date") for each in nodes(package, "deliveryDate") if text(each, "type").upper() == "DEL"]
    at = node(package, "deliveryTime")
    hour = text(at, "endTime") if text(at, "type").upper() == "DEL" else ""
    yield {
        "status": {
            "type": text(told, "type"),
            "description": words,
            "code": text(told, "code"),
            "statusCode": text(told, "statusCode"),
        },
        "date": days[0] if delivered and days else "",
        "time": hour if delivered and days else "",
    }


def _sender_city(package: Node) -> str | None:
    towns = {
        text(each, "type").upper(): text(each, "address", "city").casefold()
        for each in nodes(package, "packageAddress")
    }
    sender, recipient = towns.get("ORIGIN"), towns.get("DESTINATION")
    return sender if sender and recipient and sender != recipient else None


def _event(activity: Node, number: str, piece: str | None) -> TrackingEvent:
    status = node(activity, "status")
    place = _place(node(activity, "location", "address"))
    reading = _reading(text(status, "type").upper(), text(status, "description"), placed=place is not None)
    return event(
        KEY,
        number,
        _clock(activity, place),
        reading,
        text(status, "description"),
        code=text(status, "code") or text(status, "statusCode"),
        place=place,
        piece=piece,
    )


def _reading(kind: str, words: str, *, placed: bool) -> Reading:
    """The words say more than the type, where they fit it."""
    told, plain = classify_abroad(words, placed=placed), _TYPES.get(kind, Reading(None))
    if told.status is None or kind in ("M", "MV", "O"):
        return plain if plain.status else told
    if kind == "D":
        if told.status in (Status.RETURNING, Status.RETURNED):
            return replace(told, status=Status.RETURNED, physical=True)
        handed_on = told.sub_state is SubState.HANDOFF
        return told if handed_on or told.status in _INSTEAD_OF_DELIVERED else plain
    if kind == "X" and told.status in _NO_TROUBLE and told.sub_state is not SubState.CUSTOMS_RELEASED:
        return plain
    if kind == "P" and told.status is Status.IN_TRANSIT:
        return plain
    return told


_INSTEAD_OF_DELIVERED = frozenset({Status.AVAILABLE_FOR_PICKUP, Status.EXCEPTION})
_NO_TROUBLE = frozenset({Status.IN_TRANSIT, Status.DELIVERED, Status.OUT_FOR_DELIVERY, Status.REGISTERED})


def _clock(activity: Node, place: Place | None) -> clock.Clock:
    day, hour = text(activity, "date"), text(activity, "time")
    zone = zones.zone_of(place.country, place.region) if place else None
    local = clock.read(f"{day} {hour}".strip(), zone=zone, how=clock.How.FROM_LOCATION)
    gmt_day, gmt_hour = text(activity, "gmtDate"), text(activity, "gmtTime")
    if gmt_day and gmt_hour:
        return clock.with_utc_half(local, clock.read(f"{gmt_day} {gmt_hour}Z"))
    if offset := text(activity, "gmtOffset"):
        given = clock.read(f"{day} {hour}{offset}")
        return replace(given, text=local.text) if given.utc else local
    return local


def _place(address: Node) -> Place | None:
    return document.place(
        text(address, "city"),
        text(address, "stateProvince"),
        text(address, "postalCode"),
        text(address, "countryCode") or text(address, "country"),
    )


def _estimate(packages: Sequence[Node]) -> date | None:
    """The rescheduled date, else the scheduled one; the latest of several packages."""
    for wanted in ("RDD", "SDD"):
        dates = [
            clock.read(text(each, "date")).on
            for package in packages
            for each in nodes(package, "deliveryDate")
            if text(each, "type").upper() == wanted
        ]
        known = [on for on in dates if on]
        if known:
            return max(known)
    return None
