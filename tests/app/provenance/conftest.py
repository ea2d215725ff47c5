"""Ada's coffee: her record, and what tests do with it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.brands.tenants import create_brand, signer_of
from app.db import Db, reading
from app.epcis.document import parse_document, parse_event
from app.models.brands import Brand
from app.provenance import passports
from app.provenance.capture import Captured, capture_event
from app.provenance.passport import Passport
from ledger.integrator import integrate_due
from ledger.publisher import publish_due

SAMPLES = Path(__file__).parents[2] / "samples" / "epcis"
COFFEE = "/01/09521234000013"
A1001 = f"{COFFEE}/21/A1001"
LOT = f"{COFFEE}/10/R26-07"
CHERRIES = "/01/09521234000020/10/C-311"
CASE = "/00/395212340000000021"
PALLET = "/00/395212340000000014"
ROASTERY = "/414/9521234000303"


def sample(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((SAMPLES / "valid" / f"{name}.jsonld").read_text())
    return content


def bare(name: str, index: int = 0, **changes: Any) -> bytes:
    """One event of a sample, with its own context, and some fields changed (None takes one away)."""
    document = sample(name)
    event = {"@context": document["@context"], **document["epcisBody"]["eventList"][index], **changes}
    return json.dumps({field: value for field, value in event.items() if value is not None}).encode()


@dataclass
class Record:
    """A brand's record."""

    db: Db
    brand: Brand
    keys: Path
    now: datetime

    def capture(self, data: bytes, partner_id: str | None = None, now: datetime | None = None) -> Captured:
        event = parse_event(data)
        with self.db.begin() as session:
            return capture_event(session, self.brand, event, partner_id=partner_id, now=now or self.now)

    def capture_samples(self, *names: str) -> None:
        for name in names:
            for event in parse_document((SAMPLES / "valid" / f"{name}.jsonld").read_bytes()).valid():
                with self.db.begin() as session:
                    capture_event(session, self.brand, event, partner_id=None, now=self.now)

    def publish(self) -> None:
        while integrate_due(self.db, self.brand.log_id, owner="test", clock=lambda: self.now):
            pass
        publish_due(self.db, self.brand.log_id, signer_of(self.keys, self.brand), self.now)

    def passport(self, key: str, language: str = "en") -> Passport:
        with reading(self.db) as session:
            page = passports.assemble(session, self.brand.id, key, now=self.now, language=language)
        assert page is not None
        return page

    def state(self, key: str) -> dict[str, str]:
        return {check.name: check.state for check in self.passport(key).checks}

    def sql(self, statement: str, **values: object) -> int:
        """Change the database by hand, as somebody with its password can."""
        with self.db.begin() as session:
            return session.connection().execute(text(statement), values).rowcount

    def count(self, table: str) -> int:
        with reading(self.db) as session:
            return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


@pytest.fixture
def open_record(db: Db, tmp_path: Path, now: datetime) -> Callable[[str], Record]:
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)

    def opened(slug: str) -> Record:
        brand_id = create_brand(db, keys, name=slug.title(), slug=slug, now=now)
        with reading(db) as session:
            return Record(db, session.get_one(Brand, brand_id), keys, now)

    return opened


@pytest.fixture
def ada(open_record: Callable[[str], Record]) -> Record:
    return open_record("ada-coffee")
