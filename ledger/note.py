"""Signed notes (c2sp.org/signed-note) with Ed25519, and the private key of a log in its file.

What a note says is not known here; nothing here touches the database.
"""

import base64
import binascii
import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.errors import Tampered

MAX_NOTE = 256 * 1024
MAX_SIGNATURES = 64

_ED25519 = b"\x01"
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
    """A public key with its name. The key id is a hint: a signature line matches by name and id."""

    name: str
    key_id: bytes
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """The verifier of a vkey text, `name+8 hex+base64`. Raises ValueError."""
        name, plus, rest = vkey.partition("+")
        given_id, second, encoded = rest.partition("+")  # base64 may hold a plus itself
        if not plus or not second or not re.fullmatch("[0-9a-f]{8}", given_id, re.ASCII):
            raise ValueError("a verifier key is written name+id+key")
        blob = strict_b64(encoded)
        if blob[:1] != _ED25519 or len(blob) != 33:
            raise ValueError("only Ed25519 verifier keys (type 1, 32 bytes) are known here")
        if _is_weak(blob[1:]):
            raise ValueError("the verifier key is no proper Ed25519 point: one signature would fit any text")
        verifier = cls.of(name, blob[1:])
        if verifier.key_id.hex() != given_id:
            raise ValueError("the id of the verifier key is not the one of its name and key")
        return verifier

    @classmethod
    def of(cls, name: str, public: bytes) -> "Verifier":
        """The verifier of a name and 32 bytes of public key. Raises ValueError for a name that may not be one."""
        if not name or "+" in name or not _SPACES.isdisjoint(name) or _CONTROL.search(name.encode()):
            raise ValueError(f"{name!r} is not a key name: no blank, no plus, not empty")
        return cls(name, hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4], public)

    @property
    def vkey(self) -> str:
        """The text form that is printed and pinned."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    def verify(self, text: bytes, signature: bytes) -> None:
        """Check one signature. Raises Tampered."""
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
        check_text(text.encode())
        if not text.endswith("\n"):
            raise ValueError("the text of a note ends in a newline")
        blob = self.verifier.key_id + self.signature(text.encode())
        return f"{text}\n{_DASH}{self.name} {base64.b64encode(blob).decode()}\n"

    def signature(self, text: bytes) -> bytes:
        """The 64 bytes of a bare signature over a text, which must say by itself what it is for."""
        return self._private.sign(text)

    @classmethod
    def create(cls, path: Path, name: str) -> "Signer":
        """A new random key in a new file of mode 0600, in Go's private form. Raises FileExistsError."""
        signer = cls(name, os.urandom(32), path)
        secret = base64.b64encode(_ED25519 + signer._seed).decode()
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w") as file:
            file.write(f"PRIVATE+KEY+{name}+{signer.verifier.key_id.hex()}+{secret}\n")
            file.flush()
            os.fsync(file.fileno())
        return signer

    @classmethod
    def load(cls, path: Path) -> "Signer":
        """The key of a file that `create` wrote. Raises ValueError; also when others may read the file."""
        if path.stat().st_mode & 0o077:
            raise ValueError(f"{path} is open to others; give it mode 0600 and change the key if they read it")
        fields = path.read_text().removesuffix("\n").split("+", 4)
        if len(fields) != 5 or fields[:2] != ["PRIVATE", "KEY"]:
            raise ValueError(f"{path} holds no private key of the form PRIVATE+KEY+name+id+key")
        blob = strict_b64(fields[4])
        if blob[:1] != _ED25519 or len(blob) != 33:
            raise ValueError(f"{path} holds no Ed25519 key")
        signer = cls(fields[2], blob[1:], path)
        if signer.verifier.key_id.hex() != fields[3]:
            raise ValueError(f"{path}: the id is not the one of the name and key")
        return signer


def open_note(data: bytes, verifiers: Sequence[Verifier]) -> Note:
    """The text of a note that at least one of these keys signed and for which none of them fails.

    Raises Tampered for a malformed note, a failing signature of a known key, or no signature of a known key.
    """
    text, lines = split_note(data)
    signed_by = []
    for name, blob in lines:
        for verifier in verifiers:
            if (name, blob[:4]) == (verifier.name, verifier.key_id):
                verifier.verify(text, blob[4:])
                signed_by.append(verifier.vkey)
    if not signed_by:
        raise Tampered("no known key signed this note")
    return Note(text.decode(), tuple(signed_by))


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
        Verifier.of(name, b"")
        blob = strict_b64(encoded)
        if len(blob) < 5:
            raise ValueError("it holds no signature")
    except ValueError as error:
        raise Tampered(f"a signature line is malformed: {error}") from error
    return name, blob


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
