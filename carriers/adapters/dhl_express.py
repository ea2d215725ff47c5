"""DHL Express: MyDHL API, `GET /shipments/{number}/tracking` (developer.dhl.com), and the older XML services.

Date and time are local; newer answers add the offset. A place is a service area, "town-country" in words.
"""

from collections.abc import Iterator, Sequence
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
from carriers.clock import Clock
from carriers.document import Node, found, nodes, text
from carriers.event import Place, TrackingEvent, in_order
from carriers.http import Account, Http
from carriers.vocabulary import Reason
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "dhl_express"
BASE_URL = "https://express.api.dhl.com/mydhlapi"
BATCH = 1
PAUSE_S = 1.0
CREDENTIALS = {"client_id": "API user name", "secret": "API password"}
ASKS = ()
TRIAL = "9356579890"
PERSONAL = frozenset(
    {
        "name",
        "signedBy",
        "shipperReferences",
        "postalAddress",
        "Signatory",
        "ShipperName",
        "ConsigneeName",
        "ShipperReference",
        "Shipper",
        "Consignee",
    }
)
_NAMES = frozenset({"name", "signedBy", "Signatory", "ShipperName", "ConsigneeName"})

_ERRORS = {
    **HTTP_KINDS,
    "100": ErrorKind.AUTH_FAILED,
    "111": ErrorKind.BAD_REQUEST,
    "209": ErrorKind.NOT_FOUND,
    "1001": ErrorKind.NOT_FOUND,
}

# The checkpoints of DHL Express; the letters are the same in both services.
_CODES: dict[str, Reading] = {
    **dict.fromkeys(("OR", "PU", "SA"), ACCEPTED),
    **dict.fromkeys(("AF", "AR", "CI", "DF", "IT", "HO", "LV", "PL", "RW", "UV", "CU"), SCAN),
    **dict.fromkeys(("AD", "CS", "IA", "PY", "RR", "SC", "SM", "TT", "FD"), FILLER),
    **dict.fromkeys(("HN", "TP", "TR"), HANDED_ON),
    **dict.fromkeys(("BL", "BN", "ES", "IC"), IN_CUSTOMS),
    **dict.fromkeys(("BR", "CR"), RELEASED),
    "CD": replace(IN_CUSTOMS, reason=Reason.CUSTOMS_DOCUMENTS),  # a delay that sender or recipient can end
    "UD": IN_CUSTOMS,
    "DI": replace(IN_CUSTOMS, reason=Reason.CUSTOMS_DUTIES, physical=False),
    "HP": replace(IN_CUSTOMS, reason=Reason.CUSTOMS_DUTIES),
    "WC": OUT,
    "CC": AT_COUNTER,
    "NH": replace(TRIED, reason=Reason.RECIPIENT_ABSENT),
    "CA": replace(TRIED, reason=Reason.RECIPIENT_ABSENT),
    "RD": replace(TRIED, reason=Reason.REFUSED),
    "ND": TRIED,
    "BA": replace(TROUBLE, reason=Reason.ADDRESS_PROBLEM),
    "CM": replace(TROUBLE, reason=Reason.ADDRESS_PROBLEM),
    **dict.fromkeys(("IR", "MC", "MS"), replace(TROUBLE, reason=Reason.CARRIER_NETWORK)),
    **dict.fromkeys(("MD", "TD", "NA"), replace(DELAY, reason=Reason.CARRIER_NETWORK)),
    "DM": replace(TROUBLE, reason=Reason.DAMAGED),
    "DS": replace(TROUBLE, reason=Reason.LOST),
    "DP": replace(TROUBLE, reason=Reason.SECURITY_HOLD),
    **dict.fromkeys(("HI", "OH", "SI", "SS", "ST"), TROUBLE),
    "TI": DELAY,
    "RT": RETURNING,
    "OK": DELIVERED,
    "DD": replace(DELIVERED, reason=Reason.DAMAGED),
    "PD": SCAN,  # a part of it: the pieces say the rest
    "DUMMY_PU": LABEL,
}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about one number. Raises CarrierError."""
    path = f"/shipments/{in_path(asked)}/tracking?trackingView=all-checkpoints&levelOfDetail=all"
    reply = http.request(account, "GET", path, headers={"authorization": account.basic, "accept-language": "eng"})
    return parse(reply.body, reply.content_type)


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says, in JSON or XML. Raises CarrierError when it is no answer of DHL Express."""
    top = document.load_either(answer, content_type)
    people = document.names(top, _NAMES)
    shipments, errors = _in_xml(top, people) if answer.lstrip()[:1] == b"<" else _in_json(top, people)
    return Answer(tuple(shipments), tuple(errors), people, answer)


def _in_json(top: Node, people: frozenset[str]) -> tuple[list[TrackedShipment], list[AnswerError]]:
    if isinstance(top.get("shipments"), list):
        known = [_shipment(each, people) for each in nodes(top, "shipments")]
        return [each for each in known if each], []
    if not ({"title", "detail", "message"} & top.keys() and text(top, "status")):
        raise CarrierError("this is no answer of the MyDHL API")
    message = ": ".join(filter(None, (text(top, "title"), text(top, "detail") or text(top, "message"))))
    more = top.get("additionalDetails")
    told = (
        f"{message} {' '.join(each for each in more[:5] if isinstance(each, str))}"
        if isinstance(more, list)
        else ""
    )
    code = text(top, "status")
    kind = kind_of(code, told or message, _ERRORS)
    by_words = kind_of(None, told or message, {})
    if kind is ErrorKind.BAD_REQUEST and by_words in (ErrorKind.NOT_FOUND, ErrorKind.INVALID_NUMBER):
        kind = by_words
    return [], [AnswerError(kind, None, code, message)]


def _shipment(shipment: Node, people: frozenset[str]) -> TrackedShipment | None:
    number = text(shipment, "shipmentTrackingNumber")
    if not number:
        return None
    events = tuple(in_order(_events(shipment, number)))
    estimate = clock.read(text(shipment, "estimatedDeliveryDate") or text(shipment, "estimatedTimeOfDelivery")).on
    return TrackedShipment(KEY, number, events, estimate, source=document.cutting(shipment, PERSONAL, people))


def _events(shipment: Node, number: str) -> Iterator[TrackingEvent]:
    """The lines of the pieces where there are several, else those of the shipment."""
    pieces = [each for each in nodes(shipment, "pieces") if nodes(each, "events")]
    if len(pieces) > 1:
        for each in pieces:
            for line in nodes(each, "events"):
                yield _event(line, number, text(each, "trackingNumber") or text(each, "number"))
        return
    lines = nodes(shipment, "events") or [line for each in pieces for line in nodes(each, "events")]
    for line in lines:
        yield _event(line, number, None)


def _event(line: Node, number: str, piece: str | None) -> TrackingEvent:
    words, code = text(line, "description"), text(line, "typeCode").upper()
    area = next(iter(nodes(line, "serviceArea")), {})
    place = _place(text(area, "description"))
    stamp = f"{text(line, 'date')} {text(line, 'time')}".strip()
    reading = weigh(_CODES.get(code), classify_abroad(words))
    return event(
        KEY,
        number,
        _clock(stamp, text(line, "GMTOffset"), place),
        reading,
        words,
        code=code,
        place=place,
        piece=piece,
    )


def _clock(stamp: str, offset: str, place: Place | None) -> Clock:
    if offset:
        given = clock.read(stamp + offset)
        return replace(given, text=f"{stamp} {offset}") if given.utc else clock.read(stamp)
    zone = zones.zone_of(place.country, place.region) if place else None
    return clock.read(stamp, zone=zone, how=clock.How.FROM_LOCATION)


def _place(words: str) -> Place | None:
    """`LEIPZIG-GERMANY`, `Cincinnati Hub,OH-USA`: the country stands last."""
    town, _, country = words.rpartition("-")
    code = zones.country_named(country)
    if not code:
        return document.place(words, "", "", "")
    town, _, region = town.rpartition(",") if code in ("US", "CA", "AU") else (town, "", "")
    return document.place((town or region).strip(), region.strip() if town else "", "", code)


def _in_xml(top: Node, people: frozenset[str]) -> tuple[list[TrackedShipment], list[AnswerError]]:
    parcels = found(top, "AWBInfo", "ArrayOfAWBInfoItem")
    refusals = [] if parcels else found(top, "Condition")
    if not parcels and not refusals:
        raise CarrierError("this is no answer of DHL Express")
    shipments, errors = [], [_refusal(each, None) for each in refusals]
    for parcel in parcels:
        number, info = text(parcel, "AWBNumber"), next(iter(nodes(parcel, "ShipmentInfo")), None)
        if number and info:
            lines = nodes(info, "ShipmentEvent") or found(info, "ArrayOfShipmentEventItem")
            events = tuple(in_order(_old_event(line, number) for line in lines))
            estimate = clock.read(text(info, "EstDlvyDate")[:10]).on
            source = document.cutting(parcel, PERSONAL, people)
            shipments.append(TrackedShipment(KEY, number, events, estimate, source=source))
        else:
            told = found(parcel, "Condition") or nodes(parcel, "Status")
            errors += [_refusal(each, number or None) for each in told]
    return shipments, errors


def _refusal(condition: Node, number: str | None) -> AnswerError:
    code = text(condition, "ConditionCode") or None
    message = text(condition, "ConditionData") or text(condition, "ActionStatus")
    return AnswerError(kind_of(code, message, _ERRORS), number, code, message)


def _old_event(line: Node, number: str) -> TrackingEvent:
    words, code = text(line, "ServiceEvent", "Description"), text(line, "ServiceEvent", "EventCode").upper()
    place = _place(text(line, "ServiceArea", "Description"))
    stamp = _clock(f"{text(line, 'Date')} {text(line, 'Time')}".strip(), "", place)
    reading = weigh(_CODES.get(code), classify_abroad(words))
    return event(KEY, number, stamp, reading, words, code=code, place=place)
