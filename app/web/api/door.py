"""What every door of the API has in common. No route lives here."""

from apiflask import APIBlueprint
from flask import request

from app.web.problems import Problem


def door(name: str, tag: str) -> APIBlueprint:
    """A blueprint of the API; `tag` is its heading in /docs. It answers in JSON, or says that it can't (406)."""
    blueprint = APIBlueprint(name, __name__, tag=tag)
    blueprint.before_request(_refuse_other_forms)
    return blueprint


def _refuse_other_forms() -> None:
    accepted = request.accept_mimetypes
    if accepted and not (accepted.accept_json or accepted["application/ld+json"]):
        raise Problem("not-acceptable")
