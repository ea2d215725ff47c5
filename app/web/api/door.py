"""What every door of the API has in common. No route lives here."""

from apiflask import APIBlueprint
from flask import current_app, request

from app.web.problems import XML_TYPES, Problem
from app.web.rules import View


def door(name: str, tag: str) -> APIBlueprint:
    """A blueprint of the API; `tag` is its heading in /docs. It answers in JSON, or says that it can't (406)."""
    blueprint = APIBlueprint(name, __name__, tag=tag)
    blueprint.before_request(_refuse_other_forms)
    return blueprint


def speaks_xml(view: View) -> View:
    """The view also answers in XML, where a client wants that more (EPCIS 2.0, REST bindings)."""
    view.speaks_xml = True  # type: ignore[attr-defined]  # a function may carry attributes
    return view


def wants_xml() -> bool:
    """Whether the client would rather have XML than JSON."""
    best = request.accept_mimetypes.best_match(["application/json", "application/ld+json", *XML_TYPES])
    return best in XML_TYPES


def _refuse_other_forms() -> None:
    accepted = request.accept_mimetypes
    if not accepted or accepted.accept_json or accepted["application/ld+json"]:
        return
    view = current_app.view_functions.get(request.endpoint or "")
    if not (getattr(view, "speaks_xml", False) and wants_xml()):
        raise Problem("not-acceptable")
