"""Random names for rows. Nothing here tells a reader anything but, for `new_id`, the rough time of making."""

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]


def new_id() -> str:
    """26 characters, sortable by time: 48 bits of milliseconds and 80 random bits (Crockford base 32)."""
    number = (time.time_ns() // 1_000_000 << 80) | secrets.randbits(80)
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])


def new_token() -> str:
    """A secret for an address that opens without a login: 160 random bits in 32 characters."""
    number = secrets.randbits(160)
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(150, -1, -10)])
