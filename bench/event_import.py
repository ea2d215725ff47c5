"""`wayproof import` of a file of events, until all are stored with entries, passports and containment, durably.

Beside it the dry run of a file as large, which reads, judges and hashes the same and stores nothing.
"""

import gc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from app.brands import tenants
from app.db import Db
from app.house import open_house
from app.provenance.importing import import_files
from app.settings import load
from bench.event_documents import as_json, documents
from bench.figure import Figure, compare
from tests.support import schema

EVENTS, TURNS = 1000, 3
_NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def measure(folder: Path) -> Iterator[Figure]:
    house = open_house(load(home=folder))
    schema.create(house.settings.database)
    brand_id = tenants.create_brand(house.db, house.keys, name="Ada", slug="ada", now=_NOW)
    made, file = documents(EVENTS), folder / "events.jsonld"
    gc.freeze()  # as the command does: what is loaded stays

    def rate(*, dry_run: bool) -> float:
        file.write_bytes(as_json(next(made)))
        return _imported(house.db, brand_id, file, dry_run=dry_run)

    yield compare(
        "import of a file",
        "events/s",
        lambda: rate(dry_run=False),
        "its dry run",
        lambda: rate(dry_run=True),
        0.15,
        TURNS,
    )


def _imported(db: Db, brand_id: str, file: Path, *, dry_run: bool) -> float:
    started = perf_counter()
    done = import_files(db, brand_id, [file], dry_run=dry_run, now=_NOW)
    spent = perf_counter() - started
    if done.events != EVENTS or done.stored != (0 if dry_run else EVENTS):
        raise RuntimeError(f"{done.stored} of {done.events} events were stored: {done.findings[:1]}")
    return EVENTS / spent
