"""kill -9 of web, integrator and worker while three clients append over HTTP."""

import json
import random
import tempfile
import time
from collections import Counter
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import text

from app.db import reading
from ledger import merkle
from ledger.checkpoint import open_checkpoint
from ledger.errors import Tampered
from ledger.log import head_size, indexes
from ledger.merkle import CompactRange
from ledger.note import Verifier
from tests.faults.demo_writers import event
from tests.faults.outcome import Notebook, Outcome
from tests.faults.site import PROGRAMS, Site, chosen, running, until
from tests.support.demo import get, request

CLIENTS = 3
OTHERS = text(
    "SELECT count(*) FROM ledger_entry WHERE submission_id NOT IN (SELECT submission_id FROM epcis_event)"
)
ANSWERS_OF_A_DYING_HOUSE = (0, 409, 429, 500, 502, 503)


def kills(engine: str, count: int, seed: int) -> Outcome:
    """Kill `count` processes under load, at least half of them at a named point; an audit after each."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), engine) as site:
        return _Kills(site, Path(folder), engine, random.Random(seed)).play(count)


class _Kills:
    def __init__(self, site: Site, folder: Path, engine: str, moments: random.Random) -> None:
        self._site, self._engine, self._moments = site, engine, moments
        self._told = Notebook(folder / "acknowledged")
        self._seen: set[bytes] = set()
        self._stop = Event()
        self._points: Counter[str] = Counter()

    def play(self, count: int) -> Outcome:
        threads = [Thread(target=self._append, args=(number,), daemon=True) for number in range(CLIENTS)]
        threads.append(Thread(target=self._watch, daemon=True))
        for each in threads:
            each.start()
        green = sum(self._kill(number) for number in range(count))
        self._stop.set()
        for each in threads:
            each.join()
        return self._judge(count, green)

    def _kill(self, number: int) -> bool:
        """One kill: every other one at a named point. Whether the audit is green after it."""
        name = list(PROGRAMS)[number % len(PROGRAMS)]
        if number % 2 == 0:
            point, nth = chosen(self._moments, name)
            self._site.kill_at(point, nth, PROGRAMS[name])
            self._points[point] += 1
        else:
            time.sleep(self._moments.uniform(0.0, 0.5))
            self._site.kill(name)
        self._site.tend()
        return self._site.audit()

    def _append(self, client: int) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            self._deliver(event(f"C{client}N{number:05d}"))

    def _deliver(self, told: dict[str, object]) -> None:
        """Send under one key until it is answered; then note it, on the disk."""
        key = str(told["eventID"])
        headers = {
            "Authorization": f"Bearer {self._site.key}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        while not self._stop.is_set():
            url = f"{self._site.base}/epcis/events"
            status, answer = request("POST", url, json.dumps(told).encode(), headers)
            if status in (200, 201):
                self._told.note(key)
                return
            assert status in ANSWERS_OF_A_DYING_HOUSE, f"{status}: {answer[:500]!r}"
            self._stop.wait(0.05)

    def _watch(self) -> None:
        """Keep every checkpoint that was ever shown to the world."""
        url = f"{self._site.base}/log/{self._site.brand.log_key}/checkpoint"
        while not self._stop.is_set():
            status, note = get(url)
            if status == 200:
                self._seen.add(note)
            self._stop.wait(0.2)

    def _judge(self, count: int, green: int) -> Outcome:
        names = self._told.names()
        until(lambda: not self._unproven(names), "what was acknowledged never got its place")
        lost, twice = len(self._lost(names)), self._twice()
        forks, last_green = self._forks(), self._site.audit()
        named = ", ".join(f"{point} {times}" for point, times in sorted(self._points.items()))
        return Outcome(
            f"kill -9 of web, integrator, worker, {self._engine}",
            count,
            lost,
            (count - green) + (not last_green) + twice + forks,
            f"{len(names)} events acknowledged, audit green {green}/{count}, {twice} twice, {forks} forks in "
            f"{len(self._seen)} checkpoints seen; {sum(self._points.values())} kills at fail points: {named}",
        )

    def _submissions(self) -> dict[str, int]:
        query = text("SELECT event_id, submission_id FROM epcis_event")
        with reading(self._site.house.db) as session:
            return dict(session.execute(query).all())

    def _unproven(self, names: list[str]) -> set[str]:
        """Those that are stored and have no place in the log yet."""
        self._site.tend()
        stored = self._submissions()
        with reading(self._site.house.db) as session:
            placed = indexes(session, stored.values())
        return {name for name in names if name in stored and stored[name] not in placed}

    def _lost(self, names: list[str]) -> set[str]:
        return set(names) - self._submissions().keys()

    def _twice(self) -> int:
        """Events stored twice, and entries of them that no event stands for."""
        query = text("SELECT count(*), count(DISTINCT event_id), count(DISTINCT submission_id) FROM epcis_event")
        with reading(self._site.house.db) as session:
            rows, events, submissions = session.execute(query).one()
            size = head_size(session, self._site.brand.log_id)
            more = session.execute(OTHERS).scalar_one()
        return (rows - events) + (rows - submissions) + abs(size - more - rows)

    def _forks(self) -> int:
        """Checkpoints that were shown and that today's leaves do not lead to."""
        verifier = Verifier.parse(self._site.vkey)
        roots = {0: merkle.EMPTY_ROOT}
        tree = CompactRange()
        with reading(self._site.house.db) as session:
            for (leaf,) in session.execute(text('SELECT leaf_hash FROM ledger_entry ORDER BY "index"')):
                tree.append(bytes(leaf))
                roots[tree.size] = tree.root()
        return sum(not self._leads_to(note, verifier, roots) for note in self._seen)

    def _leads_to(self, note: bytes, verifier: Verifier, roots: dict[int, bytes]) -> bool:
        try:
            seen = open_checkpoint(note, [verifier])
        except Tampered:
            return False
        return roots.get(seen.size) == seen.root
