"""What an answer of a carrier comes to: shipments, errors, or nothing usable. Values only; adapters parse."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from carriers.event import TrackingEvent
from carriers.handoff import Handoff
from carriers.headline import Headline, headline
from carriers.wording_patterns import any_of, words_of


class ErrorKind(StrEnum):
    """What a carrier's error means to us."""

    NOT_FOUND = "not_found"
    AUTH_FAILED = "auth_failed"
    INVALID_NUMBER = "invalid_number"
    BAD_REQUEST = "bad_request"
    TOO_MANY = "too_many"
    CARRIER_ERROR = "carrier_error"


class CarrierError(Exception):
    """The carrier gave no usable answer.

    permanent: asking again will not help. retry_after: how long the carrier asks us to be silent. cause: what of
    the account is to blame, as far as it is known ("credential", "scope", "quota", "address"), or "silence".
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        kind: ErrorKind = ErrorKind.CARRIER_ERROR,
        retry_after: timedelta | None = None,
        cause: str = "",
    ) -> None:
        super().__init__(message)
        self.cause = cause
        self.permanent = permanent
        self.kind = kind
        self.retry_after = retry_after


@dataclass(frozen=True)
class AnswerError:
    """An error inside an answer: what kind, the number it is about if any, the carrier's own code and words."""

    kind: ErrorKind
    tracking_number: str | None
    code: str | None
    message: str = ""


@dataclass(frozen=True)
class TrackedShipment:
    """One shipment of an answer, its events oldest first.

    `estimated_delivery` is a calendar date at the destination; `carrier_ref` tells two shipments with one number
    apart; `source` makes its part of the answer as plain JSON, what names or finds a person cut out.
    """

    carrier: str
    tracking_number: str
    events: tuple[TrackingEvent, ...]
    estimated_delivery: date | None = None
    carrier_ref: str | None = None
    source: Callable[[], Any] | None = field(default=None, repr=False, compare=False)
    next_leg: Handoff | None = None  # where a field names who carries on; lines that say so are read apart

    @property
    def kept(self) -> Any:
        """What may be kept of this part of the answer."""
        return self.source() if self.source else None

    @cached_property
    def headline(self) -> Headline:
        """Where this shipment stands by its own events."""
        return headline(self.events)


@dataclass(frozen=True)
class Answer:
    """Everything one answer says; `names` are the names of people in it, to be cut from texts before storing."""

    shipments: tuple[TrackedShipment, ...] = ()
    errors: tuple[AnswerError, ...] = ()
    names: frozenset[str] = frozenset()
    raw: bytes = field(default=b"", repr=False)


# What a status of HTTP means where a carrier repeats it in its answer.
HTTP_KINDS = {
    "400": ErrorKind.BAD_REQUEST,
    "401": ErrorKind.AUTH_FAILED,
    "403": ErrorKind.AUTH_FAILED,
    "404": ErrorKind.NOT_FOUND,
    "429": ErrorKind.TOO_MANY,
    "500": ErrorKind.CARRIER_ERROR,
    "503": ErrorKind.CARRIER_ERROR,
}

_BY_WORDS = (
    (
        ErrorKind.TOO_MANY,
        any_of(
            r"\b(too many|rate limit|quota|throttl\w*|limit exceeded|spike arrest)\b",
            r"\bexceed\w*( \w+){0,5} (limit|quota|maximum|allowed)\b",
        ),
    ),
    (
        ErrorKind.NOT_FOUND,
        any_of(
            r"\b(not found|notfound|unavailable data|no (tracking|shipment|result|record|data|information|item"
            r"|parcel|package|consignment|waybill|event|pin history)\w*)\b",
            r"\b(does|do|did) not exist\b|\b(unable to|cannot|could not) (be )?(find|found|locate)",
            r"\b(information|data|details|updates?|status)( \w+){0,4} not (yet )?available\b",
            r"\bno (\w+ ){0,3}(found|exists)\b",
            r"\bunknown (tracking|shipment|consignment|parcel|package|item|number)\b",
            r"\b(introuvable|inconnue?|non trouvee?s?|n existe pas)\b",
            r"\b(nicht gefunden|unbekannt|niet gevonden|onbekend)\b",
            r"\bno (se ha )?encontrado\b|\b(aucune?|keine?) (\w+ )?(colis|envoi|donnee|information|sendung|daten)",
        ),
    ),
    (
        ErrorKind.AUTH_FAILED,
        any_of(
            r"\b(auth\w*|unauthori[sz]ed|token|credentials?|licen[cs]e|forbidden|api key|reauthenticate|denied)\b",
            r"\b(password|log ?in|mot de passe|identifiants?|zugangsdaten|anmeldung|wachtwoord)\b",
        ),
    ),
    (
        ErrorKind.INVALID_NUMBER,
        any_of(
            r"\binvalid( \w+){0,3} (number|pin|barcode|waybill)\b|\btrackingnumber invalid\b"
            r"|\b(number|pin|barcode|waybill)( \w+){0,3} (invalid|not valid|incorrect)\b",
            r"\b(numero|sendungsnummer|nummer)( \w+){0,4} (invalide|incorrecte?|non valide|ungultig|ongeldig)\b",
        ),
    ),
    (
        ErrorKind.BAD_REQUEST,
        any_of(
            r"\b(empty|missing|required|malformed|bad request|invalid|please provide|not ?unique|not valid)\b",
            r"\b(manquante?|obligatoire|requise?|fehlt|ungultig\w*|ontbreekt)\b",
        ),
    ),
)


def kind_of(code: str | None, message: str, known: Mapping[str, ErrorKind]) -> ErrorKind:
    """What an error means: by the carrier's code if it is `known`, else by the words of code and message."""
    if code and code in known:
        return known[code]
    words = words_of(f"{code or ''} {message}"[:400])
    return next((kind for kind, pattern in _BY_WORDS if pattern.search(words)), ErrorKind.CARRIER_ERROR)
