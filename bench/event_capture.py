"""Event capture, in process: bytes in, one durable commit each, against bare durable commits of a single row.

One measurement has two floors: the one that capture began with, and the one of a single event now.
"""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, insert

from app.brands import tenants
from app.db import Db
from app.epcis.document import parse_event
from app.house import open_house
from app.models.brands import Brand
from app.provenance.capture import capture_event
from app.settings import load
from bench.figure import Figure, compare
from tests.support import schema

ROUND, TURNS = 150, 10
_BARE = Table(
    "bench_row",
    MetaData(),
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("body", LargeBinary),
)


def measure(folder: Path) -> list[Figure]:
    house = open_house(load(home=folder))
    schema.create(house.settings.database)
    _BARE.create(house.db.kw["bind"])
    now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    brand_id = tenants.create_brand(house.db, house.keys, name="Ada", slug="ada", now=now)
    with house.db() as session:
        brand = session.get_one(Brand, brand_id)
    serials = iter(range(10_000_000))
    measured = compare(
        "event capture",
        "events/s",
        lambda: _captures(house.db, brand, serials, now),
        "bare durable commits of one row",
        lambda: _bare(house.db),
        0.4,
        TURNS,
    )
    return [measured, replace(measured, figure="single event", floor=0.5)]


def _captures(db: Db, brand: Brand, serials, now: datetime) -> float:  # type: ignore[no-untyped-def]
    bodies = [_event(next(serials)) for _ in range(ROUND)]
    started = perf_counter()
    for body in bodies:
        event = parse_event(body)
        with db.begin() as session:
            capture_event(session, brand, event, partner_id=None, now=now)
    return ROUND / (perf_counter() - started)


def _bare(db: Db) -> float:
    body = os.urandom(300)
    started = perf_counter()
    for _ in range(ROUND):
        with db.begin() as session:
            session.connection().execute(insert(_BARE), {"body": body})
    return ROUND / (perf_counter() - started)


def _event(serial: int) -> bytes:
    return json.dumps(
        {
            "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
            "type": "ObjectEvent",
            "eventID": f"urn:uuid:00000000-0000-4000-8000-{serial:012d}",
            "eventTime": "2026-03-02T09:00:00.000+08:00",
            "eventTimeZoneOffset": "+08:00",
            "action": "OBSERVE",
            "epcList": [f"https://id.gs1.org/01/09521234000013/21/B{serial}"],
            "bizStep": "shipping",
            "disposition": "in_transit",
            "readPoint": {"id": "https://id.gs1.org/414/9521234000006"},
        }
    ).encode()
