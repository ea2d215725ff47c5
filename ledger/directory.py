"""The directory: a log of its own whose entries are the heads of all logs, so that one anchor stands for all.

Only what it holds is known here. Its entries name every log, so they are nobody's to read; a proof shows one of
them. It is integrated and signed like any log, and anchored by `ledger.anchor`.
"""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ledger import entry
from ledger.errors import Tampered
from ledger.log import accept, open_log
from ledger.note import strict_b64
from ledger.snapshot import Db, snapshot
from ledger.tables import DirectoryHead, Log, PublishedCheckpoint

HEAD_RECORDED = "directory:head:recorded"
KEY_PREFIX = "directory-"

_LOG: Table = Log.__table__  # type: ignore[assignment]
_HEAD: Table = DirectoryHead.__table__  # type: ignore[assignment]
_CHECKPOINT: Table = PublishedCheckpoint.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Directory:
    """The directory of a database; its key is in the key file of its `log_key`."""

    log_id: int
    origin: str
    log_key: str


@dataclass(frozen=True)
class RecordedHead:
    """What an entry of the directory says: the log of this origin had this root at this size."""

    origin: str
    size: int
    root: bytes


def find(session: Session) -> Directory | None:
    """The directory, or None before the first anchor."""
    query = select(_LOG.c.id, _LOG.c.origin, _LOG.c.log_key).where(
        _LOG.c.log_key.startswith(KEY_PREFIX, autoescape=True)
    )
    row = session.connection().execute(query.order_by(_LOG.c.id).limit(1)).first()
    return None if row is None else Directory(*row)


def open_directory(session: Session, origin: str, now: datetime) -> Directory:
    """Open the directory log of this origin, whose last part begins with `directory-`."""
    log_key = origin.rpartition("/")[2]
    if not log_key.startswith(KEY_PREFIX):
        raise ValueError(f"{origin} is not the origin of a directory")
    return Directory(open_log(session, origin, log_key, now), origin, log_key)


def record_due(db: Db, directory_id: int, now: datetime, every: timedelta) -> int:
    """Put the newest signed head of every log that has grown into the directory's inbox; returns how many.

    Does nothing until `every` has passed since the last time. Safe with two at once: a head is one entry for ever.
    """
    with snapshot(db) as session:
        last = select(func.max(_HEAD.c.recorded_at)).where(_HEAD.c.directory_id == directory_id)
        before: datetime | None = session.connection().execute(last).scalar()
        grown = [] if before is not None and abs(now - before) < every else _grown(session, directory_id)
    if not grown:
        return 0
    with db.begin() as session:
        for row in grown:
            _record(session, directory_id, row, now)
    return len(grown)


def read_head(data: bytes) -> RecordedHead:
    """What an entry of the directory says. Raises Tampered when it is not one."""
    envelope = entry.read(data)
    body = envelope.body
    try:
        if envelope.type != HEAD_RECORDED or body.keys() != {"origin", "size", "root"}:
            raise ValueError("it records no head")
        return RecordedHead(str(body["origin"]), int(body["size"]), strict_b64(body["root"]))
    except (ValueError, TypeError, AttributeError) as error:
        raise Tampered(f"an entry of the directory is malformed: {error}") from error


def _grown(session: Session, directory_id: int) -> list[Any]:
    """The newest checkpoint of each log that is newer than what the directory holds."""
    signed = _CHECKPOINT.alias()
    largest = select(func.max(signed.c.size)).where(signed.c.log_id == _LOG.c.id).correlate(_LOG)
    recorded = select(func.max(_HEAD.c.size)).where(_HEAD.c.log_id == _LOG.c.id).correlate(_LOG)
    newest, known = largest.scalar_subquery(), func.coalesce(recorded.scalar_subquery(), 0)
    here = (_CHECKPOINT.c.log_id == _LOG.c.id) & (_CHECKPOINT.c.size == newest)
    query = select(_LOG.c.id, _LOG.c.origin, _CHECKPOINT.c.size, _CHECKPOINT.c.root).join_from(
        _LOG, _CHECKPOINT, here
    )
    rows = session.connection().execute(query.where(_LOG.c.id != directory_id, newest > known).order_by(_LOG.c.id))
    return list(rows)


def _record(session: Session, directory_id: int, row: Any, now: datetime) -> None:
    body = {"origin": row.origin, "size": row.size, "root": base64.b64encode(row.root).decode()}
    receipt = accept(session, directory_id, HEAD_RECORDED, body, now=now, key=f"{row.origin}/{row.size}")
    connection = session.connection()
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    head = {"log_id": row.id, "size": row.size, "directory_id": directory_id, "root": row.root}
    head |= {"submission_id": receipt.submission_id, "recorded_at": now}
    connection.execute(dialect.insert(_HEAD).on_conflict_do_nothing(), head)
