"""Signed notes (c2sp.org/signed-note): keys and their texts, Ed25519 signatures, and private keys in their files.

What a note says is not known here, nor what a cosignature is; nothing here touches the database.
"""

import base64
import binascii
import hashlib
import os
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.errors import Tampered

MAX_NOTE = 256 * 1024
MAX_SIGNATURES = 64

ED25519 = 0x01  # over the text of the note
COSIGNATURE = 0x04  # Ed25519 with a time, see ledger/cosignature.py
ML_DSA_44 = 0x06  # with a time, too
_KEY_SIZES = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: 1312}
_P = 2**255 - 19
_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_DASH = "— "  # U+2014 and a space open a signature line
_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f]")
# The space characters of Unicode, listed because str.isspace takes U+001C to U+001F too
_SPACES = frozenset("\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | set(
    map(chr, range(0x2000, 0x200B))
)


@dataclass(frozen=True)
class Note:
    """An opened note: its text, ending in a newline, and the vkeys that signed it. Never an unsigned one."""

    text: str
    signed_by: tuple[str, ...]


@dataclass(frozen=True)
class Verifier:
    """A public key with its name and kind. The key id is a hint: a signature line matches by name and id."""

    name: str
    key_id: bytes
    public: bytes
    kind: int = ED25519
    until: int | None = None  # a retired key speaks only for trees up to this size

    @classmethod
    def parse_dated(cls, text: str) -> "Verifier":
        """A vkey, or one followed by a blank and the largest size that this retired key speaks for. ValueError."""
        vkey, blank, size = text.partition(" ")
        if blank and not re.fullmatch("0|[1-9][0-9]{0,18}", size, re.ASCII):
            raise ValueError("a retired key is written vkey, blank, size")
        return replace(cls.parse(vkey), until=int(size) if blank else None)

    @classmethod
    def parse(cls, vkey: str, kinds: Collection[int] = (ED25519,)) -> "Verifier":
        """The verifier of a vkey text, `name+8 hex+base64`. Raises ValueError; also for a kind not asked for."""
        name, plus, rest = vkey.partition("+")
        given_id, second, encoded = rest.partition("+")  # base64 may hold a plus itself
        if not plus or not second or not re.fullmatch("[0-9a-f]{8}", given_id, re.ASCII):
            raise ValueError("a verifier key is written name+id+key")
        blob = strict_b64(encoded)
        if not blob or blob[0] not in kinds:
            known = " or ".join(map(str, kinds))
            raise ValueError(f"only verifier keys of type {known} can be used here")
        verifier = cls.of(name, blob[1:], blob[0])
        if verifier.kind != ML_DSA_44 and _is_weak(verifier.public):
            raise ValueError("the verifier key is no proper Ed25519 point: one signature would fit any text")
        if verifier.key_id.hex() != given_id:
            raise ValueError("the id of the verifier key is not the one of its name and key")
        return verifier

    @classmethod
    def of(cls, name: str, public: bytes, kind: int = ED25519) -> "Verifier":
        """The verifier of a name and public key. Raises ValueError for a name or length that may not be."""
        check_name(name)
        if len(public) != _KEY_SIZES[kind]:
            raise ValueError(f"a public key of type {kind} has {_KEY_SIZES[kind]} bytes")
        return cls(name, hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4], public, kind)

    @property
    def vkey(self) -> str:
        """The text form that is printed and pinned."""
        return f"{self.name}+{self.key_id.hex()}+{b64(bytes([self.kind]) + self.public)}"

    @property
    def dated(self) -> str:
        """The vkey, and the end of a retired one."""
        return self.vkey if self.until is None else f"{self.vkey} {self.until}"

    def speaks_for(self, size: int) -> bool:
        """Whether this key may sign a tree of this size; beyond its end a key counts as unknown."""
        return self.until is None or size <= self.until

    def verify(self, text: bytes, signature: bytes) -> None:
        """Check one plain Ed25519 signature. Raises Tampered."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError) as error:
            raise Tampered(f"the signature of {self.name} is wrong") from error


def _is_weak(public: bytes) -> bool:
    """Whether a key is a point of small order or not written canonically; libraries differ in what they accept.

    (RFC 8032 sections 5.1.3 and 5.1.7; the y of the points whose order divides 8.)
    """
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    return y >= _P or y in (0, 1, _P - 1, _ORDER_8, _P - _ORDER_8)


class Signer:
    """A private Ed25519 key with its name; `path` is its file, or None for a key that lives in memory only."""

    def __init__(self, name: str, seed: bytes, path: Path | None = None) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self._seed = seed
        self.verifier = Verifier.of(name, self._private.public_key().public_bytes_raw())
        self.path = path

    @property
    def name(self) -> str:
        """The key's name, which for a log is its origin."""
        return self.verifier.name

    @property
    def vkey(self) -> str:
        """The public half, as text."""
        return self.verifier.vkey

    def sign(self, text: str) -> str:
        """The text as a note signed by this key. Raises ValueError for a text that no note can hold."""
        return f"{text}\n{self.line(text)}"

    def line(self, text: str) -> str:
        """The signature line of this key for a text, to stand in a note with others. Raises ValueError."""
        check_text(text.encode())
        if not text.endswith("\n"):
            raise ValueError("the text of a note ends in a newline")
        return signature_line(self.verifier, self.signature(text.encode()))

    def signature(self, text: bytes) -> bytes:
        """The 64 bytes of a bare signature over a text, which must say by itself what it is for."""
        return self._private.sign(text)

    def is_replaced(self) -> bool:
        """Whether the key's file holds another key by now."""
        return self.path is not None and read_secret(self.path)[1] != self.verifier.key_id

    @classmethod
    def create(cls, path: Path, name: str) -> "Signer":
        """A new random key in a new file of mode 0600, in Go's private form. Raises FileExistsError."""
        signer = cls(name, os.urandom(32), path)
        write_secret(path, signer.verifier, signer._seed)
        return signer

    @classmethod
    def load(cls, path: Path) -> "Signer":
        """The key of a file that `create` wrote. Raises ValueError; also when others may read the file."""
        name, key_id, kind, seed = read_secret(path)
        if kind != ED25519:
            raise ValueError(f"{path} holds no Ed25519 key of a log")
        signer = cls(name, seed, path)
        if signer.verifier.key_id != key_id:
            raise ValueError(f"{path}: the id is not the one of the name and key")
        return signer


def write_secret(path: Path, public: Verifier, seed: bytes) -> None:
    """Put a private key durably into a new file of mode 0600, in Go's private form. Raises FileExistsError."""
    secret = b64(bytes([public.kind]) + seed)
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w") as file:
        file.write(f"PRIVATE+KEY+{public.name}+{public.key_id.hex()}+{secret}\n")
        file.flush()
        os.fsync(file.fileno())


def read_secret(path: Path) -> tuple[str, bytes, int, bytes]:
    """(name, key id, kind, seed) of a file that `write_secret` wrote. Raises ValueError."""
    if path.stat().st_mode & 0o077:
        raise ValueError(f"{path} is open to others; give it mode 0600 and change the key if they read it")
    fields = path.read_text().removesuffix("\n").split("+", 4)
    if (
        len(fields) != 5
        or fields[:2] != ["PRIVATE", "KEY"]
        or not re.fullmatch("[0-9a-f]{8}", fields[3], re.ASCII)
    ):
        raise ValueError(f"{path} holds no private key of the form PRIVATE+KEY+name+id+key")
    blob = strict_b64(fields[4])
    if len(blob) != 33:
        raise ValueError(f"{path} holds no key of 32 bytes")
    return fields[2], bytes.fromhex(fields[3]), blob[0], blob[1:]


def open_note(data: bytes, verifiers: Sequence[Verifier]) -> Note:
    """The text of a note that at least one of these keys signed and for which none of them fails.

    Lines of other keys are ignored. Raises Tampered for a malformed note, two given keys that a line could not be
    told apart by, a failing signature of a known key, or no signature of a known key.
    """
    refuse_ambiguous(verifiers)
    text, lines = split_note(data)
    signed_by = []
    for name, blob in lines:
        for verifier in dict.fromkeys(verifiers):
            if (name, blob[:4]) == (verifier.name, verifier.key_id):
                verifier.verify(text, blob[4:])
                signed_by.append(verifier.vkey)
    if not signed_by:
        raise Tampered("no known key signed this note")
    return Note(text.decode(), tuple(dict.fromkeys(signed_by)))


def refuse_ambiguous(verifiers: Iterable[Verifier]) -> None:
    """Raise Tampered when two keys share name and id: an id has four bytes, so a twin is cheap to make."""
    known: dict[tuple[str, bytes], bytes] = {}
    for each in verifiers:
        if known.setdefault((each.name, each.key_id), each.public) != each.public:
            raise Tampered(f"two different keys are both {each.name}+{each.key_id.hex()}")


def split_note(data: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    """The text of a note and its signature lines (name, key id and signature), unverified. Raises Tampered."""
    if len(data) > MAX_NOTE:
        raise Tampered(f"a note has at most {MAX_NOTE} bytes")
    try:
        check_text(data)
    except ValueError as error:
        raise Tampered(str(error)) from error
    at = data.rfind(b"\n\n")
    if at < 0 or not data.endswith(b"\n"):
        raise Tampered("the note has no empty line before its signatures, or does not end in a newline")
    lines = data[at + 2 : -1].decode().split("\n")  # never splitlines, which also breaks at U+0085 and U+2028
    if len(lines) > MAX_SIGNATURES:
        raise Tampered(f"a note has at most {MAX_SIGNATURES} signatures")
    return data[: at + 1], [_signature_line(line) for line in lines]


def _signature_line(line: str) -> tuple[str, bytes]:
    name, blank, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        if not line.startswith(_DASH) or not blank:
            raise ValueError("it is not a dash, a name and a signature")
        check_name(name)
        blob = strict_b64(encoded)
        if len(blob) < 5:
            raise ValueError("it holds no signature")
    except ValueError as error:
        raise Tampered(f"a signature line is malformed: {error}") from error
    return name, blob


def signature_line(signer: Verifier, signature: bytes) -> str:
    """One line of signature as a note ends with it."""
    return f"{_DASH}{signer.name} {b64(signer.key_id + signature)}\n"


def check_name(name: str) -> None:
    """Refuse, with ValueError, what is no key name."""
    if not name or "+" in name or not _SPACES.isdisjoint(name) or _CONTROL.search(name.encode()):
        raise ValueError(f"{name!r} is not a key name: no blank, no plus, not empty")


def check_text(data: bytes) -> None:
    """Refuse, with ValueError, what a note may not hold: wrong UTF-8, and control bytes other than the newline."""
    data.decode()  # a UnicodeDecodeError is a ValueError
    if _CONTROL.search(data):
        raise ValueError("a control character other than the newline is not allowed")


def b64(data: bytes) -> str:
    """Base64 with padding (RFC 4648 section 4)."""
    return base64.b64encode(data).decode()


def strict_b64(text: str) -> bytes:
    """Bytes from base64 (RFC 4648 section 4) in its one right spelling. Raises ValueError."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("this is not base64") from error
    if base64.b64encode(data).decode() != text:  # loose trailing bits: Zh== reads like Zg==
        raise ValueError("this base64 has a second spelling")
    return data
