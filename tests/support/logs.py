"""A log with its key, and what tests do with it: fill it, look into it, and change it by hand."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.db import Db, reading
from ledger.integrator import integrate_due, publish_due
from ledger.log import Evidence, Receipt, accept, evidence, open_log
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
        document = {"openings": {"document": b'{"event":%d}' % number}, "now": self.now}
        with self.db.begin() as session:
            return accept(session, self.id, "epcis:event:captured", {"number": number}, **document | given)

    def integrate(self, owner: str = "first", limit: int = 1000) -> int:
        return integrate_due(self.db, self.id, owner=owner, clock=lambda: self.now, limit=limit)

    def publish(self) -> bool:
        return publish_due(self.db, self.id, self.signer, self.now)

    def fill(self, entries: int, first: int = 0) -> list[int]:
        """Accept, integrate and publish so many events; their submission ids."""
        ids = []
        with self.db.begin() as session:
            for number in range(first, first + entries):
                opening = {"document": b'{"event":%d}' % number}
                body = {"number": number}
                ids.append(
                    accept(
                        session, self.id, "epcis:event:captured", body, now=self.now, openings=opening
                    ).submission_id
                )
        while self.integrate():
            pass
        self.publish()
        return ids

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
