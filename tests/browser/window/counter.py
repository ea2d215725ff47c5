"""Where the shop is filled from: Ada's brand, hands that put goods on the shelves, what a page must show."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient

from app.brands.tenants import brand_of
from app.epcis.document import parse_event
from app.house import House
from app.provenance.store import capture_event
from app.sealed import Box, open_box
from tests.web.conftest import Company
from tests.web.pages.conftest import CONTEXT


@dataclass(frozen=True)
class Shown:
    """A page in one state: its address, what is posted to it, and what must stand on it in English."""

    path: str
    says: tuple[str, ...] = ()
    form: Mapping[str, str] | None = None
    status: int = 200


@dataclass
class Counter:
    """Ada's shop from behind the counter."""

    house: House
    ada: Company
    client: FlaskClient
    pages: list[Shown] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.house.clock()

    @property
    def box(self) -> Box:
        return open_box(self.house.keys)

    def show(self, path: str, *says: str, status: int = 200, form: Mapping[str, str] | None = None) -> None:
        self.pages.append(Shown(path, says, form, status))

    def does(self, act: Callable[..., Any], *args: Any, **given: Any) -> Any:
        """An act of the brand, in a transaction of its own."""
        with self.house.db.begin() as session:
            return act(session, brand_of(session, self.ada.brand_id), *args, now=self.now, **given)

    def sealed(self, act: Callable[..., Any], *args: Any, **given: Any) -> Any:
        """One that needs the box too."""
        with self.house.db.begin() as session:
            brand = brand_of(session, self.ada.brand_id)
            return act(session, self.box, brand, *args, now=self.now, **given)

    def captures(self, step: str, at: str, *keys: str, partner: str | None = None, **more: Any) -> str:
        """An event of things, by the brand or a partner; its eventID."""
        told: dict[str, Any] = {
            "@context": [CONTEXT],
            "type": "ObjectEvent",
            "eventTime": at,
            "eventTimeZoneOffset": at[-6:],
            "action": "OBSERVE",
            "bizStep": step,
            **({"epcList": [uri(key) for key in keys]} if keys else {}),
            **more,
        }
        captured = self.does(capture_event, parse_event(json.dumps(told).encode()), partner_id=partner)
        return str(captured.event_id)

    def asks(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What the API answers Ada."""
        answer = self.client.post(path, json=body, headers=self.ada.bearer)
        assert answer.status_code in (200, 201), answer.text
        told: dict[str, Any] = answer.get_json()
        return told

    def sends(self, path: str, **form: str) -> str:
        """What a customer's form answers."""
        return str(self.client.post(path, data=form).text)


def uri(key: str) -> str:
    """How an event names a thing."""
    if not key.startswith("/"):
        return key
    return f"https://id.gs1.org{key}"


def query(path: str, **values: str) -> str:
    return f"{path}?{urlencode(values)}"
