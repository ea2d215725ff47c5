"""A house with two brands that must never see each other: Ada's, with all her people and keys, and Cleo's."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from app.brands.keys import issue_key
from app.brands.partners import add_partner
from app.brands.people import add_person, hash_password
from app.brands.roles import ROLES, SCOPES
from app.brands.tenants import brand_of, create_brand
from app.db import Db
from app.house import House
from app.settings import Settings
from app.web.build import create_app

PASSWORD = "correct horse battery"


@dataclass
class Clock:
    """The house's clock, moved by hand."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass
class Company:
    """A brand with a person of each role and a key of each scope; `key` has all of them."""

    brand_id: str
    partner_id: str
    key: str
    key_id: str
    keys: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    partner_keys: dict[str, str] = field(default_factory=dict)

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    @property
    def partners_bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.partner_keys['events:write']}"}


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Made once: argon2 is slow on purpose."""
    return hash_password(PASSWORD)


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(home=tmp_path, database_url=database_url, demo=False)


@pytest.fixture
def house(settings: Settings, db: Db, clock: Clock) -> House:
    settings.keys.mkdir(mode=0o700)
    return House(settings, db, clock, settings.keys)


@pytest.fixture
def app(house: House) -> APIFlask:
    return create_app(house)


@pytest.fixture
def client(app: APIFlask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


def found(house: House, slug: str, password_hash: str) -> Company:
    """Found a company with people `{role}@{slug}.example`."""
    now = house.clock()
    brand_id = create_brand(house.db, house.keys, name=slug.title(), slug=slug, now=now)
    with house.db.begin() as session:
        brand = brand_of(session, brand_id)
        partner_id = add_partner(session, brand, name="Farm", kind="supplier", now=now)
        whole = issue_key(session, brand, name="all", scopes=SCOPES, now=now)
        company = Company(brand_id, partner_id, whole.text, whole.key_id)
        for scope in SCOPES:
            company.keys[scope] = issue_key(session, brand, name=scope, scopes=(scope,), now=now).text
            company.partner_keys[scope] = issue_key(
                session, brand, name=scope, scopes=(scope,), partner_id=partner_id, now=now
            ).text
        for role in ROLES:
            company.people[role] = add_person(
                session,
                brand,
                login=f"{role}@{slug}.example",
                name=role.title(),
                role=role,
                password_hash=password_hash,
                partner_id=partner_id if role == "partner" else None,
                now=now,
            )
    return company


@pytest.fixture
def ada(house: House, password_hash: str) -> Company:
    return found(house, "ada", password_hash)


@pytest.fixture
def cleo(house: House, password_hash: str) -> Company:
    return found(house, "cleo", password_hash)
