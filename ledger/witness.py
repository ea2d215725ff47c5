"""A witness (c2sp.org/tlog-witness): it cosigns a checkpoint of a log when it grew from the last one it cosigned.

It needs no database of ours: a folder holds its key and, for each log, the last checkpoint. How requests arrive is
not known here.
"""

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from ledger import merkle
from ledger.checkpoint import Checkpoint, parse_decimal
from ledger.cosignature import Cosigner
from ledger.errors import Tampered
from ledger.mark import write_durably
from ledger.note import Verifier, b64, open_note, split_note, strict_b64

MAX_REQUEST = 300_000
MAX_PATH = 63
MAX_EVIDENCE = 16
TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"


@dataclass(frozen=True)
class Answer:
    """What a witness says: the status of HTTP, and the body."""

    status: int
    body: str
    kind: str = TEXT


@dataclass(frozen=True)
class Request:
    """The body of add-checkpoint, read but not believed."""

    old: int
    path: tuple[bytes, ...]
    note: bytes
    text: str
    checkpoint: Checkpoint

    @classmethod
    def parse(cls, body: bytes) -> "Request":
        """Read `old N`, at most 63 hashes, an empty line and a checkpoint. Raises ValueError or Tampered."""
        head, blank, note = body.partition(b"\n\n")
        first, *hashes = head.decode("ascii").split("\n")
        if not blank or not first.startswith("old "):
            raise ValueError("the body is not an old size, hashes, an empty line and a checkpoint")
        path = tuple(strict_b64(each) for each in hashes)
        if len(path) > MAX_PATH or any(len(each) != merkle.HASH_SIZE for each in path):
            raise ValueError(f"a proof has at most {MAX_PATH} hashes of {merkle.HASH_SIZE} bytes")
        text = split_note(note)[0].decode()
        return cls(parse_decimal(first.removeprefix("old ")), path, note, text, Checkpoint.parse_form(text))


class Witness:
    """A witness with its cosigning keys, the keys of the logs that it looks after, and its folder."""

    def __init__(self, cosigners: Sequence[Cosigner], logs: Sequence[Verifier], folder: Path) -> None:
        self.cosigners = tuple(cosigners)
        self.logs = tuple(logs)
        self._folder = folder

    def add_checkpoint(self, body: bytes, now: datetime) -> Answer:
        """Judge a request in the order of the specification; what is new is durable before the answer is given."""
        try:  # step 1
            request = Request.parse(body)
        except (ValueError, Tampered) as error:
            return Answer(400, f"{error}\n")
        own = [each for each in self.logs if each.name == request.checkpoint.origin]
        if not own:  # step 2
            return Answer(404, "this witness does not look after that log\n")
        try:  # step 3
            open_note(request.note, own)
        except Tampered as error:
            return Answer(403, f"{error}\n")
        if request.old > request.checkpoint.size:  # step 4
            return Answer(400, "the old size is larger than the checkpoint\n")
        with self._locked(request.checkpoint.origin) as file:
            last = _last(file)
            if request.old != last.size:  # step 5
                return Answer(409, f"{last.size}\n", SIZE)
            try:  # step 6
                _require_growth(last, request)
            except Tampered as error:
                _keep_evidence(file, request.note)
                return Answer(422, f"{error}\n")
            lines = "".join(each.line(request.text, now) for each in self.cosigners)
            write_durably(file, _with_trusted_lines(request, own) + lines)
        return Answer(200, lines)  # step 7

    def checkpoint(self, origin_hash: str) -> bytes | None:
        """The last cosigned checkpoint of the log whose origin has this SHA-256 in hex, if there is one."""
        for origin in dict.fromkeys(each.name for each in self.logs):
            if _hash_of(origin) == origin_hash:
                file = self._file(origin)
                return file.read_bytes() if file.exists() else None
        return None

    def _file(self, origin: str) -> Path:
        return self._folder / _hash_of(origin) / "checkpoint"

    @contextmanager
    def _locked(self, origin: str) -> Iterator[Path]:
        """One request for a log at a time, of all processes: else two that overlap could roll the witness back."""
        file = self._file(origin)
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(file.with_name("lock"), "wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield file


def write_request(old: int, path: Sequence[bytes], note: bytes) -> bytes:
    """The body of add-checkpoint."""
    return "".join([f"old {old}\n", *(f"{b64(each)}\n" for each in path), "\n"]).encode() + note


def _hash_of(origin: str) -> str:
    return sha256(origin.encode()).hexdigest()


def _last(file: Path) -> Checkpoint:
    """The last cosigned checkpoint; an empty tree for a log never seen. Raises Tampered for a damaged file."""
    if not file.exists():
        return Checkpoint("", 0, merkle.EMPTY_ROOT)
    return Checkpoint.parse(split_note(file.read_bytes())[0].decode())


def _require_growth(last: Checkpoint, request: Request) -> None:
    """The size-0 rule stands here, above the general proof: from nothing no proof is needed and none is taken."""
    new = request.checkpoint
    if new.size == 0 and new.root != merkle.EMPTY_ROOT:
        raise Tampered("an empty tree has the root of no bytes")
    if request.old == 0:
        if request.path:
            raise Tampered("no proof leads from size 0")
        return
    merkle.verify_consistency(request.old, new.size, request.path, last.root, new.root)


def _with_trusted_lines(request: Request, own: Sequence[Verifier]) -> str:
    """The checkpoint with the signatures that were verified, and no other."""
    trusted = {(each.name, each.key_id) for each in own}
    lines = request.note.decode().split("\n")[-1 - len(split_note(request.note)[1]) : -1]
    parsed = split_note(request.note)[1]
    kept = [line for line, (name, blob) in zip(lines, parsed, strict=True) if (name, blob[:4]) in trusted]
    return "".join([request.text, "\n", *(f"{line}\n" for line in kept)])


def _keep_evidence(file: Path, note: bytes) -> None:
    """A signed checkpoint that does not follow from an earlier signed one is what a monitor looks for."""
    kept = list(file.parent.glob("refused-*"))
    path = file.parent / f"refused-{sha256(note).hexdigest()[:16]}"
    if len(kept) < MAX_EVIDENCE and path not in kept:
        write_durably(path, note.decode())
