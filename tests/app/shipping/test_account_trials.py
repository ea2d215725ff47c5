"""Trying an account says which credential, scope or quota fails, and costs one question of the day."""

from datetime import datetime

import pytest
from sqlalchemy import select

from app.demo.carrier_server import CarrierServer, trouble
from app.house import House
from app.models.brands import CarrierAccount
from app.sealed import open_box
from app.shipping.account_trials import Trial, try_account
from app.shipping.carrier_accounts import open_accounts, put_account, remove_account
from carriers.circuits import failed
from carriers.polling import account_id
from carriers.tables import CarrierState, Token

WALL = datetime.fromisoformat("2026-03-02T09:30:00+00:00")


def keep(house: House, brand_id: str, carrier: str, base_url: str, **more: object) -> None:
    with house.db.begin() as session:
        given: dict[str, object] = {"client_id": "ada", "secret": "hush", **more}
        facts = {"brand_id": brand_id, "carrier": carrier, "base_url": base_url, "now": house.clock()}
        put_account(session, open_box(house.keys), **facts, **given)  # type: ignore[arg-type]  # facts of a test


def state(house: House, brand_id: str, carrier: str) -> CarrierState:
    with house.db() as session:
        return session.get_one(CarrierState, account_id(brand_id, carrier))


def test_a_good_account_works_closes_its_circuit_and_costs_one_question(
    house: House, brand_id: str, server: CarrierServer
) -> None:
    keep(house, brand_id, "ups", server.base_url)
    with house.db.begin() as session:
        failed(session, account_id(brand_id, "ups"), WALL, "it failed before")
    assert try_account(house, brand_id, "ups") == Trial()
    assert (state(house, brand_id, "ups").used, state(house, brand_id, "ups").failures) == (1, 0)


@pytest.mark.parametrize(
    ("mode", "fails"),
    [("unauthorised", "credential"), ("limit", "quota"), ("error", "carrier"), ("redirect", "address")],
)
def test_what_fails_is_named(house: House, brand_id: str, server: CarrierServer, mode: str, fails: str) -> None:
    keep(house, brand_id, "dhl_universal", server.base_url)
    trouble(server.folder, "dhl_universal", mode)
    trial = try_account(house, brand_id, "dhl_universal")
    assert trial
    assert trial.fails == fails
    assert trial.words


def test_an_empty_credential_is_named_and_nobody_is_asked(
    house: House, brand_id: str, server: CarrierServer
) -> None:
    keep(house, brand_id, "aramex", server.base_url, more={"account_number": "1"})
    trial = try_account(house, brand_id, "aramex")
    assert trial
    assert trial.missing == ("account PIN", "account entity", "country code of the account")
    assert not server.asked


def test_our_own_quota_is_kept_by_a_trial_too(house: House, brand_id: str, server: CarrierServer) -> None:
    keep(house, brand_id, "ups", server.base_url, daily_quota=1)
    assert [(try_account(house, brand_id, "ups") or Trial("none")).fails for _ in range(2)] == ["", "quota"]


def test_a_carrier_without_an_account_is_not_tried(house: House, brand_id: str) -> None:
    assert try_account(house, brand_id, "ups") is None


def test_new_credentials_do_not_live_on_with_the_old_token(
    house: House, brand_id: str, server: CarrierServer
) -> None:
    keep(house, brand_id, "hermes", server.base_url, more={"user": "u", "password": "p"})
    assert try_account(house, brand_id, "hermes") == Trial()
    keep(house, brand_id, "hermes", server.base_url, more={"user": "u", "password": "new"})
    with house.db() as session:
        assert session.scalars(select(Token)).all() == []
        opened = open_accounts(session, open_box(house.keys), [brand_id])[account_id(brand_id, "hermes")]
    assert opened.more == {"user": "u", "password": "new"}
    assert "new" not in repr(opened)


def test_an_account_is_removed_with_its_token(house: House, brand_id: str, server: CarrierServer) -> None:
    keep(house, brand_id, "ups", server.base_url)
    try_account(house, brand_id, "ups")
    with house.db.begin() as session:
        assert remove_account(session, brand_id, "ups")
        assert not remove_account(session, brand_id, "ups")
        assert session.scalars(select(Token)).all() == []
        assert session.scalars(select(CarrierAccount)).all() == []
