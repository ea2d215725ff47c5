"""Reading what is anchored of a log: the state for pages, its place in the directory for proofs. Writes nothing.

On the way of every page, so the common case is two statements.
"""

from typing import Any

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from ledger import merkle
from ledger.anchor_claim import DirectoryPlace
from ledger.anchor_state import FIRM, ON_THE_WAY, AnchorState, InDirectory
from ledger.stored_tree import StoredTree
from ledger.tables import Anchor, AnchorCheck, DirectoryHead, Entry

_ANCHOR: Table = Anchor.__table__  # type: ignore[assignment]
_CHECK: Table = AnchorCheck.__table__  # type: ignore[assignment]
_HEAD: Table = DirectoryHead.__table__  # type: ignore[assignment]
_ENTRY: Table = Entry.__table__  # type: ignore[assignment]

# A head with its place in the directory, where it has one by now, and what the last comparison of its log found.
_HEADS = (
    select(_HEAD, _ENTRY.c.index.label("place"), _ENTRY.c.envelope, _CHECK.c.finding)
    .select_from(
        _HEAD.join(_ENTRY, _ENTRY.c.submission_id == _HEAD.c.submission_id).outerjoin(
            _CHECK, _CHECK.c.log_id == _HEAD.c.log_id
        )
    )
    .where(_HEAD.c.log_id == bindparam("log"))
)
_NEWEST_HEAD = _HEADS.order_by(_HEAD.c.size.desc()).limit(1)
_HEAD_BELOW = _HEADS.where(_ENTRY.c.index < bindparam("below")).order_by(_HEAD.c.size.desc()).limit(1)
_FIRST_COVERING = _HEADS.where(_HEAD.c.size > bindparam("index")).order_by(_HEAD.c.size).limit(1)
_ANCHORS = select(_ANCHOR).where(_ANCHOR.c.log_id == bindparam("log"))
_NEWEST = {
    states: _ANCHORS.where(_ANCHOR.c.state.in_(states))
    .order_by(_ANCHOR.c.size.desc(), _ANCHOR.c.id.desc())
    .limit(1)
    for states in (FIRM, ON_THE_WAY, ("lost",))
}
_FIRST_FIRM = (
    _ANCHORS.where(_ANCHOR.c.state.in_(FIRM), _ANCHOR.c.size > bindparam("place"))
    .order_by(_ANCHOR.c.size, _ANCHOR.c.id)
    .limit(1)
)


def latest(session: Session, log_id: int) -> AnchorState | None:
    """The newest anchor that holds a head of this log: one in a block before one on its way before a lost one."""
    connection = session.connection()
    newest = connection.execute(_NEWEST_HEAD, {"log": log_id}).first()
    if newest is None:
        return None
    for query in _NEWEST.values():
        anchor = connection.execute(query, {"log": newest.directory_id}).first()
        if anchor is None:
            continue
        held: Any = newest
        if held.place >= anchor.size:
            held = connection.execute(_HEAD_BELOW, {"log": log_id, "below": anchor.size}).first()
        if held is not None:
            return _state(anchor, held)
    return None


def covering(session: Session, log_id: int, index: int) -> AnchorState | None:
    """The first anchor in a block that holds this entry: its time is the closest bound of when that existed."""
    connection = session.connection()
    held = connection.execute(_FIRST_COVERING, {"log": log_id, "index": index}).first()
    if held is None:
        return None
    anchor = connection.execute(_FIRST_FIRM, {"log": held.directory_id, "place": held.place}).first()
    return None if anchor is None else _state(anchor, held)


def of_itself(session: Session, log_id: int) -> AnchorState | None:
    """The newest anchor of a log that is anchored itself, as the directory is; a lost one only without another."""
    for query in _NEWEST.values():
        anchor = session.connection().execute(query, {"log": log_id}).first()
        if anchor is not None:
            return state_of(anchor)
    return None


def newest_of(session: Session, log_id: int, limit: int) -> list[AnchorState]:
    """The newest anchors of a log that is anchored itself, lost ones too, newest first."""
    query = _ANCHORS.order_by(_ANCHOR.c.id.desc()).limit(limit)
    return [state_of(row) for row in session.connection().execute(query, {"log": log_id})]


def place_in(session: Session, held: InDirectory) -> DirectoryPlace:
    """How a proof shows the head: its entry, with the path to the directory's anchored root. Raises Tampered."""
    tree = StoredTree(session, held.log_id)
    parts = merkle.inclusion_parts(held.index, held.size)
    tree.load(node for nodes in parts for node in nodes)
    return DirectoryPlace(held.entry, held.index, tuple(map(tree.fold, parts)), held.size, held.root)


def state_of(row: Any, **instead: Any) -> AnchorState:
    """The state of an anchor's row."""
    given = {name: getattr(row, name) for name in AnchorState.__dataclass_fields__ if hasattr(row, name)}
    return AnchorState(**{**given, **instead})


def _state(anchor: Any, held: Any) -> AnchorState:
    directory = InDirectory(held.directory_id, held.envelope, held.place, anchor.size, anchor.root)
    log = {"log_id": held.log_id, "size": held.size, "root": held.root}
    return state_of(anchor, **log, directory=directory, finding=held.finding)
