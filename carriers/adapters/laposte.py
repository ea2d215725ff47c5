"""La Poste: Suivi v2, `GET /suivi/v2/idships/{numbers}` (developer.laposte.fr), with Colissimo and Chronopost.

Texts are French or English as asked; the codes are the same in both, so the codes are read first.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from carriers import clock, document
from carriers.adapter import Asked, event, in_path
from carriers.answer import HTTP_KINDS, Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.document import Node, node, nodes, text
from carriers.event import TrackingEvent, in_order
from carriers.http import Account, Http
from carriers.vocabulary import Reason, Status, SubState
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "laposte"
BASE_URL = "https://api.laposte.fr"
BATCH = 10
PAUSE_S = 0.5
CREDENTIALS = {"client_id": "Okapi key"}
ASKS: tuple[str, ...] = ()
TRIAL = "LU680211095FR"
PERSONAL = frozenset({"removalPoint", "signature", "name", "recipient", "address", "partner"})
_NAMES = frozenset({"recipient"})

_ERRORS = {**HTTP_KINDS, "400": ErrorKind.INVALID_NUMBER}

_FACILITY = Reading(Status.IN_TRANSIT, None, SubState.FACILITY, physical=True)
_ACCEPTED = Reading(Status.IN_TRANSIT, None, SubState.ACCEPTED, physical=True)

# Suivi v2, list of event codes.
_CODES: dict[str, Reading] = {
    "DR1": Reading(Status.REGISTERED),
    "DR2": Reading(Status.REGISTERED),
    "PC1": _ACCEPTED,
    "PC2": _ACCEPTED,
    "ET1": _FACILITY,
    "ET2": _FACILITY,
    "ET3": _FACILITY,
    "ET4": _FACILITY,
    "EP1": Reading(Status.IN_TRANSIT),
    "DO1": Reading(Status.CUSTOMS, physical=True),
    "DO2": Reading(Status.IN_TRANSIT, None, SubState.CUSTOMS_RELEASED, physical=True),
    "DO3": Reading(Status.CUSTOMS, Reason.CUSTOMS_INSPECTION, physical=True),
    "PB1": Reading(Status.EXCEPTION, physical=True),
    "PB2": Reading(Status.IN_TRANSIT, physical=True),  # the trouble is over
    "MD2": Reading(Status.OUT_FOR_DELIVERY, physical=True),
    "ND1": Reading(Status.ATTEMPT_FAILED, physical=True),
    "AG1": Reading(Status.AVAILABLE_FOR_PICKUP, physical=True),
    "RE1": Reading(Status.RETURNING, physical=True),
    "DI0": Reading(Status.DELIVERED, physical=True),  # a whole lot of letters
    "DI1": Reading(Status.DELIVERED, physical=True),
    "DI2": Reading(Status.RETURNED, physical=True),
    "DI3": Reading(Status.DELIVERED, physical=True),
    "ID0": Reading(Status.REGISTERED),
}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about up to ten numbers. Raises CarrierError."""
    headers = {"X-Okapi-Key": account.client_id}
    reply = http.request(account, "GET", f"/suivi/v2/idships/{in_path(asked)}?lang=en_GB", headers=headers)
    answer = parse(reply.body, reply.content_type)
    if len(asked) > 1:
        return answer
    # A refusal of one number names it by an identifier of their own.
    return replace(answer, errors=tuple(replace(each, tracking_number=asked[0].number) for each in answer.errors))


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says: one object for one number, a list for several. Raises CarrierError."""
    return read(answer, content_type, KEY)


def read(answer: bytes, content_type: str | None, carrier: str) -> Answer:
    """The same, told as the answer of a carrier of the group, whose parcels this service follows too."""
    results = document.load_many(answer, content_type)
    if not results or not all("returnCode" in each or "code" in each for each in results):
        raise CarrierError("this is no answer of La Poste's Suivi")
    people = frozenset(name for each in results for name in document.names(each, _NAMES))
    shipments = [_shipment(node(each, "shipment"), people, carrier) for each in results]
    errors = [_error(each) for each in results if not node(each, "shipment")]
    return Answer(tuple(each for each in shipments if each), tuple(errors), people, answer)


def _error(problem: Node) -> AnswerError:
    code = text(problem, "returnCode") or text(problem, "code") or None
    message = text(problem, "returnMessage") or text(problem, "message")
    return AnswerError(kind_of(code, message, _ERRORS), None, code, message)


def _shipment(shipment: Node, people: frozenset[str], carrier: str) -> TrackedShipment | None:
    number = text(shipment, "idShip")
    if not number:
        return None
    return TrackedShipment(
        carrier=carrier,
        tracking_number=number,
        events=tuple(in_order(_event(line, number, carrier) for line in nodes(shipment, "event"))),
        estimated_delivery=_estimate(shipment),
        source=document.cutting(shipment, PERSONAL, people),
    )


def _event(line: Node, number: str, carrier: str) -> TrackingEvent:
    words, code = text(line, "label"), text(line, "code").upper()
    reading = _CODES.get(code) or classify_abroad(words, placed=True)
    if reading.status in _HAS_A_CAUSE and reading.reason is None:
        reading = replace(reading, reason=classify_abroad(words, placed=True).reason)
    return event(carrier, number, clock.read(text(line, "date")), reading, words, code=code)


_HAS_A_CAUSE = frozenset({Status.EXCEPTION, Status.ATTEMPT_FAILED, Status.CUSTOMS, Status.RETURNING})


def _estimate(shipment: Node) -> date | None:
    return clock.read(text(shipment, "estimDate")).on
