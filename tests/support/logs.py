"""A log with its key, and what tests do with it: fill it, look into it, and change it by hand."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.db import Db, reading
from ledger import canonical, chain, fields, merkle, vault
from ledger.bulk import Wish, accept_many
from ledger.integrator import integrate_due, publish_due
from ledger.log import Evidence, Receipt, accept, evidence, open_log, opened
from ledger.mark import mark_path
from ledger.note import Signer


@dataclass
class OpenLog:
    """A log and what tests do with it."""

    db: Db
    id: int
    signer: Signer
    now: datetime

    def accept(self, number: int, **given: Any) -> Receipt:
        """Accept one event in a transaction of its own; its document is an opening."""
        document = {"openings": {"public:document": b'{"event":%d}' % number}, "now": self.now}
        with self.db.begin() as session:
            return accept(session, self.id, "epcis:event:captured", {"number": number}, **document | given)

    def wish(self, number: int, **given: Any) -> Wish:
        """What `accept` would be asked for, as a value."""
        document = {"openings": {"public:document": b'{"event":%d}' % number}, "now": self.now}
        return Wish(self.id, "epcis:event:captured", {"number": number}, **document | given)

    def integrate(self, owner: str = "first", limit: int = 1000) -> int:
        return integrate_due(self.db, self.id, owner=owner, clock=lambda: self.now, limit=limit)

    def publish(self) -> bool:
        return publish_due(self.db, self.id, self.signer, self.now)

    def fill(self, entries: int, first: int = 0) -> list[int]:
        """Accept, integrate and publish so many events; their submission ids."""
        with self.db.begin() as session:
            receipts = accept_many(session, [self.wish(number) for number in range(first, first + entries)])
        while self.integrate():
            pass
        self.publish()
        return [each.submission_id for each in receipts]

    def evidence(self, *submission_ids: int) -> Evidence:
        with reading(self.db) as session:
            return evidence(session, self.id, submission_ids)

    def sql(self, statement: str, **values: object) -> int:
        """Change the database by hand, as somebody with its password can."""
        with self.db.begin() as session:
            return session.execute(text(statement), {"log": self.id, **values}).rowcount

    def rows(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        with reading(self.db) as session:
            return [tuple(row) for row in session.execute(text(statement), {"log": self.id, **values})]


def open_for_test(db: Db, folder: Path, log_key: str, now: datetime) -> OpenLog:
    """A fresh log with its key in a file of the folder."""
    origin = f"wayproof/{log_key}"
    with db.begin() as session:
        log_id = open_log(session, origin, log_key, now)
    return OpenLog(db, log_id, Signer.create(folder / f"{log_key}.key", origin), now)


def rewrite(log: OpenLog, change: Callable[[int, dict[str, Any], dict[str, bytes]], None]) -> None:
    """Tell the whole history of a log anew, as an operator with the log's key can: every hash and checkpoint fits.

    change(index, envelope, values) may alter an entry and the values behind its commitments in place.
    """
    kept = []
    for index, submission, data in log.rows(
        'SELECT "index", submission_id, envelope FROM ledger_entry WHERE log_id = :log ORDER BY "index"'
    ):
        envelope = json.loads(bytes(data))
        with reading(log.db) as session:
            openings = opened(session, log.id, [submission], fields.CLASSES).get(submission, [])
        values = {each.path: each.value for each in openings}
        change(index, envelope, values)
        sealed = fields.seal(values)
        envelope["commitments"] = {each.path: fields.commit(log.signer.name, each).hex() for each in sealed}
        with log.db.begin() as session:
            packed = fields.pack(vault.seal(session, log.id, sealed, {}))
        kept.append((submission, canonical.encode(envelope), packed))
    for table in ("entry", "opening", "tile", "checkpoint"):
        log.sql(f"DELETE FROM ledger_{table} WHERE log_id = :log")
    empty = {"root": merkle.EMPTY_ROOT, "chain": chain.start(log.signer.name)}
    log.sql(
        "UPDATE ledger_head SET size = 0, frontier = :none, root = :root, chain = :chain, lease_owner = NULL, "
        "lease_until_at = NULL WHERE log_id = :log",
        none=b"",
        **empty,
    )
    for submission, data, packed in kept:
        row = {"id": submission, "data": data, "leaf": merkle.leaf_hash(data), "packed": packed}
        log.sql("INSERT INTO ledger_inbox VALUES (:id, :log, :data, :leaf, :packed, NULL)", **row)
    assert log.signer.path is not None
    mark_path(log.signer.path).unlink(missing_ok=True)
    while log.integrate():
        pass
    assert log.publish()
