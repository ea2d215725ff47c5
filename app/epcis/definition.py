"""Named queries as they are sent (EPCIS 2.0, REST bindings): `{"name": "…", "query": {…}}`. Pure.

The query is the simple event query in JSON: lists are arrays, an `@context` binds prefixes, and paging is left to
the request. Sent alone, as its JSON schema writes it or as a `Poll` in XML, it gets a name made of its content.
What a parameter means is decided in query_parameters; rows are found elsewhere.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from app.epcis import conditions, described, query, query_parameters, strict_json, xml_query
from app.epcis.asked import MOST_VALUES
from app.epcis.context import expand, prefixes
from app.epcis.errors import MOST_PROBLEMS, InvalidQuery, Problem, pointer
from app.epcis.fields import Walk, check_context
from app.epcis.syntax import moment
from app.epcis.xml_tree import is_xml

AD_HOC = "SimpleEventQuery"  # what the standard calls a query without a name
LONGEST_NAME = 100

_CONTEXT = "@context"
_EXPANDED = (  # as events are stored; identifiers stay as they are
    "eventType",
    "EQ_bizStep",
    "EQ_disposition",
    "EQ_errorReason",
    "EQ_persistentDisposition_set",
    "EQ_persistentDisposition_unset",
    "EQ_type",
)


@dataclass(frozen=True, slots=True)
class Definition:
    """A query that can be answered, and its name. `query` is as it was sent; `parameters` reads it."""

    name: str
    query: dict[str, Any]


def parse_definition(data: bytes) -> Definition:
    """Read a definition, or a query alone; that one is named after its content, so sent twice it is the same.

    Raises InvalidQuery with what is wrong (twenty at most), Invalid for what is neither JSON nor XML.
    """
    if is_xml(data):
        return _alone(xml_query.read(data))
    body = strict_json.read(data)
    if type(body) is not dict:
        raise InvalidQuery(Problem("", "the definition must be a JSON object"))
    if body and body.keys().isdisjoint(("name", "query")):
        return _alone(body)
    outside = list(islice(_outside(body), MOST_PROBLEMS))
    given = body.get("query")
    inside = list(islice(_inside(given, "query"), MOST_PROBLEMS)) if type(given) is dict else []
    if problems := (outside + inside)[:MOST_PROBLEMS]:
        kind = "QueryValidationException" if outside else "QueryParameterException"
        raise InvalidQuery(*problems, kind=kind)
    return Definition(body["name"], body["query"])


def _alone(given: dict[str, Any]) -> Definition:
    if problems := list(islice(_inside(given), MOST_PROBLEMS)):
        raise InvalidQuery(*problems, kind="QueryParameterException")
    content = json.dumps(given, sort_keys=True).encode()
    return Definition(f"query-{hashlib.sha256(content).hexdigest()[:16]}", given)


def parameters(given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a query that was found good, as `query_parameters.parse` reads them."""
    known = prefixes(given.get(_CONTEXT))
    return {name: _plain(name, value, known) for name, value in given.items() if name != _CONTEXT}


def read(given: Mapping[str, Any], paging: Mapping[str, Any] = {}) -> query.Query:
    """A kept query, with how to page. Raises QueryError."""
    return query_parameters.parse({**parameters(given), **paging}, prefixes(given.get(_CONTEXT)))


def _plain(name: str, value: Any, known: dict[str, str]) -> Any:
    if name in _EXPANDED:
        return [expand(each, known) for each in value]
    return True if value is None else value  # an EXISTS_ parameter has no value in the other bindings


# ---- what is wrong


def _outside(body: dict[str, Any]) -> Iterator[Problem]:
    """What is wrong around the query."""
    for member in ("name", "query"):
        if member not in body:
            yield Problem(f"/{member}", f"the definition must have {member}")
    if "name" in body and (rule := _name_rule(body["name"])):
        yield Problem("/name", rule)
    if type(body.get("query", {})) is not dict:
        yield Problem("/query", "must be an object")
    others = (member for member in body if member not in ("name", "query"))
    for member in sorted(others, key=_is_known):
        rule = (
            "it belongs inside query" if _is_known(member) else "there is no such member or query parameter here"
        )
        yield Problem(pointer(member), rule)


def _is_known(name: str) -> bool:
    return name == _CONTEXT or _form(name) is not None


def _name_rule(name: Any) -> str | None:
    """A name becomes a part of an address, so what clients and servers change in one is not let in."""
    if type(name) is not str or not name.isprintable() or not 0 < len(name) <= LONGEST_NAME:
        return f"must be 1 to {LONGEST_NAME} printable characters"
    if "/" in name or name in (".", ".."):
        return "must have no slash, and be neither . nor .."
    return f"{AD_HOC} is the standard's own query" if name == AD_HOC else None


def _inside(given: dict[str, Any], *at: str) -> Iterator[Problem]:
    """What is wrong with each parameter alone; when nothing is, with all of them together. `at` is where."""
    good = True
    for name, value in given.items():
        for problem in _parameter(name, value, given.get(_CONTEXT), at):
            good = False
            yield problem
    if good:
        yield from _unanswerable(given, at)


def _parameter(name: str, value: Any, context: Any, at: tuple[str, ...]) -> Iterator[Problem]:
    where = pointer(*at, name)
    if name == _CONTEXT:
        walk = Walk({}, foreign=False)
        check_context(walk, value, where)
        yield from walk.problems
    elif (form := _form(name)) is None:
        yield Problem(where, "there is no such query parameter, or it is not supported here")
    elif not form.fits(value):
        yield Problem(where, form.rule)
    else:
        yield from _unanswerable({_CONTEXT: context, name: value}, at)


def _unanswerable(given: dict[str, Any], at: tuple[str, ...]) -> Iterator[Problem]:
    try:
        read(given)
    except query.QueryError as error:
        yield Problem(pointer(*at, error.field), error.rule)


# ---- how each parameter is written in JSON (query-schema.json)


@dataclass(frozen=True, slots=True)
class Form:
    """How a value is written: a test of it, the rule in words, and the same as JSON Schema."""

    fits: Callable[[Any], bool]
    rule: str
    schema: dict[str, Any]


def _are_texts(value: Any) -> bool:
    return type(value) is list and bool(value) and all(type(each) is str for each in value)


_LIST = Form(
    _are_texts,
    "must be an array of one or more texts",
    {
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_VALUES,
        "items": {"type": "string", "minLength": 1},
    },
)
_TIME = Form(
    lambda value: moment(value) is not None,
    "must be a date and time with its offset",
    {"type": "string", "format": "date-time"},
)
_COUNT = Form(
    lambda value: type(value) is int,
    "must be a whole number",
    {"type": "integer", "minimum": 1, "maximum": 999_999_999},
)
_TEXT = Form(lambda value: type(value) is str, "must be text", {"type": "string"})
_FLAG = Form(
    lambda value: value is None or type(value) in (bool, int),
    "must be true, false or null",
    {"enum": [True, False, None, 1, 0]},
)


def _are_numbers(value: Any) -> bool:
    members = value if type(value) is list else [value]
    return bool(members) and all(type(each) in (int, float) for each in members)


_NUMBER = Form(lambda value: type(value) in (int, float), "must be a number", {"type": "number"})
_NUMBERS = Form(
    _are_numbers,
    "must be a number or an array of numbers",
    {"type": ["number", "array"], "minItems": 1, "items": {"type": "number"}},
)
_TRUTH = Form(lambda value: type(value) is bool, "must be true or false", {"type": "boolean"})
_ANYTHING = Form(
    lambda value: value is None or type(value) in (bool, int, float, str) or _is_flat(value),
    "must be text, a number, a time or an array of those",
    {"type": ["string", "number", "boolean", "array", "null"]},
)


def _is_flat(value: Any) -> bool:
    return type(value) is list and bool(value) and all(type(each) in (int, float, str) for each in value)


_NO_LISTS = {
    "GE_eventTime": _TIME,
    "LT_eventTime": _TIME,
    "GE_recordTime": _TIME,
    "LT_recordTime": _TIME,
    "EXISTS_errorDeclaration": _FLAG,
    "orderBy": _TEXT,
    "orderDirection": _TEXT,
    "eventCountLimit": _COUNT,
    "maxEventCount": _COUNT,
    "EQ_quantity": _NUMBERS,
    "EQ_booleanValue": _TRUTH,
    "EXISTS_sensorElementList": _FLAG,
    **dict.fromkeys((name for name in conditions.NAMES if name.lower().endswith("time")), _TIME),
    **dict.fromkeys(
        (f"{each}_{name}" for each in ("GT", "GE", "LT", "LE") for name in ("quantity", "percRank")), _NUMBER
    ),
}
FORMS = {name: _NO_LISTS.get(name, _LIST) for name in query_parameters.SUPPORTED if name not in query.PAGING}


def _form(name: str) -> Form | None:
    """How the parameter is written; of names that are made (units, types, own fields), any value it can have."""
    if name in FORMS:
        return FORMS[name]
    if re.fullmatch(described.PATTERN, name):
        return _LIST
    return _ANYTHING if any(re.fullmatch(each, name) for each in conditions.PATTERNS) else None


_BARE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "patternProperties": {f"^(?:{each})$": _ANYTHING.schema for each in (described.PATTERN, *conditions.PATTERNS)},
    "properties": {
        _CONTEXT: {"type": ["string", "object", "array"]},
        **{name: form.schema for name, form in FORMS.items()},
    },
}
_NAMED = {
    "type": "object",
    "required": ["name", "query"],
    "additionalProperties": False,
    "properties": {"name": {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}, "query": _BARE},
}
SCHEMA: dict[str, Any] = {"anyOf": [_NAMED, {**_BARE, "minProperties": 1}]}
