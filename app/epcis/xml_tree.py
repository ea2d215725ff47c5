"""XML read strictly into a small tree: elements, attributes and text with their namespaces. What EPCIS means by it
lives in xml.

A document type is refused, so there is no entity to expand and nothing to fetch.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NoReturn
from xml.parsers import expat

from app.epcis.errors import Invalid, Problem, TooLarge, invalid
from app.epcis.strict_json import DEEPEST, LARGEST

_SEPARATOR = "\x1f"  # no character of XML, so it stands in no name


@dataclass(frozen=True, slots=True)
class Name:
    """A qualified name; `namespace` is empty for one without. `prefix` is as the document wrote it."""

    namespace: str
    local: str
    prefix: str = ""


@dataclass(slots=True)
class Node:
    """An element. `text` is its own text, trimmed; the text between its children is none of an event's."""

    name: Name
    attributes: dict[Name, str]
    children: list["Node"] = field(default_factory=list)
    text: str = ""

    def named(self, local: str) -> list["Node"]:
        """The children of this local name, whatever their namespace."""
        return [each for each in self.children if each.name.local == local]

    def plain(self) -> dict[str, str]:
        """The attributes without a namespace, by name."""
        return {name.local: value for name, value in self.attributes.items() if not name.namespace}


def is_xml(data: bytes) -> bool:
    """Whether the bytes begin as XML does, in any of its encodings; JSON never does."""
    return data[:200].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] == b"<"


def read(data: bytes, *, largest: int = LARGEST) -> Node:
    """The root element.

    Refused, as Invalid: broken XML, a document type, more than 64 levels. TooLarge: more than `largest` bytes.
    """
    if len(data) > largest:
        raise TooLarge(Problem("", f"the document has more than {largest} bytes"))
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.namespace_prefixes = True
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.said
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        parser.Parse(data, True)
    except Invalid:  # of a handler of ours
        raise
    except expat.ExpatError as error:
        raise invalid("", f"this is not XML: {error}") from error
    except (LookupError, ValueError) as error:
        raise invalid("", "the encoding of this XML is unknown; write UTF-8") from error
    return builder.root()


def _no_doctype(*_: object) -> NoReturn:
    raise invalid("", "a document type (<!DOCTYPE ...>) may not stand in an EPCIS document")


class _Builder:
    """Takes what the parser meets, one after the other."""

    def __init__(self) -> None:
        self._open: list[Node] = []
        self._texts: list[list[str]] = []
        self._root: Node | None = None

    def root(self) -> Node:
        assert self._root is not None  # a parsed document has one
        return self._root

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) == DEEPEST:
            raise invalid("", f"more than {DEEPEST} levels")
        node = Node(_name(name), {_name(each): value for each, value in attributes.items()})
        if self._open:
            self._open[-1].children.append(node)
        else:
            self._root = node
        self._open.append(node)
        self._texts.append([])

    def end(self, _: str) -> None:
        self._open.pop().text = "".join(self._texts.pop()).strip()

    def said(self, text: str) -> None:
        self._texts[-1].append(text)


@lru_cache(maxsize=1024)  # the few names of a document stand in it again and again
def _name(text: str) -> Name:
    parts = text.split(_SEPARATOR)
    if len(parts) == 1:
        return Name("", parts[0])
    return Name(parts[0], parts[1], parts[2] if parts[2:] else "")
