"""A hundred requests at once with one idempotency key: one effect, one answer."""

import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import uuid4

from sqlalchemy import text

from app.db import reading
from tests.faults.demo_writers import event
from tests.faults.outcome import Outcome
from tests.faults.site import Site, running
from tests.support.demo import request

PARALLEL = 100


def one_key(engine: str, count: int) -> Outcome:
    """`count` rounds; in each, a hundred threads send the same event under the same key."""
    with tempfile.TemporaryDirectory() as name, running(Path(name), engine, "web") as site:
        answers = [_round(site, number) for number in range(count)]
        with reading(site.house.db) as session:
            events, entries = session.execute(
                text("SELECT count(*), count(DISTINCT submission_id) FROM epcis_event")
            ).one()
    refused = sum(status != 201 for answer in answers for status, _ in answer)
    different = sum(len({body for _, body in answer}) - 1 for answer in answers)
    return Outcome(
        f"{PARALLEL} parallel requests with one key, {engine}",
        count,
        max(0, count - events),
        max(0, events - count) + max(0, entries - count) + refused + different,
        f"{events} events and {entries} entries of {count * PARALLEL} requests, {refused} of them refused, "
        f"{different} answered differently",
    )


def _round(site: Site, number: int) -> list[tuple[int, bytes]]:
    content = json.dumps(event(f"ONE{number}")).encode()
    headers = {
        "Authorization": f"Bearer {site.key}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid4()),
    }
    together = Barrier(PARALLEL)

    def send(_: int) -> tuple[int, bytes]:
        together.wait()
        return request("POST", f"{site.base}/epcis/events", content, headers, timeout=120)

    with ThreadPoolExecutor(PARALLEL) as pool:
        return list(pool.map(send, range(PARALLEL)))
