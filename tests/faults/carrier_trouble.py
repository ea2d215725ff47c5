"""A carrier errs, hangs and asks to be left alone; the other carriers and the log go on as if nothing were.

Time is the machine's, made short: the carrier hangs past a read timeout of half a second, and its circuits close
after tenths of seconds instead of half minutes.
"""

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Lock, Thread, local
from time import monotonic

from sqlalchemy import func, select

from app.brands.tenants import brand_of, create_brand
from app.clock import system_clock
from app.db import reading
from app.demo.carrier_server import CarrierServer
from app.house import House, open_house
from app.sealed import open_box
from app.settings import Settings
from app.shipping.carrier_accounts import put_account
from app.shipping.orders import Buyer, place_order
from app.shipping.polling import Poller
from app.shipping.shipments import ParcelOrder, create_shipment
from carriers import circuits, http
from carriers.polling import hurry
from carriers.tables import PollState
from ledger.integrator import integrate_due
from ledger.tables import Submission
from tests.faults.outcome import Outcome
from tests.support import schema

BAD, GOOD = "ups", "fedex"
NUMBERS = {BAD: ("1Z2Y5V710312345670", "1Z999AA10123456784"), GOOD: ("449044304130", "000000000000")}
ERRORS, HANGS, LIMITS = 0.05, 0.02, 0.01  # of the questions; the rest is answered
RETRY_AFTER_S = 1
PERIOD_S = 0.5  # how often every parcel is made due
TOLERATED = 0.05
DOWN_S = 3.0  # at the end it fails always, which must open its circuit
MOST_WHEN_DOWN = 10


class Troubled(CarrierServer):
    """The local carriers, one of them in trouble; keeps when it was asked and what it did then."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(0, system_clock, folder)
        self.dice = random.Random(seed)
        self.troubled = self.down = False
        self.questions: list[tuple[float, str | None]] = []
        self._turn = Lock()
        self._here = local()

    def note(self, line: str) -> None:
        """Decide what becomes of this question; the thread that answers it looks it up by `mode_of`."""
        super().note(line)
        self._here.mode = None
        if line.startswith(BAD):
            with self._turn:
                self._here.mode = self._mode()
                self.questions.append((monotonic(), self._here.mode))

    def mode_of(self, carrier: str) -> tuple[str | None, int | None]:
        """What becomes of the question of this thread."""
        mode = self._here.mode
        return mode, RETRY_AFTER_S if mode == "limit" else None

    def _mode(self) -> str | None:
        if self.down:
            return "error"
        if self.troubled and not self.questions:
            return "limit"  # at least once
        dice = self.dice.random() if self.troubled else 1.0
        for mode, share in (("error", ERRORS), ("hang", HANGS), ("limit", LIMITS)):
            if dice < share:
                return mode
            dice -= share
        return None


def carrier_trouble(count: int, seed: int) -> Outcome:
    """`count` seconds in good weather, as many in bad, then the carrier is down: what the others notice of it."""
    with tempfile.TemporaryDirectory() as name, _shortly():
        server = Troubled(Path(name) / "carriers", seed)
        server.start()
        try:
            house, log_id = _house(Path(name), server)
            fine = _weather(house, count)
            server.questions.clear()
            server.troubled = True
            bad = _weather(house, count, log_id)
            early, kinds = _too_early(server.questions), _kinds(server.questions)
            server.questions.clear()
            server.down = True
            _weather(house, DOWN_S)
            failing = len(server.questions)
            left = _left_behind(house, log_id)
        finally:
            server.stop()
    fresh = bad.answers / fine.answers if fine.answers else 0.0
    wrong = early + (fresh < 1 - TOLERATED) + (failing >= MOST_WHEN_DOWN) + (bad.slowest_s >= 1.0)
    return Outcome(
        "a carrier in trouble",
        count,
        left,
        wrong,
        f"{kinds}; asked {early} times before its Retry-After was over; {failing} questions in the {DOWN_S:.0f} s"
        f" that it was down; the other carrier {fresh:.0%} as fresh; slowest entry {bad.slowest_s:.2f} s",
    )


class _Seen:
    """What was counted of a stretch of weather."""

    def __init__(self) -> None:
        self.answers = 0
        self.slowest_s = 0.0


def _weather(house: House, seconds: float, log_id: int | None = None) -> _Seen:
    """Make every parcel due again and again, ask, and meanwhile integrate what comes of it."""
    seen, stop, poller = _Seen(), Event(), Poller()
    integrator = Thread(target=_integrate, args=(house, log_id, stop, seen)) if log_id else None
    if integrator:
        integrator.start()
    end = monotonic() + seconds
    while monotonic() < end:
        began = monotonic()
        seen.answers += _round(house, poller, until=began + PERIOD_S)
    stop.set()
    poller.close()
    if integrator:
        integrator.join()
    return seen


def _round(house: House, poller: Poller, until: float) -> int:
    """One period: everything is due once; how many parcels of the carrier that is well were answered."""
    began = house.clock()
    with house.db.begin() as session:
        hurry(session, session.scalars(select(PollState.parcel_id)).all(), began)
    while monotonic() < until:
        if not poller.poll_due(house, owner="faults", patience_s=0.02):
            Event().wait(0.01)
    with reading(house.db) as session:
        well = select(func.count()).where(PollState.carrier == GOOD, PollState.last_answer_at >= began)
        return session.scalar(well) or 0


def _integrate(house: House, log_id: int, stop: Event, seen: _Seen) -> None:
    """What the job of the logs does; the longest time that one turn took, its work included."""
    while not stop.is_set():
        began = monotonic()
        integrate_due(house.db, log_id, owner="faults", clock=house.clock)
        seen.slowest_s = max(seen.slowest_s, monotonic() - began)
        stop.wait(0.05)


def _too_early(questions: list[tuple[float, str | None]]) -> int:
    """Questions that came before a wish to wait was over."""
    limits = [at for at, mode in questions if mode == "limit"]
    return sum(any(asked < at < asked + RETRY_AFTER_S for asked in limits) for at, _ in questions)


def _kinds(questions: list[tuple[float, str | None]]) -> str:
    counted = {mode: sum(each == mode for _, each in questions) for mode in ("error", "hang", "limit")}
    return f"{len(questions)} questions, " + ", ".join(f"{number} {mode}s" for mode, number in counted.items())


def _left_behind(house: House, log_id: int) -> int:
    """Entries that were accepted and have no place after all is quiet."""
    while integrate_due(house.db, log_id, owner="faults", clock=house.clock):
        pass
    with reading(house.db) as session:
        waiting = select(func.count()).where(Submission.log_id == log_id)
        return session.scalar(waiting) or 0


def _house(folder: Path, server: CarrierServer) -> tuple[House, int]:
    """Ada's shop with an account at each of the two carriers and two parcels with each."""
    settings = Settings(home=folder, allow_private_targets=True)
    schema.create(settings.database)
    house = open_house(settings)
    now = datetime.now(UTC)
    brand_id = create_brand(house.db, house.keys, name="Ada", slug="ada", now=now)
    with house.db.begin() as session:
        brand = brand_of(session, brand_id)
        for carrier, numbers in NUMBERS.items():
            account = {"carrier": carrier, "base_url": server.base_url, "client_id": "ada", "secret": "s"}
            put_account(session, open_box(house.keys), brand_id=brand_id, now=now, **account)
            order = place_order(session, brand, number=carrier, buyer=Buyer(), placed_at=now, now=now)
            create_shipment(session, brand, order, parcels=[ParcelOrder(n, carrier) for n in numbers], now=now)
        return house, brand.log_id


@contextmanager
def _shortly() -> Iterator[None]:
    """Timeouts and pauses a hundredth of what they are, so that a fault takes seconds."""
    kept = http.READ_S, circuits.FIRST_PAUSE, circuits.LONGEST_PAUSE
    http.READ_S = 0.5
    circuits.FIRST_PAUSE, circuits.LONGEST_PAUSE = timedelta(seconds=0.3), timedelta(seconds=2)
    try:
        yield
    finally:
        http.READ_S, circuits.FIRST_PAUSE, circuits.LONGEST_PAUSE = kept
