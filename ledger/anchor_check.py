"""Whether the trees of today still begin with what was anchored: looked at every hour, and by the audit.

An anchor that nobody compares proves nothing. The heads are read from the directory, each under its anchored root;
the directory's own root from the target itself. What to do about a finding is not known here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Table, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ledger import anchored, directory, merkle
from ledger.anchor import ChainIdentity, log_key_of
from ledger.anchor_state import InDirectory
from ledger.errors import Tampered
from ledger.snapshot import Db, snapshot
from ledger.stored_tree import StoredTree
from ledger.tables import AnchorCheck, DirectoryHead, Entry, Head, Log

EVERY = timedelta(hours=1)
AT_ONCE = 500

_CHECK: Table = AnchorCheck.__table__  # type: ignore[assignment]
_DIRECTORY: Table = DirectoryHead.__table__  # type: ignore[assignment]
_ENTRY: Table = Entry.__table__  # type: ignore[assignment]
_HEAD: Table = Head.__table__  # type: ignore[assignment]
_LOG: Table = Log.__table__  # type: ignore[assignment]


class Recorder(Protocol):
    """What keeps (size, root) of a log outside this database: a part of `ledger.anchor.AnchorTarget`."""

    def chain(self) -> ChainIdentity:
        """Which chain answers."""

    def recorded(self, log_key: bytes) -> tuple[int, bytes] | None:
        """The newest size and root that it holds of a log."""


@dataclass(frozen=True)
class AnchorFinding:
    """What is wrong between a log and its anchors, in a sentence, since when."""

    log_id: int
    origin: str
    sentence: str
    found_at: datetime | None


def check_due(db: Db, recorder: Recorder, now: datetime) -> int:
    """Compare every log whose hour has come; returns how many. Safe with two at once.

    Raises what the recorder raises; that comparison is made again with the next call.
    """
    with snapshot(db) as session:
        found = directory.find(session)
        logs = session.connection().execute(select(_LOG.c.id).order_by(_LOG.c.id)).scalars().all() if found else []
    if found is None:
        return 0
    _plan(db, logs, now)
    done = 0
    for log_id in logs:
        if _claim(db, log_id, now):
            try:
                sentence, size = compare(db, log_id, found.log_id, recorder)
            except Exception:
                _release(db, log_id, now)
                raise
            _note(db, log_id, sentence, size, now)
            done += 1
    return done


def compare(db: Db, log_id: int, directory_id: int, recorder: Recorder | None = None) -> tuple[str | None, int]:
    """What is wrong between a log and its anchors, or None; and the newest anchored size that was compared.

    A log is compared with every anchored head since the last comparison that went well, at most 500 at once; with
    no recorder the directory is taken as the database has it.
    """
    asked, there = _ask(db, directory_id, recorder) if recorder and log_id == directory_id else (False, None)
    with snapshot(db) as session:
        head = session.connection().execute(select(_HEAD).where(_HEAD.c.log_id == log_id)).one()
        try:
            if log_id == directory_id:
                return None, _compare_directory(session, head, asked, there)
            return None, _compare_log(session, head, directory_id)
        except Tampered as error:
            return str(error), _last_good(session, log_id)


def _ask(db: Db, directory_id: int, recorder: Recorder) -> tuple[bool, tuple[int, bytes] | None]:
    """What the target holds of the directory; not asked while nothing of ours is on its chain."""
    chain = recorder.chain()
    with snapshot(db) as session:
        key = log_key_of(session, directory_id, chain)
    return (False, None) if key is None else (True, recorder.recorded(key))


def findings(session: Session) -> list[AnchorFinding]:
    """What the last comparison of each log found wrong."""
    query = select(_CHECK.c.log_id, _LOG.c.origin, _CHECK.c.finding, _CHECK.c.found_at).join_from(
        _CHECK, _LOG, _LOG.c.id == _CHECK.c.log_id
    )
    rows = session.connection().execute(query.where(_CHECK.c.finding.is_not(None)).order_by(_CHECK.c.log_id))
    return [AnchorFinding(*row) for row in rows]


def _compare_directory(session: Session, head: Any, asked: bool, there: tuple[int, bytes] | None) -> int:
    own = anchored.of_itself(session, head.log_id)
    if own is None or own.state == "lost":
        return 0
    if own.state in ("prepared", "sent"):
        return _last_good(session, head.log_id)
    if asked and there is None:
        raise Tampered(f"the target holds nothing, although a tree of {own.size} was anchored there")
    _require_beginning(session, head, own.size, own.root)
    if there is not None:
        _require_beginning(session, head, *there)
    return own.size


def _compare_log(session: Session, head: Any, directory_id: int) -> int:
    """Every head that an anchored directory holds, since the last that was compared."""
    own = anchored.of_itself(session, directory_id)
    if own is None or own.state not in ("mined", "safe", "final"):
        return _last_good(session, head.log_id)
    origin = session.connection().execute(select(_LOG.c.origin).where(_LOG.c.id == head.log_id)).scalar_one()
    since = _last_good(session, head.log_id)
    query = (
        select(_DIRECTORY.c.size, _ENTRY.c.envelope, _ENTRY.c.index.label("place"))
        .join_from(_DIRECTORY, _ENTRY, _ENTRY.c.submission_id == _DIRECTORY.c.submission_id)
        .where(_DIRECTORY.c.log_id == head.log_id, _DIRECTORY.c.size >= since, _ENTRY.c.index < own.size)
        .order_by(_DIRECTORY.c.size)
        .limit(AT_ONCE)
    )
    size, rows = since, session.connection().execute(query).all()
    if rows:
        _require_length(head, rows[-1].size)
    for row in rows:
        held = InDirectory(directory_id, row.envelope, row.place, own.size, own.root)
        place = anchored.place_in(session, held)
        merkle.verify_inclusion(merkle.leaf_hash(row.envelope), row.place, own.size, place.path, own.root)
        said = directory.read_head(row.envelope)
        if (said.origin, said.size) != (origin, row.size):
            raise Tampered(f"the directory's entry {row.place} is not of {origin} at size {row.size}")
        _require_beginning(session, head, said.size, said.root)
        size = row.size
    return size


def _require_beginning(session: Session, head: Any, size: int, root: bytes) -> None:
    """Raise Tampered unless the stored tree begins with what was anchored, and gives today's root."""
    _require_length(head, size)
    tree = StoredTree(session, head.log_id, fresh=True)
    try:
        merkle.verify_consistency(size, head.size, tree.consistency_path(size, head.size), root, head.root)
        if tree.root(size) != root or tree.root(head.size) != head.root:
            raise Tampered("its stored hashes give another root")
    except Tampered as error:
        raise Tampered(f"today's tree does not begin with the one anchored at size {size}: {error}") from error


def _require_length(head: Any, size: int) -> None:
    if size > head.size:
        raise Tampered(f"a tree of {size} entries was anchored, today's has {head.size}")


def _last_good(session: Session, log_id: int) -> int:
    query = select(_CHECK.c.size).where(_CHECK.c.log_id == log_id)
    return int(session.connection().execute(query).scalar() or 0)


def _plan(db: Db, logs: Any, now: datetime) -> None:
    """A row for each log that has none, due at once."""
    with snapshot(db) as session:
        known = set(session.connection().execute(select(_CHECK.c.log_id)).scalars())
    fresh = [{"log_id": log_id, "due_at": now, "size": 0} for log_id in logs if log_id not in known]
    if fresh:
        with db.begin() as session:
            connection = session.connection()
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            connection.execute(dialect.insert(_CHECK).on_conflict_do_nothing(), fresh)


def _claim(db: Db, log_id: int, now: datetime) -> bool:
    # A clock that was set back must not let the comparison wait for the time it was ahead.
    due = or_(_CHECK.c.due_at <= now, _CHECK.c.due_at > now + EVERY)
    with snapshot(db) as session:
        query = select(_CHECK.c.log_id).where(_CHECK.c.log_id == log_id, due)
        if session.connection().execute(query).first() is None:
            return False
    with db.begin() as session:
        claimed = update(_CHECK).where(_CHECK.c.log_id == log_id, due).values(due_at=now + EVERY)
        return session.connection().execute(claimed).rowcount == 1


def _release(db: Db, log_id: int, now: datetime) -> None:
    with db.begin() as session:
        session.connection().execute(update(_CHECK).where(_CHECK.c.log_id == log_id).values(due_at=now))


def _note(db: Db, log_id: int, sentence: str | None, size: int, now: datetime) -> None:
    found: dict[str, Any] = {"checked_at": now, "size": size, "finding": sentence}
    with db.begin() as session:
        connection = session.connection()
        here = _CHECK.c.log_id == log_id
        before = connection.execute(select(_CHECK.c.finding).where(here)).scalar()
        if sentence is None or before is None:
            found["found_at"] = now if sentence else None
        connection.execute(update(_CHECK).where(here).values(**found))
