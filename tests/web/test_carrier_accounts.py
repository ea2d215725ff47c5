"""The owner's page of carrier accounts: keep one, test it, remove it; a secret is never shown again."""

from flask.testing import FlaskClient

from app.house import House
from tests.web.conftest import Company
from tests.web.test_access import person

_GOOD = {"client_id": "ada", "secret": "hush-hush", "base_url": "https://127.0.0.1:1", "daily_quota": "250"}


def test_an_account_is_kept_tested_and_removed(house: House, client: FlaskClient, ada: Company) -> None:
    owner = person(house, client, ada.people["owner"])
    empty = client.get("/brand/carriers", headers=owner.headers).text
    assert "There is no account yet" in empty
    assert "Purolator" in empty
    assert "client secret" in client.get("/brand/carriers/ups", headers=owner.headers).text
    kept = client.post("/brand/carriers/ups", data=_GOOD, headers=owner.headers, follow_redirects=True).text
    assert "0 of 250 questions used today" in kept
    assert "hush-hush" not in kept + client.get("/brand/carriers/ups", headers=owner.headers).text
    tried = client.post("/brand/carriers/ups/test", headers=owner.headers)
    assert tried.status_code == 200
    assert "can&#39;t be called from here" in tried.text or "can't be called from here" in tried.text
    assert "1 of 250 questions used today" in tried.text
    gone = client.post("/brand/carriers/ups/remove", headers=owner.headers, follow_redirects=True).text
    assert "There is no account yet" in gone
    assert client.post("/brand/carriers/ups/test", headers=owner.headers).status_code == 404
    assert client.get("/brand/carriers/nobody", headers=owner.headers).status_code == 404


def test_what_is_missing_or_wrong_is_said_and_nothing_is_kept(
    house: House, client: FlaskClient, ada: Company
) -> None:
    owner = person(house, client, ada.people["owner"])
    for wrong, words in (
        ({"secret": ""}, "Fill in every credential"),
        ({"base_url": "ftp://x"}, "An address begins with"),
        ({"daily_quota": "many"}, "The limit is a whole number"),
    ):
        answer = client.post("/brand/carriers/ups", data=_GOOD | wrong, headers=owner.headers)
        assert answer.status_code == 422
        assert words in answer.text
        assert "hush-hush" not in answer.text
    assert "There is no account yet" in client.get("/brand/carriers", headers=owner.headers).text


def test_a_carrier_that_asks_for_more_and_one_that_needs_nothing_say_so(
    house: House, client: FlaskClient, ada: Company
) -> None:
    owner = person(house, client, ada.people["owner"])
    assert "last four digits" in client.get("/brand/carriers/seventeentrack", headers=owner.headers).text
    assert "needs no credentials" in client.get("/brand/carriers/chronopost", headers=owner.headers).text
