"""A house of one brand behind a real HTTP door on loopback, for stories that cross every room."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import requests
from werkzeug.serving import make_server

from app.brands import tenants
from app.brands.keys import issue_key
from app.clock import Clock
from app.db import reading
from app.house import House, open_house
from app.models.brands import Brand
from app.provenance.capture import run_jobs_due
from app.settings import load
from app.web.build import create_app
from app.web.rules import SCOPES
from ledger.integrator import integrate_due, publish_due
from tests.support import schema


@dataclass
class Door:
    """The house, its brand, and how to speak to it."""

    house: House
    brand_id: str
    base: str
    key: str

    @property
    def brand(self) -> Brand:
        with reading(self.house.db) as session:
            return session.get_one(Brand, self.brand_id)

    @property
    def vkey(self) -> str:
        """The verifier key of the brand's log, from its key file."""
        return tenants.signer_of(self.house.keys, self.brand).vkey

    def get(self, path: str, **given: Any) -> requests.Response:
        """GET as anybody would."""
        return requests.get(self.base + path, timeout=90, **given)

    def post(self, path: str, **given: Any) -> requests.Response:
        """POST with the brand's key."""
        headers = {"Authorization": f"Bearer {self.key}", **given.pop("headers", {})}
        return requests.post(self.base + path, headers=headers, timeout=90, **given)

    def ask(self, path: str, **given: Any) -> requests.Response:
        """GET with the brand's key."""
        return requests.get(self.base + path, headers={"Authorization": f"Bearer {self.key}"}, timeout=90, **given)

    def work(self) -> None:
        """What the worker would do now: capture jobs, indexes, a signed head."""
        now = self.house.clock
        run_jobs_due(self.house.db, now())
        brand = self.brand
        while integrate_due(self.house.db, brand.log_id, owner="test", clock=now):
            pass
        publish_due(self.house.db, brand.log_id, tenants.signer_of(self.house.keys, brand), now())


@contextmanager
def open_door(
    home: Path, template: Path | None = None, clock: Clock | None = None, **settings: Any
) -> Iterator[Door]:
    """A fresh house in `home`, served until the end; its SQLite file is copied from `template` where one is given.

    A `database_url` among the settings must lead to a migrated database. `clock`: another time than the machine's.
    """
    home.mkdir(parents=True, exist_ok=True)
    given = load(home=home, **settings)
    if template is not None and not given.database_url:
        shutil.copy(template, home / "wayproof.db")
    elif not given.database_url:
        schema.create(given.database)
    house = open_house(given)
    if clock is not None:
        house = replace(house, clock=clock)
    server = make_server("127.0.0.1", 0, create_app(house), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield _furnish(house, f"http://127.0.0.1:{server.port}")
    finally:
        server.shutdown()
        thread.join(60)
        server.server_close()
        house.db.kw["bind"].dispose()


def _furnish(house: House, base: str) -> Door:
    now = house.clock()
    brand_id = tenants.create_brand(house.db, house.keys, name="Ada's Orchard", slug="ada", now=now)
    with house.db.begin() as session:
        key = issue_key(session, session.get_one(Brand, brand_id), name="tests", scopes=SCOPES, now=now)
    return Door(house, brand_id, base, key.text)
