"""Master data in a document: judged, and taken out of it (EPCIS 2.0, section 9.4). Nothing is stored here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.epcis.context import expand, prefixes
from app.epcis.fields import Walk
from app.epcis.syntax import is_uri
from app.gs1 import identifiers


@dataclass(frozen=True, slots=True)
class Element:
    """What a document says of one place, class or party: `kind` is its vocabulary, `key` its canonical name.

    `children` are the keys right below it, `value` is the element as it was sent, its attributes by their full
    names: a prefix means nothing outside of the document that declares it.
    """

    kind: str
    key: str
    children: tuple[str, ...]
    value: dict[str, Any]


def elements(document: dict[str, Any]) -> Iterator[Element]:
    """The elements of a valid document, wherever it carries its vocabularies."""
    known = prefixes(document.get("@context"))
    header = document.get("epcisHeader", {}).get("epcisMasterData", {})
    body = document.get("epcisBody", {})
    results = body.get("queryResults", {}).get("resultsBody", {}) if isinstance(body, dict) else {}
    for holder in (header, results):
        for vocabulary in holder.get("vocabularyList", []):
            for each in vocabulary.get("vocabularyElementList", []):
                yield _element(vocabulary["type"], each, known)


def _element(kind: str, sent: dict[str, Any], known: dict[str, str]) -> Element:
    below = (identifiers.canonical(expand(child, known)) for child in sent.get("children", ()))
    attributes = [{**each, "id": expand(each["id"], known)} for each in sent.get("attributes", ())]
    value = {**sent, "attributes": attributes} if attributes else sent
    key = identifiers.canonical(expand(sent["id"], known))
    return Element(expand(kind, known), key, tuple(dict.fromkeys(below)), value)


def check_vocabularies(walk: Walk, value: Any, at: str) -> None:
    """Note in `walk` what is wrong with a vocabularyList: its elements, their attributes and children."""
    for where, vocabulary in _objects(walk, value, at):
        _identified(walk, vocabulary, "type", where)
        for place, element in _objects(
            walk, vocabulary.get("vocabularyElementList", []), f"{where}/vocabularyElementList"
        ):
            _identified(walk, element, "id", place)
            _children(walk, element.get("children", []), f"{place}/children")
            for spot, attribute in _objects(walk, element.get("attributes", []), f"{place}/attributes"):
                _identified(walk, attribute, "id", spot)


def _objects(walk: Walk, value: Any, at: str) -> list[tuple[str, dict[str, Any]]]:
    if type(value) is not list or any(type(member) is not dict for member in value):
        walk.wrong(at, "must be a list of objects")
        return []
    return [(f"{at}/{index}", member) for index, member in enumerate(value)]


def _identified(walk: Walk, holder: dict[str, Any], name: str, at: str) -> None:
    if not is_uri(holder.get(name)):
        walk.wrong(f"{at}/{name}", f"{name} must be there, and a URI")


def _children(walk: Walk, value: Any, at: str) -> None:
    if type(value) is not list or not all(map(is_uri, value)):
        walk.wrong(at, "must be a list of URIs")
