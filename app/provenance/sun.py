"""What an NTAG 424 DNA writes into its address at every tap, taken apart and judged (NXP AN12196). Pure.

The tag mirrors its UID and a counter, in clear or encrypted, perhaps some file data, and a MAC over them. Whether
a counter was seen before is not known here: see nfc.
"""

from dataclasses import dataclass
from hmac import compare_digest

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.cmac import CMAC

_ZERO_IV = bytes(16)
_UID_MIRRORED, _COUNTER_MIRRORED, _UID_LENGTH = 0x80, 0x40, 0x0F
# Session vectors begin so (AN12196, 3.3): one for the encryption of file data, one for the MAC.
_ENCRYPTION, _AUTHENTICATION = bytes.fromhex("c33c00010080"), bytes.fromhex("3cc300010080")


class NotGenuine(ValueError):
    """The message does not come from a tag that has these keys; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """What a tag says of itself: its UID of seven bytes, how often it was read, and its PICCDataTag, if any."""

    uid: bytes
    counter: int
    tag: int | None = None


def read_encrypted(picc_data: bytes, key: bytes) -> Mirror:
    """Decrypt PICCData with the key SDMMetaRead. Raises NotGenuine when it holds no UID and counter.

    Any 16 bytes decrypt to something; that they are the tag's is known when the MAC fits.
    """
    if len(picc_data) == 24:
        raise NotGenuine("the tag is set to LRP, which is not read; set it to AES")
    if len(picc_data) != 16:
        raise NotGenuine("PICC data has 16 bytes")
    plain = _decrypted(key, picc_data, _ZERO_IV)
    tag = plain[0]
    if not (tag & _UID_MIRRORED and tag & _COUNTER_MIRRORED) or tag & _UID_LENGTH != 7:
        raise NotGenuine("the PICC data holds no UID and counter: another key, or another tag")
    return Mirror(plain[1:8], int.from_bytes(plain[8:11], "little"), tag)


def read_plain(uid: bytes, counter: bytes) -> Mirror:
    """UID and counter as they stand in clear, the counter with its first byte leading. Raises NotGenuine."""
    if len(uid) != 7 or len(counter) != 3:
        raise NotGenuine("a UID has 7 bytes, a counter 3")
    return Mirror(uid, int.from_bytes(counter, "big"))


def check_mac(mirror: Mirror, key: bytes, mac_input: bytes, mac: bytes) -> None:
    """Pass when the MAC is the tag's, by its key SDMFileRead; else raise NotGenuine."""
    session = _session_key(key, _AUTHENTICATION, mirror)
    wanted = _cmac(session, mac_input)[1::2]  # every second byte (AN12196, 3.4.4.2)
    if not compare_digest(wanted, mac):
        raise NotGenuine("the MAC is not that of a tag with this key")


def file_data(mirror: Mirror, key: bytes, encrypted: bytes) -> bytes:
    """Decrypt what the tag mirrored of its file, whole blocks of 16 bytes. Raises NotGenuine."""
    if not encrypted or len(encrypted) % 16:
        raise NotGenuine("encrypted file data are whole blocks of 16 bytes")
    session = _session_key(key, _ENCRYPTION, mirror)
    start = _encrypted(session, mirror.counter.to_bytes(3, "little") + bytes(13))
    return _decrypted(session, encrypted, start)


def _session_key(key: bytes, vector: bytes, mirror: Mirror) -> bytes:
    return _cmac(key, vector + mirror.uid + mirror.counter.to_bytes(3, "little"))


def _cmac(key: bytes, message: bytes) -> bytes:
    mac = CMAC(AES(key))
    mac.update(message)
    return mac.finalize()


def _encrypted(key: bytes, block: bytes) -> bytes:
    """One block by itself, which is CBC from a start of zeros."""
    encryptor = Cipher(AES(key), CBC(_ZERO_IV)).encryptor()
    return encryptor.update(block) + encryptor.finalize()


def _decrypted(key: bytes, blocks: bytes, start: bytes) -> bytes:
    decryptor = Cipher(AES(key), CBC(start)).decryptor()
    return decryptor.update(blocks) + decryptor.finalize()
