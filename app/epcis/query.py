"""The simple event query of EPCIS 2.0 (section 8.2.7.1): its parameters read strictly into plain values. Pure.

Identifiers become canonical keys, so that a URN and a Digital Link of one thing ask the same; words of the CBV
become bare. The rows are found in app/provenance/events.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson

from app.epcis import conditions, vocabulary
from app.epcis.asked import BadValue, flag, texts, time
from app.epcis.conditions import Condition
from app.epcis.context import STANDARD_PREFIXES, expand
from app.epcis.event import named
from app.epcis.model import EVENT_TYPES
from app.epcis.syntax import is_uri
from app.gs1 import epc_pattern, identifiers
from app.gs1.epc_pattern import Pattern

MOST_PER_PAGE = 1000
PER_PAGE = 30
_THINGS = frozenset({"epc", "child", "parent", "input", "output"})


class QueryError(ValueError):
    """A query cannot be answered. `kind` is the EPCIS exception, `field` the parameter, `rule` how to mend it."""

    def __init__(self, parameter: str, rule: str, kind: str = "QueryParameterException") -> None:
        super().__init__(f"{parameter}: {rule}")
        self.kind = kind
        self.field = parameter
        self.rule = rule


class TooComplex(QueryError):
    """So few of the brand's events match that too many had to be looked at."""

    def __init__(self, most: int) -> None:
        rule = f"more than {most} events had to be looked at; narrow the query by time, thing or place"
        super().__init__("maxEventCount", rule, "QueryTooComplexException")


class TooLarge(QueryError):
    """More events match than `maxEventCount` allows."""

    def __init__(self, most: int) -> None:
        super().__init__("maxEventCount", f"more than {most} events match", "QueryTooLargeException")


@dataclass(frozen=True, slots=True)
class Naming:
    """That an event names one of these `keys`, or one that fits a pattern, in one of these roles."""

    roles: tuple[str, ...]
    keys: tuple[str, ...]
    patterns: tuple[Pattern, ...] = ()

    def holds(self, event: Mapping[str, Any], _: dict[str, str]) -> bool:
        """Judged on the event itself: no index knows the parts of a pattern."""
        return any(
            chain[0] in self.keys or any(each.fits(chain[0]) for each in self.patterns)
            for role, chain in named(event)
            if role in self.roles
        )


@dataclass(frozen=True, slots=True)
class Query:
    """A query, read. `equal` holds allowed values by column, `times` (column, "ge" or "lt", moment), `names`
    things that an event must name, `within` (column, places) of places that it happened in or
    below. `conditions` are judged on the event itself. `order_by_own`: the full name of a partner's own field.

    `start` is where the page before ended: (moment, row id, events given so far).
    """

    equal: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    times: tuple[tuple[str, str, datetime], ...] = ()
    names: tuple[Naming, ...] = ()
    within: tuple[tuple[str, tuple[str, ...]], ...] = ()
    conditions: tuple[Condition, ...] = ()
    only_errors: bool = False
    order_by: str = "event_time"
    order_by_own: str = ""
    descending: bool = True
    per_page: int = PER_PAGE
    limit: int | None = None
    most: int | None = None
    digest: str = ""
    start: tuple[datetime, int, int] | None = None


def parse(given: Mapping[str, Any], declared: Mapping[str, str] = STANDARD_PREFIXES) -> Query:
    """Read the parameters of a request. A list is a list, or one text with `|` between its members.

    `declared` gives the prefixes that names of fields of one's own may begin with. Raises QueryError for an
    unknown parameter, a wrong value, or parameters that exclude each other.
    """
    found: dict[str, Any] = {"equal": {}, "times": (), "names": (), "within": (), "conditions": ()}
    for name, value in given.items():
        reader = _order(declared) if name == "orderBy" else _READERS.get(name, _condition(dict(declared)))
        try:
            reader(found, name, value)
        except BadValue as error:
            raise QueryError(name, str(error)) from error
    if "limit" in found and "most" in found:
        raise QueryError("maxEventCount", "it excludes eventCountLimit")
    token = found.pop("token", None)
    digest = _digest(given)
    return Query(**found, digest=digest, start=_start(token, digest) if token else None)


def narrowed(query: Query, more: Query) -> Query:
    """What both ask for; how to page and to order is as the first says."""
    equal = dict(query.equal)
    for column, values in more.equal.items():
        equal[column] = tuple(each for each in values if column not in equal or each in equal[column])
    both = query.conditions + more.conditions
    return replace(query, equal=equal, names=query.names + more.names, conditions=both)


def token(query: Query, at: datetime, row_id: int, given: int) -> str:
    """The nextPageToken of the page behind this row, when `given` events have been handed out in all."""
    body = [query.digest, at.isoformat(), row_id, given]
    return base64.urlsafe_b64encode(orjson.dumps(body)).decode().rstrip("=")


def _start(text: str, digest: str) -> tuple[datetime, int, int]:
    try:
        body = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        stamp, at, row_id, given = body
        start = datetime.fromisoformat(at), int(row_id), int(given)
    except (ValueError, TypeError, binascii.Error) as error:
        raise QueryError("nextPageToken", "this is no token of ours") from error
    if stamp != digest or start[0].tzinfo is None:
        raise QueryError("nextPageToken", "the token belongs to another query")
    return start


def _digest(given: Mapping[str, Any]) -> str:
    """A short name for the query itself, without its paging, so that a token cannot move to another one."""
    asked = sorted((name, value) for name, value in given.items() if name not in PAGING)
    return hashlib.sha256(orjson.dumps(asked, default=str)).hexdigest()[:16]


# ---- how each parameter is read


_Found = dict[str, Any]
_Reader = Callable[[_Found, str, Any], None]


def _condition(declared: dict[str, str]) -> _Reader:
    def read(found: _Found, name: str, value: Any) -> None:
        condition = conditions.read(name, value, declared)
        if condition is None:
            raise QueryError(name, "there is no such query parameter, or it is not supported here")
        found["conditions"] += (condition,)

    return read


def _types(found: _Found, name: str, value: Any) -> None:
    members = texts(value)
    for each in members:
        if each not in EVENT_TYPES and not is_uri(each):
            raise QueryError(name, f"{each!r} is no event type: one of {', '.join(EVENT_TYPES)}, or a URI")
    found["equal"]["event_type"] = tuple(members)


def _actions(found: _Found, name: str, value: Any) -> None:
    members = texts(value)
    if not set(members) <= {"ADD", "OBSERVE", "DELETE"}:
        raise QueryError(name, "must be ADD, OBSERVE or DELETE")
    found["equal"]["action"] = tuple(members)


def _words(column: str, words: vocabulary.Vocabulary) -> _Reader:
    def read(found: _Found, name: str, value: Any) -> None:
        members = [words.bare(each, STANDARD_PREFIXES) for each in texts(value)]
        for each in members:
            if each not in words.words and not is_uri(each):
                raise QueryError(name, f"{each!r} is no {words.name} of the CBV and no URI")
        found["equal"][column] = tuple(members)

    return read


def _keys(column: str) -> _Reader:
    def read(found: _Found, name: str, value: Any) -> None:
        found["equal"][column] = _canonical(name, texts(value))

    return read


def _within(column: str) -> _Reader:
    def read(found: _Found, name: str, value: Any) -> None:
        found["within"] += ((column, _canonical(name, texts(value))),)

    return read


def _ids(found: _Found, name: str, value: Any) -> None:
    members = texts(value)
    if not all(map(is_uri, members)):
        raise QueryError(name, "must be URIs")
    found["equal"]["event_id"] = tuple(members)


def _match(*roles: str) -> _Reader:
    def read(found: _Found, name: str, value: Any) -> None:
        given = texts(value)
        patterns = tuple([_pattern(name, each) for each in given if _is_pattern(each, roles)])
        keys = _canonical(name, [each for each in given if not _is_pattern(each, roles)])
        naming = Naming(roles, keys, patterns)
        found["names"] += (naming,)
        if patterns:
            found["conditions"] += (naming.holds,)

    return read


def _is_pattern(text: str, roles: tuple[str, ...]) -> bool:
    """Of things; a class may itself be written as the pattern of its items, and is then asked for as it stands."""
    return text.startswith(epc_pattern.START) and set(roles) <= _THINGS


def _pattern(name: str, text: str) -> Pattern:
    try:
        return epc_pattern.parse(text)
    except epc_pattern.NotPattern as error:
        raise QueryError(name, str(error)) from error


def _canonical(name: str, members: list[str]) -> tuple[str, ...]:
    members = [identifiers.canonical(each) for each in members]
    for each in members:
        if not each.startswith("/") and not is_uri(each):
            raise QueryError(name, f"{each!r} is no URI")
    return tuple(members)


def _time(column: str, comparison: str) -> _Reader:
    def read(found: _Found, name: str, value: Any) -> None:
        found["times"] += ((column, comparison, time(value)),)

    return read


def _number(target: str, *, most: int | None = None) -> _Reader:
    def read(found: _Found, name: str, value: Any) -> None:
        text = str(value)
        if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) < 1:
            raise QueryError(name, "must be a whole number above 0")
        found[target] = min(int(text), most) if most else int(text)

    return read


_COLUMNS = {"eventTime": "event_time", "recordTime": "record_time"}


def _order(declared: Mapping[str, str]) -> _Reader:
    def read(found: _Found, name: str, value: Any) -> None:
        if isinstance(value, str) and value in _COLUMNS:
            found["order_by"] = _COLUMNS[value]
        elif is_uri(value):
            found["order_by_own"] = expand(value, dict(declared))
        else:
            raise QueryError(
                name, "must be eventTime, recordTime, or the name of a field of your own: prefix:name"
            )

    return read


def _direction(found: _Found, name: str, value: Any) -> None:
    if value not in ("ASC", "DESC"):
        raise QueryError(name, "must be ASC or DESC")
    found["descending"] = value == "DESC"


def _exists(found: _Found, name: str, value: Any) -> None:
    found["only_errors"] = flag(value)


def _token(found: _Found, name: str, value: Any) -> None:
    if not isinstance(value, str) or not value:
        raise QueryError(name, "must be a token of ours")
    found["token"] = value


_READERS: dict[str, _Reader] = {
    "eventType": _types,
    "GE_eventTime": _time("event_time", "ge"),
    "LT_eventTime": _time("event_time", "lt"),
    "GE_recordTime": _time("record_time", "ge"),
    "LT_recordTime": _time("record_time", "lt"),
    "EQ_action": _actions,
    "EQ_bizStep": _words("biz_step", vocabulary.BIZ_STEP),
    "EQ_disposition": _words("disposition", vocabulary.DISPOSITION),
    "EQ_readPoint": _keys("read_point"),
    "EQ_bizLocation": _keys("biz_location"),
    "WD_readPoint": _within("read_point"),
    "WD_bizLocation": _within("biz_location"),
    "EQ_eventID": _ids,
    "MATCH_epc": _match("epc", "child"),
    "MATCH_parentID": _match("parent"),
    "MATCH_inputEPC": _match("input"),
    "MATCH_outputEPC": _match("output"),
    "MATCH_anyEPC": _match("epc", "child", "parent", "input", "output"),
    "MATCH_epcClass": _match("epc_class", "child_class"),
    "MATCH_inputEPCClass": _match("input_class"),
    "MATCH_outputEPCClass": _match("output_class"),
    "MATCH_anyEPCClass": _match("epc_class", "child_class", "input_class", "output_class"),
    "EXISTS_errorDeclaration": _exists,
    "orderBy": _order(STANDARD_PREFIXES),
    "orderDirection": _direction,
    "eventCountLimit": _number("limit"),
    "maxEventCount": _number("most"),
    "perPage": _number("per_page", most=MOST_PER_PAGE),
    "nextPageToken": _token,
}
SUPPORTED = (*_READERS, *conditions.NAMES)
PAGING = ("perPage", "nextPageToken")
