"""A brand's own words around the facts of a notice: plain text with places, filled here and nowhere else.

No template language: a place is a name in braces, and what fills it is never read for places again.
"""

import re
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.care.letters import Fact
from app.models.brands import Brand
from app.models.care import NoticeText
from app.texts import marked as _

NEEDED = ("happened", "arrival", "action", "next")
"""The facts that every notice says, in the order of a letter."""

PLACES = {"mail": (*NEEDED, "more", "number"), "page": ("number", "brand")}
"""What a text may name: `more` is what not every notice has, the amount at the door and the compensation."""

LONGEST = 4000
_PLACE = re.compile(r"\{([A-Za-z_]*)\}")

MENDS = {
    "missing": _("The text leaves out %(places)s. A customer needs this fact; put it back."),
    "unknown": _("There is no place named %(places)s. The list beside the text shows those there are."),
    "brace": _("A brace stands alone. Places are written like {happened}."),
    "empty": _("The text is empty. Take the standard text back instead."),
    "long": _("The text is too long; 4000 characters are the most."),
    "subject": _("The subject is one line of at most 200 characters, and names no place but {number}."),
}


class TextRefused(ValueError):
    """A brand's text can't be used; `mend` is a key of MENDS, `places` what its sentence is about."""

    def __init__(self, mend: str, places: Sequence[str] = ()) -> None:
        self.mend = mend
        self.places = ", ".join(f"{{{place}}}" for place in places)
        super().__init__(MENDS[mend] % {"places": self.places} if places else MENDS[mend])


def check(kind: str, subject: str, body: str) -> None:
    """Raise TextRefused for a text that lacks a fact, names a place that there is not, or is no text."""
    use = "page" if kind == "page" else "mail"
    if not body.strip():
        raise TextRefused("empty")
    if len(body) > LONGEST:
        raise TextRefused("long")
    _check_subject(use, subject)
    named = _PLACE.findall(body)
    if unknown := [each for each in dict.fromkeys(named) if each not in PLACES[use]]:
        raise TextRefused("unknown", unknown)
    if set("{}") & set(_PLACE.sub("", body)):
        raise TextRefused("brace")
    if use == "mail" and (missing := [each for each in NEEDED if each not in named]):
        raise TextRefused("missing", missing)


def _check_subject(use: str, subject: str) -> None:
    if use == "page" and not subject:
        return
    plain = _PLACE.sub("", subject.replace("{number}", ""))
    bad = set(_PLACE.findall(subject)) - {"number"} or set("{}") & set(plain) or not subject.isprintable()
    if bad or not 0 < len(subject.strip()) <= 200:
        raise TextRefused("subject")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled, in one pass; a place that has no value stays as it is."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), text)


def values_of(number: str, facts: Sequence[Fact]) -> dict[str, str]:
    """What fills the places of a mail: each fact's sentence; `more` brings its headings along."""
    happened, arrival, action, *extras, again = facts
    return {
        "number": number,
        "happened": happened[1],
        "arrival": arrival[1],
        "action": action[1],
        "more": "\n\n".join(f"{heading}\n{said}" for heading, said in extras),
        "next": again[1],
    }


def standard(facts: Sequence[Fact]) -> str:
    """The standard text with its places, as the editor begins with it."""
    headings = [facts[0][0], facts[1][0], facts[2][0], facts[-1][0]]
    parts = [f"{heading}\n{{{place}}}" for heading, place in zip(headings, NEEDED, strict=True)]
    return "\n\n".join([*parts[:3], "{more}", parts[3]])


def written(text: str, number: str, facts: Sequence[Fact]) -> str:
    """The body of a notice in the brand's words. Facts that the text has no place for come before the last one."""
    values = values_of(number, facts)
    if values["more"] and "{more}" not in text:
        text = f"{text.rstrip()}\n\n{{more}}"
    paragraphs = re.split(r"\n{2,}", fill(text.replace("\r\n", "\n"), values).strip())
    return "\n\n".join(paragraph.strip("\n") for paragraph in paragraphs if paragraph.strip())


def in_own_words(
    session: Session,
    brand_id: str,
    kind: str,
    language: str,
    subject: str,
    number: str,
    facts: Sequence[Fact],
) -> tuple[str, str]:
    """Subject and body of a notice: in the brand's words where it has some, else in the standard ones."""
    own = session.get(NoticeText, (brand_id, kind, language))
    if own is None:
        return subject, "\n\n".join(f"{heading}\n{said}" for heading, said in facts)
    return fill(own.subject, {"number": number}), written(own.body, number, facts)


def page_words(session: Session, brand: Brand, language: str, number: str) -> list[str]:
    """The paragraphs that a brand puts on the page of an order; none, where it has none in this language."""
    own = session.get(NoticeText, (brand.id, "page", language))
    return fill(own.body, {"number": number, "brand": brand.name}).split("\n\n") if own else []
