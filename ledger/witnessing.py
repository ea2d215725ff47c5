"""Asking witnesses for their cosignatures (c2sp.org/tlog-witness, the side of the log), and then publishing.

The publisher signed and stored; here the network is spoken to, between short transactions, through the `post` that
is given. A witness that is ahead of us means a rolled back, forked or doubled log: nothing more is published.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ledger.checkpoint import Checkpoint, parse_decimal
from ledger.cosignature import can_verify, verify_cosignature
from ledger.errors import LedgerError, Tampered
from ledger.note import Verifier, signature_line, split_note
from ledger.policy import Policy, Witness
from ledger.snapshot import Db, snapshot
from ledger.stored_tree import StoredTree
from ledger.tables import PublishedCheckpoint, SignedCheckpoint, WitnessStand
from ledger.witness import write_request

Post = Callable[[str, bytes], tuple[int, bytes]]
"""Send a body to an address; the status and body of the answer. Raises OSError when there is none in time."""

State = Literal["seen", "silent", "refused", "ahead"]

TRIES = 3
PAUSE = timedelta(seconds=30)

_CHECKPOINT: Table = PublishedCheckpoint.__table__  # type: ignore[assignment]
_SIGNED: Table = SignedCheckpoint.__table__  # type: ignore[assignment]
_STAND: Table = WitnessStand.__table__  # type: ignore[assignment]


class WitnessAhead(LedgerError):
    """A witness cosigned a larger tree of this log than ours. Find out why before anything is published again."""


@dataclass(frozen=True)
class Outcome:
    """What came of asking one witness. line is its cosignature, if `seen`; size the largest that it has seen."""

    key: str
    state: State
    size: int
    line: str = ""
    detail: str = ""


@dataclass(frozen=True)
class _Target:
    """The checkpoint that witnesses are asked to cosign; pending until it is published."""

    checkpoint: Checkpoint
    note: str
    vkey: str
    pending: bool

    @property
    def text(self) -> str:
        return split_note(self.note.encode())[0].decode()

    def lacks(self, key: Verifier) -> bool:
        return (key.name, key.key_id) not in [(name, blob[:4]) for name, blob in split_note(self.note.encode())[1]]


def release_due(db: Db, log_id: int, wanted: Policy, post: Post, now: datetime, *, required: bool) -> bool:
    """Ask the witnesses for what was signed last, and publish it; whether a checkpoint was published.

    required: publish only with the quorum of `wanted` (fail closed); else with whoever answered, at once, and what
    comes later is added. A witness that failed is left alone for half a minute. Raises WitnessAhead, Tampered.
    """
    with snapshot(db) as session:
        target = _target(session, log_id)
        stands = {row.key: row for row in session.connection().execute(_stands(log_id))}
    if target is None:
        return False
    asked = [each for each in wanted.witnesses.values() if each.url and target.lacks(each.key)]
    due = [each for each in asked if not _is_paused(stands.get(name_of(each.key)), now)]
    if not due and not target.pending:
        return False
    sizes = {key: int(row.size) for key, row in stands.items()}
    outcomes = _ask_all(db, log_id, due, target, sizes, post)
    note = target.note + "".join(each.line for each in outcomes)
    states = {key: row.state for key, row in stands.items()} | {each.key: each.state for each in outcomes}
    ahead = [name_of(each.key) for each in wanted.witnesses.values() if states.get(name_of(each.key)) == "ahead"]
    ready = not ahead and (not required or wanted.satisfied(_seen(wanted, note)))
    with db.begin() as session:
        for each in outcomes:
            _keep(session, log_id, each, now)
        if target.pending and ready:
            _publish(session, log_id, target, note, now)
        elif note != target.note:
            _add_lines(session, log_id, target, note)
    if ahead:
        raise WitnessAhead(f"{', '.join(ahead)} cosigned a larger tree of {target.checkpoint.origin} than ours")
    return target.pending and ready


def ask(
    post: Post, witness: Witness, target: tuple[str, str], old: int, prove: Callable[[int, int], Sequence[bytes]]
) -> Outcome:
    """Ask one witness about (text, note); on 409 again from the size it names, a bounded number of times."""
    text, note = target
    checkpoint, key = Checkpoint.parse(text), name_of(witness.key)
    for _ in range(TRIES):
        path = prove(old, checkpoint.size) if 0 < old < checkpoint.size else ()
        try:
            status, body = post(f"{witness.url}/add-checkpoint", write_request(old, path, note.encode()))
        except OSError as error:
            return Outcome(key, "silent", old, detail=type(error).__name__)
        if status == 200:
            return _cosigned(witness.key, text, checkpoint, body, old)
        if status != 409:
            return Outcome(key, "refused", old, detail=f"it answered {status}")
        try:
            size = parse_decimal(body.decode("ascii").removesuffix("\n"))
        except ValueError:
            return Outcome(key, "refused", old, detail="it answered 409 without a size")
        if size > checkpoint.size:
            return Outcome(key, "ahead", size, detail=f"it has seen size {size}, ours is {checkpoint.size}")
        old = size
    return Outcome(key, "refused", old, detail="its size was another one at each try")


def name_of(key: Verifier) -> str:
    """How a witness is called where its whole key would be too long."""
    return f"{key.name}+{key.key_id.hex()}"


def stands(session: Session, log_id: int) -> list[Outcome]:
    """How each witness that was ever asked stands to a log, by name, for people to see."""
    rows = session.connection().execute(_stands(log_id).order_by(_STAND.c.key))
    return [Outcome(row.key, row.state, row.size, detail=row.detail) for row in rows]


def _stands(log_id: int) -> Any:
    return select(_STAND).where(_STAND.c.log_id == log_id)


def _is_paused(row: Any, now: datetime) -> bool:
    return row is not None and row.state != "seen" and now - PAUSE < row.asked_at <= now


def _target(session: Session, log_id: int) -> _Target | None:
    """What waits to be published, else what was published last."""
    for table, pending in ((_SIGNED, True), (_CHECKPOINT, False)):
        query = select(table.c.note, table.c.vkey).where(table.c.log_id == log_id).order_by(table.c.size.desc())
        row = session.connection().execute(query.limit(1)).first()
        if row is not None:
            text = split_note(row.note.encode())[0].decode()
            return _Target(Checkpoint.parse(text), row.note, row.vkey, pending)
    return None


def _ask_all(
    db: Db, log_id: int, due: Sequence[Witness], target: _Target, sizes: dict[str, int], post: Post
) -> list[Outcome]:
    def prove(old: int, size: int) -> Sequence[bytes]:
        with snapshot(db) as session:
            return StoredTree(session, log_id).consistency_path(old, size)

    def ask_one(witness: Witness) -> Outcome:
        old = min(sizes.get(name_of(witness.key), 0), target.checkpoint.size)
        return ask(post, witness, (target.text, target.note), old, prove)

    if not due:
        return []
    with ThreadPoolExecutor(min(8, len(due))) as pool:  # one that hangs delays the others no longer than itself
        return list(pool.map(ask_one, due))


def _cosigned(key: Verifier, text: str, checkpoint: Checkpoint, body: bytes, old: int) -> Outcome:
    """Only a known and valid line of an answer is kept."""
    try:
        lines = split_note(text.encode() + b"\n" + body)[1]
        mine = [blob for name, blob in lines if (name, blob[:4]) == (key.name, key.key_id)]
        if not mine:
            raise Tampered("its answer holds no line of its key")
        if not can_verify(key):
            raise Tampered("its kind of key cannot be checked here")
        if verify_cosignature(key, text.encode(), checkpoint, mine[0][4:]) == 0:
            raise Tampered("its cosignature has no time")
    except Tampered as error:
        return Outcome(name_of(key), "refused", old, detail=str(error))
    return Outcome(name_of(key), "seen", checkpoint.size, signature_line(key, mine[0][4:]))


def _seen(wanted: Policy, note: str) -> frozenset[str]:
    signed = {(name, blob[:4]) for name, blob in split_note(note.encode())[1]}
    return frozenset(name for name, each in wanted.witnesses.items() if (each.key.name, each.key.key_id) in signed)


def _keep(session: Session, log_id: int, outcome: Outcome, now: datetime) -> None:
    found = {"state": outcome.state, "size": outcome.size, "detail": outcome.detail, "asked_at": now}
    here = (_STAND.c.log_id == log_id, _STAND.c.key == outcome.key)
    connection = session.connection()
    if connection.execute(update(_STAND).where(*here).values(**found)).rowcount == 0:
        connection.execute(insert(_STAND).values(log_id=log_id, key=outcome.key, **found))


def _publish(session: Session, log_id: int, target: _Target, note: str, now: datetime) -> None:
    """Also when a larger tree was signed meanwhile: a log that grows all the time must be published, too."""
    connection, size = session.connection(), target.checkpoint.size
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    row = {"log_id": log_id, "size": size, "root": target.checkpoint.root, "note": note, "vkey": target.vkey}
    connection.execute(dialect.insert(_CHECKPOINT).on_conflict_do_nothing(), {**row, "published_at": now})
    connection.execute(delete(_SIGNED).where(_SIGNED.c.log_id == log_id, _SIGNED.c.size <= size))


def _add_lines(session: Session, log_id: int, target: _Target, note: str) -> None:
    table = _SIGNED if target.pending else _CHECKPOINT
    here = (table.c.log_id == log_id, table.c.size == target.checkpoint.size, table.c.note == target.note)
    session.connection().execute(update(table).where(*here).values(note=note))
