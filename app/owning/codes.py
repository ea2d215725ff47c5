"""Codes that people copy by hand: how one is made, written in groups, and read back. Pure; nothing is looked up.

The letters are those of Crockford's base 32. The last letter is a check over the others: a single wrong letter, or
two letters that changed places, is seen before anything is asked of the database.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE = 16
"""Letters of a code that works once: 75 random bits and the check."""
SECRET = 32
"""Letters of an owner's secret: 155 random bits and the check."""

_GROUP = 4
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN = str.maketrans("", "", " -\t\r\n\u00a0\u2010\u2011\u2012\u2013")


class Mistyped(ValueError):
    """What was typed can be no code: its length, a letter or its check is wrong."""


def new(length: int = CODE) -> str:
    """A fresh code of so many letters."""
    given = [secrets.randbelow(32) for _ in range(length - 1)]
    return "".join(ALPHABET[each] for each in [*given, _check(given)])


def read(typed: str, length: int = CODE) -> str:
    """The code that somebody typed, whatever its case, spaces and strokes. Raises Mistyped."""
    if len(typed) > 4 * length:
        raise Mistyped("too long")
    code = typed.translate(_BETWEEN).upper().translate(_READ_AS)
    if len(code) != length or any(letter not in ALPHABET for letter in code):
        raise Mistyped(f"a code has {length} letters and digits")
    *given, check = (ALPHABET.index(letter) for letter in code)
    if _check(given) != check:
        raise Mistyped("a letter is wrong")
    return code


def grouped(code: str) -> str:
    """The code as it is printed: four letters and a stroke in turn."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def _check(given: list[int]) -> int:
    """Horner's rule over GF(32): each place has another weight, so letters that changed places are seen."""
    total = 0
    for value in given:
        total = _doubled(total) ^ value
    return _doubled(total)


def _doubled(value: int) -> int:
    """The value times x, modulo x⁵ + x² + 1."""
    return (value << 1 & 31) ^ (5 if value & 16 else 0)
