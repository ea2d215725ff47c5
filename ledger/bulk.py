"""Many submissions at once: the same rules as `ledger.log.accept`, with a few statements for all of them.

Who calls in a transaction of many callers is `ledger.group`. Nothing here gives an index.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from secrets import token_bytes
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy.orm import Session

from ledger import failpoints
from ledger.errors import LedgerError
from ledger.log import CLAIM_KEY, KEY_OWNER, Receipt, earlier, origin_of
from ledger.prepare import SUBMITTED, Prepared, prepare
from ledger.quick import Quick, both, fill
from ledger.tables import Submission

_PIECE = 8192  # random bytes, enough for a hundred entries

_INBOX: Table = Submission.__table__  # type: ignore[assignment]

_LAST_ID = Quick(both(text("SELECT seq FROM sqlite_sequence WHERE name = 'ledger_inbox'")))
_NEXT_IDS = Quick(
    both(text("SELECT nextval(pg_get_serial_sequence('ledger_inbox', 'id')) FROM generate_series(1, :count)"))
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What `accept` is asked for, as a value."""

    log_id: int
    entry_type: str
    body: Mapping[str, Any]
    now: datetime
    key: str | None = None
    openings: Mapping[str, bytes] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)


def accept_many(session: Session, wishes: Iterable[Wish]) -> list[Receipt]:
    """Accept all of these or, by the caller's rollback, none; their receipts in the same order.

    Durable when, and only when, the caller's transaction is. Raises the first refusal, as `accept` does.
    """
    return accept_prepared(session, prepare_many(session, wishes))


def prepare_many(session: Session, wishes: Iterable[Wish]) -> list[Prepared]:
    """The first half of `accept_many`: judge, seal and hash. Raises the first refusal.

    Nothing is written but the keys of new subjects; where all have theirs (`ledger.vault.has_key`) a session that
    only reads will do.
    """
    prepared = _prepare_each(session, wishes)
    _refuse_any(prepared)
    return prepared  # type: ignore[return-value]  # no refusal is in it


def accept_prepared(session: Session, prepared: Sequence[Prepared]) -> list[Receipt]:
    """The second half: write what was prepared, in this transaction or before it."""
    receipts = _put(session, prepared)
    _refuse_any(receipts)
    return receipts  # type: ignore[return-value]  # no refusal is in it


def accept_each(session: Session, wishes: Iterable[Wish]) -> list[Receipt | LedgerError]:
    """Accept those of these that can be accepted; of another one nothing is written, and its refusal returned."""
    outcomes: list[Receipt | LedgerError | Prepared] = [*_prepare_each(session, wishes)]
    good = [(at, each) for at, each in enumerate(outcomes) if isinstance(each, Prepared)]
    receipts = _put(session, [each for _, each in good])
    for (at, _), receipt in zip(good, receipts, strict=True):
        outcomes[at] = receipt
    return outcomes  # type: ignore[return-value]  # none is only prepared any more


def _refuse_any(outcomes: Iterable[object]) -> None:
    for outcome in outcomes:
        if isinstance(outcome, LedgerError):
            raise outcome


def _prepare_each(session: Session, wishes: Iterable[Wish]) -> list[Prepared | LedgerError]:
    origins: dict[int, str] = {}
    draw = _drawing()
    return [_prepared(session, origins, each, draw) for each in wishes]


def _drawing() -> Callable[[int], bytes]:
    """Random bytes, asked of the system in large pieces: with each call of it another thread takes the turn."""
    piece = BytesIO()

    def draw(count: int) -> bytes:
        nonlocal piece
        drawn = piece.read(count)
        if len(drawn) < count:
            piece = BytesIO(token_bytes(max(_PIECE, count)))
            drawn = piece.read(count)
        return drawn

    return draw


def _prepared(
    session: Session, origins: dict[int, str], wish: Wish, draw: Callable[[int], bytes]
) -> Prepared | LedgerError:
    failpoints.reach("accept.begun")
    try:
        if wish.log_id not in origins:
            origins[wish.log_id] = origin_of(session, wish.log_id)
        return prepare(
            session,
            origins[wish.log_id],
            wish.log_id,
            wish.entry_type,
            wish.body,
            now=wish.now,
            key=wish.key,
            openings=wish.openings,
            about=wish.about,
            draw=draw,
        )
    except LedgerError as error:
        return error


def _put(session: Session, prepared: Sequence[Prepared]) -> list[Receipt | LedgerError]:
    """Write the rows whose keys are new; for the others the earlier receipt, or the refusal."""
    if not prepared:
        return []
    connection = session.connection()
    ids = _new_ids(connection, len(prepared))
    known = _known(connection, ids, prepared)
    rows = [(new_id, *each.row) for new_id, each in zip(ids, prepared, strict=True) if new_id not in known]
    fill(connection, _INBOX, ("id", *SUBMITTED), rows)
    failpoints.accepted(session)
    return [
        _earlier(session, each) if new_id in known else Receipt(new_id, each.leaf_hash)
        for new_id, each in zip(ids, prepared, strict=True)
    ]


def _new_ids(connection: Connection, count: int) -> Sequence[int]:
    """Ids that nobody else gets. On SQLite the caller's transaction is the only one that writes."""
    if connection.dialect.name == "sqlite":
        row = _LAST_ID.first(connection, {})
        first = (int(row[0]) if row else 0) + 1
        return range(first, first + count)
    return [int(new_id) for (new_id,) in _NEXT_IDS.rows(connection, {"count": count})]


def _known(connection: Connection, ids: Sequence[int], prepared: Sequence[Prepared]) -> set[int]:
    """Claim the keys; the ids of those whose key belongs to an earlier submission."""
    claims: list[dict[str, Any]] = [
        {"log_id": each.log_id, "key": each.key, "submission_id": new_id}
        for new_id, each in zip(ids, prepared, strict=True)
        if each.key is not None
    ]
    # In one order everywhere, so that two transactions with the same keys wait for each other and not in a circle.
    claims.sort(key=lambda claim: (claim["log_id"], claim["key"]))
    if not claims or CLAIM_KEY.each(connection, claims) == len(claims):
        return set()
    known = set()
    for claim in claims:
        new_id = claim.pop("submission_id")
        if KEY_OWNER.number(connection, claim) != new_id:
            known.add(new_id)
    return known


def _earlier(session: Session, again: Prepared) -> Receipt | LedgerError:
    try:
        return earlier(session, again)
    except LedgerError as error:
        return error
