"""The memory of RFID tags: every classic coding of the EPC Tag Data Standard from and to hexadecimal. Pure.

Source: TDS 2.0, section 14, tables 14-1 to 14-29. What an EPC is as such is in epc. The codings with `+` that came
with TDS 2 are refused by their name.
"""

import re
from dataclasses import dataclass

from app.gs1 import epc
from app.gs1.epc import Epc, NotEpc
from app.gs1.tag_fields import Bits, Field, Integer, Letters, NumericString, Piece, Reserved, SixBit, Text

_TAG = re.compile(r"urn:epc:tag:([a-z]+-(?:[0-9]+|var)):(.+)")
_RAW = re.compile(r"urn:epc:raw:([0-9]+)\.x([0-9A-F]+)")
_FILTER = re.compile(r"(?:0|[1-9][0-9]?)\.")
_HEX = re.compile(r"[0-9A-Fa-f]+")
_MOST_DIGITS = 256  # of an EPC memory bank; the longest classic coding, ADI-var, needs fewer

# Bits of a company prefix by its partition value, which stands for 12 to 6 digits.
_PREFIX_BITS = (40, 37, 34, 30, 27, 24, 20)


class NotTag(ValueError):
    """The text is no content of a tag in a known coding, or cannot be written in the coding that is asked for."""


@dataclass(frozen=True, slots=True)
class Tag:
    """What a tag says: the code, its coding such as `sgtin-96`, and the filter value (None for GID-96)."""

    coding: str
    epc: Epc
    filter: int | None

    @property
    def uri(self) -> str:
        """The tag URI, `urn:epc:tag:sgtin-96:3.…`."""
        prefix = "" if self.filter is None else f"{self.filter}."
        return f"urn:epc:tag:{self.coding}:{prefix}{self.epc.body}"


@dataclass(frozen=True, slots=True)
class _Coding:
    """How a scheme is laid out in bits: header, filter, a partitioned key where `reference` says so, the tail.

    `reference` are the bits behind the company prefix for each partition value; `field` says how they are written,
    None where they are a number of fixed length, whose digits make `digits` together with the prefix. Beside a
    `field`, `digits` is the most that both may have together, where the standard allows fewer than the bits hold.
    """

    scheme: str
    header: int
    tail: tuple[Field, ...] = ()
    reference: tuple[int, ...] = ()
    digits: int = 0
    field: type[Integer] | type[Text] | type[SixBit] | None = None
    filter_bits: int = 3


def decode(text: str) -> Tag:
    """What the hexadecimal content of an EPC memory bank says. Raises NotTag.

    Zero bits may follow, as they do on a tag, whose memory is read in words.
    """
    if not _HEX.fullmatch(text) or not 4 <= len(text) <= _MOST_DIGITS:
        raise NotTag(f"the content of a tag is 4 to {_MOST_DIGITS} hexadecimal digits")
    bits = Bits.of_hex(text)
    header = bits.take(8)
    name = _BY_HEADER.get(header)
    if name is None:
        plus = _PLUS.get(header)
        raise NotTag(f"{plus} of TDS 2 is not read" if plus else f"{header:02X} is the header of no known coding")
    coding = CODINGS[name]
    try:
        filter_value = bits.take(coding.filter_bits) if coding.filter_bits else None
        parts = _read_key(coding, bits) if coding.reference else []
        for field in coding.tail:
            part = field.read(bits)
            parts += [] if part is None else [part]
        bits.end()
        code = Epc(coding.scheme, tuple(parts))
        return Tag(name, epc.parse(code.uri), filter_value)
    except (ValueError, NotEpc) as error:
        raise NotTag(f"the bits are no {name}: {error}") from error


def encode(tag: Tag) -> str:
    """The content of the tag in upper-case hexadecimal, filled up to whole words of 16 bits. Raises NotTag."""
    coding = CODINGS.get(tag.coding)
    if coding is None or coding.scheme != tag.epc.scheme or tag.epc.kind != "id":
        raise NotTag(f"{tag.epc.uri} cannot be written as {tag.coding}")
    if (tag.filter is None) != (coding.filter_bits == 0):
        raise NotTag(f"{tag.coding} needs {'no' if tag.filter is not None else 'a'} filter value")
    bits = Bits()
    try:
        bits.put(coding.header, 8)
        if tag.filter is not None:
            bits.put(tag.filter, coding.filter_bits)
        rest = list(tag.epc.parts)
        if coding.reference:
            _write_key(coding, bits, rest.pop(0), rest.pop(0))
        for field in coding.tail:
            field.write(bits, "" if isinstance(field, Reserved) else rest.pop(0))
    except ValueError as error:
        raise NotTag(f"{tag.epc.uri} does not fit into {tag.coding}: {error}") from error
    return bits.words()


def parse_uri(uri: str) -> Tag:
    """What a tag URI says. Raises NotTag; whether it fits into its coding is judged when it is encoded."""
    match = _TAG.fullmatch(uri)
    coding = CODINGS.get(match[1]) if match else None
    if match is None or coding is None:
        raise NotTag(f"{uri} is of no known coding")
    body, filter_value = match[2], None
    if coding.filter_bits:
        start = _FILTER.match(body)
        if start is None or int(start[0][:-1]) >= 1 << coding.filter_bits:
            raise NotTag(f"{uri} must begin with a filter value below {1 << coding.filter_bits}")
        filter_value, body = int(start[0][:-1]), body[start.end() :]
    try:
        return Tag(match[1], epc.parse(f"urn:epc:id:{coding.scheme}:{body}"), filter_value)
    except NotEpc as error:
        raise NotTag(str(error)) from error


def raw_uri(text: str) -> str:
    """`urn:epc:raw:96.x3034…`: the form of a content whatever it means."""
    return f"urn:epc:raw:{4 * len(text)}.x{text.upper()}"


def parse_raw(uri: str) -> str:
    """The hexadecimal content of a raw URI. Raises NotTag."""
    match = _RAW.fullmatch(uri)
    if match is None or int(match[1]) > 4 * len(match[2]) or 4 * len(match[2]) - int(match[1]) > 3:
        raise NotTag(f"{uri} is no raw URI: its number counts the bits that follow")
    return match[2]


def fitting(code: Epc, filter_value: int = 0) -> Tag | None:
    """The shortest coding that can hold the code; None where its scheme has none, or it fits into none."""
    for name, coding in CODINGS.items():
        if coding.scheme == code.scheme and code.kind == "id":
            tag = Tag(name, code, filter_value if coding.filter_bits else None)
            try:
                encode(tag)
            except NotTag:
                continue
            return tag
    return None


def _read_key(coding: _Coding, bits: Bits) -> list[str]:
    partition = bits.take(3)
    if partition > 6:
        raise ValueError(f"there is no partition {partition}")
    digits = 12 - partition
    prefix = Integer(_PREFIX_BITS[partition], digits).read(bits)
    width = coding.reference[partition]
    if coding.field is not None:
        return [prefix, _within(coding, digits, coding.field(width).read(bits))]
    return [prefix, Integer(width, coding.digits - digits).read(bits)]


def _write_key(coding: _Coding, bits: Bits, prefix: str, reference: str) -> None:
    partition = 12 - len(prefix)
    bits.put(partition, 3)
    Integer(_PREFIX_BITS[partition], len(prefix)).write(bits, prefix)
    width = coding.reference[partition]
    if coding.field is not None:
        coding.field(width).write(bits, _within(coding, len(prefix), reference))
    else:
        Integer(width, coding.digits - len(prefix)).write(bits, reference)


def _within(coding: _Coding, length: int, reference: str) -> str:
    if coding.digits and length + len(reference) > coding.digits:
        raise ValueError(f"{reference} has more than {coding.digits - length} digits")
    return reference


_ITEM = (4, 7, 10, 14, 17, 20, 24)
_UNIT = (18, 21, 24, 28, 31, 34, 38)
_PLACE = (1, 4, 7, 11, 14, 17, 21)
_PIECES = (Piece(), Piece())

# Of the codings of one scheme the shortest comes first.
CODINGS: dict[str, _Coding] = {
    "sgtin-96": _Coding("sgtin", 0x30, (Integer(38),), _ITEM, 13),
    "sgtin-198": _Coding("sgtin", 0x36, (Text(140),), _ITEM, 13),
    "sscc-96": _Coding("sscc", 0x31, (Reserved(24),), _UNIT, 17),
    "sgln-96": _Coding("sgln", 0x32, (Integer(41),), _PLACE, 12),
    "sgln-195": _Coding("sgln", 0x39, (Text(140),), _PLACE, 12),
    "grai-96": _Coding("grai", 0x33, (Integer(38),), _ITEM, 12),
    "grai-170": _Coding("grai", 0x37, (Text(112),), _ITEM, 12),
    "giai-96": _Coding("giai", 0x34, (), (42, 45, 48, 52, 55, 58, 62), field=Integer),
    "giai-202": _Coding("giai", 0x38, (), (148, 151, 154, 158, 161, 164, 168), field=Text),
    "gsrn-96": _Coding("gsrn", 0x2D, (Reserved(24),), _UNIT, 17),
    "gsrnp-96": _Coding("gsrnp", 0x2E, (Reserved(24),), _UNIT, 17),
    "gdti-96": _Coding("gdti", 0x2C, (Integer(41),), _PLACE, 12),
    "gdti-113": _Coding("gdti", 0x3A, (NumericString(58),), _PLACE, 12),
    "gdti-174": _Coding("gdti", 0x3E, (Text(119),), _PLACE, 12),
    "cpi-96": _Coding("cpi", 0x3C, (Integer(31),), (11, 14, 17, 21, 24, 27, 31), 15, Integer),
    "cpi-var": _Coding("cpi", 0x3D, (Integer(40),), (114, 120, 126, 132, 138, 144, 150), field=SixBit),
    "sgcn-96": _Coding("sgcn", 0x3F, (NumericString(41),), _PLACE, 12),
    "itip-110": _Coding("itip", 0x40, (*_PIECES, Integer(38)), _ITEM, 13),
    "itip-212": _Coding("itip", 0x41, (*_PIECES, Text(140)), _ITEM, 13),
    "gid-96": _Coding("gid", 0x35, (Integer(28), Integer(24), Integer(36)), filter_bits=0),
    "usdod-96": _Coding("usdod", 0x2F, (Letters(48, 8), Integer(36)), filter_bits=4),
    "adi-var": _Coding("adi", 0x3B, (Letters(36, 6), SixBit(198), SixBit(186)), filter_bits=6),
}
_BY_HEADER = {coding.header: name for name, coding in CODINGS.items()}
_PLUS = {
    0xF0: "CPI+",
    0xF1: "GRAI+",
    0xF2: "SGLN+",
    0xF3: "ITIP+",
    0xF4: "GSRN+",
    0xF5: "GSRNP+",
    0xF6: "GDTI+",
    0xF7: "SGTIN+",
    0xF8: "SGCN+",
    0xF9: "SSCC+",
    0xFA: "GIAI+",
    0xFB: "DSGTIN+",
}
