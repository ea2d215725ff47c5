"""What every list of EPCIS has in common: how it is asked for, and its pages. No route is here."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from flask import Response, jsonify, request
from sqlalchemy.orm import Session

from app.db import reading
from app.epcis import identifier_forms, query, query_parameters, xml_write
from app.epcis.context import STANDARD, STANDARD_PREFIXES
from app.epcis.document import query_document
from app.epcis.xml_write_fields import NotWritable
from app.provenance import finding, tokens
from app.web.api.door import wants_xml
from app.web.api.paging import next_link
from app.web.context import caller, house, now, reader
from app.web.problems import Problem

Row = TypeVar("Row")

_TOKENS_LAST = timedelta(days=1)
_FORMS = ("No_Preference", "Always_GS1_Digital_Link", "Always_EPC_URN", "Never_Translates")


def asked(but: Collection[str] = (), only: Collection[str] = ()) -> dict[str, Any]:
    """The parameters of the request; one that stands twice is a list. Raises QueryError for one out of place."""
    given = {name: values if values[1:] else values[0] for name, values in request.args.lists()}
    for name in given:
        if name in but:
            raise query.QueryError(name, "the address says it already")
        if only and name not in only:
            raise query.QueryError(name, f"only {' and '.join(only)} are taken here")
    if "nextPageToken" in given:
        given["nextPageToken"] = _taken(given["nextPageToken"])
    return given


def declared() -> dict[str, str]:
    """The prefixes that the request may use: the standard ones, and those of GS1-Extensions (prefix=namespace)."""
    named = dict(STANDARD_PREFIXES)
    for part in filter(None, map(str.strip, request.headers.get("GS1-Extensions", "").split(","))):
        prefix, equals, namespace = part.partition("=")
        if not equals or not prefix.strip() or not namespace.strip():
            raise Problem("bad-request", "GS1-Extensions is a list of prefix=namespace")
        named[prefix.strip()] = namespace.strip()
    return named


def events_answer(wanted: query.Query, given: dict[str, Any], *, name: str = "SimpleEventQuery") -> Response:
    """A page of the events that match, as an EPCISQueryDocument; `given` are the parameters to go on with."""
    translate = _translation()
    with reading(house().db) as session:
        page = finding.find(session, caller().brand_id, wanted, reader())
    answer = document_answer([translate(each) for each in page.events], name=name)
    if page.next_token:
        answer.headers.update(_next(given, page.next_token))
    return answer


def document_answer(events: Sequence[dict[str, Any]], *, name: str = "SimpleEventQuery") -> Response:
    """An EPCISQueryDocument over these events, in the form that the client wants."""
    document = query_document(events, now(), name=name)
    if not wants_xml():
        return jsonify(document)
    words = request.headers.get("GS1-CBV-XML-Format", "No_Preference")
    if words not in xml_write.WORDS:
        raise Problem("bad-request", f"GS1-CBV-XML-Format is one of {', '.join(xml_write.WORDS)}")
    try:
        return xml_answer(xml_write.query_document(document, words=words))
    except NotWritable as error:
        raise Problem("not-acceptable", str(error)) from error


def xml_answer(body: bytes) -> Response:
    """An answer in XML."""
    return Response(body, mimetype="application/xml")


def pages(
    kind: Callable[[Session, str, int], Sequence[Row]], token: Callable[[Row], str]
) -> tuple[Sequence[Row], dict[str, str]]:
    """One page of a list that is read by `kind` (from behind a token, so many at most), and its Link header."""
    given = asked(only=query.PAGING)
    after = given.pop("nextPageToken", "")
    most = query_parameters.parse(given).per_page
    with reading(house().db) as session:
        rows = kind(session, after, most + 1)
    shown = rows[:most]
    return shown, _next({"perPage": most}, token(shown[-1])) if len(rows) > most else {}


def collection(members: Sequence[str], headers: dict[str, str] | None = None) -> Response:
    """A Collection of names (REST bindings, section 12.3)."""
    value = {"@context": STANDARD, "type": "Collection", "member": list(members)}
    answer = xml_answer(xml_write.collection(members)) if wants_xml() else jsonify(value)
    answer.headers.update(headers or {})
    return answer


def wanted_form() -> str:
    """How the client wants identifiers written (GS1-EPC-Format). Raises the problem for what we can't write."""
    form = request.headers.get("GS1-EPC-Format", "No_Preference")
    if form not in _FORMS:
        raise Problem("bad-request", f"GS1-EPC-Format is one of {', '.join(_FORMS)}")
    if form == "Always_EPC_URN":
        detail = "an EPC URN needs the length of the company prefix, which a Digital Link does not tell"
        raise Problem("not-acceptable", detail)
    return form


def _translation() -> Callable[[dict[str, Any]], dict[str, Any]]:
    return identifier_forms.as_links if wanted_form() == "Always_GS1_Digital_Link" else dict


def _next(parameters: dict[str, Any], token: str) -> dict[str, str]:
    """The headers of a page that is not the last one; a token ends by itself after a day."""
    expires = now() + _TOKENS_LAST
    link = next_link({**parameters, "nextPageToken": f"{token}~{int(expires.timestamp())}"})
    return {**link, "GS1-Next-Page-Token-Expires": expires.isoformat(timespec="seconds").replace("+00:00", "Z")}


def _taken(text: Any) -> str:
    """The token behind what the client sends back. Raises QueryError for one that has ended."""
    token, tilde, expires = text.rpartition("~") if isinstance(text, str) else ("", "", "")
    if not (tilde and expires.isascii() and expires.isdigit() and len(expires) < 12):
        raise query.QueryError("nextPageToken", "this is no token of ours")
    with reading(house().db) as session:
        ended = int(expires) < now().timestamp() or tokens.ended(session, caller().brand_id, text)
    if ended:
        raise query.QueryError("nextPageToken", "the token has ended; ask for the first page again")
    return token
