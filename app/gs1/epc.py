"""Electronic product codes: the pure identity URN of every scheme, taken apart, judged and put together. Pure.

Source: GS1 EPC Tag Data Standard 2.0, sections 6 and 7. What a URN is as a key of ours is in epc_urn, its binary
form in tag_data. A link does not say how long its company prefix is, so the way back to a URN needs that length.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from app.gs1.elements import Element
from app.gs1.keys import check_digit

_URN = re.compile(r"urn:epc:(id|class):([a-z]+):(\S+)")
_PREFIX = re.compile(r"[0-9]{6,12}")
_DIGITS = re.compile(r"[0-9]*")

TEXT = r"(?:[A-Za-z0-9!'()*+,\-.:;=_]|%2[256F]|%3[CEF])"
_PART_TEXT = r"(?:[A-Z0-9\-]|%2[3F])"
_AIRCRAFT_TEXT = r"(?:[A-Z0-9\-]|%2F)"
_CAGE = r"[0-9A-HJ-NP-Z]{5,6}"  # CAGE code or DoDAAC: no I and no O
_NUMBER = r"(?:0|[1-9][0-9]*)"

_ESCAPED = {character: f"%{ord(character):02X}" for character in '"%&/<>?#'}
_TO_URN = str.maketrans(_ESCAPED)


class NotEpc(ValueError):
    """The text is no URN of a known scheme, or breaks a rule of it; the text says which."""


@dataclass(frozen=True, slots=True)
class Epc:
    """One code: its scheme and the parts between the dots, decoded. `kind` is id, or class for an LGTIN."""

    scheme: str
    parts: tuple[str, ...]
    kind: str = "id"

    @property
    def uri(self) -> str:
        """The pure identity, `urn:epc:id:sgtin:…`."""
        return f"urn:epc:{self.kind}:{self.scheme}:{self.body}"

    @property
    def body(self) -> str:
        """The parts as a URN writes them."""
        return ".".join(part.translate(_TO_URN) for part in self.parts)

    @property
    def key(self) -> str:
        """The GS1 key alone, as it is spoken of: a GRAI without the zero that stands before it in a bar code."""
        ai, value = self.elements()[0]
        return value[1:] if ai == "8003" else value

    def elements(self) -> tuple[Element, ...]:
        """The same as application identifiers, the extension `0` of a location too. Raises NotEpc without any."""
        scheme = _SCHEMES[self.kind, self.scheme]
        if scheme.elements is None:
            raise NotEpc(f"{self.scheme} is no GS1 key, so it has no element string")
        return scheme.elements(*self.parts)


@dataclass(frozen=True, slots=True)
class _Scheme:
    """How the parts between the dots are written.

    `tail` are the parts behind company prefix and reference (or all parts, where there is no prefix): what is
    allowed in the URN, and how many characters it may have when decoded. `digits`: of prefix and reference
    together; `most`: their characters, where the reference is no number and stands first in the tail.
    """

    tail: tuple[tuple[re.Pattern[str], int], ...]
    digits: int | None = None
    most: int | None = None
    elements: Callable[..., tuple[Element, ...]] | None = None

    @property
    def count(self) -> int:
        """How many parts stand between the dots."""
        return len(self.tail) + (2 if self.digits else 1 if self.most else 0)


def parse(urn: str) -> Epc:
    """The code that a pure identity URN names. Raises NotEpc."""
    match = _URN.fullmatch(urn)
    scheme = _SCHEMES.get((match[1], match[2])) if match else None
    if match is None or scheme is None:
        raise NotEpc(f"{urn} is of no known EPC scheme")
    parts = match[3].split(".", scheme.count - 1)  # the last part, a serial, may hold a dot itself
    if len(parts) != scheme.count:
        raise NotEpc(f"{urn} must have {scheme.count} parts between dots")
    _judge(scheme, parts, urn)
    return Epc(match[2], tuple([_decoded(part) for part in parts]), match[1])


def _decoded(part: str) -> str:
    return unquote(part, encoding="latin-1") if "%" in part else part


def _judge(scheme: _Scheme, parts: Sequence[str], urn: str) -> None:
    tail = parts[len(parts) - len(scheme.tail) :]
    for part, (pattern, most) in zip(tail, scheme.tail, strict=True):
        if not pattern.fullmatch(part) or len(_decoded(part)) > most:
            raise NotEpc(f"{urn}: {part or 'an empty part'} is not what the scheme allows there")
    if not (scheme.digits or scheme.most):
        _within(parts, urn)
        return
    if not _PREFIX.fullmatch(parts[0]):
        raise NotEpc(f"{urn}: a company prefix has 6 to 12 digits")
    if scheme.digits and not (_DIGITS.fullmatch(parts[1]) and len(parts[0] + parts[1]) == scheme.digits):
        raise NotEpc(f"{urn}: prefix and reference must have {scheme.digits} digits")
    if scheme.most and len(parts[0] + _decoded(parts[1])) > scheme.most:
        raise NotEpc(f"{urn}: prefix and reference must not have more than {scheme.most} characters")


def _within(parts: Sequence[str], urn: str) -> None:
    """The numbers of general identifiers and of the Department of Defense must fit into their bits."""
    scheme = urn.split(":")[3]
    for part, bits in zip(parts, _BITS.get(scheme, ()), strict=False):
        if bits and int(part) >= 1 << bits:
            raise NotEpc(f"{urn}: {part} is too large")


def shape(scheme: str) -> tuple[int, tuple[str, ...]]:
    """How many parts the identifiers of a scheme have, and their application identifiers. Raises NotEpc."""
    ais = next((ais for ais, (kind, name, _) in _BACK.items() if (kind, name) == ("id", scheme)), None)
    if ais is None:
        raise NotEpc(f"{scheme} is no scheme of GS1 keys")
    return _SCHEMES["id", scheme].count, ais


_BITS = {"gid": (28, 24, 36), "usdod": (0, 36)}


def of_elements(elements: Sequence[Element], prefix_length: int) -> Epc:
    """The code of a key and its serial, whose company prefix has so many digits. Raises NotEpc.

    A key alone, such as a GTIN, has no EPC; with its lot it has one of the kind class.
    """
    values = dict(elements)
    names = tuple(ai for ai, _ in elements)
    if names == ("414",):
        values["254"], names = "0", ("414", "254")
    back = _BACK.get(names)
    if back is None or not 6 <= prefix_length <= 12:
        raise NotEpc(f"{''.join(f'({ai})' for ai in names)} with a prefix of {prefix_length} digits has no EPC")
    kind, scheme, read = back
    epc = Epc(scheme, read(prefix_length, *(values[ai] for ai in names)), kind)
    return parse(epc.uri)  # judged like any other


def _led(prefix: str, reference: str) -> str:
    """Prefix and reference, the first digit of the reference (indicator, extension) in front; a check digit."""
    body = reference[:1] + prefix + reference[1:]
    return body + check_digit(body)


def _numbered(prefix: str, reference: str) -> str:
    return prefix + reference + check_digit(prefix + reference)


def _unled(length: int, number: str) -> tuple[str, str]:
    return number[1 : 1 + length], number[0] + number[1 + length : -1]


def _unnumbered(length: int, number: str) -> tuple[str, str]:
    return number[:length], number[length:-1]


def _tail(pattern: str, most: int) -> tuple[re.Pattern[str], int]:
    return re.compile(pattern), most


_PIECE = _tail("[0-9]{2}", 2)

_SCHEMES: dict[tuple[str, str], _Scheme] = {
    ("id", "sgtin"): _Scheme(
        (_tail(TEXT + "+", 20),), 13, elements=lambda c, r, s: (("01", _led(c, r)), ("21", s))
    ),
    ("class", "lgtin"): _Scheme(
        (_tail(TEXT + "+", 20),), 13, elements=lambda c, r, lot: (("01", _led(c, r)), ("10", lot))
    ),
    ("id", "upui"): _Scheme(
        (_tail(TEXT + "+", 28),), 13, elements=lambda c, r, t: (("01", _led(c, r)), ("235", t))
    ),
    ("id", "itip"): _Scheme(
        (_PIECE, _PIECE, _tail(TEXT + "+", 20)),
        13,
        elements=lambda c, r, piece, total, s: (("8006", _led(c, r) + piece + total), ("21", s)),
    ),
    ("id", "sscc"): _Scheme((), 17, elements=lambda c, r: (("00", _led(c, r)),)),
    ("id", "sgln"): _Scheme(
        (_tail(TEXT + "+", 20),), 12, elements=lambda c, r, x: (("414", _numbered(c, r)), ("254", x))
    ),
    ("id", "pgln"): _Scheme((), 12, elements=lambda c, r: (("417", _numbered(c, r)),)),
    ("id", "grai"): _Scheme(
        (_tail(TEXT + "+", 16),), 12, elements=lambda c, r, s: (("8003", "0" + _numbered(c, r) + s),)
    ),
    ("id", "giai"): _Scheme((_tail(TEXT + "+", 24),), most=30, elements=lambda c, r: (("8004", c + r),)),
    ("id", "gsrn"): _Scheme((), 17, elements=lambda c, r: (("8018", _numbered(c, r)),)),
    ("id", "gsrnp"): _Scheme((), 17, elements=lambda c, r: (("8017", _numbered(c, r)),)),
    ("id", "gdti"): _Scheme(
        (_tail(TEXT + "+", 17),), 12, elements=lambda c, r, s: (("253", _numbered(c, r) + s),)
    ),
    ("id", "sgcn"): _Scheme((_tail("[0-9]+", 12),), 12, elements=lambda c, r, s: (("255", _numbered(c, r) + s),)),
    ("id", "cpi"): _Scheme(
        (_tail(_PART_TEXT + "+", 24), _tail(_NUMBER, 12)),
        most=30,
        elements=lambda c, r, s: (("8010", c + r), ("8011", s)),
    ),
    ("id", "ginc"): _Scheme((_tail(TEXT + "+", 24),), most=30, elements=lambda c, r: (("401", c + r),)),
    ("id", "gsin"): _Scheme((), 16, elements=lambda c, r: (("402", _numbered(c, r)),)),
    ("id", "gid"): _Scheme((_tail(_NUMBER, 9), _tail(_NUMBER, 8), _tail(_NUMBER, 11))),
    ("id", "usdod"): _Scheme((_tail(_CAGE, 6), _tail(_NUMBER, 11))),
    ("id", "adi"): _Scheme(
        (_tail(_CAGE, 6), _tail(_AIRCRAFT_TEXT + "*", 32), _tail(f"(?:%23)?{_AIRCRAFT_TEXT}+", 30))
    ),
    ("id", "bic"): _Scheme((_tail("[A-HJ-NP-Z]{3}[JUZ][0-9]{7}", 11),)),
    ("id", "imovn"): _Scheme((_tail("[0-9]{7}", 7),)),
}

# Application identifiers: kind, scheme, and how their values are cut into parts.
_BACK: dict[tuple[str, ...], tuple[str, str, Callable[..., tuple[str, ...]]]] = {
    ("01", "21"): ("id", "sgtin", lambda n, gtin, serial: (*_unled(n, gtin), serial)),
    ("01", "10"): ("class", "lgtin", lambda n, gtin, lot: (*_unled(n, gtin), lot)),
    ("01", "235"): ("id", "upui", lambda n, gtin, tpx: (*_unled(n, gtin), tpx)),
    ("8006", "21"): (
        "id",
        "itip",
        lambda n, itip, serial: (*_unled(n, itip[:14]), itip[14:16], itip[16:], serial),
    ),
    ("00",): ("id", "sscc", _unled),
    ("414", "254"): ("id", "sgln", lambda n, gln, extension: (*_unnumbered(n, gln), extension)),
    ("417",): ("id", "pgln", _unnumbered),
    ("8003",): ("id", "grai", lambda n, grai: (*_unnumbered(n, grai[1:14]), grai[14:])),
    ("8004",): ("id", "giai", lambda n, giai: (giai[:n], giai[n:])),
    ("8018",): ("id", "gsrn", _unnumbered),
    ("8017",): ("id", "gsrnp", _unnumbered),
    ("253",): ("id", "gdti", lambda n, gdti: (*_unnumbered(n, gdti[:13]), gdti[13:])),
    ("255",): ("id", "sgcn", lambda n, gcn: (*_unnumbered(n, gcn[:13]), gcn[13:])),
    ("8010", "8011"): ("id", "cpi", lambda n, part, serial: (part[:n], part[n:], serial)),
    ("401",): ("id", "ginc", lambda n, ginc: (ginc[:n], ginc[n:])),
    ("402",): ("id", "gsin", _unnumbered),
}
