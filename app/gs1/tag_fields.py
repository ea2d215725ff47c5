"""The fields that the codings of RFID tags are made of, from and to bits (TDS 2.0, section 14.3). Pure.

A field that cannot hold a value, or holds bits that no value has, raises ValueError with the reason.
"""

from dataclasses import dataclass
from typing import Protocol

_TEXT_7 = frozenset("!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
_TEXT_6 = frozenset("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ ")


class Bits:
    """A row of bits, read from the front or written at the end."""

    def __init__(self, value: int = 0, length: int = 0) -> None:
        self._value, self._left = value, length

    @classmethod
    def of_hex(cls, text: str) -> "Bits":
        """The bits that hexadecimal digits stand for."""
        return cls(int(text, 16), 4 * len(text))

    def take(self, count: int) -> int:
        """The next bits as a number."""
        if count > self._left:
            raise ValueError("the bits end too early")
        self._left -= count
        return (self._value >> self._left) & ((1 << count) - 1)

    def put(self, number: int, count: int) -> None:
        """Write a number in so many bits."""
        if number < 0 or number >= 1 << count:
            raise ValueError(f"{number} does not fit into {count} bits")
        self._value = (self._value << count) | number
        self._left += count

    def end(self) -> None:
        """Nothing but zeros may follow."""
        if self.take(self._left):
            raise ValueError("something follows behind the last field")

    def words(self) -> str:
        """What was written, in upper-case hexadecimal, filled up with zero bits to whole words of 16."""
        fill = -self._left % 16
        return f"{self._value << fill:0{(self._left + fill) // 4}X}"


class Field(Protocol):
    """A part of a code in bits."""

    def read(self, bits: Bits) -> str | None:
        """The part, decoded; None where the field holds none."""

    def write(self, bits: Bits, part: str) -> None:
        """Write a decoded part."""


@dataclass(frozen=True, slots=True)
class Integer:
    """A number in so many bits. With `digits` it has exactly so many, else no leading zeros."""

    bits: int
    digits: int | None = None

    def read(self, bits: Bits) -> str:
        number = bits.take(self.bits)
        if self.digits is None:
            return str(number)
        if number >= 10**self.digits:
            raise ValueError(f"{number} has more than {self.digits} digits")
        return f"{number:0{self.digits}}" if self.digits else ""

    def write(self, bits: Bits, part: str) -> None:
        if part and not (part.isascii() and part.isdigit()):
            raise ValueError(f"{part} is not a number")
        if self.digits is None and (not part or (part[0] == "0" and part != "0")):
            raise ValueError(f"{part} has leading zeros, which a number in bits cannot keep")
        bits.put(int(part or "0"), self.bits)


@dataclass(frozen=True, slots=True)
class NumericString:
    """Digits with their leading zeros kept: a 1 is put before them."""

    bits: int

    def read(self, bits: Bits) -> str:
        text = str(bits.take(self.bits))
        if text[0] != "1" or len(text) < 2:
            raise ValueError("digits must stand behind a leading 1")
        return text[1:]

    def write(self, bits: Bits, part: str) -> None:
        if not (part.isascii() and part.isdigit()):
            raise ValueError(f"{part} is not a number")
        bits.put(int("1" + part), self.bits)


@dataclass(frozen=True, slots=True)
class Text:
    """Characters of 7 bits, zeros behind the last one."""

    bits: int

    def read(self, bits: Bits) -> str:
        codes = [bits.take(7) for _ in range(self.bits // 7)]
        if bits.take(self.bits % 7):
            raise ValueError("something follows behind the last character")
        text = bytes(codes).rstrip(b"\0").decode("ascii")
        if not text or not set(text) <= _TEXT_7:
            raise ValueError("the characters are none of GS1")
        return text

    def write(self, bits: Bits, part: str) -> None:
        if len(part) > self.bits // 7:
            raise ValueError(f"{part} has more than {self.bits // 7} characters")
        for character in part:
            bits.put(ord(character), 7)
        bits.put(0, self.bits - 7 * len(part))


@dataclass(frozen=True, slots=True)
class SixBit:
    """Characters of 6 bits that six zero bits end; `bits` is the most that they may take together."""

    bits: int

    def read(self, bits: Bits) -> str:
        text = ""
        while code := bits.take(6):
            text += _character(code)
            if len(text) >= self.bits // 6:
                raise ValueError("the characters have no end")
        return text

    def write(self, bits: Bits, part: str) -> None:
        if len(part) > self.bits // 6 - 1:
            raise ValueError(f"{part} has more than {self.bits // 6 - 1} characters")
        for character in part:
            bits.put(ord(character) & 0x3F, 6)
        bits.put(0, 6)


@dataclass(frozen=True, slots=True)
class Letters:
    """Six characters of 6 or 8 bits, a blank before those of a code that has five (CAGE code, DoDAAC)."""

    bits: int
    each: int

    def read(self, bits: Bits) -> str:
        codes = [bits.take(self.each) for _ in range(self.bits // self.each)]
        return "".join(_character(code) if self.each == 6 else chr(code) for code in codes).removeprefix(" ")

    def write(self, bits: Bits, part: str) -> None:
        for character in part.rjust(self.bits // self.each):
            bits.put(ord(character) & ((1 << self.each) - 1), self.each)


@dataclass(frozen=True, slots=True)
class Piece:
    """A number of two digits in 7 bits: which piece, or how many."""

    def read(self, bits: Bits) -> str:
        number = bits.take(7)
        if number > 99:
            raise ValueError(f"{number} has more than two digits")
        return f"{number:02}"

    def write(self, bits: Bits, part: str) -> None:
        bits.put(int(part), 7)


@dataclass(frozen=True, slots=True)
class Reserved:
    """Zero bits that hold nothing."""

    bits: int

    def read(self, bits: Bits) -> None:
        if bits.take(self.bits):
            raise ValueError("reserved bits are not zero")

    def write(self, bits: Bits, part: str) -> None:
        del part
        bits.put(0, self.bits)


def _character(code: int) -> str:
    """Six bits are the last six of ASCII: 1 to 26 are letters, the others stand as they are."""
    character = chr(code + 0x40 if code < 0x20 else code)
    if character not in _TEXT_6:
        raise ValueError(f"{character} is no character of this coding")
    return character
