"""Openings at rest: what is not public is encrypted with a key of its subject, and that key by a ring outside.

The ring comes with the session from whoever made it (`hand_ring`); no file is known here. Which subject a value is
about is said by whoever accepts it. A subject's key that is deleted takes every copy of its values with it.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from secrets import randbits, token_bytes
from threading import Lock
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Table, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ledger.errors import NoKeyring
from ledger.fields import SALT_SIZE, Kept, Opening, class_of
from ledger.quick import Quick
from ledger.tables import DataKey

KEY_SIZE = 32
LOG = "log"
"""The subject of a value for which none was named: the log itself."""

_NONCE = 12
_STEP = 64  # lengths at rest are rounded up to this, so that they tell little of what is inside
_MOST = 4096  # keys held in memory
_RING = "ledger_keyring"
_MADE = "ledger_keys_made_here"

_KEY: Table = DataKey.__table__  # type: ignore[assignment]
_MINE = select(_KEY.c.id, _KEY.c.subject, _KEY.c.generation, _KEY.c.wrapped).where(
    _KEY.c.log_id == bindparam("log"), _KEY.c.subject == bindparam("subject")
)
# A key that somebody is deleting is waited for on PostgreSQL; on SQLite only one transaction writes.
_FIND = Quick({"sqlite": _MINE, "postgresql": _MINE.with_for_update(read=True)})
_MAKE = Quick(
    {
        name: dialect.insert(_KEY)
        .values(
            id=bindparam("id"),
            log_id=bindparam("log"),
            subject=bindparam("subject"),
            generation=bindparam("generation"),
            wrapped=bindparam("wrapped"),
        )
        .on_conflict_do_nothing()
        for name, dialect in {"sqlite": sqlite, "postgresql": postgresql}.items()
    }
)
_OF_IDS = select(_KEY).where(_KEY.c.id.in_(bindparam("ids", expanding=True)))


class Keyring(Protocol):
    """Wraps the keys of subjects with keys that stand outside the database, in generations."""

    def wrap(self, key: bytes, name: bytes) -> tuple[int, bytes]:
        """The key, encrypted for `name` by the current generation, and the number of that generation."""

    def unwrap(self, generation: int, wrapped: bytes, name: bytes) -> bytes:
        """The key again. Raises KeyLost when the generation is gone or the bytes were changed."""


class Vault:
    """A ring, and the keys of subjects that it unwrapped for one database; the ones put in first go first."""

    def __init__(self, ring: Keyring) -> None:
        self.ring = ring
        self.by_id: OrderedDict[int, AESGCM] = OrderedDict()
        self.shared: dict[tuple[int, str], tuple[int, AESGCM]] = {}
        self._lock = Lock()

    def __reduce__(self) -> tuple[type["Vault"], tuple[Keyring]]:
        """Another process gets the ring and unwraps for itself."""
        return Vault, (self.ring,)

    def put(self, key_id: int, key: AESGCM) -> None:
        """Hold a key in memory."""
        with self._lock:
            self.by_id[key_id] = key
            while len(self.by_id) > _MOST:
                self.by_id.popitem(last=False)

    def share(self, log_id: int, subject: str, key_id: int, key: AESGCM) -> None:
        """Hold the key of a subject that is never erased by itself, so that it is looked for only once."""
        with self._lock:
            if len(self.shared) >= _MOST:
                self.shared.clear()
            self.shared[log_id, subject] = key_id, key

    def forget(self, key_id: int | None = None) -> None:
        """Let a key go from the memory of this process, or all of them."""
        with self._lock:
            if key_id is None:
                self.by_id.clear()
                self.shared.clear()
            else:
                self.by_id.pop(key_id, None)


def hand_ring(info: dict[Any, Any], ring: Keyring) -> dict[Any, Any]:
    """Put the ring into the `info` that a sessionmaker gives to its sessions."""
    return {**info, _RING: Vault(ring)}


def vault_of(session: Session) -> Vault | None:
    """The ring that came with a session, with the keys that it unwrapped; None when none was handed down."""
    vault: Vault | None = session.info.get(_RING)
    return vault


def _needed(vault: Vault | None) -> Vault:
    if vault is None:
        raise NoKeyring("values that are not public need the ring of keys, and this process was given none")
    return vault


def name_of(log_id: int, subject: str) -> bytes:
    """What a wrapped key is bound to, so that one subject's key is never taken for another's."""
    return f"{log_id} {subject}".encode()


def seal(
    session: Session,
    log_id: int,
    openings: Iterable[Opening],
    about: Mapping[str, str],
    draw: Callable[[int], bytes] = token_bytes,
) -> list[Kept]:
    """Openings as they are stored. `about` names the subject of each class; a public value is not encrypted.

    A subject's first value makes its key, in the caller's transaction. Raises NoKeyring, KeyLost.
    """
    kept = []
    for each in openings:
        path = each.path
        if path.startswith("public:"):
            kept.append(Kept(path, each.salt, each.value))
            continue
        key_id, key = _key_for(session, log_id, class_of(path), about)
        nonce = draw(_NONCE)
        sealed = key.encrypt(nonce, _padded(each.salt + each.value), _bound(key_id, path))
        kept.append(Kept(path, nonce, sealed, key_id))
    return kept


def has_key(session: Session, log_id: int, subject: str) -> bool:
    """Whether this subject, one never erased by itself, has its key: then `seal` of its values only reads."""
    if (log_id, subject) in _needed(vault_of(session)).shared:
        return True
    return _FIND.first(session.connection(), {"log": log_id, "subject": subject}) is not None


class Opener:
    """Opens what `seal` made. Reads the keys that it needs, each once while it is held in memory."""

    def __init__(self, connection: Connection, vault: Vault | None) -> None:
        self._connection = connection
        self._vault = vault

    def open(self, kept: Iterable[Kept]) -> list[Opening]:
        """The openings of what is stored, in order. One that cannot be opened comes empty and fits no commitment.

        Raises NoKeyring, and KeyLost when the ring does not have the generation of a key any more.
        """
        rows = list(kept)
        keys = self._keys({each.key for each in rows if each.key is not None})
        return [_opened(each, keys) for each in rows]

    def _keys(self, wanted: set[int]) -> dict[int, AESGCM]:
        if not wanted:
            return {}
        vault = _needed(self._vault)
        found = {each: key for each in wanted if (key := vault.by_id.get(each)) is not None}
        missing = list(wanted - found.keys())
        for row in self._connection.execute(_OF_IDS, {"ids": missing}) if missing else ():
            name = name_of(row.log_id, row.subject)
            found[row.id] = AESGCM(vault.ring.unwrap(row.generation, row.wrapped, name))
            vault.put(row.id, found[row.id])
        return found


def _opened(kept: Kept, keys: Mapping[int, AESGCM]) -> Opening:
    if kept.key is None:
        return Opening(kept.path, kept.salt, kept.value)
    key = keys.get(kept.key)
    if key is not None and len(kept.salt) == _NONCE:
        with suppress(InvalidTag, ValueError):
            plain = _unpadded(key.decrypt(kept.salt, kept.value, _bound(kept.key, kept.path)))
            return Opening(kept.path, plain[:SALT_SIZE], plain[SALT_SIZE:])
    return Opening(kept.path, b"", b"")


def _key_for(session: Session, log_id: int, kind: str, about: Mapping[str, str]) -> tuple[int, AESGCM]:
    """The key of the subject of this class, made with its first value."""
    vault, subject, shared = _needed(vault_of(session)), about.get(kind, LOG), kind == "commercial"
    known = vault.shared.get((log_id, subject)) if shared else None
    if known is not None:
        return known
    connection, name = session.connection(), name_of(log_id, subject)
    given = {"log": log_id, "subject": subject}
    row = _FIND.first(connection, given)
    if row is None:
        generation, wrapped = vault.ring.wrap(token_bytes(KEY_SIZE), name)
        # A random id: one of a transaction that was rolled back, or of an erased subject, must never come again.
        made = {"id": randbits(62), "generation": generation, "wrapped": wrapped}
        _MAKE.each(connection, [given | made])
        session.info.setdefault(_MADE, set()).add((log_id, subject))
        row = _FIND.first(connection, given)
        assert row is not None  # ours, or of whoever was quicker
    key = AESGCM(vault.ring.unwrap(row[2], bytes(row[3]), name))
    if shared and (log_id, subject) not in session.info.get(_MADE, ()):  # ours may yet be rolled back
        vault.share(log_id, subject, row[0], key)
    return row[0], key


def _bound(key_id: int, path: str) -> bytes:
    return f"wayproof/opening/v1 {key_id} {path}".encode()


def _padded(plain: bytes) -> bytes:
    return plain + b"\x80" + bytes(-(len(plain) + 1) % _STEP)


def _unpadded(padded: bytes) -> bytes:
    plain, mark, rest = padded.rpartition(b"\x80")
    if not mark or rest.strip(b"\x00"):
        raise ValueError("the padding is wrong")
    return plain


def wrapped_before(session: Session, generation: int) -> int:
    """How many keys of subjects another generation than this one still wraps."""
    return int(session.scalar(select(func.count()).select_from(_KEY).where(_KEY.c.generation != generation)) or 0)


def wrap_anew(session: Session, generation: int, limit: int) -> int:
    """Wrap up to `limit` keys of other generations by the current one; how many. Again until none is left."""
    connection, ring = session.connection(), _needed(vault_of(session)).ring
    other = select(_KEY).where(_KEY.c.generation != generation).order_by(_KEY.c.id).limit(limit)
    rows = connection.execute(other.with_for_update(skip_locked=True)).all()
    for row in rows:
        name = name_of(row.log_id, row.subject)
        current, wrapped = ring.wrap(ring.unwrap(row.generation, row.wrapped, name), name)
        changed = update(_KEY).where(_KEY.c.id == row.id).values(generation=current, wrapped=wrapped)
        connection.execute(changed)
    return len(rows)
