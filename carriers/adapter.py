"""What every adapter is, and the few things that all of them do. Knows no carrier.

An adapter is one file of carriers/adapters: facts about the carrier, `parse`, which is pure, and `track`, which
speaks. Its first line begins with the name that people know, then a colon.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Protocol, cast
from urllib.parse import quote

from carriers.answer import Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment
from carriers.clock import Clock
from carriers.event import Place, TrackingEvent
from carriers.http import Account, Http
from carriers.numbers import normalised
from carriers.vocabulary import Status, SubState
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad


@dataclass(frozen=True)
class Asked:
    """A number to ask about, and what its carrier may want to know besides it, as far as we know it."""

    number: str
    postal_code: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


class Adapter(Protocol):
    """One carrier. `parse` keeps what it can and raises CarrierError only for what is no answer of the carrier."""

    KEY: str
    BASE_URL: str
    BATCH: int  # numbers in one request
    PAUSE_S: float  # seconds between two requests
    CREDENTIALS: Mapping[str, str]  # what an account has, and what the carrier calls it
    ASKS: Sequence[str]  # of "postal_code", "phone": what it wants to know besides a number
    TRIAL: str  # a number in the carrier's own format, to try an account with
    PERSONAL: frozenset[str]  # the keys of an answer under which a person stands

    def parse(self, answer: bytes, content_type: str | None = None) -> Answer: ...

    def track(self, http: Http, account: Account, asked: Sequence[Asked]) -> Answer: ...


def adapter(key: str) -> Adapter:
    """The adapter of a carrier in `known.CARRIERS`."""
    return cast(Adapter, import_module(f"carriers.adapters.{key}"))


def ask(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """What the account's carrier says about at most BATCH numbers, and nothing about any other.

    Raises CarrierError, also for a refusal of the whole question that came as an ordinary answer.
    """
    answer = adapter(account.carrier).track(http, account, asked)
    for error in answer.errors:
        if not answer.shipments and error.tracking_number is None and error.kind in _WHOLE:
            cause = _WHOLE[error.kind]
            raise CarrierError(f"the carrier says: {error.message or error.code}", kind=error.kind, cause=cause)
    return about(answer, [each.number for each in asked])


_WHOLE = {ErrorKind.AUTH_FAILED: "credential", ErrorKind.TOO_MANY: "quota"}


def about(answer: Answer, numbers: Sequence[str]) -> Answer:
    """The answer as one about these numbers: what names none is about the only one, other parcels are left out."""
    only = numbers[0] if len(numbers) == 1 else None
    asked = {normalised(number) for number in numbers}
    named = [_named(shipment, only) for shipment in answer.shipments]
    kept = tuple(each for each in named if normalised(each.tracking_number) in asked)
    errors = tuple(replace(each, tracking_number=each.tracking_number or only) for each in answer.errors)
    if named and not kept and not errors:
        errors = (AnswerError(ErrorKind.CARRIER_ERROR, only, None, "the carrier told of another number"),)
    return replace(answer, shipments=kept, errors=errors)


def _named(shipment: TrackedShipment, only: str | None) -> TrackedShipment:
    if shipment.tracking_number or not only:
        return shipment
    events = tuple(replace(event, tracking_number=only) for event in shipment.events)
    return replace(shipment, tracking_number=only, events=events)


def in_path(asked: Sequence[Asked]) -> str:
    """The numbers as a part of an address, several parted by commas."""
    return ",".join(quote(each.number, safe="") for each in asked)


def event(
    carrier: str,
    number: str,
    clock: Clock,
    reading: Reading,
    description: str,
    *,
    code: str | None = None,
    remark: str = "",
    place: Place | None = None,
    piece: str | None = None,
    ref: str | None = None,
) -> TrackingEvent:
    """An event of a reading; a line that says nothing we know is a message on the way."""
    made = object.__new__(TrackingEvent)
    facts = {
        "carrier": carrier,
        "tracking_number": number,
        "clock": clock,
        "status": reading.status or Status.IN_TRANSIT,
        "reason": reading.reason,
        "sub_state": reading.sub_state,
        "physical": reading.physical,
        "code": code or None,
        "description": description,
        "remark": remark,
        "place": place,
        "piece": piece or None,
        "carrier_ref": ref or None,
        "received_at": None,
    }
    object.__setattr__(made, "__dict__", facts)  # in one step: a frozen class is filled field by field
    return made


def unread(event: TrackingEvent) -> bool:
    """Whether a line is a message on the way only because nothing in it is known: for whoever keeps the tables."""
    vague = event.status is Status.IN_TRANSIT and event.sub_state is None and not event.physical
    return vague and classify_abroad(event.description, event.code).status is None


def weigh(coded: Reading | None, told: Reading) -> Reading:
    """What a code and its words say together: the code decides, the words say more, or what came of a delivery."""
    if coded is None or coded.status is None:
        return told
    if told.status is None:
        return coded
    if coded.status is Status.DELIVERED:
        return _delivery(coded, told)
    if coded == FILLER:  # a code that only says that it is under way
        return coded if told.status is Status.DELIVERED else told
    if coded.status is Status.IN_TRANSIT and coded.sub_state is not SubState.CUSTOMS_RELEASED:
        return told if told.status in _TROUBLE or told.sub_state else coded
    if coded.status is Status.EXCEPTION and told.status in _TROUBLE:
        return replace(told, reason=told.reason or coded.reason, physical=told.physical or coded.physical)
    fits = coded.status in _TROUBLE and coded.reason is None
    return replace(coded, reason=told.reason) if fits else coded


def _delivery(coded: Reading, told: Reading) -> Reading:
    if told.status in (Status.RETURNING, Status.RETURNED):
        return replace(told, status=Status.RETURNED, physical=True)
    handed_on = told.sub_state is SubState.HANDOFF
    return told if handed_on or told.status in _INSTEAD_OF_DELIVERED else replace(coded, reason=told.reason)


_INSTEAD_OF_DELIVERED = frozenset({Status.AVAILABLE_FOR_PICKUP, Status.EXCEPTION})
_TROUBLE = frozenset(
    {
        Status.CUSTOMS,
        Status.EXCEPTION,
        Status.ATTEMPT_FAILED,
        Status.AVAILABLE_FOR_PICKUP,
        Status.RETURNING,
        Status.RETURNED,
    }
)

# Readings that the code lists of most carriers share.
LABEL = Reading(Status.REGISTERED)
FILLER = Reading(Status.IN_TRANSIT)
ACCEPTED = Reading(Status.IN_TRANSIT, None, SubState.ACCEPTED, physical=True)
SCAN = Reading(Status.IN_TRANSIT, None, SubState.FACILITY, physical=True)
EXPORTED = Reading(Status.IN_TRANSIT, None, SubState.POST_EXPORT, physical=True)
HANDED_ON = Reading(Status.IN_TRANSIT, None, SubState.HANDOFF, physical=True)
IN_CUSTOMS = Reading(Status.CUSTOMS, physical=True)
RELEASED = Reading(Status.IN_TRANSIT, None, SubState.CUSTOMS_RELEASED, physical=True)
OUT = Reading(Status.OUT_FOR_DELIVERY, physical=True)
AT_COUNTER = Reading(Status.AVAILABLE_FOR_PICKUP, physical=True)
TRIED = Reading(Status.ATTEMPT_FAILED, physical=True)
TROUBLE = Reading(Status.EXCEPTION, physical=True)
DELAY = Reading(Status.EXCEPTION)
DELIVERED = Reading(Status.DELIVERED, physical=True)
RETURNING = Reading(Status.RETURNING, physical=True)
RETURNED = Reading(Status.RETURNED, physical=True)
CANCELLED = Reading(Status.CANCELLED)
