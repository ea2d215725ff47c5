"""Check digits of tracking numbers: each function takes serial and check digit and says whether they fit."""

from collections.abc import Callable

Check = Callable[[str, str], bool]

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def s10(serial: str, digit: str) -> bool:
    """UPU S10: weights 8 6 4 2 3 5 9 7, 11 minus the sum mod 11, where 10 becomes 0 and 11 becomes 5."""
    total = sum(weight * int(char) for weight, char in zip((8, 6, 4, 2, 3, 5, 9, 7), serial, strict=True))
    return int(digit) == {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)


def mod10(*, evens: int, odds: int, backwards: bool = False) -> Check:
    """Weights by position (the first one is even), sum mod 10; letters count A=2, B=3 … (UPS, GS1 and others)."""

    def fits(serial: str, digit: str) -> bool:
        line = (serial if serial.isdigit() else serial.translate(_AS_DIGITS))[:: -1 if backwards else 1]
        total = evens * sum(map(int, line[::2])) + odds * sum(map(int, line[1::2]))
        return int(digit) == -total % 10

    return fits


_AS_DIGITS = {ord(letter): str((ord(letter) - 3) % 10) for letter in _ALPHABET[10:]}


def weighted(weights: tuple[int, ...], modulus: int) -> Check:
    """The sum of weighted digits mod `modulus`, mod 10 (FedEx)."""

    def fits(serial: str, digit: str) -> bool:
        total = sum(weight * int(char) for weight, char in zip(weights, serial, strict=True))
        return int(digit) == total % modulus % 10

    return fits


def mod7(serial: str, digit: str) -> bool:
    """The serial as a number, mod 7 (DHL Express)."""
    return int(digit) == int(serial) % 7


def luhn(serial: str, digit: str) -> bool:
    """Luhn, ISO/IEC 7812-1: every second digit from the right doubled, nines cast out."""
    doubled = (int(char) * (1 if position % 2 else 2) for position, char in enumerate(serial[::-1]))
    return int(digit) == -sum(value - 9 if value > 9 else value for value in doubled) % 10


def mod37_36(serial: str, digit: str) -> bool:
    """ISO/IEC 7064 MOD 37,36 (DPD)."""
    product = 36
    for char in serial:
        total = (product + _ALPHABET.index(char)) % 36 or 36
        product = total * 2 % 37
    return _ALPHABET.index(digit) == (37 - product) % 36


_gs1 = mod10(evens=3, odds=1)


def sscc_fedex(serial: str, digit: str) -> bool:
    """FedEx Ground's SSCC-18 leaves the container type, its first two digits, out of the sum."""
    return _gs1(serial[2:], digit)


def usps_legacy(serial: str, digit: str) -> bool:
    """The application identifier 91 belongs to the sum, printed or not."""
    return _gs1(serial if serial.startswith("91") else "91" + serial, digit)


def ontrac(prefix: str) -> Check:
    """OnTrac sums a digit that stands for its letter in front, unless the serial begins with it."""
    fits = mod10(evens=1, odds=2)
    return lambda serial, digit: fits(serial if serial.startswith(prefix) else prefix + serial, digit)


def gls(serial: str, digit: str) -> bool:
    """GLS: weights 3 and 1 as GS1 has them, and one more."""
    return int(digit) == -(3 * sum(map(int, serial[::2])) + sum(map(int, serial[1::2])) + 1) % 10


# ISO 6346: letters count from 10 and leave out the multiples of 11.
_CONTAINER = {char: value for value, char in enumerate("0123456789")} | dict(
    zip(_ALPHABET[10:], (value for value in range(10, 39) if value % 11), strict=True)
)


def iso6346(serial: str, digit: str) -> bool:
    """ISO 6346: each character by a power of two, sum mod 11, where 10 becomes 0."""
    total = sum(_CONTAINER[char] << place for place, char in enumerate(serial))
    return int(digit) == total % 11 % 10
