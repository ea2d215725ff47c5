"""A whole log as one file (`.wayproof-log`): writing it, and verifying it offline. It has one right spelling.

    wayproof-log/1
    origin ORIGIN
    key VKEY
    entry BASE64                                one line for each entry, in order
    opening INDEX SALT-BASE64 VALUE-BASE64 PATH  by index, then path; none unless asked for
    checkpoint
    (the signed note, as it was published)
    sha256 HEX                                  over every byte before this line

Tiles and proofs follow from the entries. The last line guards against accidents, the signature against people.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import BinaryIO

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from ledger import entry, merkle, note, policy
from ledger.checkpoint import Checkpoint, parse_decimal
from ledger.errors import NotPublished, Tampered
from ledger.evidence import evidence
from ledger.fields import Opening, verify_opening
from ledger.note import b64, strict_b64
from ledger.snapshot import Db, snapshot
from ledger.steps import step
from ledger.tables import Entry
from ledger.trust import Trust, check_signature, pin_of, read_keys

FORMAT = "wayproof-log/1"
_ENTRY: Table = Entry.__table__  # type: ignore[assignment]
_PAGE = 500


@dataclass(frozen=True)
class VerifiedLog:
    """What an export proved: these are all the entries under a checkpoint that its log signed, in their order.

    pinned: the key or policy came from the reader. openings: how many values are shown, each the committed one.
    """

    checkpoint: Checkpoint
    openings: int
    pinned: bool


@dataclass(frozen=True)
class _Parts:
    origin: str
    vkey: str
    entries: list[bytes]
    openings: list[tuple[int, Opening]]
    note: bytes


def write_export(db: Db, log_id: int, out: BinaryIO, classes: Collection[str] = ()) -> Checkpoint:
    """Write all entries under the newest published checkpoint, and the openings of these classes.

    Raises NotPublished before the first checkpoint, UnknownLog.
    """
    digest = sha256()

    def put(text: str) -> None:
        line = text.encode()
        digest.update(line)
        out.write(line)

    with snapshot(db) as session:
        newest = evidence(session, log_id, [])
        if newest.checkpoint is None or newest.size is None:
            raise NotPublished("the log has no published checkpoint yet")
        put(f"{FORMAT}\norigin {newest.origin}\nkey {newest.vkey}\n")
        for _, envelope in _entries(session, log_id, newest.size):
            put(f"entry {b64(envelope)}\n")
        for index, each in _openings(session, log_id, newest.size, classes) if classes else ():
            put(f"opening {index} {b64(each.salt)} {b64(each.value)} {each.path}\n")
        put(f"checkpoint\n{newest.checkpoint}")
    put(f"sha256 {digest.hexdigest()}\n")
    return Checkpoint.parse(note.split_note(newest.checkpoint.encode())[0].decode())


def verify_export(data: bytes, trust: Trust) -> VerifiedLog:
    """Verify such a file with what the reader brings; with nothing, by the key that the file brings.

    Raises StepFailed; Unsure when the reader's policy hangs on what cannot be checked here.
    """
    parts = _read(data)
    with step(6, "NOTE_MALFORMED"):
        text, _ = note.split_note(parts.note)
    with step(7, "CHECKPOINT_MALFORMED"):
        checkpoint = Checkpoint.parse(text.decode())
    _check_signed(parts, checkpoint, trust)
    with step(13, "EXPORT_SIZE"):
        if len(parts.entries) != checkpoint.size:
            raise Tampered(f"it holds {len(parts.entries)} entries, the checkpoint is of {checkpoint.size}")
    with step(14, "ENTRY_MISMATCH"):
        _check_entries(parts)
    with step(15, "ROOT_MISMATCH"):
        if merkle.root([merkle.leaf_hash(each) for each in parts.entries]) != checkpoint.root:
            raise Tampered("the entries do not give the root that was signed")
    return VerifiedLog(checkpoint, len(parts.openings), trust.is_pinned)


def is_export(data: bytes) -> bool:
    """Whether a file says that it is an export; `verify_export` finds out whether it is a right one."""
    return data.startswith(b"wayproof-log/")


def _entries(session: Session, log_id: int, size: int) -> Iterator[tuple[int, bytes]]:
    """(submission, envelope) of every entry below the size, in order; a page of them in memory at once."""
    query = select(_ENTRY.c.submission_id, _ENTRY.c.envelope).where(_ENTRY.c.log_id == log_id)
    for first in range(0, size, _PAGE):
        here = (_ENTRY.c.index >= first, _ENTRY.c.index < min(first + _PAGE, size))
        rows = session.connection().execute(query.where(*here).order_by(_ENTRY.c.index))
        yield from ((int(submission_id), envelope) for submission_id, envelope in rows)


def _openings(session: Session, log_id: int, size: int, classes: Collection[str]) -> Iterator[tuple[int, Opening]]:
    page: list[int] = []
    for index, (submission_id, _) in enumerate(_entries(session, log_id, size)):
        page.append(submission_id)
        if len(page) == _PAGE or index == size - 1:
            items = evidence(session, log_id, page, classes).items
            for place, each in enumerate(page, index + 1 - len(page)):
                yield from ((place, opening) for opening in sorted(items[each].openings, key=lambda o: o.path))
            page = []


def _read(data: bytes) -> _Parts:
    with step(2, "EXPORT_ENCODING"):
        note.check_text(data)
        body, digest = data[:-72], data[-72:]
        if digest != f"sha256 {sha256(body).hexdigest()}\n".encode():
            raise ValueError("the file is not whole: its last line is not the hash of what stands before")
        head, found, rest = body.decode().partition("\ncheckpoint\n")
        lines = head.split("\n")
        if not found:
            raise ValueError("the file holds no checkpoint")
    with step(3, "EXPORT_VERSION"):
        if lines.pop(0) != FORMAT:
            raise ValueError(f"this is not a {FORMAT}")
    with step(4, "EXPORT_LINE"):
        origin, vkey = _after("origin ", lines), _after("key ", lines)
        entries = [strict_b64(each.removeprefix("entry ")) for each in lines if each.startswith("entry ")]
        openings = [_opening(each) for each in lines[len(entries) :]]
        if any((a, b.path) >= (c, d.path) for (a, b), (c, d) in pairwise(openings)):
            raise ValueError("the openings are not in order")
    return _Parts(origin, vkey, entries, openings, rest.encode())


def _after(word: str, lines: list[str]) -> str:
    if not lines or not lines[0].startswith(word):
        raise ValueError(f"a line that begins with {word!r} is missing")
    return lines.pop(0).removeprefix(word)


def _opening(line: str) -> tuple[int, Opening]:
    words = line.split(" ", 4)
    if len(words) != 5 or words[0] != "opening":
        raise ValueError(f"{line[:40]!r} is no line of an export, or not in its place")
    return parse_decimal(words[1]), Opening(words[4], strict_b64(words[2]), strict_b64(words[3]))


def _check_signed(parts: _Parts, checkpoint: Checkpoint, trust: Trust) -> None:
    with step(8, "ORIGIN_UNKNOWN"):
        if parts.origin != checkpoint.origin:
            raise Tampered(f"the checkpoint is of {checkpoint.origin!r}, not of {parts.origin!r}")
    with step(8, "PIN_MISMATCH"):
        if trust.pin is not None and pin_of(parts.vkey) != trust.pin:
            raise Tampered(f"the pin of the file's key is {pin_of(parts.vkey)}, not {trust.pin}")
    with step(8, "KEY_MALFORMED"):
        own = read_keys([parts.vkey])
    check_signature(parts.note, checkpoint, own)  # also where others are trusted: the file must fit together
    if trust.keys is not None:
        check_signature(parts.note, checkpoint, trust.keys)
    if trust.policy is not None:
        policy.open_signed(parts.note, trust.policy, now=trust.now, oldest=trust.oldest)


def _check_entries(parts: _Parts) -> None:
    shown: dict[int, list[Opening]] = {}
    for index, each in parts.openings:
        if index >= len(parts.entries):
            raise Tampered(f"there is no entry {index} that a value could be of")
        shown.setdefault(index, []).append(each)
    for index, data in enumerate(parts.entries):
        envelope = entry.read(data)
        if envelope.log != parts.origin:
            raise Tampered(f"entry {index} is of the log {envelope.log!r}, not of {parts.origin!r}")
        for opening in shown.get(index, ()):
            verify_opening(envelope.log, opening, envelope.commitments)
