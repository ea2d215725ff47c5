"""Ada's lamp, which people buy, own, lose, repair and hand in: what the tests of ownership stand on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from app.brands.partners import add_partner
from app.brands.tenants import brand_of, create_brand
from app.db import Db
from app.epcis.context import STANDARD
from app.epcis.document import parse_event
from app.models.owning import OwnedItem
from app.owning import authority, claiming, codes, items, keeping
from app.provenance import products
from app.provenance.capture import capture_event
from app.sealed import Box, open_box
from ledger.tables import Submission

GTIN = "09521234543213"
LAMP = f"/01/{GTIN}/21/A1"
OTHER = f"/01/{GTIN}/21/A2"


@dataclass
class Shop:
    """A brand with two lamps in its record, and its hands."""

    db: Db
    box: Box
    brand_id: str
    now: datetime

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)

    def does(self, act: Callable[..., Any], *args: Any, **given: Any) -> Any:
        """An act of the brand in a transaction of its own."""
        with self.db.begin() as session:
            return act(session, brand_of(session, self.brand_id), *args, now=self.now, **given)

    def sealed(self, act: Callable[..., Any], *args: Any, **given: Any) -> Any:
        """One that needs the box too."""
        with self.db.begin() as session:
            return act(session, self.box, brand_of(session, self.brand_id), *args, now=self.now, **given)

    def claim_code(self, key: str = LAMP) -> str:
        made: list[claiming.Made] = self.sealed(claiming.make_codes, [key])
        return made[0].code

    def claim(self, code: str, secret: str | None = None, key: str = LAMP) -> str:
        """Claim the lamp; the secret that it was claimed with."""
        secret = secret or codes.new(codes.SECRET)
        self.sealed(claiming.claim, key, typed=code, new_secret=secret)
        return secret

    def owner(self, act: Callable[..., Any], secret: str, *args: Any) -> Any:
        """What an owner does, found by the secret."""
        with self.db.begin() as session:
            row = claiming.owned_by(session, self.box, secret)
            assert row is not None
            given = {"box": self.box, "brand": brand_of(session, self.brand_id), "row": row, "now": self.now}
            wanted = [given[name] for name in act.__annotations__ if name in ("box", "brand", "row")]
            return act(session, *wanted, *args, self.now)

    def pass_on(self, secret: str) -> str:
        code: str = self.owner(keeping.pass_on, secret)
        return code

    def opens(self, secret: str) -> bool:
        with self.db() as session:
            return claiming.owned_by(session, self.box, secret) is not None

    def item(self, key: str = LAMP) -> OwnedItem:
        with self.db() as session:
            return items.item(session, self.brand_id, key)

    def partner(self, *, repairs: bool = True, collects: bool = True) -> str:
        with self.db.begin() as session:
            brand = brand_of(session, self.brand_id)
            made = add_partner(session, brand, name="Lamp doctor", kind="retailer", now=self.now)
            authority.authorise(session, brand, made, repairs=repairs, collects=collects, now=self.now)
        return made

    def entries(self, word: str) -> list[dict[str, Any]]:
        """The envelopes of entries whose type begins so, the oldest first."""
        with self.db() as session:
            found = session.scalars(select(Submission.envelope).order_by(Submission.id)).all()
        told = [orjson.loads(each) for each in found]
        return [each for each in told if each["type"].startswith(word)]


def commission(*keys: str) -> bytes:
    """The event by which things come into the record."""
    return orjson.dumps(
        {
            "@context": [STANDARD],
            "type": "ObjectEvent",
            "eventID": f"urn:x:made:{keys[0]}",
            "eventTime": "2026-03-01T08:00:00Z",
            "eventTimeZoneOffset": "+01:00",
            "action": "ADD",
            "bizStep": "commissioning",
            "epcList": [f"https://id.gs1.org{key}" for key in keys],
        }
    )


def opened_shop(db: Db, folder: Path, now: datetime, slug: str = "ada") -> Shop:
    keys = folder / "keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    brand_id = create_brand(db, keys, name=slug.title(), slug=slug, now=now)
    shop = Shop(db, open_box(keys), brand_id, now)
    shop.does(products.describe, gtin=GTIN, name={"en": "Lamp"})
    shop.does(capture_event, parse_event(commission(LAMP, OTHER)), partner_id=None)
    return shop


@pytest.fixture
def ada(db: Db, tmp_path: Path, now: datetime) -> Shop:
    return opened_shop(db, tmp_path, now)
