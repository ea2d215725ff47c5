"""The log as the house uses it: open it, put entries in, ask where it stands.

Nothing here gives an index (that is the integrator) or signs (the publisher). Reading entries back with their
proofs is `ledger.evidence`, handed out here too. Every function works in the caller's transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import (
    BindParameter,
    Connection,
    CursorResult,
    Engine,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ledger import canonical, chain, entry, failpoints, fields, merkle
from ledger.errors import KeyReused, Tampered, UnknownLog
from ledger.evidence import Evidence, Item, anchor_record, bundle, bundle_of, evidence, opened
from ledger.places import indexes, submission_at
from ledger.prepare import SUBMITTED, Prepared, prepare
from ledger.quick import Quick, both
from ledger.tables import Entry, Log, PublishedCheckpoint, Submission, SubmissionKey
from ledger.tables import Head as HeadRow

__all__ = [
    "Evidence",
    "Head",
    "Item",
    "KnownLog",
    "Receipt",
    "accept",
    "anchor_record",
    "bundle",
    "bundle_of",
    "evidence",
    "head",
    "head_size",
    "indexes",
    "logs",
    "open_log",
    "opened",
    "submission_at",
    "withdraw",
]


def _given(table: Table, *columns: str) -> dict[str, BindParameter[Any]]:
    return {name: bindparam(name, type_=table.c[name].type) for name in columns}


_LOG: Table = Log.__table__  # type: ignore[assignment]
_HEAD: Table = HeadRow.__table__  # type: ignore[assignment]
_INBOX: Table = Submission.__table__  # type: ignore[assignment]
_KEY: Table = SubmissionKey.__table__  # type: ignore[assignment]
_ENTRY: Table = Entry.__table__  # type: ignore[assignment]
_CHECKPOINT: Table = PublishedCheckpoint.__table__  # type: ignore[assignment]

_ORIGIN = select(_LOG.c.origin).where(_LOG.c.id == bindparam("log"))
_ROW = insert(_INBOX).values(_given(_INBOX, *SUBMITTED))
_SUBMIT = Quick({"sqlite": _ROW, "postgresql": _ROW.returning(_INBOX.c.id)})
CLAIM_KEY = Quick(
    {
        name: dialect.insert(_KEY).values(_given(_KEY, *_KEY.c.keys())).on_conflict_do_nothing()
        for name, dialect in {"sqlite": sqlite, "postgresql": postgresql}.items()
    }
)
KEY_OWNER = Quick(
    both(select(_KEY.c.submission_id).where(_KEY.c.log_id == bindparam("log_id"), _KEY.c.key == bindparam("key")))
)
_WITHDRAW = Quick(both(delete(_INBOX).where(_INBOX.c.id == bindparam("submission"))))
_HEAD_SIZE = Quick(both(select(_HEAD.c.size).where(_HEAD.c.log_id == bindparam("log"))))

_origins: WeakKeyDictionary[Engine, dict[int, str]] = WeakKeyDictionary()
_OPENED_HERE = "ledger_opened_here"


class Receipt(NamedTuple):
    """An accepted entry: the name of the submission for ever, and the hash its leaf will have in the tree."""

    submission_id: int
    leaf_hash: bytes


@dataclass(frozen=True)
class Head:
    """Where the log stands: integrated size and root, and the newest signed checkpoint, which may be older."""

    size: int
    root: bytes
    origin: str
    checkpoint: str | None


@dataclass(frozen=True)
class KnownLog:
    """A log of this database: where it stands, and the keys that signed its checkpoints, the newest last."""

    id: int
    log_key: str
    head: Head
    vkeys: tuple[str, ...]


def open_log(session: Session, origin: str, log_key: str, now: datetime) -> int:
    """The id of the log with this origin, which is opened, empty, when there is none."""
    known = session.scalar(select(_LOG.c.id).where(_LOG.c.origin == origin))
    if known is not None:
        return int(known)
    connection = session.connection()
    opened = connection.execute(insert(_LOG), {"origin": origin, "log_key": log_key, "opened_at": now})
    log_id = _key_of(opened)
    empty = {"size": 0, "root": merkle.EMPTY_ROOT, "chain": chain.start(origin), "frontier": b"", "epoch": 0}
    connection.execute(insert(_HEAD), {"log_id": log_id, **empty})
    session.info.setdefault(_OPENED_HERE, set()).add(log_id)
    return log_id


def accept(
    session: Session,
    log_id: int,
    entry_type: str,
    body: Mapping[str, Any],
    *,
    now: datetime,
    key: str | None = None,
    openings: Mapping[str, bytes] = {},
    about: Mapping[str, str] = {},
    commitments: Mapping[str, bytes] = {},
) -> Receipt:
    """Put an entry into the log's inbox; it is durable when, and only when, the caller's transaction is.

    The integrator will give it its index; until then it is pending. body holds facts, never personal data; a value
    that may have to be erased, or is large, goes into `openings` (bytes by path, which begins with the class of
    the value, such as `personal:number`): the entry commits to it with a salt. What is not
    public rests encrypted, with a key of its subject, which `about` names by class. With a `key` the same entry is
    accepted once for ever: the same content again gives the earlier receipt. commitments: made by somebody who
    keeps salt and value himself, by path (see ledger.stamp).

    Raises NotCanonical, EntryRefused, UnknownLog, NoKeyring; KeyReused when the key came before with another
    content.
    """
    failpoints.reach("accept.begun")
    prepared = prepare(
        session,
        origin_of(session, log_id),
        log_id,
        entry_type,
        body,
        now=now,
        key=key,
        openings=openings,
        about=about,
        commitments=commitments,
    )
    connection = session.connection()
    submission_id = _SUBMIT.put(connection, dict(zip(SUBMITTED, prepared.row, strict=True)))
    assert submission_id is not None  # nothing can be in its way
    if key is None or _claim_key(connection, log_id, key, submission_id):
        failpoints.accepted(session)
        return Receipt(submission_id, prepared.leaf_hash)
    _WITHDRAW.each(connection, [{"submission": submission_id}])
    return earlier(session, prepared)


def withdraw(session: Session, receipt: Receipt) -> None:
    """Take back an entry that this same transaction accepted without a key, as if it had never been handed in."""
    _WITHDRAW.each(session.connection(), [{"submission": receipt.submission_id}])


def head(session: Session, log_id: int) -> Head:
    """Where the log stands. Raises UnknownLog."""
    newest = (
        select(_CHECKPOINT.c.note)
        .where(_CHECKPOINT.c.log_id == log_id)
        .order_by(_CHECKPOINT.c.size.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(_HEAD.c.size, _HEAD.c.root, _LOG.c.origin, newest).join_from(_HEAD, _LOG)
    row = session.connection().execute(query.where(_HEAD.c.log_id == log_id)).first()
    if row is None:
        raise UnknownLog(f"there is no log {log_id}")
    return Head(*row)


def logs(session: Session) -> list[KnownLog]:
    """Every log there is, in the order in which they were opened."""
    connection = session.connection()
    signed = select(_CHECKPOINT.c.vkey).group_by(_CHECKPOINT.c.vkey).order_by(func.min(_CHECKPOINT.c.size))
    found = connection.execute(select(_LOG.c.id, _LOG.c.log_key).order_by(_LOG.c.id)).all()
    return [
        KnownLog(
            int(row.id),
            row.log_key,
            head(session, row.id),
            tuple(connection.scalars(signed.where(_CHECKPOINT.c.log_id == row.id))),
        )
        for row in found
    ]


def head_size(session: Session, log_id: int) -> int:
    """How many entries are integrated; cheap enough for the key of a page's cache. Raises UnknownLog."""
    row = _HEAD_SIZE.first(session.connection(), {"log": log_id})
    if row is None:
        raise UnknownLog(f"there is no log {log_id}")
    return int(row.size)


def origin_of(session: Session, log_id: int) -> str:
    """A log's origin never changes, so it is read once per process; unless the log might still be rolled back."""
    known = _origins.setdefault((session.bind or session.get_bind()).engine, {})
    if log_id in known:
        return known[log_id]
    origin = session.connection().execute(_ORIGIN, {"log": log_id}).scalar()
    if origin is None:
        raise UnknownLog(f"there is no log {log_id}")
    if log_id not in session.info.get(_OPENED_HERE, ()):
        known[log_id] = origin
    return str(origin)


def _key_of(inserted: CursorResult[Any]) -> int:
    assert inserted.inserted_primary_key is not None  # a single row was inserted
    return int(inserted.inserted_primary_key[0])


def _claim_key(connection: Connection, log_id: int, key: str, submission_id: int) -> bool:
    return CLAIM_KEY.each(connection, [{"log_id": log_id, "key": key, "submission_id": submission_id}]) == 1


def earlier(session: Session, again: Prepared) -> Receipt:
    """The receipt that this key got before, if the content is the same; else KeyReused.

    No hash of the content is kept for this comparison: it would outlive the erasure of an opening.
    """
    owner = KEY_OWNER.number(session.connection(), {"log_id": again.log_id, "key": again.key})
    item = evidence(session, again.log_id, [owner], fields.CLASSES).items[owner]
    if item.envelope is None:
        raise Tampered(f"the entry of submission {owner} is gone from the log")
    first, second = entry.read(item.envelope), entry.read(again.envelope)
    stored = {each.path: each for each in item.openings}
    same = (first.type, canonical.encode(first.body)) == (second.type, canonical.encode(second.body))
    same = same and first.commitments.keys() == again.openings.keys() | again.given.keys()
    same = same and all(first.commitments[path] == promised for path, promised in again.given.items())
    for path, value in again.openings.items():
        if path in stored:  # an erased value cannot be compared any more
            same = same and stored[path].value == value
    if not same:
        raise KeyReused(f"the key {again.key!r} was used before in this log, for another content")
    return Receipt(owner, merkle.leaf_hash(item.envelope))
