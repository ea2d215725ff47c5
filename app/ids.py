"""Random names for rows. Nothing here tells a reader anything but, for `new_id`, the rough time of making."""

import os
import time

_ALPHABET = b"0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [first + second for first in _ALPHABET.decode() for second in _ALPHABET.decode()]
_LETTERS = _ALPHABET * 8  # for each byte one of the 32 letters, each of them as often


def new_id() -> str:
    """26 characters, sortable by time: 48 bits of milliseconds and 80 random bits (Crockford base 32)."""
    at = time.time_ns() // 1_000_000
    return "".join([_PAIRS[at >> shift & 1023] for shift in (40, 30, 20, 10, 0)]) + _random(16)


def new_token() -> str:
    """A secret for an address that opens without a login: 160 random bits in 32 characters."""
    return _random(32)


def _random(length: int) -> str:
    """So many letters out of 32, from the system's generator: 5 bits each."""
    return os.urandom(length).translate(_LETTERS).decode()
