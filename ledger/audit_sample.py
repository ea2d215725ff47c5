"""A bounded look that a service takes at its own log every few minutes: some tiles, some checkpoints, the head.

Not the whole audit: it reads a fixed number of rows however long the log is, and leaves the values of the entries
that views judge to `ledger.audit`.
"""

from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from ledger.audit_entries import CloseLook
from ledger.audit_scan import Scan
from ledger.audit_signed import Signed
from ledger.checkpoint import open_checkpoint
from ledger.compare import Chain, Finding
from ledger.errors import Tampered, UnknownLog
from ledger.note import Verifier
from ledger.snapshot import Db, snapshot
from ledger.stored_tree import StoredTree
from ledger.tables import Head, Log, PublishedCheckpoint
from ledger.tiles import WIDTH
from ledger.vault import Opener, vault_of

TILES = 4
CHECKPOINTS = 16

_LOG: Table = Log.__table__  # type: ignore[assignment]
_HEAD: Table = Head.__table__  # type: ignore[assignment]
_CHECKPOINT: Table = PublishedCheckpoint.__table__  # type: ignore[assignment]


def sample(
    db: Db,
    log_id: int,
    vkeys: Sequence[str],
    *,
    high_water: bytes | None,
    random: Random,
    again: Iterable[int] = (),
) -> list[Finding]:
    """What is wrong with the newest tile, with some others chosen by `random`, with some checkpoints, or the head.

    again: indexes of entries whose tiles are looked at, too. Whether the log fits its anchors is for
    `ledger.anchor_check`. Raises UnknownLog, ValueError like `audit`.
    """
    verifiers = [Verifier.parse_dated(each) for each in vkeys]
    if not verifiers:
        raise ValueError("a log cannot be looked at without one of its public keys")
    with snapshot(db) as session:
        query = select(_LOG.c.origin, _HEAD.c.size, _HEAD.c.root).join_from(_LOG, _HEAD).where(_LOG.c.id == log_id)
        head = session.connection().execute(query).first()
        if head is None:
            raise UnknownLog(f"there is no log {log_id}")
        signed = Signed(session.connection(), log_id, head.origin, verifiers, head.size, high_water)
        findings = list(signed.of_log)
        findings += _tiles(session, log_id, head.origin, head.size, random, again)
        findings += _roots(session, log_id, head.size, verifiers, random, (head.size, head.root))
        return findings


def _tiles(
    session: Session, log_id: int, origin: str, size: int, random: Random, again: Iterable[int]
) -> list[Finding]:
    if not size:
        return []
    last = (size - 1) // WIDTH
    chosen = {last, *random.sample(range(last + 1), min(TILES, last + 1))}
    chosen |= {index // WIDTH for index in again if 0 <= index < size}
    connection, ring = session.connection(), vault_of(session)
    found: list[Finding] = []
    for number in sorted(chosen):
        first, end = number * WIDTH, min((number + 1) * WIDTH, size)
        for scanned in Scan(log_id, origin, ring).tiles(connection, first, end):
            if scanned.odd:
                chain = Chain(origin)
                if first and scanned.before is not None:
                    chain.stand_at(scanned.before)
                look = CloseLook(connection, log_id, origin, chain, Opener(connection, ring))
                look.tile(scanned)
                look.close_gap(end)
                found += look.of_entries + look.of_tiles
    return found


def _roots(
    session: Session,
    log_id: int,
    size: int,
    verifiers: Sequence[Verifier],
    random: Random,
    head: tuple[int, bytes],
) -> list[Finding]:
    """Each root must be one of the tree of today: then any two of them are consistent with each other."""
    found, kept = [], [head]
    for row in _some_checkpoints(session, log_id, size, random):
        try:
            said = open_checkpoint(row.note.encode(), verifiers)
            kept.append((said.size, said.root))
        except Tampered as error:
            sentence = f"The checkpoint of size {row.size} is not a signed one: {error}."
            found.append(Finding(None, "checkpoint", sentence))
    tree = StoredTree(session, log_id, fresh=True)
    for at, root in dict.fromkeys(kept):
        try:
            fits = at <= size and tree.root(at) == root
        except Tampered:
            fits = False
        if at and not fits:
            sentence = f"The first {at} entries do not give the root that was signed or stored for that size."
            found.append(Finding(None, "checkpoint", sentence))
    return found


def _some_checkpoints(session: Session, log_id: int, size: int, random: Random) -> list[Any]:
    """The newest checkpoint, the one before it, and the next ones above sizes chosen by chance."""
    columns = _CHECKPOINT.c.size, _CHECKPOINT.c.note
    mine = select(*columns).where(_CHECKPOINT.c.log_id == log_id)
    connection = session.connection()
    rows = {row.size: row for row in connection.execute(mine.order_by(_CHECKPOINT.c.size.desc()).limit(2))}
    for _ in range(CHECKPOINTS if size else 0):
        above = mine.where(_CHECKPOINT.c.size > random.randrange(size)).order_by(_CHECKPOINT.c.size).limit(1)
        rows.update((row.size, row) for row in connection.execute(above))
    return [rows[at] for at in sorted(rows)]
