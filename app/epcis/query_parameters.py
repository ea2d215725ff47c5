"""The parameters of the simple event query (EPCIS 2.0, section 8.2.7.1), read strictly into plain values. Pure.

Identifiers become canonical keys, so that a URN and a Digital Link of one thing ask the same; words of the CBV
become bare.
"""

from collections.abc import Callable, Mapping
from typing import Any

from app.epcis import conditions, described, vocabulary
from app.epcis.asked import BadValue, flag, texts, time
from app.epcis.context import STANDARD_PREFIXES, expand
from app.epcis.model import EVENT_TYPES
from app.epcis.query import Naming, Query, QueryError, digest, start_of
from app.epcis.syntax import is_uri
from app.gs1 import epc_pattern, identifiers
from app.gs1.epc_pattern import Pattern

MOST_PER_PAGE = 1000
_THINGS = frozenset({"epc", "child", "parent", "input", "output"})


def parse(given: Mapping[str, Any], declared: Mapping[str, str] = STANDARD_PREFIXES) -> Query:
    """Read the parameters of a request. A list is a list, or one text with `|` between its members.

    `declared` gives the prefixes that names of fields of one's own may begin with. Raises QueryError for an
    unknown parameter, a wrong value, or parameters that exclude each other.
    """
    found: dict[str, Any] = {
        "equal": {},
        "times": (),
        "names": (),
        "within": (),
        "conditions": (),
        "described": (),
    }
    for name, value in given.items():
        reader = _order(declared) if name == "orderBy" else _READERS.get(name, _condition(dict(declared)))
        try:
            reader(found, name, value)
        except BadValue as error:
            raise QueryError(name, str(error)) from error
    if "limit" in found and "most" in found:
        raise QueryError("maxEventCount", "it excludes eventCountLimit")
    token = found.pop("token", None)
    stamp = digest(given)
    return Query(**found, digest=stamp, start=start_of(token, stamp) if token else None)


# ---- how each parameter is read


_Found = dict[str, Any]
_Reader = Callable[[_Found, str, Any], None]


def _condition(declared: dict[str, str]) -> _Reader:
    def read(found: _Found, name: str, value: Any) -> None:
        if attributes := described.read(name, value, declared):
            found["described"] += (attributes,)
            return
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
            raise QueryError(name, "must be a whole number from 1 to 999999999")
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
