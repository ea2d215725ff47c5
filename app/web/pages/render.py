"""How a page becomes text: the templates' tools, set up once. No view and no query lives here."""

from collections.abc import MutableMapping
from functools import cache, lru_cache
from typing import Any

from flask import Flask, Response, current_app, request
from flask.templating import Environment
from markupsafe import Markup

from app import words
from app.pins import pin
from app.texts import Texts
from app.web.pages import files, languages
from app.web.pages.spoken import spoken


class Plain(Environment):
    """Flask's templates, with globals in one dict: the chain of two is walked through again for every page."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """All that a template may use without being given it."""
        return {**self.globals, **(d or {})}


def install(app: Flask) -> None:
    """Give the templates their tools; the error pages get the same ones through the context processor."""
    files.install(app)
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.globals.update(words=words, static=static, vendored=files.vendored, languages=language_links)
    environment.globals.update(pin=pin, digest=cache(files.digest), sign_of=sign_of)
    app.context_processor(lambda: _tools(languages.texts()))


def render(template: str, texts: Texts, **values: Any) -> str:
    """The page in the language of `texts`; the templates are compiled once and kept."""
    page = spoken(current_app, texts).get_template(template)
    return page.render({**_tools(texts), **values})


def see(path: str) -> Response:
    """Go and look there (303): the answer of a form that did its act."""
    return Response(status=303, headers={"Location": path})


def _tools(texts: Texts) -> dict[str, Any]:
    return {
        "t": texts,
        "_": texts.gettext,
        "ngettext": texts.ngettext,
        "kept_query": languages.kept_query(),
        "chosen": languages.chosen(),
        "here": request.path,
        "brand": None,
    }


@lru_cache(maxsize=1024)
@cache
def sign_of(state: str, little: bool = False) -> Markup:
    """The sign of a state, drawn once."""
    return _part("signs", state=state, little=little)


@lru_cache(maxsize=64)
def language_links(language: str, kept_query: str) -> Markup:
    """This page in every language, the one it speaks marked."""
    return _part("languages", names=languages.NAMES, spoken=language, kept_query=kept_query)


def _part(name: str, **values: Any) -> Markup:
    part = current_app.jinja_env.get_template(f"parts/{name}.html").render(values)
    return Markup(part.strip())  # noqa: S704  # our own template


@cache
def static(name: str) -> str:
    """The address of a file of ours, with its fingerprint, so that a browser may keep it for ever."""
    return f"/static/{name}?v={files.fingerprint(name)}"
