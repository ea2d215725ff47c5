"""DPD: ParcelLifeCycleService 2.0, `getTrackingData` (SOAP, esolutions.dpd.com), with a token of LoginService 2.0.

An answer does not repeat the number. Stamps are local, in the American order; the town names its country. The
label of a line is that of its stage and says little: status and description are to be read.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from xml.sax.saxutils import escape

from carriers import clock, document, markup, zones
from carriers.adapter import (
    ACCEPTED,
    AT_COUNTER,
    CANCELLED,
    DELIVERED,
    IN_CUSTOMS,
    LABEL,
    OUT,
    RETURNED,
    RETURNING,
    SCAN,
    TRIED,
    TROUBLE,
    Asked,
    event,
    weigh,
)
from carriers.answer import Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.document import Node, found, nodes, text
from carriers.event import Place, TrackingEvent, in_order
from carriers.http import Account, Http, Reply, Token
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "dpd"
BASE_URL = "https://public-ws.dpd.com/services"
BATCH = 1
PAUSE_S = 1.0
CREDENTIALS = {"client_id": "DELIS-ID", "secret": "password"}
ASKS = ()
TRIAL = "01475220123456"
PERSONAL = frozenset({"receiverName", "signature", "contactInfo", "pod", "receiver", "name"})
_NAMES = frozenset({"receiverName"})

_TOKEN_LIFE = timedelta(hours=12)  # DPD renews it every morning at three; the answer names no hour
_TYPES = "http://dpd.com/common/service/types"

_ERRORS = {
    "DELICOM_ERR_AUTHENTICATION": ErrorKind.AUTH_FAILED,
    "DELICOM_ERR_AUTHORIZATION": ErrorKind.AUTH_FAILED,
    "LOGIN_5": ErrorKind.AUTH_FAILED,
    "LOGIN_6": ErrorKind.AUTH_FAILED,
    "LOGIN_7": ErrorKind.AUTH_FAILED,
    "LOGIN_8": ErrorKind.TOO_MANY,
}

# The statuses of ParcelLifeCycleService, without case and underscores.
_CODES: dict[str, Reading] = {
    **dict.fromkeys(("shipment", "startorder", "orderdata", "ordered"), LABEL),
    **dict.fromkeys(("pickedup", "pickupdriver", "accepted", "atsendingdepot"), ACCEPTED),
    **dict.fromkeys(("ontheroad", "betweendepots", "depot", "atdeliverydepot", "export", "import"), SCAN),
    **dict.fromkeys(("courier", "outfordelivery"), OUT),
    # Back at the depot of the recipient after a round, not on its way to the sender.
    **dict.fromkeys(("deliveryfailure", "notdelivered", "returningfromdelivery"), TRIED),
    **dict.fromkeys(("parcelshop", "pickuppoint", "availableatpickuppoint"), AT_COUNTER),
    **dict.fromkeys(("delivered", "pickedupbyconsignee", "deliveredtoneighbour"), DELIVERED),
    **dict.fromkeys(("returntosender", "backtosender", "returned"), RETURNING),
    "returnedtosender": RETURNED,
    "customs": IN_CUSTOMS,
    "problem": TROUBLE,
    "cancelled": CANCELLED,
}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about one number. Raises CarrierError."""
    number = asked[0].number

    def fetch() -> Token:
        return _token(http, account)

    def speak(token: str) -> Reply:
        path, body = "/ParcelLifeCycleService/V2_0/", _question(account, token, number)
        reply = http.request(account, "POST", path, headers=_HEADERS, body=body, soap=True)
        if any(each.kind is ErrorKind.AUTH_FAILED for each in parse(reply.body, reply.content_type).errors):
            raise CarrierError("DPD refused the token", kind=ErrorKind.AUTH_FAILED, cause="credential")
        return reply

    reply = http.with_token(account, fetch, speak)
    return parse(reply.body, reply.content_type)


def _token(http: Http, account: Account) -> Token:
    words = (
        f'<getAuth xmlns="{_TYPES}/LoginService/2.0"><delisId xmlns="">{escape(account.client_id)}</delisId>'
        f'<password xmlns="">{escape(account.secret)}</password>'
        '<messageLanguage xmlns="">en_US</messageLanguage></getAuth>'
    )
    reply = http.request(
        account, "POST", "/LoginService/V2_0/", headers=_HEADERS, body=_soap("", words), soap=True
    )
    given = found(markup.load(reply.body, reply.content_type), "return")
    token = text(given[0], "authToken") if given else ""
    if not token:
        raise CarrierError(
            "DPD gives no token for this DELIS-ID and password", kind=ErrorKind.AUTH_FAILED, cause="credential"
        )
    return token, _TOKEN_LIFE


_HEADERS = {"content-type": "text/xml; charset=utf-8", "accept": "text/xml"}


def _question(account: Account, token: str, number: str) -> bytes:
    who = (
        f'<authentication xmlns="{_TYPES}/Authentication/2.0">'
        f'<delisId xmlns="">{escape(account.client_id)}</delisId>'
        f'<authToken xmlns="">{escape(token)}</authToken>'
        '<messageLanguage xmlns="">en_US</messageLanguage></authentication>'
    )
    what = (
        f'<getTrackingData xmlns="{_TYPES}/ParcelLifeCycleService/2.0">'
        f'<parcelLabelNumber xmlns="">{escape(number)}</parcelLabelNumber></getTrackingData>'
    )
    return _soap(who, what)


def _soap(head: str, body: str) -> bytes:
    envelope = "http://schemas.xmlsoap.org/soap/envelope/"
    return (
        f'<s:Envelope xmlns:s="{envelope}"><s:Header>{head}</s:Header><s:Body>{body}</s:Body></s:Envelope>'
    ).encode()


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says, about a number that only the question names. Raises CarrierError."""
    top = markup.body(markup.load(answer, content_type))
    people = document.names(top, _NAMES)
    if faults := nodes(top, "Fault"):
        return Answer((), tuple(map(_error, faults)), people, answer)
    results = found(top, "trackingresult")
    if not results:
        raise CarrierError("this is no answer of DPD's ParcelLifeCycleService")
    shipments = tuple(_shipment(each, people) for each in results if nodes(each, "statusInfo"))
    unheard = AnswerError(ErrorKind.NOT_FOUND, None, None, "DPD has no data of this parcel")
    return Answer(shipments, () if shipments else (unheard,), people, answer)


def _error(fault: Node) -> AnswerError:
    told = next((each for each in found(fault, "detail") for each in _inside(each)), fault)
    code = text(told, "errorCode") or text(fault, "faultcode") or None
    message = text(told, "errorMessage") or text(fault, "faultstring")
    return AnswerError(kind_of(code, message, _ERRORS), None, code, message)


def _inside(detail: Node) -> list[Node]:
    return [value for value in detail.values() if isinstance(value, dict)]


def _shipment(result: Node, people: frozenset[str]) -> TrackedShipment:
    number = text(result, "shipmentInfo", "parcelLabelNumber")
    happened = (each for each in nodes(result, "statusInfo") if _has_happened(each))
    events = tuple(in_order(_event(line, number) for line in happened))
    return TrackedShipment(KEY, number, events, source=document.cutting(result, PERSONAL, people))


def _has_happened(line: Node) -> bool:
    """The steps still to come are told too, without a stamp."""
    return text(line, "statusHasBeenReached") != "false" and bool(_said(line.get("date")))


def _event(line: Node, number: str) -> TrackingEvent:
    words = _said(line.get("description")) or _said(line.get("label"))
    code, place = text(line, "status"), _place(_said(line.get("location")))
    zone = zones.zone_of(place.country) if place else None
    stamp = clock.read(_said(line.get("date")), zone=zone, how=clock.How.FROM_LOCATION, order="mdy")
    coded = _CODES.get(re.sub(r"[^a-z]", "", code.lower()))
    reading = weigh(coded, classify_abroad(words, placed=place is not None))
    return event(KEY, number, stamp, reading, words, code=code, place=place)


def _said(part: object) -> str:
    """The text of a content, which holds its text, a content, or several."""
    for _ in range(4):
        if isinstance(part, list):
            return " ".join(filter(None, map(_said, part)))[:500]
        if not isinstance(part, dict):
            break
        part = part.get("content", part.get("#text"))
    return text(part)


def _place(words: str) -> Place | None:
    """`Town (BE)`."""
    found_here = re.fullmatch(r"(?P<town>.{0,80}?)\s*\((?P<country>[A-Z]{2})\)", words)
    if not found_here:
        return document.place(words, "", "", "")
    return document.place(found_here["town"], "", "", found_here["country"])
