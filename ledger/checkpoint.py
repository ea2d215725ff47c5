"""A log's checkpoint (c2sp.org/tlog-checkpoint): origin, size and root as the text of a signed note."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ledger import merkle
from ledger.errors import Tampered
from ledger.note import Verifier, open_note, split_note, strict_b64

MAX_SIZE = 2**63 - 1
_DECIMAL = re.compile("0|[1-9][0-9]*", re.ASCII)


@dataclass(frozen=True)
class Checkpoint:
    """What a log says of itself at one size."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the text of a checkpoint; extension lines are allowed and ignored. Raises Tampered."""
        read = cls.parse_form(text)
        if read.size == 0 and read.root != merkle.EMPTY_ROOT:
            raise Tampered("the checkpoint's root is not one of its size")
        return read

    @classmethod
    def parse_form(cls, text: str) -> "Checkpoint":
        """The same without the rule that an empty tree has the empty root. Raises Tampered."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise Tampered("a checkpoint has three lines or more, none of them empty")
        try:
            read = cls(lines[0], parse_decimal(lines[1]), strict_b64(lines[2]))
        except ValueError as error:
            raise Tampered(f"the checkpoint is malformed: {error}") from error
        if len(read.root) != merkle.HASH_SIZE:
            raise Tampered(f"the checkpoint's root has not {merkle.HASH_SIZE} bytes")
        return read


def open_checkpoint(data: bytes, verifiers: Sequence[Verifier]) -> Checkpoint:
    """The checkpoint in a note that a key of its own origin signed. Raises Tampered.

    Only keys named like the origin count, so a key of one log cannot speak for another; and a retired key only up
    to its size.
    """
    text, _ = split_note(data)
    checkpoint = Checkpoint.parse(text.decode())
    note = open_note(data, [each for each in verifiers if each.speaks_for(checkpoint.size)])
    if not any(vkey.startswith(checkpoint.origin + "+") for vkey in note.signed_by):
        raise Tampered(f"no key of {checkpoint.origin} signed its checkpoint")
    return checkpoint


def parse_decimal(text: str) -> int:
    """A number from 0 to 2^63-1 in its one right spelling: digits, no leading zero. Raises ValueError."""
    if len(text) > 19 or not _DECIMAL.fullmatch(text) or int(text) > MAX_SIZE:
        raise ValueError(f"{text[:40]!r} is not a decimal number below 2^63")
    return int(text)
