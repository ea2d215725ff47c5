"""The tools page: paste an identifier or an EPCIS document and see what it is. Public; nothing is stored."""

from typing import Any

from flask import Blueprint, Response, make_response, request

from app.support import pasted, toolbox
from app.texts import Texts
from app.web.context import house, now
from app.web.limits import takes_up_to
from app.web.pages import languages
from app.web.pages.render import render
from app.web.rules import public

bp = Blueprint("tools", __name__, url_prefix="/tools")


@bp.get("")
@public
def tools() -> Response:
    """The empty form."""
    return _page({})


@bp.post("")
@takes_up_to(2 * toolbox.LARGEST)  # a form writes some characters as three
@public
def look() -> Response:
    """What the text is. It is posted because documents are long; asking again changes nothing."""
    text = request.form.get("text", "").replace("\x00", "")
    length = request.form.get("prefix", "")
    prefix = int(length) if length in ("6", "7", "8", "9", "10", "11", "12") else None
    if len(text.encode("utf-8", "replace")) > toolbox.LARGEST:
        return _page({"text": "", "large": True}, 413)
    if request.form.get("do") == "sample":
        return _page(_sampled(text))
    return _page({"text": text, "prefix": prefix, **_found(text, prefix)})


def _found(text: str, prefix: int | None) -> dict[str, Any]:
    if not text.strip():
        return {}
    if toolbox.is_document(text):
        return {"checked": toolbox.check_document(text)}
    return {"named": toolbox.translate(text, house().settings.base_url, prefix)}


def _sampled(text: str) -> dict[str, Any]:
    """Sample events about the first thing that is named; about an example where none is."""
    keys = pasted.keys(text.strip().partition("\n")[0])
    key = keys[0] if keys else "/01/09521234000013/21/SAMPLE-1"
    made = toolbox.samples(key, now())
    return {"text": made, "sampled": True, "checked": toolbox.check_document(made)}


def _page(values: dict[str, Any], status: int = 200) -> Response:
    t: Texts = languages.texts()
    whole = {"largest": toolbox.LARGEST // 1000, "most": toolbox.MOST_LINES, **values}
    response = make_response(render("tools.html", t, **whole), status)
    response.headers["Cache-Control"] = "no-store" if request.method == "POST" else "no-cache"
    response.headers["Vary"] = "Accept-Language"
    return response
