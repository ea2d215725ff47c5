"""Reading DHL's answers: from the bytes as received to shipments and events, beside Karrio's parser."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import orjson

from app.demo.carrier_forms import dhl
from app.demo.carrier_script import ROUTES, WHOLE_WAY, Script, Stop, expected_on, happened
from bench import peers
from bench.figure import Figure, compare, missing
from carriers.adapters import dhl_universal

ANSWERS = 300
REPEATS = 4
WANTED = 3.0
_BEGINS = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def measure(folder: Path) -> Iterator[Figure]:
    """Each answer is a whole journey of a parcel through towns of its own, a dozen events."""
    answers = [_answer(number) for number in range(ANSWERS)]
    for number, answer in enumerate(answers):
        folder.joinpath(f"{number:05}.answer.json").write_bytes(answer)
    name, unit, against = "parse, dhl_universal", "answers/s", "Karrio's parser of the same answers"
    try:
        with peers.running("peer_karrio.py", folder) as peer:
            yield compare(
                name, unit, lambda: _rate(answers), against, lambda: peer.ask("parse", REPEATS), WANTED, turns=3
            )
    except peers.NoPeer as error:
        yield missing(name, unit, against, WANTED, str(error))


def _answer(number: int) -> bytes:
    stops = tuple(Stop(f"{stop.city} {number % 40}", stop.country, stop.zone) for stop in ROUTES["dhl_universal"])
    script = Script(f"{4_212_345_675 + number}", "dhl_universal", _BEGINS + timedelta(minutes=number), stops)
    now = script.begins_at + WHOLE_WAY
    told = dhl(script, happened(script, now), expected_on(script, now))
    for event in told["shipments"][0]["events"]:
        event["description"] += f" in {event['location']['address']['addressLocality']}"
    return orjson.dumps(told)


def _rate(answers: list[bytes]) -> float:
    events = 0
    started = perf_counter()
    for _ in range(REPEATS):
        for answer in answers:
            events += len(dhl_universal.parse(answer, "application/json").shipments[0].events)
    spent = perf_counter() - started
    if events != REPEATS * len(answers) * 12:
        raise RuntimeError(f"{events} events were read")
    return REPEATS * len(answers) / spent
