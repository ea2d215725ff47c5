"""The publisher: signs the head that is committed, and nothing that could contradict what was signed before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ledger import failpoints, merkle
from ledger.checkpoint import Checkpoint
from ledger.errors import RolledBack, Tampered, UnknownLog
from ledger.mark import Mark, locked_mark
from ledger.note import Signer
from ledger.snapshot import Db, snapshot
from ledger.stored_tree import StoredTree
from ledger.tables import AnchorCheck, DirectoryHead, Head, Log, PublishedCheckpoint, SignedCheckpoint

_LOG: Table = Log.__table__  # type: ignore[assignment]
_HEAD: Table = Head.__table__  # type: ignore[assignment]
_CHECKPOINT: Table = PublishedCheckpoint.__table__  # type: ignore[assignment]
_ANCHORED: Table = AnchorCheck.__table__  # type: ignore[assignment]
_DIRECTORY: Table = DirectoryHead.__table__  # type: ignore[assignment]
_SIGNED: Table = SignedCheckpoint.__table__  # type: ignore[assignment]


def publish_due(
    db: Db, log_id: int, signer: Signer, now: datetime, *, also: Sequence[Signer] = (), hold: bool = False
) -> bool:
    """Sign the log's head and store the checkpoint; False when the newest checkpoint says the same already.

    The order: head committed, checkpoint signed, high-water mark beside the key raised, checkpoint stored. After a
    crash between any two of them the next call signs the same text again, or a longer tree. `also` are further
    keys of the log that sign beside it, as while a rotation overlaps. With `hold` the checkpoint is stored but not
    yet published: `ledger.witnessing` does that, once it was shown to witnesses.

    Raises RolledBack, and signs nothing, when the head is behind or beside what this key signed before, by the
    database or by the mark, or beside what is anchored, or when the stored tiles do not give the head's root.
    ValueError for a wrong key.
    """
    with locked_mark(signer) as mark:
        with snapshot(db) as session:
            head, newest, held = _stand_after(session, log_id, (signer, *also), mark)
            if head.size in (newest.size if newest else 0, held.size if held and hold else 0):
                return False
            _require_anchored(session, log_id, head)
            _require_tiles(session, log_id, head)
        failpoints.reach("sign.begun")
        note = signer.sign(head.text) + "".join(each.line(head.text) for each in also)
        failpoints.reach("sign.signed")
        mark.raise_to(note)
        failpoints.reach("sign.marked")
    (_hold if hold else _store)(db, log_id, head, note, signer.vkey, now)
    return True


def why_not(db: Db, log_id: int, signer: Signer) -> str | None:
    """Why nothing may be signed now, such as after an old backup was restored; None when all is well."""
    try:
        with locked_mark(signer) as mark, snapshot(db) as session:
            head, _, _ = _stand_after(session, log_id, (signer,), mark)
            _require_anchored(session, log_id, head)
            _require_tiles(session, log_id, head)
    except RolledBack as error:
        return str(error)
    return None


def _stand_after(
    session: Session, log_id: int, signers: Sequence[Signer], mark: Mark
) -> tuple[Checkpoint, Checkpoint | None, Checkpoint | None]:
    """What would be signed now, what was stored as signed last, and what is held; the first follows from all."""
    head, newest = _stand(session, log_id)
    if {each.name for each in signers} != {head.origin}:
        raise ValueError(f"the key of {signers[0].name} cannot sign for {head.origin}")
    held = _held(session, head.origin, log_id)
    for earlier in (newest, held, mark.last()):
        if earlier is not None:
            _require_growth(session, log_id, earlier, head)
    return head, newest, held


def _stand(session: Session, log_id: int) -> tuple[Checkpoint, Checkpoint | None]:
    """What would be signed now, and what was stored as signed last."""
    query = (
        select(_LOG.c.origin, _HEAD.c.size, _HEAD.c.root, _CHECKPOINT.c.size, _CHECKPOINT.c.root)
        .select_from(_LOG.join(_HEAD).outerjoin(_CHECKPOINT, _CHECKPOINT.c.log_id == _LOG.c.id))
        .where(_LOG.c.id == log_id)
        .order_by(_CHECKPOINT.c.size.desc())
        .limit(1)
    )
    row: Any = session.connection().execute(query).first()
    if row is None:
        raise UnknownLog(f"there is no log {log_id}")
    origin, size, root, signed_size, signed_root = row
    newest = None if signed_size is None else Checkpoint(origin, signed_size, signed_root)
    return Checkpoint(origin, size, root), newest


def _held(session: Session, origin: str, log_id: int) -> Checkpoint | None:
    """What waits for its witnesses."""
    query = select(_SIGNED.c.size, _SIGNED.c.root).where(_SIGNED.c.log_id == log_id)
    row = session.connection().execute(query).first()
    return None if row is None else Checkpoint(origin, row.size, row.root)


def _require_growth(session: Session, log_id: int, earlier: Checkpoint, head: Checkpoint) -> None:
    if earlier.size > head.size:
        raise RolledBack(f"{head.origin} was signed at size {earlier.size}, the database holds {head.size}")
    if earlier.size == head.size:
        if earlier.root != head.root:
            raise RolledBack(f"{head.origin} was signed at size {head.size} with another root")
        return
    if earlier.size == 0:
        return
    try:
        path = StoredTree(session, log_id, fresh=True).consistency_path(earlier.size, head.size)
        merkle.verify_consistency(earlier.size, head.size, path, earlier.root, head.root)
    except Tampered as error:
        raise RolledBack(f"{head.origin} did not grow from its size {earlier.size}: {error}") from error


def _require_anchored(session: Session, log_id: int, head: Checkpoint) -> None:
    """Nothing is signed while the log, or the directory that it is anchored by, was found behind its anchors."""
    directories = select(_DIRECTORY.c.directory_id).where(_DIRECTORY.c.log_id == log_id)
    about = (_ANCHORED.c.log_id == log_id) | _ANCHORED.c.log_id.in_(directories)
    query = select(_ANCHORED.c.finding).where(_ANCHORED.c.finding.is_not(None), about).limit(1)
    finding = session.connection().execute(query).scalar()
    if finding is not None:
        raise RolledBack(f"{head.origin} is not what was anchored: {finding}")


def _require_tiles(session: Session, log_id: int, head: Checkpoint) -> None:
    """A checkpoint whose tiles do not give its root could not be proven against."""
    try:
        root = StoredTree(session, log_id, fresh=True).root(head.size)
    except Tampered as error:
        raise RolledBack(f"{head.origin}: {error}") from error
    if root != head.root:
        raise RolledBack(f"the tiles of {head.origin} do not give the root of its head at size {head.size}")


def _store(db: Db, log_id: int, signed: Checkpoint, note: str, vkey: str, now: datetime) -> None:
    row = {"log_id": log_id, "size": signed.size, "root": signed.root, "note": note, "vkey": vkey}
    with db.begin() as session:
        connection = session.connection()
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        put = dialect.insert(_CHECKPOINT).on_conflict_do_nothing()
        connection.execute(put, {**row, "published_at": now})
        connection.execute(delete(_SIGNED).where(_SIGNED.c.log_id == log_id, _SIGNED.c.size <= signed.size))
        failpoints.reach("publish.written")
    failpoints.reach("publish.committed")


def _hold(db: Db, log_id: int, signed: Checkpoint, note: str, vkey: str, now: datetime) -> None:
    """Keep what was signed until it is published, in place of a smaller one that was not yet."""
    row = {
        "log_id": log_id,
        "size": signed.size,
        "root": signed.root,
        "note": note,
        "vkey": vkey,
        "signed_at": now,
    }
    with db.begin() as session:
        connection = session.connection()
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        put = dialect.insert(_SIGNED)
        given = {name: put.excluded[name] for name in row if name != "log_id"}
        larger = put.excluded.size > _SIGNED.c.size
        connection.execute(put.on_conflict_do_update(index_elements=["log_id"], set_=given, where=larger), row)
