"""The clock jumps a day ahead and an hour back under parcels that are late, held and told: no storm of letters."""

import random
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import select

from app import outbox
from app.brands.tenants import create_brand
from app.care import follow_up, held, notices
from app.channels import email
from app.clock import Clock
from app.db import make_db, make_engine, reading
from app.house import House
from app.migrations.steps import upgrade
from app.models.brands import Brand
from app.models.shipments import Notice, Outgoing, Shipment
from app.ring import FileRing
from app.settings import Settings
from app.shipping import delays
from ledger.vault import hand_ring
from tests.faults.outcome import Outcome
from tests.faults.site import database
from tests.support.shop import ship

JUMPS = (timedelta(days=1), timedelta(hours=-1))
SHIPMENTS = 30
REASONS = ("customs_documents", "weather_force_majeure", "unknown", None)
BEGAN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def letter_clocks(engine: str, count: int, seed: int) -> Outcome:
    """`count` jumps; after each the worker's jobs run in any order, several times; at most one letter a parcel."""
    moments = random.Random(seed)
    with tempfile.TemporaryDirectory() as name, database(Path(name), engine) as url:
        story = _Story(Path(name), url, moments)
        most, back = 0, 0
        for number in range(count):
            jump = JUMPS[number % 2]
            told = story.after(jump)
            most = max(most, *told.values()) if told else most
            back += told.total() if jump < timedelta(0) else 0
        total, owed = story.sent(), story.waiting()
        story.close()
    return Outcome(
        f"clock a day ahead and an hour back under {SHIPMENTS} parcels, {engine}",
        count,
        owed,
        (most > 1) + back + (total < SHIPMENTS),
        f"at most {most} letters a parcel and jump, {back} after a jump back, {total} in all",
    )


class _Story:
    """Parcels of which some are told already, some will be late tomorrow, and the jobs that tell of them."""

    def __init__(self, folder: Path, url: str, moments: random.Random) -> None:
        self._moments, self._now = moments, BEGAN
        (folder / "keys").mkdir(mode=0o700, exist_ok=True)
        upgrade(url)
        db = make_db(make_engine(url), hand_ring({}, FileRing(folder)))
        settings = Settings(home=folder, smtp_url="smtp://127.0.0.1:1")
        self._house = House(settings, db, self._clock(), folder / "keys")
        self._letters: Counter[str] = Counter()
        brand_id = create_brand(db, folder / "keys", name="Ada Tea", slug="ada", now=BEGAN)
        with db.begin() as session:
            session.get_one(Brand, brand_id).settings = {"hours": ["00:00", "00:00"]}
        for number in range(SHIPMENTS):
            self._begin(ship(db, brand_id, BEGAN, number=f"A-{number:04}"), number)

    def _clock(self) -> Clock:
        return lambda: self._now

    def _begin(self, made: Shipment, number: int) -> None:
        reason = REASONS[number % len(REASONS)]
        with self._house.db.begin() as session:
            row = session.get_one(Shipment, made.id)
            row.judge_at = self._now
            if reason:
                notices.delay(session, shipment=row, reason=reason, window=None, now=self._now)

    def after(self, jump: timedelta) -> Counter[str]:
        """How many letters each shipment got when the clock had jumped."""
        self._now += jump
        before = Counter(self._letters)
        jobs = [
            lambda: delays.judge_due(self._house.db, self._now),
            lambda: follow_up.write_due(self._house.db, self._now),
            lambda: held.withdraw_stale(self._house.db, self._now),
            self._send,
        ]
        for _ in range(3):
            for job in self._moments.sample(jobs, len(jobs)):
                job()
        return self._letters - before

    def _send(self) -> None:
        with patch.object(email, "deliver", lambda *_: None):
            done = {row.id for row in self._rows("sent")}
            while outbox.send_due(self._house, "worker"):
                pass
        for row in self._rows("sent"):
            if row.id not in done:
                self._letters[self._shipment(row)] += 1

    def _rows(self, state: str) -> list[Outgoing]:
        with reading(self._house.db) as session:
            return list(session.scalars(select(Outgoing).where(Outgoing.state == state)))

    def _shipment(self, row: Outgoing) -> str:
        with reading(self._house.db) as session:
            return session.get_one(Notice, row.subject_id).shipment_id

    def sent(self) -> int:
        return self._letters.total()

    def waiting(self) -> int:
        """Letters that are due and were not sent."""
        return sum(row.due_at <= self._now for row in self._rows("waiting"))

    def close(self) -> None:
        self._house.db.kw["bind"].dispose()
