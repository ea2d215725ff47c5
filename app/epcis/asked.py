"""The values of query parameters as they are asked: texts, moments, numbers, flags (EPCIS 2.0, 8.2.7.1). Pure.

In an address everything is text and a list has `|` between its members; in a kept query both are JSON. What a
parameter means is in query_parameters and conditions.
"""

import re
from datetime import datetime
from typing import Any

from app.epcis.syntax import moment

MOST_VALUES = 200

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


class BadValue(ValueError):
    """The value of a parameter is not of its kind; the text is the rule."""


def texts(value: Any) -> list[str]:
    """The members of a list, which in an address is one text with `|` between them. Raises BadValue."""
    members = value.split("|") if isinstance(value, str) else value
    if not isinstance(members, list) or not members or not all(isinstance(each, str) and each for each in members):
        raise BadValue("must be one or more values")
    if len(members) > MOST_VALUES:
        raise BadValue(f"at most {MOST_VALUES} values")
    return members


def time(value: Any) -> datetime:
    """A moment with its offset. A plus sign that a client forgot to encode has become a blank. Raises BadValue."""
    at = moment(value.replace(" ", "+")) if isinstance(value, str) else None
    if at is None:
        raise BadValue("must be a date and time with its offset")
    return at


def number(value: Any) -> float:
    """A number as JSON and XML write it; what only Python takes for one (1_000, ٤) is none. Raises BadValue."""
    if type(value) in (int, float):
        return float(value)
    written = isinstance(value, str) and len(value) <= 40 and _NUMBER.fullmatch(value)
    if not written or not abs(found := float(value)) < float("inf"):
        raise BadValue("must be a number")
    return found


def numbers(value: Any) -> list[float]:
    members = value.split("|") if isinstance(value, str) else value if isinstance(value, list) else [value]
    if not 0 < len(members) <= MOST_VALUES:
        raise BadValue(f"must be 1 to {MOST_VALUES} numbers")
    return [number(each) for each in members]


def flag(value: Any) -> bool:
    """True or false, in any of the bindings' spellings; null asks for what exists. Raises BadValue."""
    if value is None or value in (True, "true", 1):
        return True
    if value in (False, "false", 0):
        return False
    raise BadValue("must be true or false")
