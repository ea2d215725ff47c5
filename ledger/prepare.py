"""The first half of accepting an entry: judged, committed to and hashed, before its row is written.

Who writes it, and what becomes of its key, is `ledger.log` for one and `ledger.bulk` for many.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from secrets import token_bytes
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from ledger import entry, fields, merkle, vault
from ledger.errors import EntryRefused

MAX_KEY = 200
MAX_PATH = 200
_NONE: Mapping[str, str] = MappingProxyType({})
SUBMITTED = ("log_id", "envelope", "leaf_hash", "openings")


class Prepared(NamedTuple):
    """A submission that was judged and hashed, and is not written yet. openings: the values it was made of.

    given: commitments that somebody else made, whose openings never were here.
    """

    log_id: int
    key: str | None
    envelope: bytes
    leaf_hash: bytes
    packed: bytes | None
    openings: Mapping[str, bytes]
    given: Mapping[str, str] = _NONE

    @property
    def row(self) -> tuple[int, bytes, bytes, bytes | None]:
        """The columns SUBMITTED of the inbox."""
        return self.log_id, self.envelope, self.leaf_hash, self.packed


def prepare(
    session: Session,
    origin: str,
    log_id: int,
    entry_type: str,
    body: Mapping[str, Any],
    *,
    now: datetime,
    key: str | None = None,
    openings: Mapping[str, bytes] = {},
    about: Mapping[str, str] = {},
    commitments: Mapping[str, bytes] = {},
    draw: Callable[[int], bytes] = token_bytes,
) -> Prepared:
    """The first half of `accept`: judge and hash the entry. Nothing is written but a new subject's key.

    `draw` gives random bytes, of which none may ever come again. Raises as `accept` does.
    """
    _check_names(key, {**openings, **commitments} if commitments else openings)
    if not openings and not commitments:  # as in an import of many
        envelope = entry.write(origin, entry_type, body, now, _NONE)
        return Prepared(log_id, key, envelope, merkle.leaf_hash(envelope), None, openings)
    sealed = fields.seal(openings, draw) if openings else []
    promised = {each.path: fields.commit(origin, each).hex() for each in sealed}
    given = {path: commitment.hex() for path, commitment in commitments.items()}
    envelope = entry.write(origin, entry_type, body, now, promised | given)
    packed = fields.pack(vault.seal(session, log_id, sealed, about, draw)) if sealed else None
    return Prepared(log_id, key, envelope, merkle.leaf_hash(envelope), packed, openings, given)


def _check_names(key: str | None, openings: Mapping[str, bytes]) -> None:
    if key is not None and not (0 < len(key) <= MAX_KEY and "\x00" not in key):
        raise EntryRefused(f"an idempotency key has 1 to {MAX_KEY} characters")
    for path, value in openings.items():
        if not (0 < len(path) <= MAX_PATH and path.isascii() and path.isprintable()):
            raise EntryRefused(f"{path[:40]!r} is not the path of an opening: 1 to {MAX_PATH} printable ASCII")
        if not isinstance(value, bytes):
            raise EntryRefused(f"the opening {path!r} is given as bytes")
        try:
            fields.class_of(path)
        except ValueError as error:
            raise EntryRefused(str(error)) from error
