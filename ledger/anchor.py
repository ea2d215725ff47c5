"""The life of an anchor: one published checkpoint on its way to a target, from prepared to final, or lost.

The target (a chain, a file) is reached through `AnchorTarget` alone; no web3 and no address of a node is known
here. All is a row before it is sent, so that after a crash the target is asked before anything is sent again.
Which log is anchored (the directory) is the caller's; what pages and proofs show is read in `ledger.anchored`.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Table, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ledger.anchor_state import FIRM, ON_THE_WAY, AnchorState, Target
from ledger.anchored import covering, latest, newest_of, of_itself, state_of
from ledger.errors import RolledBack
from ledger.snapshot import Db, snapshot
from ledger.tables import Anchor, PublishedCheckpoint

__all__ = [
    "AnchorState",
    "AnchorTarget",
    "ChainIdentity",
    "Outcome",
    "covering",
    "follow_up",
    "latest",
    "log_key_of",
    "newest_of",
    "of_itself",
    "publish_latest",
]

BUMP_AFTER = timedelta(minutes=10)
MAX_BUMPS = 16  # each at least a tenth more: about six times the first offer; the chain has a ceiling of its own
FOLLOWED = 32

_ANCHOR: Table = Anchor.__table__  # type: ignore[assignment]
_CHECKPOINT: Table = PublishedCheckpoint.__table__  # type: ignore[assignment]
_NO_BLOCK: dict[str, Any] = {"block_hash": None, "block_number": None, "block_time": None, "final_by": None}


class ChainIdentity(Protocol):
    """Which chain answers: its id, and the hash of its first block, which tells apart chains of one id."""

    @property
    def chain_id(self) -> int: ...
    @property
    def genesis(self) -> str: ...


class Outcome(Protocol):
    """What the target says of one anchor.

    state: unknown (never heard of it, or forgot it in a reorganisation), pending, refused (mined without effect,
    or the contract holds another root), mined, safe, final. The block is given from mined on; block_time is UTC.
    tx: where it stands. finality: the rule that judged. final_by: when it will be final. sources: how many nodes
    know the block, 0 when they contradict each other.
    """

    @property
    def state(self) -> str: ...
    @property
    def tx(self) -> str: ...
    @property
    def block_hash(self) -> str | None: ...
    @property
    def block_number(self) -> int | None: ...
    @property
    def block_time(self) -> datetime | None: ...
    @property
    def finality(self) -> str: ...
    @property
    def final_by(self) -> datetime | None: ...
    @property
    def sources(self) -> int: ...


class AnchorTarget(Protocol):
    """Something that keeps (log key, size, root), for one log key only with growing sizes.

    Each method may take seconds and raise when the target does not answer; asking again is then right, unless the
    exception has a `permanent` that is true.
    """

    @property
    def name(self) -> Target: ...

    def chain(self) -> ChainIdentity:
        """Which chain this is, asked anew each time."""

    def next_nonce(self) -> int:
        """The first nonce of our account that no transaction, pending ones included, has used."""

    def publish(self, log_key: bytes, size: int, root: bytes, nonce: int, fee_bump: int) -> str:
        """Send the transaction and give its hash; a higher fee_bump (0, 1, ...) replaces the one of this nonce."""

    def outcome(self, tx: str, log_key: bytes, size: int, root: bytes) -> Outcome:
        """What became of it. With an empty tx (a crash forgot the hash) the target's own record answers."""

    def recorded(self, log_key: bytes) -> tuple[int, bytes] | None:
        """The newest size and root that the target holds of a log."""


def publish_latest(db: Db, log_id: int, target: AnchorTarget, now: datetime) -> AnchorState | None:
    """Send the newest published checkpoint to the target, unless it is there or one is on its way already.

    Returns the anchor that was sent, or None when there was nothing to do. The row with its nonce is committed
    before anything is sent. Raises what the target raises; the row stays prepared and `follow_up` goes on from it,
    unless the refusal is permanent. RolledBack when the target holds a longer tree than the database.
    """
    chain = target.chain()
    _give_up_other_chains(db, log_id, chain, now)
    wanted = _wanted(db, log_id, chain)
    if wanted is None:
        return None
    key = _key_there(db, log_id, chain) or secrets.token_bytes(32)
    there = target.recorded(key)
    if there is not None and there[0] > wanted.size:
        raise RolledBack(f"the target holds a tree of {there[0]}, the database one of {wanted.size}")
    row = {"log_id": log_id, "size": wanted.size, "root": wanted.root, "log_key": key, "target": target.name}
    try:
        prepared = _prepare(db, row, chain, target.next_nonce(), now)
    except IntegrityError:  # another worker took the nonce in the same moment: the next run takes the next one
        return None
    return _send(db, prepared, target, now) if prepared else None


def follow_up(db: Db, log_id: int, target: AnchorTarget, now: datetime) -> None:
    """Ask the target what became of the newest anchors that are not final, and act on the answer.

    In a block: mined, safe, final; its hash is read again each time until then. Forgotten, also after a
    reorganisation: sent again, with its nonce while that is free. Pending for ten minutes: sent again with a
    higher fee. Refused, forgotten while a newer one is there, or on a chain that is another one now: lost, and
    `publish_latest` starts anew. Raises what the target raises; asking again later is right.
    """
    chain = target.chain()
    _give_up_other_chains(db, log_id, chain, now)
    for row, is_newest in _unsettled(db, log_id, chain):
        told = target.outcome(row.tx, row.log_key, row.size, row.root)
        if told.state in FIRM:
            _change(db, row, now, state=told.state, tx=told.tx or row.tx, **_block_of(told))
        elif told.state == "refused" or (told.state == "unknown" and not is_newest):
            _change(db, row, now, state="lost", nonce=None, **_NO_BLOCK)
        elif told.state == "unknown":
            _send_again(db, row, target, chain, now)
        elif row.state in FIRM or told.sources == 0:
            _change(db, row, now, state="sent", sources=told.sources, **_NO_BLOCK)
        elif row.sent_at is None or now - row.sent_at >= BUMP_AFTER:
            _send(db, row, target, now, bump=1 if row.fee_bump < MAX_BUMPS else 0)


def log_key_of(session: Session, log_id: int, chain: ChainIdentity) -> bytes | None:
    """The name that the newest anchor of a log in a block of this chain has there."""
    query = select(_ANCHOR.c.log_key).where(_here(log_id, chain), _ANCHOR.c.state.in_(FIRM))
    key: bytes | None = session.connection().execute(query.order_by(_ANCHOR.c.size.desc()).limit(1)).scalar()
    return key


def _block_of(told: Outcome) -> dict[str, Any]:
    names = ("block_hash", "block_number", "block_time", "finality", "final_by", "sources")
    return {name: getattr(told, name) for name in names}


def _here(log_id: int, chain: ChainIdentity) -> Any:
    """The anchors of a log that live on this chain."""
    same = (_ANCHOR.c.chain_id == chain.chain_id, _ANCHOR.c.genesis == chain.genesis)
    return and_(_ANCHOR.c.log_id == log_id, _ANCHOR.c.state != "lost", *same)


def _wanted(db: Db, log_id: int, chain: ChainIdentity) -> Any:
    """The newest checkpoint; None when it is there, or another one is on its way."""
    with snapshot(db) as session:
        return _checkpoint_to_send(session, log_id, chain)


def _checkpoint_to_send(session: Session, log_id: int, chain: ChainIdentity) -> Any:
    connection = session.connection()
    newest = select(_CHECKPOINT.c.size, _CHECKPOINT.c.root).where(_CHECKPOINT.c.log_id == log_id)
    checkpoint = connection.execute(newest.order_by(_CHECKPOINT.c.size.desc()).limit(1)).first()
    if checkpoint is None:
        return None
    enough = or_(_ANCHOR.c.state.in_(ON_THE_WAY), _ANCHOR.c.size >= checkpoint.size)
    live = select(_ANCHOR.c.id).where(_here(log_id, chain), enough).limit(1)
    return None if connection.execute(live).first() else checkpoint


def _key_there(db: Db, log_id: int, chain: ChainIdentity) -> bytes | None:
    """The name that the log has on this chain already; a name that somebody else took first leaves no live row."""
    query = select(_ANCHOR.c.log_key).where(_here(log_id, chain)).order_by(_ANCHOR.c.size.desc()).limit(1)
    with snapshot(db) as session:
        key: bytes | None = session.connection().execute(query).scalar()
        return key


def _prepare(db: Db, row: dict[str, Any], chain: ChainIdentity, next_nonce: int, now: datetime) -> Any:
    """The row of a new anchor, committed; None when another worker was quicker."""
    with db.begin() as session:
        connection = session.connection()
        still = _checkpoint_to_send(session, row["log_id"], chain)
        if still is None:
            return None
        row |= {"state": "prepared", "chain_id": chain.chain_id, "genesis": chain.genesis, "tx": "", "fee_bump": 0}
        row |= {"nonce": _free_nonce(session, chain, next_nonce), "prepared_at": now, "changed_at": now}
        made = connection.execute(insert(_ANCHOR), row).inserted_primary_key
        assert made is not None  # a single row was inserted
        return connection.execute(select(_ANCHOR).where(_ANCHOR.c.id == made[0])).one()


def _free_nonce(session: Session, chain: ChainIdentity, next_nonce: int, besides: int = 0) -> int:
    """A nonce that neither the node nor another row of ours, of whatever log, has taken: all share one account."""
    same = (_ANCHOR.c.chain_id == chain.chain_id, _ANCHOR.c.genesis == chain.genesis)
    query = select(func.max(_ANCHOR.c.nonce)).where(
        *same, _ANCHOR.c.state.in_(ON_THE_WAY), _ANCHOR.c.id != besides
    )
    taken = session.connection().execute(query).scalar()
    return next_nonce if taken is None else max(next_nonce, taken + 1)


def _send(db: Db, row: Any, target: AnchorTarget, now: datetime, bump: int = 0) -> AnchorState:
    fee_bump = row.fee_bump + bump
    try:
        tx = target.publish(row.log_key, row.size, row.root, row.nonce, fee_bump)
    except Exception as error:
        # Only for what was never sent: of anything else the target itself says what became of it.
        if getattr(error, "permanent", False) and row.state == "prepared":
            _change(db, row, now, state="lost", nonce=None)
        raise
    return _change(db, row, now, state="sent", tx=tx, sent_at=now, fee_bump=fee_bump, **_NO_BLOCK)


def _send_again(db: Db, row: Any, target: AnchorTarget, chain: ChainIdentity, now: datetime) -> None:
    """The chain does not know the anchor. While its nonce is free nothing of ours can be on the way."""
    next_nonce = target.next_nonce()
    if next_nonce > row.nonce and now - (row.sent_at or row.prepared_at) < BUMP_AFTER:
        return  # perhaps ours, sent before a crash that forgot its hash: the contract tells once it is mined
    if next_nonce != row.nonce:
        # Below it: what we sent before was forgotten too, and no node mines a transaction after a gap.
        with db.begin() as session:
            nonce = _free_nonce(session, chain, next_nonce, besides=row.id)
            session.connection().execute(update(_ANCHOR).where(_ANCHOR.c.id == row.id).values(nonce=nonce))
        row = _reread(db, row.id)
    _send(db, row, target, now)


def _give_up_other_chains(db: Db, log_id: int, chain: ChainIdentity, now: datetime) -> None:
    """An anchor on a chain that is not the one that answers, such as a demo chain started anew, is lost.

    What is final stays what it is, on its own chain; except on a demo chain, which is gone with its process.
    """
    gone = or_(_ANCHOR.c.chain_id != chain.chain_id, _ANCHOR.c.genesis != chain.genesis)
    unsure = or_(_ANCHOR.c.state != "final", _ANCHOR.c.finality == "demo")
    where = (_ANCHOR.c.log_id == log_id, _ANCHOR.c.state != "lost", gone, unsure)
    with snapshot(db) as session:
        if session.connection().execute(select(_ANCHOR.c.id).where(*where).limit(1)).first() is None:
            return
    with db.begin() as session:
        session.connection().execute(
            update(_ANCHOR).where(*where).values(state="lost", nonce=None, changed_at=now)
        )


def _unsettled(db: Db, log_id: int, chain: ChainIdentity) -> list[tuple[Any, bool]]:
    """The newest anchors that are not final, and of each whether it is the log's newest.

    Of a chain whose blocks take days to be final the older ones stay mined: a newer root contains theirs.
    """
    query = select(_ANCHOR).where(_here(log_id, chain)).order_by(_ANCHOR.c.size.desc())
    with snapshot(db) as session:
        connection = session.connection()
        newest = connection.execute(query.limit(1)).first()
        unsettled = connection.execute(query.where(_ANCHOR.c.state != "final").limit(FOLLOWED)).all()
    # The oldest first: one that is lost gives its nonce back.
    return [(row, newest is not None and row.id == newest.id) for row in reversed(unsettled)]


def _reread(db: Db, anchor_id: int) -> Any:
    with snapshot(db) as session:
        return session.connection().execute(select(_ANCHOR).where(_ANCHOR.c.id == anchor_id)).one()


def _change(db: Db, row: Any, now: datetime, **values: Any) -> AnchorState:
    """Write what is new of an anchor, unless another worker moved it meanwhile."""
    if any(getattr(row, name) != value for name, value in values.items()):
        with db.begin() as session:
            here = (_ANCHOR.c.id == row.id, _ANCHOR.c.state == row.state, _ANCHOR.c.changed_at == row.changed_at)
            session.connection().execute(update(_ANCHOR).where(*here).values(**values, changed_at=now))
    return state_of(_reread(db, row.id))
