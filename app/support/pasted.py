"""What people paste when they mean a thing: addresses, URNs, element strings, tags, labels, bare numbers. Pure."""

import re
from collections.abc import Iterable, Sequence

from app.gs1 import digital_link, element_strings, identifiers
from app.gs1 import keys as digits
from app.gs1.dictionary import ENTRIES
from app.gs1.digital_link import NotDigitalLink, Options
from app.gs1.elements import BadElement, Element
from app.support.plain import plain

_LONGEST = 400
_MOST_WORDS = 24
_GROUPED = re.compile(r"[\s:.\-]")
# What stands before a value on labels, instead of an identifier.
_NAMES = {
    "GTIN": "01",
    "EAN": "01",
    "UPC": "01",
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
# `S/N:A-1`, `Serial no. A-1`; a name alone is no name: `SN12` is a value.
_NAMED = re.compile(
    rf"(?:(?<=[\s,;])|^)({'|'.join(_NAMES)})(?:\s+(?:NO|NR|NUMBER)\b\.?)?(?:\s*[:=#]\s*|\s+)(?=\S)", re.IGNORECASE
)
_SPELLED_OUT = re.compile(r"(?:(?<=[\s,;])|^)AI\s*\(?([0-9]{2,4})\)?\s*[:=]?\s+", re.IGNORECASE)
_PADDED = (8, 12, 13)  # digits of a GTIN that are filled up to 14
# A scan is taken as it comes: old spellings of addresses too, which we ourselves never write.
_LIBERAL = Options(convenience_alphas=True, zero_suppressed_gtin=True)


def keys(text: str) -> list[str]:
    """The canonical keys that a pasted text may mean, the likeliest first; empty when it names no GS1 key.

    A URN without a GS1 key is its own key.
    """
    text = plain(text[:_LONGEST])
    if text.startswith("urn:"):
        return [identifiers.canonical(text)]
    if text.startswith(("http", "/")):
        return _address(text)
    for read in (_bracketed, _scanned, _labelled, _tag, _bare):
        if found := read(text):
            return found
    return []


def elements(text: str) -> tuple[Element, ...]:
    """All application identifiers of a pasted element string, attributes too. Raises BadElement."""
    text = plain(text)
    if text.startswith("("):
        return _filled(element_strings.parse_bracketed(re.sub(r"\s", "", text)))
    try:
        return element_strings.parse_raw(text)
    except BadElement:
        if found := _words(_split(text)):
            return found
        raise


def _address(text: str) -> list[str]:
    """A Digital Link on any site, or its path alone; what stands behind the path names no thing."""
    path = re.split("[?#]", text, maxsplit=1)[0].removesuffix("/")
    key = identifiers.canonical(path)
    if identifiers.elements_of(path):
        return [key]
    try:
        whole = path if path.startswith("http") else digital_link.CANONICAL_STEM + path
        return [identifiers.canonical(digital_link.decode(whole, _LIBERAL).path)]
    except NotDigitalLink:
        return []


def _bracketed(text: str) -> list[str]:
    """`(01)09506000134352(21)A-1`, as it is printed below a bar code, blanks between."""
    try:
        return _of(elements(text)) if text.startswith("(") else []
    except BadElement:
        return []


def _scanned(text: str) -> list[str]:
    """`0109506000134352` + `21A-1`, as a scanner sends it, with or without separators."""
    try:
        return _of(element_strings.parse_raw(text))
    except BadElement:
        return []


def _labelled(text: str) -> list[str]:
    """`01 0950 6000 1343 52 21 A-1` or `GTIN: 09506000134352 Serial: A-1`, as a label says it."""
    return _of(_words(_split(text)))


def _split(text: str) -> list[str]:
    text = _SPELLED_OUT.sub(r"\1 ", _NAMED.sub(lambda name: f"{_NAMES[name[1].upper()]} ", text))
    return [word.rstrip(",;") for word in text.split() if word.rstrip(",;")]


def _words(words: Sequence[str]) -> tuple[Element, ...]:
    """Identifiers and values, which may stand in several groups; empty where the words are none."""
    if not 2 <= len(words) <= _MOST_WORDS:
        return ()
    # What can be read from each word on to the end, from behind.
    readable: dict[int, tuple[Element, ...]] = {len(words): ()}
    for start in range(len(words) - 2, -1, -1):
        entry = ENTRIES.get(words[start])
        for end in range(start + 2, len(words) + 1) if entry else ():
            ((ai, value),) = _filled([(words[start], "".join(words[start + 1 : end]))])
            if end in readable and entry and entry.complaint(value) is None:
                readable[start] = ((ai, value), *readable[end])
                break
    return readable.get(0, ())


def _filled(found: Iterable[Element]) -> tuple[Element, ...]:
    """A GTIN that is printed with fewer digits, filled up; its check digit is judged with all others."""
    return tuple([(ai, value.zfill(14) if ai == "01" and len(value) in _PADDED else value) for ai, value in found])


def _tag(text: str) -> list[str]:
    """The content of an RFID tag in hexadecimal, in groups or with `0x`, or behind its length."""
    content = _GROUPED.sub("", text).removeprefix("0x").removeprefix("0X")
    return _key(content) or _key(_without_control(content))


def _without_control(content: str) -> str:
    """The EPC behind the protocol control word, whose first five bits count its words of 16 (TDS 2.0, 15.2.4)."""
    if not re.fullmatch("(?:[0-9A-Fa-f]{4}){4,}", content):
        return ""
    return content[4:] if int(content[:4], 16) >> 11 == len(content) // 4 - 1 else ""


def _bare(text: str) -> list[str]:
    """A number alone: SSCC of 18 digits (or 20 with its 00), GTIN of 8, 12, 13 or 14; 13 may be a GLN as well."""
    number = _GROUPED.sub("", text)
    if not number.isascii() or not number.isdigit():
        return []
    if len(number) == 20 and number.startswith("00"):
        number = number[2:]
    if len(number) == 18 and digits.is_checked(number):
        return [f"/00/{number}"]
    if len(number) in (*_PADDED, 14) and digits.is_checked(number):
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
