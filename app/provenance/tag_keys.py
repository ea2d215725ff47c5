"""Keys of NFC tags, derived from one master key: three schemes, chosen per product. Pure; keeps nothing.

`shared` gives every tag the master key itself. `an10922` is NXP's diversification (AN10922, AES-128). `hmac` is
that of sdm-backend, which first mixes the UID by HMAC. A product's tags must be written by the scheme it names.
"""

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.cmac import CMAC

_NO_KEY = bytes(16)
_MOST = 31  # bytes of diversification input (AN10922, 2.2)


def an10922(master: bytes, uid: bytes, system: bytes = b"") -> bytes:
    """AN10922, section 2.2: CMAC over 01, the UID and what names the system, always filled up to 32 bytes."""
    given = uid + system
    if not 1 <= len(given) <= _MOST:
        raise ValueError(f"the diversification input has 1 to {_MOST} bytes")
    message = b"\x01" + given
    padded = message if len(message) == 32 else (message + b"\x80").ljust(32, b"\0")
    first, second = _subkeys(master)
    last = _xor(padded[16:], first if padded is message else second)
    encryptor = Cipher(AES(master), CBC(bytes(16))).encryptor()
    return (encryptor.update(padded[:16] + last) + encryptor.finalize())[16:]


def diversified(master: bytes, uid: bytes, key_number: int) -> bytes:
    """The key of one tag and slot by the scheme `hmac`. A master key of zeros gives a key of zeros."""
    if master == _NO_KEY:
        return _NO_KEY
    slot = _hmac(master, b"SlotMasterKey" + bytes([key_number]))[:16]
    base = _hmac(_hmac(master, b"DivBaseKey"), uid)[:16]
    mac = CMAC(AES(slot))
    mac.update(b"\x01" + base)
    return mac.finalize()


def undiversified(master: bytes) -> bytes:
    """The key by which every tag of the scheme `hmac` encrypts its PICC data, before its UID is known."""
    return _NO_KEY if master == _NO_KEY else _hmac(master, b"PICCDataKey")[:16]


SCHEMES = ("shared", "an10922", "hmac")


def meta_key(scheme: str, master: bytes) -> bytes:
    """The key SDMMetaRead, which must be one for all tags of a product, because it is what reveals the UID."""
    return undiversified(master) if scheme == "hmac" else master


def file_key(scheme: str, master: bytes, uid: bytes, *, key_number: int, system: bytes = b"") -> bytes:
    """The key SDMFileRead of one tag. `key_number` counts for `hmac` alone, `system` for `an10922` alone."""
    if scheme == "hmac":
        return diversified(master, uid, key_number)
    return an10922(master, uid, system) if scheme == "an10922" else master


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, hashlib.sha256)


def _subkeys(key: bytes) -> tuple[bytes, bytes]:
    """The two subkeys of AES-CMAC (RFC 4493, 2.3)."""
    encryptor = Cipher(AES(key), CBC(bytes(16))).encryptor()
    first = _doubled(encryptor.update(bytes(16)) + encryptor.finalize())
    return first, _doubled(first)


def _doubled(block: bytes) -> bytes:
    number = int.from_bytes(block) << 1
    return ((number & ((1 << 128) - 1)) ^ (0x87 if number >> 128 else 0)).to_bytes(16)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
