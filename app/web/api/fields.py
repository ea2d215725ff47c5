"""Values that several bodies and answers share, checked at the edge. No body of a route lives here."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints

from app.gs1 import digital_link, identifiers

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d", re.ASCII)
_LONGEST = 400
_KEY_PATH = re.compile(r"/[0-9]{2,4}/")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")


def named_key(identifier: str) -> str:
    """The canonical key that a request names. Raises ValueError with the rule that it breaks."""
    if not 3 <= len(identifier) <= _LONGEST:
        raise ValueError(f"must have 3 to {_LONGEST} characters")
    if not identifiers.elements_of(identifier) and not _URI.fullmatch(identifier):
        raise ValueError(_what_is_wrong(identifier))
    return identifiers.canonical(identifier)


def _what_is_wrong(identifier: str) -> str:
    try:
        digital_link.parse(identifier)
    except digital_link.NotDigitalLink as error:
        if _KEY_PATH.match(identifier):
            return error.rule
    return "must be a GS1 Digital Link path or address, an EPC URN, or another URI; try /tools to read it"


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("must be an IANA time zone such as Europe/Madrid")
    return name


def _written(value: Any) -> Any:
    """A text that is only a number is no moment, though pydantic would count its seconds from 1970 on."""
    if not isinstance(value, datetime) and not (isinstance(value, str) and _MOMENT.match(value)):
        raise ValueError("must be a date and time with its offset, such as 2026-03-02T09:30:00Z")
    return value


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


Key = Annotated[
    str, Field(min_length=3, max_length=_LONGEST, examples=["/01/09521234543213/21/A1"]), AfterValidator(named_key)
]
Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$"), Field(examples=["ES"])]
Zone = Annotated[str, Field(max_length=60, examples=["Europe/Madrid"]), AfterValidator(_zone)]
Moment = Annotated[
    AwareDatetime,
    # to pydantic a text that a function has seen is no JSON any more, and a strict model would refuse it
    Field(examples=["2026-03-02T09:30:00Z"], strict=False),
    BeforeValidator(_written),
    AfterValidator(_utc),
]
Decimal = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,9}(\.[0-9]{1,6})?$"), Field(examples=["8.0"])]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Language = Annotated[str, StringConstraints(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"), Field(examples=["es"])]
Texts = Annotated[
    dict[Language, Annotated[str, StringConstraints(min_length=1, max_length=4000)]],
    Field(examples=[{"en": "Olive oil"}]),
]

Service = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")]
