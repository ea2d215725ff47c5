"""The key that browsers know this house by when it pushes (VAPID, RFC 8292): a file beside the others."""

import base64
import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

_FILE = "push.key"


def private_key(keys: Path) -> ec.EllipticCurvePrivateKey:
    """The key of a house; its file is made at the first call, readable by its owner alone."""
    path = keys / _FILE
    with suppress(FileExistsError):  # made before, or by another process just now
        _write_once(path, _new())
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


def _write_once(path: Path, content: bytes) -> None:
    """Write beside and link, so that no other process ever reads half a key."""
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    finally:
        draft.unlink()
