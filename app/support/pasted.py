"""What people paste when they mean a thing: addresses, URNs, element strings, tags, labels, bare numbers. Pure."""

import re
from collections.abc import Sequence

from app.gs1 import digital_link, element_strings, identifiers
from app.gs1 import keys as digits
from app.gs1.dictionary import ENTRIES
from app.gs1.digital_link import NotDigitalLink, Options
from app.gs1.element_strings import SEPARATOR
from app.gs1.elements import BadElement, Element

_LONGEST = 400
_MOST_WORDS = 24
# How the separator looks where it cannot be printed.
_SEPARATORS = re.compile(r"\^|␝|<GS>|\{GS\}|\\x1[dD]|\\u001[dD]")
_GROUPED = re.compile(r"[\s:.\-]")
# What stands before a value on labels, instead of an identifier.
_NAMES = {
    "GTIN": "01",
    "SERIAL": "21",
    "S/N": "21",
    "SN": "21",
    "LOT": "10",
    "BATCH": "10",
    "SSCC": "00",
    "GLN": "414",
    "GRAI": "8003",
    "GIAI": "8004",
}
# A scan is taken as it comes: old spellings of addresses too, which we ourselves never write.
_LIBERAL = Options(convenience_alphas=True, zero_suppressed_gtin=True)


def keys(text: str) -> list[str]:
    """The canonical keys that a pasted text may mean, the likeliest first; empty when it names no GS1 key.

    A URN without a GS1 key is its own key.
    """
    text = text.strip()[:_LONGEST]
    if text[:4].lower() == "http":
        return _address(text)
    if text.startswith(("urn:", "/")):
        key = identifiers.canonical(text)
        return [key] if identifiers.values(key) or text.startswith("urn:") else []
    for read in (_bracketed, _scanned, _labelled, _tag, _bare):
        if found := read(text):
            return found
    return []


def elements(text: str) -> tuple[Element, ...]:
    """All application identifiers of a pasted element string, attributes too. Raises BadElement."""
    text = text.strip()
    if text.startswith("("):
        return element_strings.parse_bracketed(re.sub(r"\s", "", text))
    try:
        return element_strings.parse_raw(_with_separators(text))
    except BadElement:
        if found := _words(_split(text)):
            return found
        raise


def _address(text: str) -> list[str]:
    key = identifiers.canonical(text)
    if identifiers.values(key):
        return [key]
    try:
        return [identifiers.canonical(digital_link.decode(text, _LIBERAL).path)]
    except NotDigitalLink:
        return []


def _bracketed(text: str) -> list[str]:
    """`(01)09506000134352(21)A-1`, as it is printed below a bar code, blanks between."""
    return _key(re.sub(r"\s", "", text)) if text.startswith("(") else []


def _scanned(text: str) -> list[str]:
    """`0109506000134352` + `21A-1`, as a scanner sends it, with or without separators."""
    try:
        return _of(element_strings.parse_raw(_with_separators(text)))
    except BadElement:
        return []


def _with_separators(text: str) -> str:
    return _SEPARATORS.sub(SEPARATOR, text).strip(SEPARATOR)


def _labelled(text: str) -> list[str]:
    """`01 0950 6000 1343 52 21 A-1` or `GTIN: 09506000134352 Serial: A-1`, as a label says it."""
    return _of(_words(_split(text)))


def _split(text: str) -> list[str]:
    return [_NAMES.get(word.rstrip(":.").upper(), word) for word in text.split()]


def _words(words: Sequence[str]) -> tuple[Element, ...]:
    """Identifiers and values, which may stand in several groups; empty where the words are none."""
    if not 2 <= len(words) <= _MOST_WORDS:
        return ()
    # What can be read from each word on to the end, from behind.
    readable: dict[int, tuple[Element, ...]] = {len(words): ()}
    for start in range(len(words) - 2, -1, -1):
        entry = ENTRIES.get(words[start])
        for end in range(start + 2, len(words) + 1) if entry else ():
            value = "".join(words[start + 1 : end])
            if end in readable and entry and entry.complaint(value) is None:
                readable[start] = ((entry.ai, value), *readable[end])
                break
    return readable.get(0, ())


def _tag(text: str) -> list[str]:
    """The content of an RFID tag in hexadecimal, in groups or with `0x`."""
    return _key(_GROUPED.sub("", text).removeprefix("0x").removeprefix("0X"))


def _bare(text: str) -> list[str]:
    """A number alone: SSCC of 18 digits (or 20 with its 00), GTIN of 8, 12, 13 or 14; 13 may be a GLN as well."""
    number = _GROUPED.sub("", text)
    if not number.isascii() or not number.isdigit():
        return []
    if len(number) == 20 and number.startswith("00"):
        number = number[2:]
    if len(number) == 18 and digits.is_checked(number):
        return [f"/00/{number}"]
    if len(number) in (8, 12, 13, 14) and digits.is_checked(number):
        product = f"/01/{number.zfill(14)}"
        return [product, f"/414/{number}"] if len(number) == 13 else [product]
    return []


def _of(found: Sequence[Element]) -> list[str]:
    try:
        return [identifiers.canonical(digital_link.build(digital_link.key_of(found)))]
    except NotDigitalLink:
        return []


def _key(text: str) -> list[str]:
    key = identifiers.canonical(text)
    return [key] if identifiers.values(key) else []
