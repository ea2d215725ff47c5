"""USPS: Tracking v3, `GET /tracking/v3/tracking/{number}?expand=DETAIL` (developers.usps.com).

An event carries its local clock and the same moment in GMT; the GMT half is the one to use.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from carriers import clock, document
from carriers.adapter import Asked, event, in_path
from carriers.answer import HTTP_KINDS, Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.document import Node, nodes, text
from carriers.event import TrackingEvent, in_order
from carriers.http import Account, Http
from carriers.vocabulary import Reason, Status, SubState
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "usps"
BASE_URL = "https://apis.usps.com"
BATCH = 1
PAUSE_S = 1.0
CREDENTIALS = {"client_id": "consumer key", "secret": "consumer secret"}
ASKS: tuple[str, ...] = ()
TRIAL = "9400100000000000000000"
PERSONAL = frozenset({"name", "firm", "signature", "recipient", "streetAddress", "address", "emailAddress"})
_NAMES = frozenset({"name", "recipient"})

_ERRORS = {
    **HTTP_KINDS,
    "invalid_client": ErrorKind.AUTH_FAILED,
    "invalid_token": ErrorKind.AUTH_FAILED,
    "-2147219302": ErrorKind.NOT_FOUND,
    "-2147219283": ErrorKind.NOT_FOUND,
}

_FACILITY = Reading(Status.IN_TRANSIT, None, SubState.FACILITY, physical=True)

# Codes that say more than their words, or whose words vary. (USPS Publication 199, appendix "Event codes")
_CODES: dict[str, Reading] = {
    "GX": Reading(Status.REGISTERED),  # label created
    "MA": Reading(Status.REGISTERED),  # the sender's electronic notice
    "TL": Reading(Status.IN_TRANSIT),  # an estimate between facilities, no scan
    "TM": Reading(Status.IN_TRANSIT),
    "NT": Reading(Status.IN_TRANSIT),
    "03": Reading(Status.IN_TRANSIT, None, SubState.ACCEPTED, physical=True),
    "OA": Reading(Status.IN_TRANSIT, None, SubState.ACCEPTED, physical=True),
    "07": _FACILITY,
    "10": _FACILITY,
    "A1": _FACILITY,
    "L1": _FACILITY,
    "SF": _FACILITY,
    "T1": _FACILITY,
    "OF": Reading(Status.OUT_FOR_DELIVERY, physical=True),
    "01": Reading(Status.DELIVERED, physical=True),
}
_TRIED = Reading(Status.ATTEMPT_FAILED, physical=True)
_NOT_HERE = Reading(Status.EXCEPTION, Reason.ADDRESS_PROBLEM, physical=True)
# What the codes of trouble mean where the words say nothing that we know.
_TROUBLES: dict[str, Reading] = {
    "02": _TRIED,
    "04": replace(_TRIED, reason=Reason.REFUSED),
    **dict.fromkeys(("05", "21", "22", "23", "24", "25", "26", "28"), _NOT_HERE),
    "06": _FACILITY,
    **dict.fromkeys(("08", "15"), Reading(Status.EXCEPTION, Reason.CARRIER_NETWORK, physical=True)),
    **dict.fromkeys(("09", "29", "31"), Reading(Status.RETURNING, physical=True)),
    **dict.fromkeys(("14", "16"), Reading(Status.AVAILABLE_FOR_PICKUP, physical=True)),
    "27": Reading(Status.RETURNING, Reason.UNCLAIMED, physical=True),
    **dict.fromkeys(("30", "51", "52", "53", "55", "56"), replace(_TRIED, reason=Reason.RECIPIENT_ABSENT)),
    "54": _TRIED,
}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about one number. Raises CarrierError."""
    reply = http.authorised(
        account,
        "GET",
        f"/tracking/v3/tracking/{in_path(asked)}?expand=DETAIL",
        token_path="/oauth2/v3/token",  # noqa: S106  # an address, no secret
        credentials_in_body=True,
    )
    return parse(reply.body, reply.content_type)


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says. Raises CarrierError when it is no answer of this API."""
    top = document.load(answer, content_type)
    people = document.names(top, _NAMES)
    if "error" in top:
        return Answer((), (_error(top),), people, answer)
    if not isinstance(top.get("trackingEvents"), list):
        raise CarrierError("this is no answer of USPS Tracking v3")
    return Answer((_shipment(top, people),), (), people, answer)


def _error(top: Node) -> AnswerError:
    """An OAuth refusal names its error in text; the API tells of it in an object."""
    if isinstance(top.get("error"), str):
        code, message = text(top, "error"), text(top, "error_description")
    else:
        code = text(top, "error", "code")
        message = text(top, "error", "message")
    return AnswerError(kind_of(code or None, message, _ERRORS), None, code or None, message)


def _shipment(top: Node, people: frozenset[str]) -> TrackedShipment:
    number = text(top, "trackingNumber")
    events = tuple(in_order(_event(line, number) for line in nodes(top, "trackingEvents")))
    source = document.cutting(top, PERSONAL, people)
    return TrackedShipment(KEY, number, events, _estimate(top), source=source)


def _event(line: Node, number: str) -> TrackingEvent:
    words, code = text(line, "eventType"), text(line, "eventCode").upper()
    place = document.place(
        text(line, "eventCity"), text(line, "eventState"), text(line, "eventZIP"), text(line, "eventCountry")
    )
    reading = _reading(code, words, placed=place is not None)
    local = clock.read(text(line, "eventTimestamp"))
    gmt = text(line, "GMTTimestamp")
    return event(
        KEY,
        number,
        clock.with_utc_half(local, clock.read(gmt)) if gmt else local,
        reading,
        words,
        code=code,
        place=place,
    )


def _reading(code: str, words: str, *, placed: bool) -> Reading:
    """The code where it is one of the plain ones, unless the words tell of trouble or a return."""
    told, plain = classify_abroad(words, placed=placed), _CODES.get(code)
    if plain is None or told.status in _TROUBLE:
        return told if told.status else _TROUBLES.get(code, told)
    return plain


def _estimate(top: Node) -> date | None:
    for name in ("expectedDeliveryDate", "predictedDeliveryDate", "guaranteedDeliveryDate"):
        on = clock.read(text(top, name)).on
        if on:
            return on
    return None


_TROUBLE = frozenset({Status.EXCEPTION, Status.ATTEMPT_FAILED, Status.RETURNING, Status.RETURNED, Status.CUSTOMS})
