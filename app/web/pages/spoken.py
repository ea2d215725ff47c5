"""Sentences without a gap are said when a template is compiled, once in each language, and not on every page."""

from collections.abc import Iterable

from flask import Flask
from jinja2 import Environment
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import escape

from app.texts import Texts

_CALL = ("variable_begin", "name", "lparen", "string", "rparen", "variable_end")
_PLACE = "wayproof_spoken"


class Spoken(Extension):
    """Puts the sentence itself in the place of `{{ _("…") }}`; what is said with values is left for the page."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """The template's tokens, its plain sentences as text."""
        tokens = list(stream)
        at = 0
        while at < len(tokens):
            call = tokens[at : at + len(_CALL)]
            if tuple(each.type for each in call) == _CALL and call[1].value == "_":
                said = self.environment.texts.gettext(call[3].value)  # type: ignore[attr-defined]  # see `spoken`
                yield Token(call[0].lineno, "data", str(escape(said)))
                at += len(_CALL)
            else:
                yield tokens[at]
                at += 1


def spoken(app: Flask, texts: Texts) -> Environment:
    """The app's templates in the language of `texts`, compiled when they are first asked for, and kept."""
    languages: dict[str, Environment] = app.extensions.setdefault(_PLACE, {})
    if texts.language not in languages:
        environment = app.jinja_env.overlay(extensions=[Spoken])
        environment.extend(texts=texts)
        languages[texts.language] = environment
    return languages[texts.language]
