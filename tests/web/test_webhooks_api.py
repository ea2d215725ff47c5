"""Webhook endpoints over HTTP and on the owner's pages: the secret once, the list, the button, the test."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import work
from app.db import reading
from app.house import House
from app.models.hooks import WebhookEndpoint
from app.settings import Settings
from tests.support.receiver import Receiver, receiver
from tests.web.conftest import Company
from tests.web.test_access import person


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"allow_private_targets": True})


@pytest.fixture
def far() -> Iterator[Receiver]:
    with receiver() as server:
        yield server


def add(client: FlaskClient, ada: Company, url: str) -> dict[str, str]:
    answer = client.post("/api/v1/webhooks", json={"name": "shop", "url": url}, headers=ada.bearer)
    assert answer.status_code == 201, answer.get_json()
    made: dict[str, str] = answer.get_json()
    return made


def test_the_secret_is_shown_once_and_rests_sealed(
    client: FlaskClient, house: House, ada: Company, far: Receiver
) -> None:
    made = add(client, ada, far.url)
    assert made["secret"].startswith("whsec_")
    assert client.get(f"/api/v1/webhooks/{made['id']}", headers=ada.bearer).get_json()["secret"] is None
    with reading(house.db) as session:
        assert made["secret"].encode() not in session.scalars(select(WebhookEndpoint.secret)).one()


def test_a_test_shows_in_the_list_and_can_be_sent_again(
    client: FlaskClient, house: House, ada: Company, far: Receiver
) -> None:
    made = add(client, ada, far.url)
    path = f"/api/v1/webhooks/{made['id']}"
    sent = client.post(f"{path}/test", headers=ada.bearer).get_json()
    assert sent["state"] == "waiting"
    work.tell_endpoints(house, "one")
    (row,) = client.get(f"{path}/deliveries", headers=ada.bearer).get_json()["deliveries"]
    assert (row["state"], row["tries"], row["event"]) == ("sent", 1, f"sample-{sent['id']}")
    again = client.post(f"{path}/deliveries/{row['id']}/redeliver", headers=ada.bearer)
    assert again.status_code == 200
    work.tell_endpoints(house, "one")
    assert [each.id for each in far.accepted] == [row["event"], row["event"]]
    assert all(each.signed_with(made["secret"]) for each in far.accepted)


def test_what_is_wrong_is_named_with_its_field(client: FlaskClient, ada: Company) -> None:
    for body, field in (
        ({"name": "x", "url": "http://169.254.169.254/"}, "/url"),
        ({"name": "x", "url": "https://a.example/", "topics": ["brands:key:issued"]}, "/topics"),
    ):
        answer = client.post("/api/v1/webhooks", json=body, headers=ada.bearer)
        assert answer.status_code == 422
        assert answer.get_json()["errors"][0]["pointer"] == field


def test_a_removed_endpoint_is_not_found(client: FlaskClient, ada: Company, far: Receiver) -> None:
    made = add(client, ada, far.url)
    assert client.delete(f"/api/v1/webhooks/{made['id']}", headers=ada.bearer).status_code == 204
    assert client.get(f"/api/v1/webhooks/{made['id']}", headers=ada.bearer).status_code == 404


def test_an_owner_adds_tests_and_rotates_by_the_pages(
    client: FlaskClient, house: House, ada: Company, far: Receiver
) -> None:
    owner = person(house, client, ada.people["owner"])
    empty = client.get("/brand/connections", headers=owner.headers)
    assert "No system hears from you yet" in empty.text
    made = client.post("/brand/webhooks", data={"name": "shop", "url": far.url}, headers=owner.headers)
    assert made.status_code == 201
    assert "whsec_" in made.text
    with reading(house.db) as session:
        id_ = session.scalars(select(WebhookEndpoint.id)).one()
    assert client.post(f"/brand/webhooks/{id_}/test", headers=owner.headers).status_code == 303
    work.tell_endpoints(house, "one")
    page = client.get(f"/brand/webhooks/{id_}", headers=owner.headers)
    assert "arrived" in page.text
    assert "whsec_" not in page.text
    assert "whsec_" in client.post(f"/brand/webhooks/{id_}/secret", headers=owner.headers).text
    off = client.post(f"/brand/webhooks/{id_}/off", headers=owner.headers, follow_redirects=True)
    assert "Switch on" in off.text
    client.post(f"/brand/webhooks/{id_}/remove", headers=owner.headers)
    assert client.get(f"/brand/webhooks/{id_}", headers=owner.headers).status_code == 404


def test_a_form_with_a_bad_address_keeps_what_was_typed(client: FlaskClient, house: House, ada: Company) -> None:
    owner = person(house, client, ada.people["owner"])
    answer = client.post("/brand/webhooks", data={"name": "shop", "url": "gopher://x"}, headers=owner.headers)
    assert answer.status_code == 422
    assert 'value="gopher://x"' in answer.text
    assert 'aria-invalid="true"' in answer.text
