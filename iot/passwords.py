"""Passwords of MQTT users as in mosquitto's password file: `$7$iterations$salt$hash`, PBKDF2 with SHA-512.

mosquitto 2.0 documents the file in mosquitto_passwd(1) and the form in its source, password_mosq.c. Pure.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass

# As mosquitto_passwd does. More would protect nothing: our passwords are 160 random bits, and the broker hashes
# again for every connection.
_ITERATIONS = 101
_SALT_BYTES = 12
_HASH_BYTES = 64


@dataclass(frozen=True)
class Credential:
    """A user of the broker and the hash of its password."""

    username: str
    password_hash: str


def hashed(password: str) -> str:
    """The line's right half for a new password, with a fresh salt."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"$7${_ITERATIONS}${_b64(salt)}${_b64(_derive(password, salt, _ITERATIONS))}"


def matches(password: str, stored: str) -> bool:
    """Whether the password is the one that `hashed` made `stored` of; False for a form that is not ours."""
    try:
        empty, kind, iterations, salt, digest = stored.split("$")
        if (empty, kind) != ("", "7"):
            return False
        derived = _derive(password, base64.b64decode(salt, validate=True), int(iterations))
        return hmac.compare_digest(derived, base64.b64decode(digest, validate=True))
    except (ValueError, binascii.Error):
        return False


def _derive(password: str, salt: bytes, iterations: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", password.encode(), salt, iterations, _HASH_BYTES)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
