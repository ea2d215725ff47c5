"""A stand-in for an NTAG 424 DNA: what such a tag writes into its address at a tap, made from its keys."""

from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.cmac import CMAC


def picc_data(key: bytes, uid: bytes, counter: int) -> bytes:
    """The encrypted mirror (AN12196, 3.4.2.1): PICCDataTag, UID, counter, and something to fill the block."""
    plain = b"\xc7" + uid + counter.to_bytes(3, "little") + bytes(5)
    encryptor = Cipher(AES(key), CBC(bytes(16))).encryptor()
    return encryptor.update(plain) + encryptor.finalize()


def mac_of(key: bytes, uid: bytes, counter: int, covered: bytes = b"") -> bytes:
    """The MAC of a tap (AN12196, 3.4.4)."""
    session = _cmac(key, bytes.fromhex("3cc300010080") + uid + counter.to_bytes(3, "little"))
    return _cmac(session, covered)[1::2]


def tap(meta: bytes, file: bytes, uid: bytes, counter: int) -> str:
    """The query of a tap."""
    data, mac = picc_data(meta, uid, counter), mac_of(file, uid, counter)
    return urlencode({"picc_data": data.hex().upper(), "cmac": mac.hex().upper()})


def _cmac(key: bytes, message: bytes) -> bytes:
    mac = CMAC(AES(key))
    mac.update(message)
    return mac.finalize()
