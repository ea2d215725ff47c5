"""Who calls us: one verifier for each vendor's own way to sign a callback. Pure; bytes in, trust out.

Everything is judged on the raw bytes, before anything parses them, and compared in constant time. A vendor that
only echoes a token proves nothing about the body: such a call is a reason to ask, never evidence.
"""

import base64
import hashlib
import hmac
import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from carriers import document
from carriers.answer import CarrierError
from carriers.numbers import normalised

SAMPLE = b'{"sample":true}'
"""What a trial of our own address tells: nothing about any parcel."""

TOKEN_HEADER = "wayproof-token"  # noqa: S105  # the name of a header
LONGEST_SECRET = 500
_MOST_NUMBERS = 500


class Forged(Exception):
    """The call does not carry what its vendor agreed with us; the text says what is wrong, and no secret."""


class Trust(StrEnum):
    """What a verified call is worth: its body was signed, or somebody knew a token."""

    SIGNED = "signed"
    TOKEN = "token"  # noqa: S105  # a word


@dataclass(frozen=True)
class Scheme:
    """How a vendor shows that a call is its own: in which header, what stands there, and what that is worth."""

    header: str
    trust: Trust
    proof: Callable[[bytes, bytes], bytes]  # (secret, body) -> what must stand in the header
    told: Callable[[bytes], bytes] = bytes  # the part of the body that the proof covers and that may be read
    wrapped: Callable[[bytes], bytes] = bytes  # what we would tell, as the vendor would send it
    formerly: str = ""  # a header that it used before and may still use
    we_choose: bool = False  # the secret is ours to choose when we subscribe


def _hmac_base64(secret: bytes, body: bytes) -> bytes:
    return base64.b64encode(hmac.digest(secret, body, "sha256"))


def _easypost(secret: bytes, body: bytes) -> bytes:
    """Hex with a prefix, the secret brought into Unicode form NFKD first."""
    key = unicodedata.normalize("NFKD", secret.decode("utf-8", "replace")).encode()
    return b"hmac-sha256-hex=" + hmac.digest(key, body, "sha256").hex().encode()


def _seventeentrack(secret: bytes, body: bytes) -> bytes:
    """No HMAC: plain SHA-256 over body, slash and key."""
    return hashlib.sha256(body + b"/" + secret).hexdigest().encode()


def _usps(secret: bytes, body: bytes) -> bytes:
    """The envelope's `timestamp` and `payload`, one right behind the other, the payload as the text that it is.

    Nothing stands between the two, but no end of a JSON object is one, so neither can borrow from the other.
    """
    timestamp, payload = _envelope(body)
    return _hmac_base64(secret, timestamp + payload)


def _payload(body: bytes) -> bytes:
    return _envelope(body)[1]


def _in_envelope(told: bytes) -> bytes:
    return json.dumps({"timestamp": "2026-01-01T00:00:00Z", "payload": told.decode()}).encode()


def _envelope(body: bytes) -> tuple[bytes, bytes]:
    try:
        top = document.load(body)
    except CarrierError:
        raise Forged("the body is no envelope of a timestamp and a payload") from None
    timestamp, payload = top.get("timestamp"), top.get("payload")
    if not isinstance(timestamp, str) or not isinstance(payload, str):
        raise Forged("the body is no envelope of a timestamp and a payload")
    return timestamp.encode("utf-8", "replace"), payload.encode("utf-8", "replace")


def _echo(secret: bytes, body: bytes) -> bytes:
    """The token itself; the body has no part in it."""
    return secret


SCHEMES = {
    "aftership": Scheme("aftership-hmac-sha256", Trust.SIGNED, _hmac_base64),
    "easypost": Scheme("x-hmac-signature", Trust.SIGNED, _easypost),
    "seventeentrack": Scheme("sign", Trust.SIGNED, _seventeentrack),
    "fedex": Scheme("fdx-signature", Trust.SIGNED, _hmac_base64),
    "usps": Scheme("x-hmac", Trust.SIGNED, _usps, _payload, _in_envelope, formerly="hmac-header", we_choose=True),
    "ups": Scheme("credential", Trust.TOKEN, _echo, we_choose=True),
}
ECHO = Scheme(TOKEN_HEADER, Trust.TOKEN, _echo, we_choose=True)
"""Everybody else, DHL with all its divisions first: a header and a token that we choose when we subscribe.

Australia Post is among them: it has published no way to sign.
"""


def scheme_of(carrier: str) -> Scheme:
    """How this carrier's calls are verified."""
    return SCHEMES.get(carrier, ECHO)


@dataclass(frozen=True)
class Verified:
    """A call that is its vendor's: what it is worth, and the bytes that may be read."""

    trust: Trust
    told: bytes


def verify(carrier: str, secret: bytes, headers: Mapping[str, str], body: bytes) -> Verified:
    """What a call is worth and what it tells. `headers` by lower-case name. Raises Forged."""
    scheme = scheme_of(carrier)
    given = headers.get(scheme.header, "") or headers.get(scheme.formerly, "")
    if not secret:
        raise Forged("no secret was agreed with this carrier")
    if not given:
        raise Forged(f"the header {scheme.header} is missing")
    if not hmac.compare_digest(given.strip().encode("utf-8", "replace"), scheme.proof(secret, body)):
        raise Forged(f"the header {scheme.header} does not fit")
    return Verified(scheme.trust, scheme.told(body))


def sample(carrier: str, secret: bytes) -> tuple[dict[str, str], bytes]:
    """Headers and body of a call with SAMPLE, as this vendor would send it."""
    scheme = scheme_of(carrier)
    body = scheme.wrapped(SAMPLE)
    proof = scheme.proof(secret, body).decode("utf-8", "replace")
    return {scheme.header: proof, "content-type": "application/json"}, body


def numbers_in(body: bytes) -> list[str]:
    """Whatever in a JSON body may be a tracking number; empty for a body that can't be read."""
    try:
        found = [normalised(value) for top in document.load_many(body) for value in _texts(top)]
    except CarrierError:
        return []
    return list(dict.fromkeys(number for number in found if 5 <= len(number) <= 60 and number.isalnum()))[
        :_MOST_NUMBERS
    ]


def _texts(value: Any) -> Iterator[str]:
    stack = [value]
    while stack:
        current = stack.pop()
        if isinstance(current, dict):
            stack.extend(current.values())
        elif isinstance(current, list):
            stack.extend(current[: document.LINES])
        elif isinstance(current, str) and len(current) <= 80:
            yield current
