"""The form of an identifier inside the CBV 2.0 event hash: a Digital Link on id.gs1.org. Pure.

It is looser than digital_link on purpose: the hash must agree with that of others, who verify no check digit in a
link. What is no such identifier stays unchanged.
"""

import re
from urllib.parse import quote

from app.gs1 import epc_urn
from app.gs1.digital_link import CANONICAL_STEM
from app.gs1.elements import Element
from app.gs1.keys import check_digit
from app.memo import Memo

_ALIASES = {
    "gtin": "01",
    "itip": "8006",
    "cpid": "8010",
    "gln": "414",
    "party": "417",
    "gsrnp": "8017",
    "gsrn": "8018",
    "gcn": "255",
    "sscc": "00",
    "gdti": "253",
    "ginc": "401",
    "gsin": "402",
    "grai": "8003",
    "giai": "8004",
    "cpv": "22",
    "lot": "10",
    "ser": "21",
}
_PRIMARY = {
    ai: re.compile(pattern)
    for ai, pattern in {
        "00": r"\d{18}",
        "01": r"\d{8}|\d{12,14}",
        "253": r"\d{13}[^/]{0,51}",
        "255": r"\d{13,25}",
        "401": r"[^/]+",
        "402": r"\d{17}",
        "414": r"\d{13}",
        "417": r"\d{13}",
        "8003": r"\d{14}[^/]{0,48}",
        "8004": r"[^/]+",
        "8006": r"\d{18}",
        "8010": r"[^/]+",
        "8017": r"\d{18}",
        "8018": r"\d{18}",
    }.items()
}
_FOLLOWERS = {"01": ("21", "10", "235"), "414": ("254",), "8006": ("21", "10"), "8010": ("8011",)}
_QUALIFIERS = frozenset({"22", "10", "21", "235", "254", "8011"})
_WEB = re.compile(r"https?://[^/?#]+([^?#]*)")
_SSCC = re.compile(r"urn:epc:id:sscc:([0-9]{6,12})\.([0-9]{5,11})", re.ASCII).fullmatch
# The schemes of EPC that end in a serial of any letters and digits: the dots in front of it, and its longest.
_ENDS = {
    "sgtin": (1, 20),
    "lgtin": (1, 20),
    "upui": (1, 28),
    "itip": (3, 20),
    "grai": (1, 16),
    "gdti": (1, 17),
}
_LONGEST_GIAI = 30
# The parts of a link whose value may be anything here.
_FREE = frozenset({"10", "lot", "21", "ser", "235", "254", "8011"})
_LONGEST = 200  # what is longer is not worth keeping, and no key in a URN
# Percent-encoding that the hash adds to a value from a URN, where these characters stand bare.
_FROM_URN = str.maketrans({character: quote(character, safe="") for character in "!()*+,:"})


def normal_form(identifier: str) -> str:
    """The identifier as the event hash writes it."""
    if not identifier.startswith(("urn:epc:", "http")):
        return identifier
    if len(identifier) > _LONGEST:
        return _form(identifier)
    head, mark, serial = identifier.rpartition("." if identifier[0] == "u" else "/")
    if serial.isalnum() and serial.isascii():
        written, room = _BEFORE_SERIAL[head, mark]
        if len(serial) <= room:
            return written + serial
    return _form(identifier)


def _before_serial(key: tuple[str, str]) -> tuple[str, int]:
    """What the form has in front of a plain serial behind `head`, and how long that may be; 0 when it is no such.

    Things of one product differ in their serial alone, which stands in the form as it is.
    """
    head, mark = key
    room = _room_in_urn(head) if mark == "." else _room_in_link(head)
    if room:
        written, other = _form(f"{head}{mark}0"), _form(f"{head}{mark}1")
        if written[:-1] == other[:-1] and (written[-1], other[-1]) == ("0", "1"):
            return written[:-1], room
    return "", 0


def _room_in_urn(head: str) -> int:
    *_, scheme, parts = head.split(":")
    if scheme == "giai" and parts.isdecimal():
        return _LONGEST_GIAI - len(parts)
    dots, room = _ENDS.get(scheme, (0, 0))
    return room if parts.count(".") == dots else 0


def _room_in_link(head: str) -> int:
    return _LONGEST if head.rpartition("/")[2] in _FREE else 0


_BEFORE_SERIAL = Memo(_before_serial, 4096, lambda key: True)  # none is longer than _LONGEST


def _form(identifier: str) -> str:
    if identifier.startswith("urn:epc:"):
        return _of_urn(identifier) if len(identifier) <= _LONGEST else identifier
    match = _WEB.match(identifier)
    pairs = _pairs(match.group(1).split("/")) if match else None
    return _written(pairs) or identifier if pairs else identifier


def _of_urn(urn: str) -> str:
    if (unit := _SSCC(urn)) and len(unit[1] + unit[2]) == 17:
        number = unit[2][0] + unit[1] + unit[2][1:]
        return f"{CANONICAL_STEM}/00/{number}{check_digit(number)}"
    try:
        elements = epc_urn.elements(urn)
    except epc_urn.NotEpcUrn:
        return urn
    return _written([(ai, _escaped(value)) for ai, value in elements]) or urn


def _escaped(value: str) -> str:
    """The reserved characters of a URN as they would stand in it, and those that only a link must escape."""
    if value.isalnum() and value.isascii():
        return value
    return quote(value, safe="!'()*+,-.:;=_").translate(_FROM_URN)


def _pairs(segments: list[str]) -> list[Element] | None:
    """(AI, value as written) from the last primary key on; None when there is no such tail."""
    for index in range(len(segments) - 2, 0, -2):
        ai = _ALIASES.get(segments[index], segments[index])
        if ai in _PRIMARY:
            tail = segments[index:]
            return [(_ALIASES.get(name, name), value) for name, value in zip(tail[::2], tail[1::2], strict=True)]
        if ai not in _QUALIFIERS:
            return None
    return None


def _written(pairs: list[Element]) -> str | None:
    """The link of the finest level: no variant, and a lot only where no serial follows."""
    ai, value = pairs[0]
    if ai not in _PRIMARY or not _PRIMARY[ai].fullmatch(value):
        return None
    link = f"{CANONICAL_STEM}/{ai}/{value.zfill(14) if ai == '01' else value}"
    kept = {name: text for name, text in pairs[1:] if name != "22"}
    if "21" in kept:
        kept.pop("10", None)
    if not kept:
        return link
    (name, text), *more = kept.items()
    if more or not text or name not in _FOLLOWERS.get(ai, ()):
        return None
    return f"{link}/{name}/{text}"
