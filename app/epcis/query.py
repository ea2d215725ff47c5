"""The simple event query of EPCIS 2.0 (section 8.2.7.1), read: what is asked for, and where a page goes on. Pure.

How a request states it is in query_parameters; the rows are found in app/provenance/finding.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson

from app.epcis.comparisons import Condition
from app.epcis.described import Described
from app.epcis.event import named
from app.gs1.epc_pattern import Pattern

PER_PAGE = 30
PAGING = ("perPage", "nextPageToken")


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
    below. `conditions` are judged on the event itself, `described`
    on master data. `order_by_own`: the full name of a partner's own field.

    `start` is where the page before ended: (moment, row id, events given so far).
    """

    equal: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    times: tuple[tuple[str, str, datetime], ...] = ()
    names: tuple[Naming, ...] = ()
    within: tuple[tuple[str, tuple[str, ...]], ...] = ()
    conditions: tuple[Condition, ...] = ()
    described: tuple[Described, ...] = ()
    only_errors: bool = False
    order_by: str = "event_time"
    order_by_own: str = ""
    descending: bool = True
    per_page: int = PER_PAGE
    limit: int | None = None
    most: int | None = None
    digest: str = ""
    start: tuple[datetime, int, int] | None = None


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


def start_of(text: str, digest: str) -> tuple[datetime, int, int]:
    """Where the page goes on that the token asks for. Raises QueryError for one of another query."""
    try:
        body = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        stamp, at, row_id, given = body
        start = datetime.fromisoformat(at), int(row_id), int(given)
    except (ValueError, TypeError, binascii.Error) as error:
        raise QueryError("nextPageToken", "this is no token of ours") from error
    if stamp != digest or start[0].tzinfo is None:
        raise QueryError("nextPageToken", "the token belongs to another query")
    return start


def digest(given: Mapping[str, Any]) -> str:
    """A short name for the query itself, without its paging, so that a token cannot move to another one."""
    asked = sorted((name, value) for name, value in given.items() if name not in PAGING)
    return hashlib.sha256(orjson.dumps(asked, default=str)).hexdigest()[:16]
