"""The event hash of CBV 2.0: from the bytes of a document to the hashes of its events, never seen before.

In JSON-LD beside the generator that PyPI has, whose hashes must be the same; neither judges the events.
"""

from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path
from time import perf_counter

from app.epcis.document import hashes, read_value
from bench import peers
from bench.event_documents import as_json, as_xml, documents
from bench.figure import Figure, at_least, compare, missing

EVENTS = 10
OURS = 400
THEIRS = 12
"""Documents of a repetition: the generator of PyPI needs seconds for these."""


def measure(folder: Path) -> Iterator[Figure]:
    made = documents(EVENTS)
    name, unit, against = "event hash, JSON-LD", "events/s", "epcis-event-hash-generator of PyPI"
    runs = count()

    def theirs(peer: peers.Peer) -> float:
        run = next(runs)
        for number, each in enumerate(islice(made, THEIRS)):
            folder.joinpath(f"{run:02}-{number:03}.json").write_bytes(as_json(each))
        rate = peer.ask("hash", f"{run:02}-*.json")
        _compare(folder, f"{run:02}-*.json")
        return rate

    def ours(write: Callable[[dict[str, object]], bytes]) -> float:
        return _rate([write(each) for each in islice(made, OURS)])

    try:
        with peers.running("peer_epcis_hash.py", folder) as peer:
            yield compare(name, unit, lambda: ours(as_json), against, lambda: theirs(peer), 50.0)
    except peers.NoPeer as error:
        yield missing(name, unit, against, 50.0, str(error))
    yield at_least(f"{name}, alone", unit, lambda: ours(as_json), "5,000 events/s", 5_000)
    yield at_least("event hash, XML", unit, lambda: ours(as_xml), "2,500 events/s", 2_500)


def _rate(bodies: list[bytes]) -> float:
    started = perf_counter()
    found = sum(len(hashes(read_value(body))) for body in bodies)
    spent = perf_counter() - started
    if found != EVENTS * len(bodies):
        raise RuntimeError(f"{found} events were hashed")
    return found / spent


def _compare(folder: Path, pattern: str) -> None:
    for file in sorted(folder.glob(pattern)):
        if hashes(read_value(file.read_bytes())) != file.with_suffix(".hashes").read_text("utf-8").split():
            raise RuntimeError(f"{file.name}: the two do not give the same hashes")
