"""What a GS1 resolver answers besides the page: linksets, redirects by link type, and the description of itself.

Source: GS1-Conformant resolver standard 1.1. A browser that asks for no link type gets the page, from customer.
"""

import json
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, request

from app.db import reading
from app.gs1 import identifiers, linkset
from app.gs1.dictionary import PRIMARY
from app.gs1.digital_link import Link
from app.gs1.linkset import Level, Target
from app.provenance import offered
from app.texts import Texts
from app.web.context import house
from app.web.pages import languages
from app.web.pages.render import render
from app.web.problems import Problem
from app.web.rules import public

bp = Blueprint("resolver", __name__)

METHODS = "GET, HEAD, OPTIONS"
CONTEXT = "/voc/linkset-context.jsonld"

_BRIEFLY = "public, max-age=60"


def answer(link: Link) -> Response | None:
    """The answer of the resolver; None where the page is what is asked for. Raises the 404 problem.

    A link type that the thing has not is not found; the page does not stand in for it.
    """
    asked = _link_type_asked()
    whole = asked in ("linkset", "all") or (asked is None and _wants_linkset())
    if not whole and asked in (None, "", "default"):
        return None
    name = None if whole else linkset.link_type(asked or "")
    if name == linkset.DEFAULT:
        return None
    found = _levels(link)
    if whole:
        return _linkset(found)
    of_type = ([target for target in level.targets if target.link_type == name] for level in found)
    return _sent_to(next(filter(None, of_type), []))  # what the item has itself stands before what its product has


def headers(link: Link) -> dict[str, str]:
    """What every answer about a thing carries: who may ask, and where its linkset is."""
    path = link.path
    links = (
        f'<{path}?linkType=linkset>; rel="linkset"; type="{linkset.MEDIA_TYPE}"',
        f'<{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"',
    )
    return {"Link": ", ".join(links)}


def open_to_all(response: Response) -> None:
    """Scripts of any site may read what a resolver answers (CORS)."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = METHODS
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Location"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"


def _link_type_asked() -> str | None:
    """The parameter linkType, whose name may be written in any case."""
    return next((value.strip() for name, value in request.args.items() if name.lower() == "linktype"), None)


def _wants_linkset() -> bool:
    """A program that would rather have a linkset, or JSON, than HTML; a browser never would."""
    wanted = {media_type.lower(): quality for media_type, quality in request.accept_mimetypes}
    best = max(wanted.get(linkset.MEDIA_TYPE, 0), wanted.get("application/json", 0))
    return best > wanted.get("text/html", 0)


def _levels(link: Link) -> list[Level]:
    keys = identifiers.named(link.path)
    with reading(house().db) as session:
        found = offered.levels(session, house().settings.base_url, keys, languages.texts().language)
    if not found:
        raise Problem("not-found", "nothing with this code has been recorded here")
    return found


def _linkset(found: Sequence[Level]) -> Response:
    body = json.dumps(linkset.document(found), ensure_ascii=False).encode()
    response = Response(body, headers={"Cache-Control": _BRIEFLY})
    response.headers["Content-Type"] = linkset.MEDIA_TYPE  # without a charset, which clients compare literally
    response.add_etag()
    response.make_conditional(request)
    return response


def _sent_to(targets: Sequence[Target]) -> Response:
    """307 to the one link that fits best, 300 with those that fit equally well."""
    if not targets:
        raise Problem("not-found", "this thing has no link of this type; linkType=linkset lists those it has")
    best = linkset.choose(targets, _languages(), _media_types())
    if len({target.href for target in best}) > 1:
        return _choices(best)
    return Response(
        status=307, headers={"Location": _with_query(best[0]), "Cache-Control": _BRIEFLY, "Content-Length": "0"}
    )


def _with_query(target: Target) -> str:
    """The target with the query of the request behind its own. Our own pages get it without the link type."""
    query = request.query_string.decode("latin-1")
    if target.href.startswith(house().settings.base_url + "/"):
        query = "&".join(part for part in query.split("&") if part.partition("=")[0].lower() != "linktype")
    address, mark, fragment = target.href.partition("#")
    joint = "&" if "?" in address else "?"
    return f"{address}{joint if query else ''}{query}{mark}{fragment}"


def _choices(targets: Sequence[Target]) -> Response:
    t: Texts = languages.texts()
    if request.accept_mimetypes.accept_html and "text/html" in request.headers.get("Accept", ""):
        response = Response(render("choices.html", t, targets=targets), 300, mimetype="text/html")
    else:
        level = Level(f"{house().settings.base_url}{request.path}", "", tuple(targets))
        response = Response(json.dumps(linkset.document([level]), ensure_ascii=False).encode(), 300)
        response.headers["Content-Type"] = linkset.MEDIA_TYPE
    response.headers["Cache-Control"] = _BRIEFLY
    return response


def _languages() -> list[str]:
    asked = languages.chosen().removeprefix("?lang=")
    accepted = [tag for tag, quality in request.accept_languages if quality > 0 and tag != "*"]
    return [*([asked] if asked else []), *accepted]


def _media_types() -> list[str]:
    return [kind for kind, quality in request.accept_mimetypes if quality > 0 and "*" not in kind]


@bp.get("/.well-known/gs1resolver")
@public
def description() -> Response:
    """What this resolver is and can do (GS1-Conformant resolver standard, section 4)."""
    response = _json(
        {
            "name": "Wayproof",
            "resolverRoot": house().settings.base_url,
            "supportedPrimaryKeys": sorted(PRIMARY),
            "supportedLinkType": [{"namespace": linkset.VOCABULARY, "prefix": "gs1:"}],
            "linkTypeDefaultCanBeLinkset": False,
            "linkTypeDefaultCanBeAll": False,
            "supportedContextValuesEnumerated": [],
            "activeLinkTypes": {"en": [f"gs1:{name}" for name in linkset.LINK_TYPES]},
        },
        "application/json",
    )
    open_to_all(response)
    return response


@bp.get(CONTEXT)
@public
def context() -> Response:
    """The JSON-LD context by which a linkset is read as RDF (RFC 9264, appendix A)."""
    response = _json(_CONTEXT, "application/ld+json")
    open_to_all(response)
    return response


def _json(body: Any, kind: str) -> Response:
    text = json.dumps(body, ensure_ascii=False).encode()
    response = Response(text, headers={"Content-Type": kind, "Cache-Control": "public, max-age=3600"})
    response.add_etag()
    response.make_conditional(request)
    return response


_DUBLIN_CORE = "http://purl.org/dc/terms/"
_CONTEXT = {
    "@context": {
        "@version": 1.1,
        "@vocab": linkset.VOCABULARY,
        "anchor": "@id",
        "href": "@id",
        "linkset": "@graph",
        "itemDescription": {"@id": f"{_DUBLIN_CORE}description"},
        "title": {"@id": f"{_DUBLIN_CORE}title"},
        "type": {"@id": f"{_DUBLIN_CORE}format"},
        "hreflang": {"@id": f"{_DUBLIN_CORE}language", "@container": "@set"},
    }
}
