"""The EPCIS 2.0 REST binding: what events are about, to be walked: types, things, steps, places, states."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response

from app.db import reading
from app.epcis import query, query_parameters, vocabulary
from app.epcis.context import STANDARD_PREFIXES
from app.epcis.model import EVENT_TYPES
from app.epcis.syntax import is_uri
from app.gs1 import identifiers
from app.provenance import finding, tokens
from app.web.api.bindings import abilities, epcis_door
from app.web.api.door import speaks_xml
from app.web.api.event_pages import asked, collection, declared, events_answer, pages, wanted_form
from app.web.api.spec import answers, query_texts, refusals, tells
from app.web.context import caller, house, now
from app.web.problems import Problem
from app.web.rules import known, machine

bp = epcis_door("epcis_resources")

_NAMES = (
    "events",
    "eventTypes",
    "epcs",
    "bizSteps",
    "bizLocations",
    "readPoints",
    "dispositions",
    "capture",
    "queries",
)
_COLLECTION = {"type": "object", "required": ["@context", "type", "member"]}
_DOCUMENT = {"type": "object"}


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of thing that events are about: the column it stands in, and the parameter that asks for it too.

    `read` gives a member of an address in the house's own spelling, or None for what can be none.
    """

    column: str
    asks: str
    read: Callable[[str], str | None]
    standard: frozenset[str] = frozenset()


def _word(words: vocabulary.Vocabulary) -> Callable[[str], str | None]:
    def read(member: str) -> str | None:
        bare = words.bare(member, STANDARD_PREFIXES)
        return bare if bare in words.words or is_uri(bare) else None

    return read


def _type(member: str) -> str | None:
    return member if member in EVENT_TYPES or is_uri(member) else None


def _key(member: str) -> str | None:
    key = identifiers.canonical(member)
    return key if key.startswith("/") or is_uri(key) else None


RESOURCES = {
    "eventTypes": Resource("event_type", "eventType", _type, frozenset(EVENT_TYPES)),
    "bizSteps": Resource("biz_step", "EQ_bizStep", _word(vocabulary.BIZ_STEP), vocabulary.BIZ_STEPS),
    "bizLocations": Resource("biz_location", "EQ_bizLocation", _key),
    "readPoints": Resource("read_point", "EQ_readPoint", _key),
    "dispositions": Resource(
        "disposition", "EQ_disposition", _word(vocabulary.DISPOSITION), vocabulary.DISPOSITIONS
    ),
    "epcs": Resource("", "MATCH_anyEPC", _key),
}
_PLACES = ("bizLocations", "readPoints", "epcs")


@bp.get("/epcis")
@bp.get("/epcis/")
@speaks_xml
@machine("events:read", "support", "auditor")
@tells(responses=answers(200, "The names of what can be walked", _COLLECTION, xml=True))
def get_names() -> Response:
    """What there is to walk."""
    return collection(_NAMES)


@bp.get("/epcis/<any(eventTypes,bizSteps,bizLocations,readPoints,dispositions,epcs):kind>")
@speaks_xml
@machine("events:read", "support", "auditor")
@tells(
    parameters=query_texts(query.PAGING),
    responses=answers(200, "What events are about, in order, in pages", _COLLECTION, xml=True),
)
def get_members(kind: str) -> Response:
    """What the brand's events are about: types, things, steps, places or states."""
    wanted_form()
    members, headers = pages(
        lambda session, after, limit: (
            finding.things(session, caller().brand_id, after=after, limit=limit)
            if kind == "epcs"
            else finding.words(session, caller().brand_id, RESOURCES[kind].column, after=after, limit=limit)
        ),
        lambda member: member,
    )
    return collection([identifiers.to_uri(each) if kind in _PLACES else each for each in members], headers)


@bp.get("/epcis/<any(eventTypes,bizSteps,bizLocations,readPoints,dispositions,epcs):kind>/<path:member>")
@speaks_xml
@machine("events:read", "support", "auditor")
@tells(responses=answers(200, "What one of them leads to", _COLLECTION, xml=True))
def get_member(kind: str, member: str) -> Response:
    """What one of them leads to: its events."""
    if member.endswith("/events"):
        return _events_of(kind, member.removesuffix("/events"))
    _known(kind, _read(kind, member))
    return collection(("events",))


@bp.get("/epcis/<any(eventTypes,bizSteps,bizLocations,readPoints,dispositions,epcs):kind>/<path:member>/events")
@speaks_xml
@machine("events:read", "support", "auditor")
@tells(
    parameters=query_texts(query_parameters.SUPPORTED),
    responses=answers(200, "An EPCISQueryDocument", _DOCUMENT, xml=True) | refusals(413),
)
def get_member_events(kind: str, member: str) -> Response:
    """The events about one type, thing, step, place or state; every other parameter of a query narrows them."""
    return _events_of(kind, member)


@bp.delete("/epcis/nextPageToken/<path:token>")
@machine("events:read", "support", "auditor")
@tells(responses=answers(204, "The token opens no page any more"))
def delete_token(token: str) -> Response:
    """Give a nextPageToken back before its time."""
    with house().db.begin() as session:
        tokens.end(session, caller().brand_id, token, now())
    return Response(status=204)


@bp.route("/epcis", methods=["OPTIONS"])
@bp.route("/epcis/", methods=["OPTIONS"])
@bp.route("/epcis/<any(eventTypes,bizSteps,bizLocations,readPoints,dispositions,epcs):kind>", methods=["OPTIONS"])
@bp.route(
    "/epcis/<any(eventTypes,bizSteps,bizLocations,readPoints,dispositions,epcs):kind>/<path:member>",
    methods=["OPTIONS"],
)
@known
def resource_options(**_: str) -> Response:
    """What is walked may only be read."""
    return abilities("GET")


def _events_of(kind: str, member: str) -> Response:
    resource, value = RESOURCES[kind], _read(kind, member)
    _known(kind, value)
    given = asked(but=() if kind == "dispositions" else (resource.asks,))
    wanted = query_parameters.parse(given, declared())
    return events_answer(query.narrowed(wanted, query_parameters.parse({resource.asks: [value]})), given)


def _read(kind: str, member: str) -> str:
    value = RESOURCES[kind].read(member)
    if value is None:
        raise Problem("bad-request", f"{member[:100]!r} is none of {kind}")
    return value


def _known(kind: str, value: str) -> None:
    """A word of the standard is there before any event uses it; anything else an event must have named."""
    resource = RESOURCES[kind]
    if value in resource.standard:
        return
    with reading(house().db) as session:
        brand_id = caller().brand_id
        there = (
            finding.named(session, brand_id, value)
            if kind == "epcs"
            else finding.said(session, brand_id, resource.column, value)
        )
    if not there:
        raise Problem("not-found", f"no event is about {value[:200]}")
