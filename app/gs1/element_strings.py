"""Element strings, the form of bar codes: with brackets as printed below one, raw as a scanner sends it. Pure."""

import re
from collections.abc import Iterable, Sequence

from app.gs1.dictionary import ENTRIES, LENGTHS, PREDEFINED
from app.gs1.elements import BadElement, Element, check_together, check_value

SEPARATOR = "\x1d"
"""FNC1 behind a value whose length is not predefined, as scanners send it."""

_BRACKETED = re.compile(r"\(([0-9]{2,4})\)((?:\\\(|(?!\([0-9]{2,4}\)).)+)", re.DOTALL)
_MISREAD = re.compile(r"\((?=[0-9]{2,4}\))")
_SYMBOLOGY = re.compile(r"\](?:C1|e0|d2|Q3|J1)")


def bracketed(elements: Iterable[Element]) -> str:
    """`(01)09506000134352(21)A-1`; a bracket inside a value that could be misread is written `\\(`."""
    return "".join(f"({ai}){_MISREAD.sub(chr(92) + '(', value)}" for ai, value in elements)


def raw(elements: Sequence[Element], separator: str = SEPARATOR) -> str:
    """The elements one behind the other, the separator where a length is not predefined; none at the end."""
    text = ""
    for position, (ai, value) in enumerate(elements):
        last = position == len(elements) - 1
        text += ai + value + ("" if last or ai[:2] in PREDEFINED else separator)
    return text


def parse_bracketed(text: str) -> tuple[Element, ...]:
    """The elements of a bracketed string, values as they stand. Raises BadElement when it is none."""
    found: list[Element] = []
    position = 0
    while position < len(text):
        match = _BRACKETED.match(text, position)
        if not match:
            raise BadElement("an element string is (identifier)value, repeated")
        found.append((match[1], match[2].replace("\\(", "(")))
        position = match.end()
    if not found:
        raise BadElement("an element string begins with an identifier in brackets, such as (01)")
    return tuple(found)


def parse_raw(text: str) -> tuple[Element, ...]:
    """The elements of what a scanner sends, with or without its symbology identifier. Raises BadElement."""
    rest = _SYMBOLOGY.sub("", text, count=1).removeprefix(SEPARATOR)
    found: list[Element] = []
    while rest:
        length = LENGTHS.get(rest[:2])
        ai = rest[:length] if length else ""
        if ai not in ENTRIES:
            raise BadElement(f"{rest[:4]} begins no application identifier of GS1")
        rest = rest[len(ai) :]
        fixed = PREDEFINED.get(ai[:2])
        value = rest[:fixed] if fixed else rest.partition(SEPARATOR)[0]
        if not value:
            raise BadElement(f"({ai}) has no value")
        rest = rest[len(value) :].removeprefix(SEPARATOR)
        found.append((ai, value))
    if not found:
        raise BadElement("nothing was given")
    return tuple(found)


def check(elements: Sequence[Element]) -> None:
    """Pass when every element is one of GS1, none is given twice with other values, and all may stand together.

    Raises BadElement.
    """
    if len(set(elements)) > len(dict(elements)):
        raise BadElement("an application identifier is given twice with different values")
    for ai, value in elements:
        if ai not in ENTRIES:
            raise BadElement(f"({ai}) is no application identifier of GS1")
        check_value(ai, value)
    check_together(ai for ai, _ in elements)
