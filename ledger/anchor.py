"""The life of an anchor: one published checkpoint on its way to a chain, from prepared to final, or lost.

The chain itself is reached through `AnchorTarget` alone; no web3 and no address of a node is known here. All is a
row before it is sent, so that after a crash the chain is asked before anything is sent again.
"""

from dataclasses import fields as dataclass_fields
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol

from sqlalchemy import Table, bindparam, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ledger.anchor_state import AnchorState
from ledger.snapshot import Db, snapshot
from ledger.tables import Anchor, Log, PublishedCheckpoint

__all__ = ["AnchorState", "AnchorTarget", "ChainIdentity", "Outcome", "follow_up", "latest", "publish_latest"]

BUMP_AFTER = timedelta(minutes=10)
FOLLOWED = 3

_ANCHOR: Table = Anchor.__table__  # type: ignore[assignment]
_LOG: Table = Log.__table__  # type: ignore[assignment]
_CHECKPOINT: Table = PublishedCheckpoint.__table__  # type: ignore[assignment]
_ON_THE_WAY = ("prepared", "sent")
_IN_A_BLOCK = ("mined", "safe", "final")
_NO_BLOCK: dict[str, Any] = {"block_hash": None, "block_number": None, "block_time": None}
_LATEST = (
    select(_ANCHOR)
    .where(_ANCHOR.c.log_id == bindparam("log"))
    .order_by((_ANCHOR.c.state == "lost").asc(), _ANCHOR.c.size.desc(), _ANCHOR.c.id.desc())
    .limit(1)
)
_WITH_ORIGIN = select(_ANCHOR, _LOG.c.origin).join_from(_ANCHOR, _LOG, _LOG.c.id == _ANCHOR.c.log_id)


class ChainIdentity(Protocol):
    """Which chain answers: its id, and the hash of its first block, which tells apart chains of one id."""

    @property
    def chain_id(self) -> int: ...
    @property
    def genesis(self) -> str: ...


class Outcome(Protocol):
    """What the chain says of one anchor.

    state: unknown (never heard of it, or forgot it in a reorganisation), pending, refused (mined without effect,
    or the contract holds another root), mined, safe, final. The block is given from mined on; block_time is UTC.
    """

    @property
    def state(self) -> str: ...
    @property
    def block_hash(self) -> str | None: ...
    @property
    def block_number(self) -> int | None: ...
    @property
    def block_time(self) -> datetime | None: ...


class AnchorTarget(Protocol):
    """A contract on a chain that keeps (log key, size, root), for one log key only with growing sizes.

    Each method may take seconds and raise when the node does not answer; asking again is then right.
    """

    def chain(self) -> ChainIdentity:
        """Which chain this is, asked anew each time."""

    def next_nonce(self) -> int:
        """The first nonce of our account that no transaction, pending ones included, has used."""

    def publish(self, log_key: bytes, size: int, root: bytes, nonce: int, fee_bump: int) -> str:
        """Send the transaction and give its hash; a higher fee_bump (0, 1, ...) replaces the one of this nonce."""

    def outcome(self, tx: str, log_key: bytes, size: int, root: bytes) -> Outcome:
        """What became of it. With an empty tx (a crash forgot the hash) the contract's own record answers."""


def contract_key(origin: str) -> bytes:
    """The log's name on the chain: the SHA-256 of its origin, which says nothing about the brand."""
    return sha256(origin.encode()).digest()


def publish_latest(db: Db, log_id: int, target: AnchorTarget, now: datetime) -> AnchorState | None:
    """Send the newest published checkpoint to the chain, unless it is there or one is on its way already.

    Returns the anchor that was sent, or None when there was nothing to do. The row with its nonce is committed
    before anything is sent. Raises what the target raises; the row stays prepared and `follow_up` goes on from it.
    """
    chain = target.chain()
    _give_up_other_chains(db, log_id, chain, now)
    try:
        prepared = _prepare(db, log_id, chain, target.next_nonce(), now)
    except IntegrityError:  # another worker took the nonce in the same moment: the next run takes the next one
        return None
    return _send(db, prepared, target, now) if prepared else None


def follow_up(db: Db, log_id: int, target: AnchorTarget, now: datetime) -> None:
    """Ask the chain what became of the newest anchors that are not final, and act on the answer.

    In a block: mined, safe, final. Forgotten, also after a reorganisation: sent again, with its nonce while that
    is free. Pending for ten minutes: sent again with a higher fee. Refused, forgotten while a newer one is
    there, or on a chain that is another one now: lost, and `publish_latest` starts anew. Raises what the target
    raises; asking again later is right.
    """
    chain = target.chain()
    _give_up_other_chains(db, log_id, chain, now)
    for row, is_newest in _unsettled(db, log_id):
        told = target.outcome(row.tx, contract_key(row.origin), row.size, row.root)
        if told.state in _IN_A_BLOCK:
            block = {name: getattr(told, name) for name in _NO_BLOCK}
            _change(db, row, now, state=told.state, **block)
        elif told.state == "refused" or (told.state == "unknown" and not is_newest):
            _change(db, row, now, state="lost", nonce=None)
        elif told.state == "unknown":
            _send_again(db, row, target, chain, now)
        elif row.state in _IN_A_BLOCK:
            _change(db, row, now, state="sent", **_NO_BLOCK)
        elif row.sent_at is None or now - row.sent_at >= BUMP_AFTER:
            _send(db, row, target, now, bump=1)


def latest(session: Session, log_id: int) -> AnchorState | None:
    """The newest anchor of a log, by size; one that is lost only when there is no other."""
    row = session.connection().execute(_LATEST, {"log": log_id}).first()
    return None if row is None else _state_of(row)


def _prepare(db: Db, log_id: int, chain: ChainIdentity, next_nonce: int, now: datetime) -> Any:
    """The row of a new anchor, committed; None when there is no newer root, or another one is on its way."""
    with db.begin() as session:
        connection = session.connection()
        checkpoint = connection.execute(
            select(_CHECKPOINT.c.size, _CHECKPOINT.c.root)
            .where(_CHECKPOINT.c.log_id == log_id)
            .order_by(_CHECKPOINT.c.size.desc())
            .limit(1)
        ).first()
        if checkpoint is None:
            return None
        enough = or_(_ANCHOR.c.state.in_(_ON_THE_WAY), _ANCHOR.c.size >= checkpoint.size)
        live = select(_ANCHOR.c.id).where(_ANCHOR.c.log_id == log_id, _ANCHOR.c.state != "lost", enough)
        if connection.execute(live.limit(1)).first():
            return None
        row = {"log_id": log_id, "size": checkpoint.size, "root": checkpoint.root, "state": "prepared"}
        row |= {"chain_id": chain.chain_id, "genesis": chain.genesis, "tx": "", "fee_bump": 0}
        row |= {"nonce": _free_nonce(session, chain, next_nonce), "prepared_at": now, "changed_at": now}
        made = connection.execute(insert(_ANCHOR), row).inserted_primary_key
        assert made is not None  # a single row was inserted
        return connection.execute(_WITH_ORIGIN.where(_ANCHOR.c.id == made[0])).one()


def _free_nonce(session: Session, chain: ChainIdentity, next_nonce: int) -> int:
    """A nonce that neither the node nor a row of ours, whatever its log, has taken: all logs share one account."""
    query = select(func.max(_ANCHOR.c.nonce)).where(
        _ANCHOR.c.chain_id == chain.chain_id, _ANCHOR.c.genesis == chain.genesis, _ANCHOR.c.state.in_(_ON_THE_WAY)
    )
    taken = session.connection().execute(query).scalar()
    return next_nonce if taken is None else max(next_nonce, taken + 1)


def _send(db: Db, row: Any, target: AnchorTarget, now: datetime, bump: int = 0) -> AnchorState:
    fee_bump = row.fee_bump + bump
    tx = target.publish(contract_key(row.origin), row.size, row.root, row.nonce, fee_bump)
    return _change(db, row, now, state="sent", tx=tx, sent_at=now, fee_bump=fee_bump, **_NO_BLOCK)


def _send_again(db: Db, row: Any, target: AnchorTarget, chain: ChainIdentity, now: datetime) -> None:
    """The chain does not know the anchor. While its nonce is free nothing of ours can be on the way."""
    next_nonce = target.next_nonce()
    if next_nonce > row.nonce:
        if now - (row.sent_at or row.prepared_at) < BUMP_AFTER:
            return  # perhaps ours, sent before a crash that forgot its hash: the contract tells once it is mined
        with db.begin() as session:
            nonce = _free_nonce(session, chain, next_nonce)
            session.connection().execute(update(_ANCHOR).where(_ANCHOR.c.id == row.id).values(nonce=nonce))
        row = _reread(db, row.id)
    _send(db, row, target, now)


def _give_up_other_chains(db: Db, log_id: int, chain: ChainIdentity, now: datetime) -> None:
    """An anchor on a chain that is not the one that answers, such as a demo chain started anew, is lost."""
    gone = or_(_ANCHOR.c.chain_id != chain.chain_id, _ANCHOR.c.genesis != chain.genesis)
    where = (_ANCHOR.c.log_id == log_id, _ANCHOR.c.state != "lost", gone)
    with snapshot(db) as session:
        if session.connection().execute(select(_ANCHOR.c.id).where(*where).limit(1)).first() is None:
            return
    with db.begin() as session:
        session.connection().execute(update(_ANCHOR).where(*where).values(state="lost", changed_at=now))


def _unsettled(db: Db, log_id: int) -> list[tuple[Any, bool]]:
    """The newest anchors that are not final, and of each whether it is the log's newest.

    Older ones are left as they are: the contract takes growing sizes only, and a newer root contains theirs.
    """
    query = _WITH_ORIGIN.where(_ANCHOR.c.log_id == log_id, _ANCHOR.c.state != "lost")
    with snapshot(db) as session:
        newest = session.connection().execute(query.order_by(_ANCHOR.c.size.desc()).limit(FOLLOWED)).all()
    return [(row, at == 0) for at, row in enumerate(newest) if row.state != "final"]


def _reread(db: Db, anchor_id: int) -> Any:
    with snapshot(db) as session:
        return session.connection().execute(_WITH_ORIGIN.where(_ANCHOR.c.id == anchor_id)).one()


def _change(db: Db, row: Any, now: datetime, **values: Any) -> AnchorState:
    """Write what is new of an anchor, unless another worker moved it meanwhile."""
    if any(getattr(row, name) != value for name, value in values.items()):
        with db.begin() as session:
            here = (_ANCHOR.c.id == row.id, _ANCHOR.c.state == row.state, _ANCHOR.c.changed_at == row.changed_at)
            session.connection().execute(update(_ANCHOR).where(*here).values(**values, changed_at=now))
    return _state_of(_reread(db, row.id))


def _state_of(row: Any) -> AnchorState:
    return AnchorState(**{each.name: getattr(row, each.name) for each in dataclass_fields(AnchorState)})
