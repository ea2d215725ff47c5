"""How the refusals of the rooms become problems: the one list of it. Nothing is refused here."""

from collections.abc import Callable

from flask import Flask, Response

from app.brands.signatures import KeyInTheWay, KeyRefused
from app.care.contacts import ContactRefused
from app.epcis.errors import Invalid, InvalidQuery, TooLarge, pointer
from app.epcis.query import QueryError
from app.epcis.query import TooLarge as QueryTooLarge
from app.hooks.endpoints import EndpointRefused
from app.owning.errors import ActRefused
from app.provenance.errors import (
    AlreadyCorrected,
    Conflict,
    NameTaken,
    NotAllowed,
    NotCleared,
    Refused,
    SignatureRefused,
    TooMany,
)
from app.shipping.shipments import ShipmentRefused
from app.web.problems import Problem, answer
from app.words import ownership
from iot.devices import DeviceRefused
from ledger.errors import KeyReused, NotPublished, Tampered, UnknownLog, UnknownSubmission


def _invalid_epcis(error: Invalid) -> Problem:
    return Problem("invalid-event", str(error.problems[0]), _pointers(error))


def _invalid_query(error: InvalidQuery) -> Problem:
    return Problem("bad-query", str(error.problems[0]), _pointers(error), type=f"epcisException:{error.kind}")


def _pointers(error: Invalid) -> list[dict[str, str]]:
    return [{"pointer": each.field, "detail": each.rule} for each in error.problems]


def _too_large(error: TooLarge) -> Problem:
    return Problem("too-large", str(error.problems[0]))


def _query(error: QueryError) -> Problem:
    errors = [{"field": error.field, "detail": error.rule}]
    return Problem("bad-query", str(error), errors, type=f"epcisException:{error.kind}")


def _query_too_large(error: QueryTooLarge) -> Problem:
    return Problem("too-large", str(error), type=f"epcisException:{error.kind}")


def _signature(error: SignatureRefused) -> Problem:
    return Problem("signature-refused", str(error), [{"pointer": error.field, "detail": error.rule}])


def _not_cleared(error: NotCleared) -> Problem:
    errors = [{"field": key, "detail": f"{check}: {state}"} for key, check, state in error.lacking[:50]]
    return Problem("check-not-passed", str(error), errors, type="/problems/check-not-passed")


def _refused(error: Refused | KeyRefused) -> Problem:
    return Problem("invalid", errors=[{"pointer": f"/{error.field}", "detail": error.rule}])


def _shipment(error: ShipmentRefused) -> Problem:
    steps = error.field.replace("[", ".").replace("]", "").split(".")  # parcels[0].carrier
    return Problem("invalid", errors=[{"pointer": pointer(*steps), "detail": str(error)}])


def _contact(error: ContactRefused) -> Problem:
    return Problem("invalid", errors=[{"pointer": "/order/customer/contacts", "detail": str(error)}])


def _endpoint(error: EndpointRefused) -> Problem:
    return Problem("invalid", errors=[{"pointer": f"/{error.field}", "detail": str(error)}])


def _act(error: ActRefused) -> Problem:
    name = {"not_authorised": "not-allowed", "unknown_item": "not-found"}.get(error.code, "conflict")
    return Problem(name, ownership.ACT_REFUSED[error.code])


def _sentence(name: str) -> Callable[[Exception], Problem]:
    return lambda error: Problem(name, str(error))


_PROBLEM_OF: dict[type[Exception], Callable[..., Problem]] = {
    Invalid: _invalid_epcis,
    InvalidQuery: _invalid_query,
    TooLarge: _too_large,
    QueryError: _query,
    QueryTooLarge: _query_too_large,
    Conflict: _sentence("conflict"),
    NameTaken: _sentence("conflict"),
    AlreadyCorrected: _sentence("conflict"),
    NotCleared: _not_cleared,
    NotAllowed: _sentence("not-allowed"),
    Refused: _refused,
    ActRefused: _act,
    TooMany: _sentence("too-large"),
    SignatureRefused: _signature,
    KeyRefused: _refused,
    KeyInTheWay: _sentence("conflict"),
    ShipmentRefused: _shipment,
    ContactRefused: _contact,
    EndpointRefused: _endpoint,
    DeviceRefused: _sentence("invalid"),
    KeyReused: _sentence("conflict"),
    NotPublished: lambda _: Problem("not-published", headers={"Retry-After": "5"}),
    Tampered: _sentence("record-damaged"),
    UnknownLog: lambda _: Problem("not-found"),
    UnknownSubmission: lambda _: Problem("not-found"),
}


def install(app: Flask) -> None:
    """Answer each of these errors with its problem; Flask finds the nearest class."""
    for kind, problem_of in _PROBLEM_OF.items():
        app.register_error_handler(kind, _answering(problem_of))


def _answering(problem_of: Callable[..., Problem]) -> Callable[[Exception], Response]:
    return lambda error: answer(problem_of(error))
