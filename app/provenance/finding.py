"""Stored events found: by the simple event query of EPCIS, and the words and things that events name. Only reads.

What an index holds is asked of the database; the rest is judged on the events themselves, in order, page by page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, or_, select, tuple_
from sqlalchemy.orm import Session

from app.brands.readers import Reader
from app.epcis import conditions
from app.epcis.comparisons import rank
from app.epcis.query import Query, TooComplex, TooLarge, token
from app.models.products import EpcisEvent, EventKey
from app.provenance.described import resolved
from app.provenance.events import as_json
from app.provenance.masterdata import descendants

_EVENT: Table = EpcisEvent.__table__  # type: ignore[assignment]
_KEY: Table = EventKey.__table__  # type: ignore[assignment]

_AT_ONCE = 200
MOST_LOOKED_AT = 20_000
"""How many events are looked at for one page; the page may then be short, and the next one goes on from there."""

THINGS = ("epc", "child", "parent", "input", "output")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a query's answer: events as JSON values, and the token of the next page, if there is one."""

    events: tuple[dict[str, Any], ...]
    next_token: str | None


def find(session: Session, brand_id: str, query: Query, reader: Reader) -> Page:
    """One page of the brand's events that match, each as far as the reader may see it.

    Raises TooLarge when there are more than `maxEventCount`, TooComplex when that would take too long to find out.
    """
    query = resolved(session, brand_id, query, reader)
    matching = _matching(session, brand_id, query)
    if query.most is not None:
        _refuse_more(session, brand_id, matching, query, reader)
    given = query.start[2] if query.start else 0
    wanted = query.per_page if query.limit is None else min(query.per_page, query.limit - given)
    if wanted <= 0:
        return Page((), None)
    if query.order_by_own:
        return _in_own_order(session, brand_id, matching, query, reader, given, wanted)
    found: list[dict[str, Any]] = []
    last = None
    for row, event in _judged(session, brand_id, matching, query, reader):
        if len(found) == wanted or (event is None and row is None):
            return _page(query, found, last, given)
        if event is not None:
            found.append(event)
        last = row
    return Page(tuple(found), None)


def _in_own_order(
    session: Session, brand_id: str, matching: Select[Any], query: Query, reader: Reader, given: int, wanted: int
) -> Page:
    """By a field of a partner's own, which no index knows: all that match are read, and then a page of them cut.

    Equal ones stand in the order of their storing.
    """
    rows = list(_judged(session, brand_id, matching, replace(query, start=None), reader))
    if rows and rows[-1] == (None, None):
        raise TooComplex(MOST_LOOKED_AT)
    ranked = [(rank(event, query.order_by_own), row.id, row, event) for row, event in rows if event]
    ranked.sort(key=lambda each: each[:2], reverse=query.descending)
    page = ranked[given : given + wanted]
    events = tuple([event for *_, event in page])
    return _page(query, events, page[-1][2], given) if ranked[given + wanted :] else Page(events, None)


def among(
    session: Session, brand_id: str, query: Query, ids: Sequence[int], reader: Reader, *, since: datetime | None
) -> dict[int, dict[str, Any]]:
    """Those of the stored events `ids` that match, recorded not before `since`, by their id."""
    query = resolved(session, brand_id, query, reader)
    asked = _matching(session, brand_id, query).where(_EVENT.c.id.in_(ids))
    if since is not None:
        asked = asked.where(_EVENT.c.record_time >= since)
    rows = session.connection().execute(asked).all()
    events = zip(rows, as_json(session, brand_id, rows, reader), strict=True)
    return {row.id: event for row, event in events if conditions.holds(query.conditions, event)}


def words(session: Session, brand_id: str, column: str, *, after: str = "", limit: int) -> Sequence[str]:
    """What stands in this column of the brand's events, each once, in order from behind `after` on."""
    asked = select(_EVENT.c[column]).where(_EVENT.c.brand_id == brand_id, _EVENT.c[column] > after)
    return session.scalars(asked.distinct().order_by(_EVENT.c[column]).limit(limit)).all()


def things(session: Session, brand_id: str, *, after: str = "", limit: int) -> Sequence[str]:
    """The keys of what events name one by one, in order from behind `after` on."""
    asked = select(_KEY.c.key).where(_KEY.c.brand_id == brand_id, _KEY.c.key > after, _KEY.c.role.in_(THINGS))
    return session.scalars(asked.distinct().order_by(_KEY.c.key).limit(limit)).all()


def named(session: Session, brand_id: str, key: str) -> bool:
    """Whether an event of the brand names this thing."""
    asked = select(_KEY.c.event).where(_KEY.c.brand_id == brand_id, _KEY.c.key == key, _KEY.c.role.in_(THINGS))
    return session.scalar(asked.limit(1)) is not None


def said(session: Session, brand_id: str, column: str, value: str) -> bool:
    """Whether an event of the brand has this value in this column."""
    asked = select(_EVENT.c.id).where(_EVENT.c.brand_id == brand_id, _EVENT.c[column] == value)
    return session.scalar(asked.limit(1)) is not None


def _page(query: Query, found: Sequence[dict[str, Any]], last: Any, given: int) -> Page:
    if query.limit is not None and given + len(found) >= query.limit:
        return Page(tuple(found), None)
    return Page(tuple(found), token(query, getattr(last, query.order_by), last.id, given + len(found)))


def _judged(
    session: Session, brand_id: str, matching: Select[Any], query: Query, reader: Reader
) -> Iterator[tuple[Any, dict[str, Any] | None]]:
    """Each row with its event, or None where a condition does not hold; (None, None) when it is enough for once.

    Ends by itself when the brand has no more.
    """
    start, looked_at = query.start, 0
    batch = min(query.per_page + 1, _AT_ONCE) if not query.conditions else _AT_ONCE
    while True:
        rows = session.connection().execute(_behind(matching, query, start).limit(batch)).all()
        for row, event in zip(rows, as_json(session, brand_id, rows, reader), strict=True):
            yield row, event if conditions.holds(query.conditions, event) else None
        if len(rows) < batch:
            return
        looked_at += len(rows)
        if (query.conditions or query.order_by_own) and looked_at >= MOST_LOOKED_AT:
            yield None, None
        start = (getattr(rows[-1], query.order_by), rows[-1].id, 0)


def _refuse_more(session: Session, brand_id: str, matching: Select[Any], query: Query, reader: Reader) -> None:
    assert query.most is not None
    if not query.conditions:
        counted = select(func.count()).select_from(matching.limit(query.most + 1).subquery())
        if (session.scalar(counted) or 0) > query.most:
            raise TooLarge(query.most)
        return
    matched = 0
    for row, event in _judged(session, brand_id, matching, query, reader):
        if row is None:
            raise TooComplex(MOST_LOOKED_AT)
        matched += event is not None
        if matched > query.most:
            raise TooLarge(query.most)


def _matching(session: Session, brand_id: str, query: Query) -> Select[Any]:
    asked = select(_EVENT).where(_EVENT.c.brand_id == brand_id)
    for column, values in query.equal.items():
        asked = asked.where(_EVENT.c[column].in_(values))
    for column, places in query.within:
        asked = asked.where(_EVENT.c[column].in_(descendants(session, brand_id, places)))
    for column, comparison, at in query.times:
        asked = asked.where(_EVENT.c[column] >= at if comparison == "ge" else _EVENT.c[column] < at)
    for each in query.names:
        # A pattern narrows to what may fit it; whether it does is one of the query's conditions.
        fits = or_(_KEY.c.key.in_(each.keys), *(_begins(pattern.begins) for pattern in each.patterns))
        naming = select(_KEY.c.event).where(_KEY.c.brand_id == brand_id, fits, _KEY.c.role.in_(each.roles))
        asked = asked.where(_EVENT.c.id.in_(naming))
    return asked.where(_EVENT.c.error_declared) if query.only_errors else asked


def _begins(start: str) -> ColumnElement[bool]:
    return _KEY.c.key.startswith(start, autoescape=True)


def _behind(matching: Select[Any], query: Query, start: tuple[Any, int, int] | None) -> Select[Any]:
    """In order, from behind the last row of the page before; the id decides between equal times."""
    column = _EVENT.c[query.order_by]
    if start:
        place, behind = tuple_(column, _EVENT.c.id), tuple_(start[0], start[1])
        matching = matching.where(place < behind if query.descending else place > behind)
    if query.descending:
        return matching.order_by(column.desc(), _EVENT.c.id.desc())
    return matching.order_by(column, _EVENT.c.id)
