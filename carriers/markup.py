"""Reading a carrier's XML with care, into the shape that its JSON would have. Knows no carrier.

A document type is refused, so there is no entity to expand and nothing to fetch. An element is a text, or an
object of its children by local name (a list where one comes again), its attributes as `@name` and its own text as
`#text`.
"""

from typing import Any, NoReturn
from xml.parsers import expat

from carriers.answer import CarrierError

LARGEST = 4_000_000  # bytes
DEEPEST = 64  # elements inside one another
_NIL = "http://www.w3.org/2001/XMLSchema-instance nil"


def load(answer: bytes, content_type: str | None = None) -> dict[str, Any]:
    """The root element under its local name. Raises CarrierError for what is no XML, saying what came instead."""
    if content_type and "xml" not in content_type.lower():
        raise CarrierError(f"the carrier answered {content_type[:60]} instead of XML")
    if len(answer) > LARGEST:
        raise CarrierError("the carrier's answer is too large")
    tree = _Tree()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = tree.begin
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.say
    parser.StartDoctypeDeclHandler = _no_document_type
    try:
        parser.Parse(answer, True)
    except (expat.ExpatError, LookupError, ValueError):  # an encoding that nobody knows is a LookupError
        raise CarrierError("the carrier answered no XML") from None
    return tree.root


def body(top: dict[str, Any]) -> dict[str, Any]:
    """What a SOAP envelope holds; the document itself when it is none."""
    envelope = top.get("Envelope")
    inside = envelope.get("Body") if isinstance(envelope, dict) else None
    return inside if isinstance(inside, dict) else top


def _no_document_type(*_: object) -> NoReturn:
    raise CarrierError("the carrier answered a page of HTML, or XML with a document type")


class _Tree:
    """Takes what the parser meets; the answer is the only child of a root without a name."""

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self._open: list[dict[str, Any]] = [self.root]
        self._said: list[list[str]] = [[]]

    def begin(self, _: str, attributes: dict[str, str]) -> None:
        if len(self._open) > DEEPEST:
            raise CarrierError("the carrier's answer is nested too deeply")
        self._open.append({f"@{_local(name)}": value for name, value in attributes.items() if name != _NIL})
        self._said.append([])

    def say(self, text: str) -> None:
        self._said[-1].append(text)

    def end(self, name: str) -> None:
        inside, said = self._open.pop(), "".join(self._said.pop()).strip()
        if inside and said:
            inside["#text"] = said
        _put(self._open[-1], _local(name), inside or said)


def _put(parent: dict[str, Any], name: str, value: Any) -> None:
    if name not in parent:
        parent[name] = value
    elif isinstance(parent[name], list):
        parent[name].append(value)
    else:
        parent[name] = [parent[name], value]


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
