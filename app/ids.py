"""Random names for rows. Nothing here tells a reader anything but, for `new_id`, the rough time of making."""

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id() -> str:
    """26 characters, sortable by time: 48 bits of milliseconds and 80 random bits (Crockford base 32)."""
    number = (time.time_ns() // 1_000_000 << 80) | secrets.randbits(80)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def new_token() -> str:
    """A secret for an address that opens without a login: 160 random bits in 32 characters."""
    number = secrets.randbits(160)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(155, -1, -5))
