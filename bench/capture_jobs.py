"""Capture over HTTP: whole documents through the web process and the worker, and one event after the other.

Of documents the clock runs from the first POST until the last job is finished, with the integrator and all other
loops beside it; then every event is read back. It begins with an empty house, as that of a new partner.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from itertools import count, islice
from json import loads
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from app.brands import tenants
from app.brands.keys import issue_key
from app.epcis.context import STANDARD
from app.house import open_house
from app.migrations import steps
from app.models.brands import Brand
from app.settings import load
from bench.event_documents import as_json, documents, moved
from bench.figure import Figure, at_least, compare
from bench.passport_page import served

EVENTS = 100
DOCUMENTS = 100
SINGLE = 200
_LONGEST_S = 120.0


def measure(folder: Path) -> Iterator[Figure]:
    key = _found(folder)
    with served(folder, "work") as port:
        door = _Door(port, key)
        made, serials = documents(EVENTS), count(10**9)
        yield at_least(
            "capture, 100-event documents",
            "events/s",
            lambda: _documents(door, [as_json(each) for each in islice(made, DOCUMENTS)]),
            "2,000 events/s",
            2_000,
        )
        yield compare(
            "single event over HTTP",
            "events/s",
            lambda: _singles(door, [_bare(next(serials)) for _ in range(SINGLE)]),
            "hello route",
            lambda: _hello(door),
            0.0,
        )


def _found(folder: Path) -> str:
    """A house with one brand; the key that may write and read its events."""
    house, now = open_house(load(home=folder)), datetime.now(UTC)
    steps.upgrade(house.settings.database)
    brand_id = tenants.create_brand(house.db, house.keys, name="Ada", slug="ada", now=now)
    with house.db.begin() as session:
        brand = session.get_one(Brand, brand_id)
        return issue_key(session, brand, name="bench", scopes=("events:write", "events:read"), now=now).text


class _Door:
    """One kept-alive connection of a partner."""

    def __init__(self, port: int, key: str) -> None:
        self._line = HTTPConnection("127.0.0.1", port, timeout=30)
        self._key = {"Authorization": f"Bearer {key}"}

    def post(self, path: str, body: bytes, status: int) -> str:
        """The Location that the answer gives."""
        self._line.request("POST", path, body, {**self._key, "Content-Type": "application/json"})
        answer = self._line.getresponse()
        said = answer.read()
        if answer.status != status:
            raise RuntimeError(f"POST {path} was answered {answer.status}: {said[:300]!r}")
        return str(answer.headers["Location"])

    def value(self, path: str) -> tuple[Any, str]:
        """The value that is answered, and the address of the next page."""
        said, link = self.get(path)
        return loads(said), link[1 : link.index(">")] if 'rel="next"' in link else ""

    def get(self, path: str) -> tuple[bytes, str]:
        """The body, and the header Link."""
        self._line.request("GET", path, headers={**self._key, "Accept": "application/json"})
        answer = self._line.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"GET {path} was answered {answer.status}: {said[:300]!r}")
        return said, answer.headers.get("Link", "")


def _documents(door: _Door, bodies: list[bytes]) -> float:
    since = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    started = perf_counter()
    jobs = [door.post("/epcis/capture", body, 202) for body in bodies]
    for job in jobs:
        _finished(door, job)
    spent = perf_counter() - started
    if (readable := _readable(door, since)) != EVENTS * len(bodies):
        raise RuntimeError(f"{readable} events can be read")
    return readable / spent


def _finished(door: _Door, job: str) -> None:
    until = perf_counter() + _LONGEST_S
    while (said := door.value(job)[0])["running"]:
        if perf_counter() > until:
            raise RuntimeError(f"the job is not done after {_LONGEST_S:.0f} s")
        sleep(0.02)
    if not said["success"]:
        raise RuntimeError(f"a document was refused: {said['errors'][:1]}")


def _readable(door: _Door, since: str) -> int:
    page, seen = f"/epcis/events?GE_recordTime={since}&perPage=1000", 0
    while page:
        said, page = door.value(page)
        seen += len(said["epcisBody"]["queryResults"]["resultsBody"]["eventList"])
        page = page[page.find("/epcis") :] if page else ""
    return seen


def _singles(door: _Door, bodies: list[bytes]) -> float:
    started = perf_counter()
    for body in bodies:
        door.post("/epcis/events", body, 201)
    return len(bodies) / (perf_counter() - started)


def _hello(door: _Door) -> float:
    started = perf_counter()
    for _ in range(SINGLE):
        door.get("/healthz")
    return SINGLE / (perf_counter() - started)


def _bare(serial: int) -> bytes:
    return as_json({"@context": STANDARD, **moved(serial)})
