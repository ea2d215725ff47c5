"""kill -9 of the worker in mid-send of 200 notices, at the moments that matter: while the server holds the mail.

A worker that dies before the server has said yes leaves a mail that must come again. One that dies after the
server kept it, but before it heard so, sends it again too, with the same Message-ID: as far as SMTP can know.
"""

import random
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import func, select, update

from app.care import notices
from app.db import reading
from app.models.brands import Brand
from app.models.shipments import Notice, Outgoing, Shipment
from ledger.tables import SubmissionKey
from tests.faults.outcome import Outcome
from tests.faults.site import Site, database, until
from tests.support.ports import free_port
from tests.support.shop import ship

NOTICES = 200


class Server:
    """A mail server that kills the worker while it holds some of the mails, before or after keeping them."""

    def __init__(self, deaths: dict[int, str], kill: Callable[[], None]) -> None:
        self.kept: Counter[str] = Counter()
        self.killed = self._seen = 0
        self._deaths, self._kill = deaths, kill

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self._seen += 1
        when = self._deaths.get(self._seen)
        if when != "before":
            self.kept[str(message_from_bytes(envelope.content)["Message-ID"])] += 1
        if when:
            self._kill()
            self.killed += 1
        return "250 kept"


def letters(engine: str, count: int, seed: int) -> Outcome:
    """Kill the worker `count` times while it sends, half of them before the server has kept the mail."""
    moments = random.Random(seed)
    numbers = sorted(moments.sample(range(2, NOTICES - 2), count))
    deaths = {number: ("before", "after")[place % 2] for place, number in enumerate(numbers)}
    with tempfile.TemporaryDirectory() as name, database(Path(name), engine) as url:
        port = free_port()
        site = Site(Path(name), url, WAYPROOF_SMTP_URL=f"smtp://127.0.0.1:{port}")
        server = Server(deaths, lambda: site.kill("worker"))
        post = Controller(server, "127.0.0.1", port)
        post.start()
        try:
            _write(site)
            _send(site, server)
            return _judge(site, server, engine, count)
        finally:
            site.stop()
            post.stop()


def _write(site: Site) -> None:
    now, brand_id = datetime.now(UTC), site.brand.id
    with site.house.db.begin() as session:
        session.get_one(Brand, brand_id).settings = {"hours": ["00:00", "00:00"]}  # whenever this runs
    for number in range(NOTICES):
        shipment = ship(site.house.db, brand_id, now, number=f"A-{number:04}")
        with site.house.db.begin() as session:
            row = session.get_one(Shipment, shipment.id)
            row.judge_at = None  # nothing else is to be said about these
            assert notices.delay(session, shipment=row, reason="customs_documents", window=None, now=now)


def _send(site: Site, server: Server) -> None:
    """A supervisor: who died is started again, and finds its lease run out, as it would after three minutes."""
    site.start("worker")
    seen = 0

    def done() -> bool:
        nonlocal seen
        if server.killed > seen:
            seen = server.killed
            _let_leases_end(site)
            site.tend()
        return _waiting(site) == 0

    while not _patiently(done, lambda: len(server.kept)):
        pass


def _patiently(done: Callable[[], bool], so_far: Callable[[], int]) -> bool:
    """Wait until it is done, or for a sign of life: as long as mails come, nothing hangs."""
    before = so_far()
    until(lambda: done() or so_far() > before, "no mail came any more")
    return done()


def _let_leases_end(site: Site) -> None:
    with site.house.db.begin() as session:
        ended = update(Outgoing).where(Outgoing.claimed_until.is_not(None))
        session.execute(ended.values(claimed_until=datetime(2020, 1, 1, tzinfo=UTC)))


def _waiting(site: Site) -> int:
    with reading(site.house.db) as session:
        rows = select(func.count()).select_from(Outgoing).where(Outgoing.state == "waiting")
        return session.scalar(rows) or 0


def _judge(site: Site, server: Server, engine: str, count: int) -> Outcome:
    with reading(site.house.db) as session:
        sent = session.scalar(select(func.count()).select_from(Notice).where(Notice.sent_at.is_not(None))) or 0
        mine = SubmissionKey.key.like("sent:%")
        entries = session.scalar(select(func.count()).select_from(SubmissionKey).where(mine)) or 0
    again = sum(server.kept.values()) - len(server.kept)
    unheard = sum(number % 2 for number in range(count))  # the server kept it, and the worker never heard so
    return Outcome(
        f"kill -9 of the worker in mid-send of {NOTICES} notices, {engine}",
        server.killed,
        NOTICES - len(server.kept),
        abs(again - unheard) + abs(sent - NOTICES) + abs(entries - NOTICES) + (count - server.killed),
        f"{len(server.kept)} mails kept, {again} of them again under the same Message-ID because the worker died "
        f"before it heard the yes; {entries} entries of a sending",
    )
