"""Hermes: Hermes Shipping Interface, `GET /shipmentinfo` (Hermes Germany), with a token of the password grant.

Stamps carry an offset. The four figures of a code are the event; words may be German.
"""

from collections.abc import Sequence
from dataclasses import replace

from carriers import clock, document, zones
from carriers.adapter import (
    ACCEPTED,
    AT_COUNTER,
    DELAY,
    DELIVERED,
    FILLER,
    HANDED_ON,
    IN_CUSTOMS,
    LABEL,
    OUT,
    RELEASED,
    RETURNING,
    SCAN,
    TRIED,
    TROUBLE,
    Asked,
    event,
    in_path,
    weigh,
)
from carriers.answer import HTTP_KINDS, Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.document import Node, node, nodes, text
from carriers.event import TrackingEvent, in_order
from carriers.http import Account, Http
from carriers.vocabulary import Reason
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "hermes"
BASE_URL = "https://de-api.hermesworld.com/services/hsi"
TOKEN_URL = "https://authme.myhermes.de"  # noqa: S105  # an address, no secret
BATCH = 10
PAUSE_S = 0.5
CREDENTIALS = {
    "client_id": "client id",
    "secret": "client secret",
    "user": "user name of the HSI",
    "password": "password of the HSI",
}
ASKS = ()
TRIAL = "H1000730000822701019"
PERSONAL = frozenset(
    {"receiverAddress", "receiverName", "signature", "clientReference", "clientReference2", "name"}
)
_NAMES = frozenset({"receiverName", "signatory"})

_ERRORS = {**HTTP_KINDS, "e020": ErrorKind.NOT_FOUND, "e010": ErrorKind.INVALID_NUMBER}

_NETWORK = replace(TROUBLE, reason=Reason.CARRIER_NETWORK)

# The first four figures decide, else the first two. (Hermes Germany, list of event codes)
_CODES: dict[str, Reading] = {
    "00": LABEL,
    **dict.fromkeys(("06", "07", "08", "09"), DELAY),  # announced, but not arrived
    "10": FILLER,  # left the client's warehouse, as the client says
    **dict.fromkeys(("15", "16", "20", "21", "23", "33"), SCAN),
    "1720": RELEASED,
    "17": IN_CUSTOMS,
    "1751": replace(IN_CUSTOMS, reason=Reason.CUSTOMS_PROHIBITED),
    "18": HANDED_ON,
    **dict.fromkeys(("19", "24"), ACCEPTED),
    "3010": SCAN,
    "30": OUT,
    "34": AT_COUNTER,
    "3430": HANDED_ON,  # to the carrier of an island
    "35": DELIVERED,
    "37": TRIED,
    "40": TRIED,  # the same, told again when the driver is back
    **dict.fromkeys(("3710", "3715", "4010", "4015"), replace(TRIED, reason=Reason.REFUSED)),
    **dict.fromkeys(("3720", "4020"), replace(TROUBLE, reason=Reason.ADDRESS_PROBLEM)),
    **dict.fromkeys(("373", "403"), replace(TRIED, reason=Reason.RECIPIENT_ABSENT)),
    "4024": replace(TROUBLE, reason=Reason.SENDER_DATA),  # too large or heavy for a parcel shop
    "4025": SCAN,
    "4035": replace(TROUBLE, reason=Reason.UNCLAIMED),
    **dict.fromkeys(("3740", "4040"), replace(TROUBLE, reason=Reason.DAMAGED)),
    **dict.fromkeys(("3750", "3780", "4050", "4080"), _NETWORK),
    **dict.fromkeys(("376", "406"), RETURNING),
    **dict.fromkeys(("4070", "4072"), FILLER),  # the line before was taken back
    **dict.fromkeys(("3795", "4095"), TROUBLE),  # stopped by the sender
    "41": SCAN,  # kept; the words say why
    "4690": FILLER,
    "4610": replace(DELAY, reason=Reason.CARRIER_NETWORK),
    "4620": DELAY,
    "4630": replace(DELAY, reason=Reason.LOST),
    **dict.fromkeys(("50", "60"), RETURNING),
    "90": FILLER,
}
# The same in the longer form of nine figures, by the first six, else the first three.
_LONG: dict[str, Reading] = {
    "000": LABEL,
    **dict.fromkeys(("000001", "000002", "000003", "000004"), DELAY),
    "010": FILLER,
    **dict.fromkeys(("030", "035", "045", "050"), SCAN),
    **dict.fromkeys(("031", "048090", "050090", "060090"), FILLER),
    "033": IN_CUSTOMS,
    "033002": RELEASED,
    **dict.fromkeys(("033005", "033006", "055002"), HANDED_ON),
    "033051": replace(IN_CUSTOMS, reason=Reason.CUSTOMS_PROHIBITED),
    "037": ACCEPTED,
    "048": DELAY,
    "048003": replace(DELAY, reason=Reason.LOST),
    "050001": OUT,
    "055": AT_COUNTER,
    "060": TRIED,
    "060000": SCAN,
    **dict.fromkeys(("060001", "060010"), replace(TRIED, reason=Reason.REFUSED)),
    "060002": replace(TROUBLE, reason=Reason.ADDRESS_PROBLEM),
    **dict.fromkeys(("060003", "060004", "060005", "060006"), replace(TRIED, reason=Reason.RECIPIENT_ABSENT)),
    **dict.fromkeys(("060007", "060009"), _NETWORK),
    "060008": replace(TROUBLE, reason=Reason.DAMAGED),
    "060012": replace(TROUBLE, reason=Reason.UNCLAIMED),
    "060095": TROUBLE,
    "065": RETURNING,
    "080": SCAN,
}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about up to ten numbers. Raises CarrierError."""
    home = TOKEN_URL if account.base_url == BASE_URL else ""
    who = {"username": account.more.get("user", ""), "password": account.more.get("password", "")}
    reply = http.authorised(
        account,
        "GET",
        f"/shipmentinfo?shipmentID={in_path(asked)}",
        token_path=f"{home}/authorization-facade/oauth2/access_token",
        token_form={"grant_type": "password", **who},
        headers={"accept-language": "en"},
    )
    return parse(reply.body, reply.content_type)


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says. Raises CarrierError when it is no answer of the Hermes Shipping Interface."""
    top = document.load(answer, content_type)
    told = nodes(top, "shipmentinfo") or nodes(top, "shipmentInfo")
    refusals = [*nodes(top, "listOfResultCodes"), *nodes(top, "error"), *nodes(top, "errors")]
    if not told and not refusals and not isinstance(top.get("shipmentinfo"), list):
        raise CarrierError("this is no answer of the Hermes Shipping Interface")
    people = document.names(top, _NAMES)
    errors = [_error(each, None) for each in refusals if not _only_warns(each)]
    errors += [_error(node(each, "result"), _number(each)) for each in told if not nodes(each, "status")]
    shipments = tuple(_shipment(each, people) for each in told if nodes(each, "status"))
    return Answer(shipments, tuple(errors), people, answer)


def _number(parcel: Node) -> str:
    return text(parcel, "shipmentID") or text(parcel, "shipmentId") or text(parcel, "barcode")


def _error(problem: Node, number: str | None) -> AnswerError:
    code = text(problem, "code") or None
    message = text(problem, "message") or "Hermes has no data of this shipment"
    known = kind_of(code, message, _ERRORS)
    if number is not None and known is ErrorKind.CARRIER_ERROR:
        known = ErrorKind.NOT_FOUND
    return AnswerError(known, number or None, code, message)


def _only_warns(problem: Node) -> bool:
    return text(problem, "code")[:1] == "w"


def _shipment(parcel: Node, people: frozenset[str]) -> TrackedShipment:
    number = _number(parcel)
    events = tuple(in_order(_event(line, number) for line in nodes(parcel, "status")))
    estimate = clock.read(text(parcel, "deliveryForecast", "date")).on
    return TrackedShipment(KEY, number, events, estimate, source=document.cutting(parcel, PERSONAL, people))


def _event(line: Node, number: str) -> TrackingEvent:
    words, code = text(line, "description"), text(line, "code")
    unit = node(line, "scanningUnit")
    written = text(unit, "countryCode")
    place = document.place(text(unit, "city"), "", "", zones.country_named(written) or written[:2])
    zone = zones.zone_of(place.country) if place else None
    stamp = text(line, "timestamp") or text(line, "dateTime")
    reading = weigh(_coded(code), classify_abroad(words, placed=place is not None))
    when = clock.read(stamp, zone=zone, how=clock.How.FROM_LOCATION)
    return event(KEY, number, when, reading, words, code=code, place=place)


def _coded(code: str) -> Reading | None:
    table, lengths = (_LONG, (6, 3)) if len(code) == 9 else (_CODES, (4, 3, 2))
    return next((table[code[:length]] for length in lengths if code[:length] in table), None)
