"""The doors of erasure that are no page: `wayproof erase`, `brand classify` and the turning of the ring."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from app.brands.tenants import brand_of, create_brand, find_brand
from app.cli import wayproof
from app.db import reading
from app.epcis.document import parse_event
from app.house import House, open_house
from app.migrations.steps import newest
from app.models.shipments import Order
from app.provenance.capture import capture_event
from app.ring import FileRing
from app.settings import load
from app.shipping.orders import Buyer, place_order
from ledger.fields import CLASSES
from ledger.log import opened
from tests.app.provenance.conftest import bare

OPERATOR = "https://ns.ada.example/operator"


@pytest.fixture
def house(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("WAYPROOF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WAYPROOF_DATABASE_URL", database_url)
    house = open_house(load())
    with house.db.begin() as session:  # the fixture's tables come without the mark that a migration leaves
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        session.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest()})
    create_brand(house.db, house.keys, name="Ada", slug="ada", now=house.clock())
    return house


def run(*words: str) -> Result:
    return CliRunner().invoke(wayproof, words)


def test_a_customer_is_erased_by_the_number_of_an_order_after_a_look_at_what_would_go(house: House) -> None:
    with house.db.begin() as session:
        brand, now = find_brand(session, "ada"), house.clock()
        assert brand is not None
        buyer = Buyer(name="Ben", email="ben@example.org")
        order = place_order(session, brand, number="A-1", buyer=buyer, placed_at=now, now=now)
    assert "1 values in the log, 1 orders" in run("erase", "A-1").output
    assert "say why" in run("erase", "A-1", "--yes").output
    with reading(house.db) as session:
        assert session.get_one(Order, order.id).number == "A-1"
    assert "erased; the log says so" in run("erase", "A-1", "--reason", "asked", "--yes").output
    with reading(house.db) as session:
        assert session.get_one(Order, order.id).number != "A-1"
    assert "no order" in run("erase", "A-1").output


def test_a_field_of_ones_own_is_classed_and_its_value_erased_with_its_event(house: House) -> None:
    assert run("brand", "classify", "operator", "personal").exit_code
    assert "is personal in every event" in run("brand", "classify", OPERATOR, "personal").output
    event = parse_event(bare("object_commissioning", **{OPERATOR: "Mika"}))
    with house.db.begin() as session:
        brand = find_brand(session, "ada")
        assert brand is not None
        captured = capture_event(session, brand, event, partner_id=None, now=house.clock())

    def kept() -> dict[str, bytes]:
        with reading(house.db) as session:
            log_id = brand_of(session, brand.id).log_id
            openings = opened(session, log_id, [captured.submission_id], CLASSES)[captured.submission_id]
        return {each.path: each.value for each in openings}

    assert kept()["personal:document"] == b'{"https://ns.ada.example/operator":"Mika"}'
    assert "1 personal values" in run("erase", event.event_id, "--event").output
    done = run("erase", event.event_id, "--event", "--reason", "asked", "--yes")
    assert "erased; the log says so" in done.output
    assert "personal:document" not in kept()
    assert "public:document" in kept()


def test_the_ring_is_turned_and_its_old_generations_go_an_hour_later(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.db.begin() as session:
        brand, now = find_brand(session, "ada"), house.clock()
        assert brand is not None
        place_order(session, brand, number="A-1", buyer=Buyer(), placed_at=now, now=now)
    assert "generation 2 wraps" in run("ledger", "rotate-openings-key").output
    assert "less than an hour ago" in run("ledger", "rotate-openings-key", "--retire").output
    later = house.clock() + timedelta(hours=2)
    monkeypatch.setattr("app.house.system_clock", lambda: later)
    assert "1 earlier generations destroyed" in run("ledger", "rotate-openings-key", "--retire").output
    assert list(FileRing(house.keys)._read()["keys"]) == ["2"]
    assert "1 values in the log" in run("erase", "A-1").output
