"""The key that browsers know this house by when it pushes (VAPID, RFC 8292): a file beside the others."""

import base64
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.sealed import write_once

_FILE = "push.key"


def private_key(keys: Path) -> ec.EllipticCurvePrivateKey:
    """The key of a house; its file is made at the first call, readable by its owner alone."""
    path = keys / _FILE
    with suppress(FileExistsError):  # made before, or by another process just now
        write_once(path, _new())
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


@lru_cache
def public_key(keys: Path) -> str:
    """What a browser subscribes with: the uncompressed point in base64url, without padding."""
    point = private_key(keys).public_key()
    form = serialization.PublicFormat.UncompressedPoint
    return base64.urlsafe_b64encode(point.public_bytes(serialization.Encoding.X962, form)).rstrip(b"=").decode()


def _new() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
