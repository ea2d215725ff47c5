"""EPC patterns, `urn:epc:idpat:sgtin:9521234.*.*`: which keys of ours they stand for (TDS 2.0, 6.8 and 8). Pure.

Each part is a value, `*` for any, or `[lo-hi]` for the whole numbers from one to the other.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from app.gs1 import epc, epc_urn, identifiers
from app.gs1.digital_link import build

START = "urn:epc:idpat:"
_RANGE = re.compile(r"\[([0-9]{1,20})-([0-9]{1,20})\]", re.ASCII)

_Fits = Callable[[str], bool]


class NotPattern(ValueError):
    """The text is no pattern of a scheme of GS1 keys; it says why."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern, read. `begins`: what the canonical key of everything that it stands for begins with."""

    scheme: str
    parts: tuple[_Fits, ...]
    lengths: tuple[int, ...]
    ais: tuple[str, ...]
    begins: str

    def fits(self, key: str) -> bool:
        """Whether the canonical key is one of those that the pattern stands for."""
        if not key.startswith(self.begins):
            return False
        elements = identifiers.elements_of(key)
        names = tuple([ai for ai, _ in elements])
        if names != self.ais and (names, self.ais) != (("414",), ("414", "254")):
            return False
        return any(self._fits(elements, length) for length in self.lengths)

    def _fits(self, elements: tuple[tuple[str, str], ...], length: int) -> bool:
        try:
            parts = epc.of_elements(elements, length).parts
        except epc.NotEpc:
            return False
        return all(fits(part) for fits, part in zip(self.parts, parts, strict=True))


def parse(urn: str) -> Pattern:
    """Read a pattern. Raises NotPattern."""
    scheme, _, body = urn.removeprefix(START).partition(":")
    try:
        count, ais = epc.shape(scheme)
    except epc.NotEpc as error:
        raise NotPattern(str(error)) from error
    parts = body.split(".", count - 1)
    if not urn.startswith(START) or len(parts) != count or not all(parts):
        raise NotPattern(f"a pattern of {scheme} has {count} parts between dots")
    prefix = parts[0]
    if prefix != "*" and not (prefix.isascii() and prefix.isdigit() and 6 <= len(prefix) <= 12):
        raise NotPattern("a company prefix has 6 to 12 digits, or is *")
    lengths = tuple(range(6, 13)) if prefix == "*" else (len(prefix),)
    return Pattern(scheme, tuple(map(_part, parts)), lengths, ais, _begins(scheme, parts, ais[0]))


def _part(text: str) -> _Fits:
    if text == "*":
        return lambda part: True
    if match := _RANGE.fullmatch(text):
        low, high = int(match[1]), int(match[2])
        if low > high:
            raise NotPattern(f"{text}: the first number must not be above the second")
        return lambda part: part.isascii() and part.isdigit() and low <= int(part) <= high
    if set(text) & set("*[]"):
        raise NotPattern(f"{text} must be a value, * or [lo-hi]")
    wanted = unquote(text, encoding="latin-1")
    return lambda part: part == wanted


def _begins(scheme: str, parts: list[str], ai: str) -> str:
    """The key of the product, where the pattern names one; else the kind of key alone."""
    if len(parts) > 2 and not set("".join(parts[:-1])) & set("*[]"):
        try:
            first, *_ = epc_urn.elements(f"{START}{scheme}:{'.'.join(parts[:-1])}.*")
        except epc_urn.NotEpcUrn:
            return f"/{ai}/"
        return build((first,))
    return f"/{ai}/"
