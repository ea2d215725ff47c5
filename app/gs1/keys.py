"""Arithmetic and alphabets of the GS1 keys (GS1 General Specifications, section 7.9 and 7.11). Pure; no URI."""

CSET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
CSET_39 = "#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_VALUE_OF_DIGIT = bytes.maketrans(b"0123456789", bytes(range(10)))
_PAIR = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
# The weights of the check pair: the rightmost data character takes the first prime. A GMN has at most 23 of them.
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)


def check_digit(digits: str) -> str:
    """The mod-10 digit that belongs behind `digits` (GTIN, SSCC, GLN and all numeric keys alike).

    The digit nearest to it weighs 3, then 1 and 3 by turns.
    """
    values = digits.encode()[::-1].translate(_VALUE_OF_DIGIT)
    return str(-(3 * sum(values[::2]) + sum(values[1::2])) % 10)


def is_checked(number: str) -> bool:
    """Whether the last digit of `number` is its check digit."""
    return check_digit(number[:-1]) == number[-1]


def check_pair(characters: str) -> str:
    """The two characters that belong behind a global model number (AI 8013)."""
    weighted = zip(reversed(characters), _PRIMES, strict=False)
    total = sum(CSET_82.index(character) * prime for character, prime in weighted) % 1021
    return _PAIR[total // 32] + _PAIR[total % 32]
