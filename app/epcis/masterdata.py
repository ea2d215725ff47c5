"""Master data in a document: only its shape is judged (EPCIS 2.0, section 9.4). Nothing is stored here."""

from typing import Any

from app.epcis.fields import Walk
from app.epcis.syntax import is_uri


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
