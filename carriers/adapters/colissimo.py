"""Colissimo: tracking-timeline-ws, `timelineCompany` (Colissimo web services), and La Poste's Suivi for the same.

The codes are Colissimo's own, six letters, the first three of which are the stage; texts may be French.
"""

import json
from collections.abc import Sequence
from dataclasses import replace

from carriers import clock, document, zones
from carriers.adapter import (
    ACCEPTED,
    AT_COUNTER,
    DELAY,
    DELIVERED,
    FILLER,
    IN_CUSTOMS,
    LABEL,
    OUT,
    RELEASED,
    RETURNED,
    RETURNING,
    SCAN,
    TRIED,
    TROUBLE,
    Asked,
    event,
    weigh,
)
from carriers.adapters import laposte
from carriers.answer import Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.document import Node, found, node, nodes, text
from carriers.event import TrackingEvent, in_order
from carriers.http import Account, Http
from carriers.vocabulary import Reason
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "colissimo"
BASE_URL = "https://ws.colissimo.fr"
BATCH = 1
PAUSE_S = 0.5
CREDENTIALS = {"client_id": "contract number", "secret": "password"}
ASKS = ()
TRIAL = "6C10987654328"
PERSONAL = laposte.PERSONAL | frozenset(
    {"recipientCity", "recipientZipCode", "recipientName", "removalPoint", "destinataire", "receiver", "sender"}
)
_NAMES = frozenset({"recipientName", "recipient", "receiverName"})

_ERRORS = {
    "101": ErrorKind.NOT_FOUND,
    "103": ErrorKind.NOT_FOUND,  # older than thirty days
    "104": ErrorKind.INVALID_NUMBER,
    "105": ErrorKind.NOT_FOUND,
    "201": ErrorKind.AUTH_FAILED,
    "202": ErrorKind.AUTH_FAILED,
    "1000": ErrorKind.CARRIER_ERROR,
    "30204": ErrorKind.AUTH_FAILED,
    "30000": ErrorKind.AUTH_FAILED,
}

_PAPERS = replace(IN_CUSTOMS, reason=Reason.CUSTOMS_DOCUMENTS)
_REFUSED = replace(RETURNING, reason=Reason.REFUSED)
_ABSENT = replace(TRIED, reason=Reason.RECIPIENT_ABSENT)

# Codes that say more than their first three letters.
_CODES: dict[str, Reading] = {
    "PCHMQT": LABEL,
    "AARDVY": replace(TROUBLE, reason=Reason.CARRIER_NETWORK),
    "DEPGUI": ACCEPTED,  # handed in at a counter
    "LIVREO": RETURNED,
    "MLVARS": AT_COUNTER,
    "RENAVI": AT_COUNTER,
    "RSTBRT": AT_COUNTER,
    "RSTNCG": SCAN,
    "RENNRV": _ABSENT,
    "RENARV": _ABSENT,
    "RENAIN": replace(TROUBLE, reason=Reason.ADDRESS_PROBLEM),
    "RENCAD": replace(TROUBLE, reason=Reason.ADDRESS_PROBLEM),
    "RENDIA": replace(RETURNING, reason=Reason.ADDRESS_PROBLEM),
    **dict.fromkeys(("RENAVA", "RENDIV", "RENSNC", "RENSRB", "RENTAR"), _REFUSED),
    "RENLNA": SCAN,  # sent on where the recipient wished
    "RENACP": DELAY,
    "QDICFM": FILLER,
    "ENEMQT": DELAY,
    "DOUDOU": IN_CUSTOMS,
    "DOUEXI": IN_CUSTOMS,
    "DOUIDD": replace(IN_CUSTOMS, reason=Reason.CUSTOMS_INSPECTION),
    "DOUPRO": replace(IN_CUSTOMS, reason=Reason.CUSTOMS_PROHIBITED),
    "DOUDVR": replace(IN_CUSTOMS, reason=Reason.CUSTOMS_DUTIES),
    "DOULIB": RELEASED,
}
_STAGES: dict[str, Reading] = {
    "COM": LABEL,
    "PCH": ACCEPTED,
    **dict.fromkeys(("AAR", "CHG", "DCH", "EXP", "TRI", "RST"), SCAN),
    "DOU": _PAPERS,
    "MLV": OUT,
    "REN": TRIED,
    "LIV": DELIVERED,
    "SOL": RETURNING,
}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about one number. Raises CarrierError."""
    question = {
        "login": account.client_id,
        "password": account.secret,
        "parcelNumber": asked[0].number,
        "lang": "en_GB",
        "profil": "TRACKING_PARTNER",
    }
    path = "/tracking-timeline-ws/rest/tracking/timelineCompany"
    headers = {"content-type": "application/json"}
    reply = http.request(account, "POST", path, headers=headers, body=json.dumps(question).encode())
    return parse(reply.body, reply.content_type)


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says. Raises CarrierError when it is no answer of Colissimo's tracking."""
    if answer.lstrip()[:1] == b"[":
        return laposte.read(answer, content_type, KEY)
    top = document.load_either(answer, content_type)
    if "returnCode" in top or "shipment" in top:
        return laposte.read(answer, content_type, KEY)
    people = document.names(top, _NAMES)
    if answer.lstrip()[:1] == b"<":
        shipments, errors = _newest(top, people)
    else:
        shipments, errors = _timeline(top, people)
    return Answer(tuple(shipments), tuple(errors), people, answer)


def _timeline(top: Node, people: frozenset[str]) -> tuple[list[TrackedShipment], list[AnswerError]]:
    parcels = [each for each in nodes(top, "parcel") if text(each, "parcelNumber")]
    told = [*nodes(top, "status"), *nodes(top, "error"), *nodes(top, "message"), *nodes(top, "messages")]
    if not parcels and not told:
        raise CarrierError("this is no answer of Colissimo's tracking")
    refused = [_error(each) for each in told if text(each, "code") not in ("", "0")]
    if not parcels and not refused:
        refused = [AnswerError(ErrorKind.NOT_FOUND, None, None, "Colissimo has no data of this parcel")]
    return [_shipment(each, people) for each in parcels], refused


def _error(problem: Node) -> AnswerError:
    code = text(problem, "code") or text(problem, "errorCode") or None
    message = text(problem, "message") or text(problem, "errorMessage") or text(problem, "messageContent")
    return AnswerError(kind_of(code, message, _ERRORS), None, code, message)


def _shipment(parcel: Node, people: frozenset[str]) -> TrackedShipment:
    number = text(parcel, "parcelNumber")
    lines = nodes(parcel, "event") or nodes(parcel, "events")
    events = tuple(in_order(_event(line, number) for line in lines))
    estimate = clock.read(text(parcel, "estimatedDeliveryDate") or text(parcel, "deliveryDate")).on
    return TrackedShipment(KEY, number, events, estimate, source=document.cutting(parcel, PERSONAL, people))


def _event(line: Node, number: str) -> TrackingEvent:
    words = next(filter(None, (text(line, key) for key in ("labelLong", "label", "labelShort"))), "")
    code = text(line, "code").upper()
    country = text(line, "countryCodeISO") or text(line, "countryCode") or text(line, "siteCountryCode")
    place = document.place(text(line, "siteName"), "", text(line, "siteZipCode"), country)
    stamp = clock.read(text(line, "date"), zone=zones.zone_of(country), how=clock.How.FROM_LOCATION)
    return event(KEY, number, stamp, _reading(code, words), words, code=code, place=place)


def _reading(code: str, words: str) -> Reading:
    return weigh(_CODES.get(code) or _STAGES.get(code[:3]), classify_abroad(words))


def _newest(top: Node, people: frozenset[str]) -> tuple[list[TrackedShipment], list[AnswerError]]:
    """The older SOAP service tells the newest event alone."""
    told = [each for each in found(top, "return") if text(each, "errorCode") or text(each, "skybillNumber")]
    if not told:
        raise CarrierError("this is no answer of Colissimo's tracking")
    refused = [_error(each) for each in told if text(each, "errorCode") not in ("", "0")]
    shipments = [_one_event(each, people) for each in told if text(each, "errorCode") in ("", "0")]
    return shipments, refused


def _one_event(told: Node, people: frozenset[str]) -> TrackedShipment:
    number, words, code = text(told, "skybillNumber"), text(told, "eventLibelle"), text(told, "eventCode").upper()
    place = document.place(text(told, "eventSite"), "", "", "")
    stamp = clock.read(text(told, "eventDate"))
    line = event(KEY, number, stamp, _reading(code, words), words, code=code, place=place)
    return TrackedShipment(
        KEY, number, (line,), source=document.cutting(node({"it": told}, "it"), PERSONAL, people)
    )
