"""The owner's page of carriers that call: agreed on, renewed with an overlap, switched off, removed, tried."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import reading
from app.house import House
from app.models.brands import CarrierHook
from app.sealed import open_box
from app.shipping.carrier_hooks import put_hook
from app.shipping.hook_trials import HookTrial, try_hook
from tests.carriers.test_hooks import signed
from tests.support.door import Door, open_door
from tests.support.receiver import receiver
from tests.web.conftest import Clock, Company
from tests.web.test_access import Visitor, person

_BODY = json.dumps({"timestamp": "2026-03-01T10:00:00Z", "payload": "{}"}).encode()


@pytest.fixture
def owner(house: House, client: FlaskClient, ada: Company) -> Visitor:
    return person(house, client, ada.people["owner"])


def post(owner: Visitor, path: str, **data: str) -> TestResponse:
    return owner.client.post(path, data=data, headers=owner.headers, follow_redirects=True)


def told(answer: TestResponse) -> tuple[str, str]:
    """The address that a carrier is to call, and the secret on the page; "" where none is shown."""
    path = re.search(r"/hooks/carriers/[0-9a-z]{26}", answer.text)
    assert path
    secret = re.search(r'shown once</h2>\s*<p><bdi class="code">([^<]+)', answer.text)
    return path[0], secret[1] if secret else ""


def call(owner: Visitor, path: str, secret: str) -> int:
    return owner.client.post(path, data=_BODY, headers=signed("usps", _BODY, secret)).status_code


def test_a_secret_is_shown_once_renewed_beside_the_old_one_and_switched_off(owner: Visitor, clock: Clock) -> None:
    assert "No carrier calls you yet" in list_of(owner)
    path, secret = told(post(owner, "/brand/calls", carrier="usps"))
    assert len(secret) == 32  # what USPS asks of a subscription
    page = f"/brand/calls/{path.rpartition('/')[2]}"
    assert secret not in owner.client.get(page, headers=owner.headers).text
    assert call(owner, path, secret) == 200
    assert call(owner, path, "guess") == 401
    _, newer = told(post(owner, f"{page}/secret"))
    assert newer != secret
    assert {call(owner, path, newer), call(owner, path, secret)} == {200}
    assert "Its calls are refused" in post(owner, f"{page}/off").text
    assert call(owner, path, newer) == 401
    assert "Switched off" in list_of(owner)
    post(owner, f"{page}/on")
    clock.passes(hours=25)
    assert (call(owner, path, newer), call(owner, path, secret)) == (200, 401)


def test_what_is_removed_takes_no_call(owner: Visitor) -> None:
    path, secret = told(post(owner, "/brand/calls", carrier="usps"))
    assert "No carrier calls you yet" in post(owner, f"/brand/calls/{path.rpartition('/')[2]}/remove").text
    assert call(owner, path, secret) == 404


def list_of(owner: Visitor) -> str:
    return owner.client.get("/brand/calls", headers=owner.headers).text


def test_a_vendors_own_secret_is_asked_for_and_never_shown(owner: Visitor) -> None:
    refused = post(owner, "/brand/calls", carrier="easypost")
    assert refused.status_code == 422
    assert "signs with a secret of its own" in refused.text
    for wrong in ({"carrier": "nobody"}, {"carrier": "ups", "secret": "x" * 501}):
        assert post(owner, "/brand/calls", **wrong).status_code == 422
    made = post(owner, "/brand/calls", carrier="easypost", secret="its-own-secret")
    assert made.status_code == 201
    assert told(made)[1] == ""
    assert "its-own-secret" not in made.text
    assert "may call you already" in post(owner, "/brand/calls", carrier="easypost", secret="other").text


def test_nobody_may_try_without_a_hook_and_a_private_address_is_told_as_one(owner: Visitor) -> None:
    path, _ = told(post(owner, "/brand/calls", carrier="dhl_universal"))
    page = f"/brand/calls/{path.rpartition('/')[2]}"
    assert "can&#39;t be called from outside" in post(owner, f"{page}/test").text
    assert post(owner, "/brand/calls/nothing/test").status_code == 404
    assert post(owner, f"{page}/dance").status_code == 404


def at(door: Door, base_url: str) -> House:
    """The house as if the world reached it there."""
    settings = door.house.settings.model_copy(update={"base_url": base_url, "allow_private_targets": True})
    return replace(door.house, settings=settings)


def test_a_test_goes_over_the_public_address_and_is_no_call_of_the_carrier(tmp_path: Path) -> None:
    with open_door(tmp_path / "home") as door:
        for carrier in ("usps", "easypost", "seventeentrack", "aftership", "fedex", "ups", "dpd"):
            given = {"brand_id": door.brand_id, "carrier": carrier, "secret": "s\u00e9same"}
            with door.house.db.begin() as session:
                made, _ = put_hook(session, open_box(door.house.keys), now=door.house.clock(), **given)
            assert try_hook(at(door, door.base), door.brand_id, made.id) == HookTrial()
            with reading(door.house.db) as session:
                assert session.get_one(CarrierHook, made.id).called_at is None
        with receiver() as somebody_else:
            told = try_hook(at(door, somebody_else.url), door.brand_id, made.id)
        assert told
        assert told.fails == "elsewhere"
