"""Estimates and advice over HTTP: what they rest on, what they refuse, and who sees what."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.brands.tenants import brand_of
from app.house import House
from app.ids import new_id
from app.models.eta import Way
from app.shipping import prices
from app.shipping.disruptions import Declared, declare
from app.shipping.estimate import CUT_OFF_KEY
from tests.web.conftest import Company

LANE = "origin=DE&destination=IE"
MONDAY = date(2026, 3, 2)

TABLE = b"""carrier,service,origin,destination,up_to_g,amount,currency,first_day,last_day
ups,standard,DE,IE,1000,9.50,EUR,4,9
ups,express,DE,IE,1000,24.00,EUR,1,2
ups,standard,DE,IE,5000,14.00,EUR,4,9
"""


def past(house: House, brand_id: str, count: int) -> None:
    """Deliveries from Germany to Ireland: two days on the way, one to three at the door."""
    with house.db.begin() as session:
        for number in range(count):
            ended = MONDAY - timedelta(days=1 + number % 60)
            session.add(
                Way(
                    shipment_id=new_id(),
                    brand_id=brand_id,
                    version=1,
                    carrier="ups",
                    origin="DE",
                    destination="IE",
                    outcome="delivered",
                    damaged=False,
                    started_at=house.clock() - timedelta(days=9),
                    ended_on=ended,
                    legs=[1, 2, 0, 1 + number % 3],
                    promised_to=ended,
                    days_late=0,
                )
            )


def stated(house: House, brand_id: str, table: bytes = TABLE) -> None:
    read = prices.read_table(table, brand_id)
    assert read.bad == []
    with house.db.begin() as session:
        prices.replace_table(session, brand_id, read.rows)


def ask(client: FlaskClient, who: Company, path: str, status: int = 200) -> Any:
    answer = client.get(path, headers=who.bearer)
    assert answer.status_code == status, answer.text
    return answer.get_json()


def test_a_lane_that_nobody_knows_gets_the_usual_band(client: FlaskClient, ada: Company) -> None:
    told = ask(client, ada, f"/api/v1/estimate?{LANE}&ordered_at=2026-03-02T09:00:00Z")
    assert (told["basis"], told["deliveries"]) == ("band", 0)
    assert told["window"] == {"from": "2026-03-09", "to": "2026-04-01"}
    assert told["coverage"] == {"meant": "0.8", "measured": None, "tried": 0}


def test_the_price_table_speaks_while_deliveries_are_few(client: FlaskClient, ada: Company, house: House) -> None:
    past(house, ada.brand_id, 29)
    stated(house, ada.brand_id)
    told = ask(client, ada, f"/api/v1/estimate?{LANE}&ordered_at=2026-03-02T09:00:00Z")
    assert (told["basis"], told["deliveries"], told["ships_on"]) == ("table", 29, "2026-03-03")
    assert told["window"] == {"from": "2026-03-04", "to": "2026-03-12"}


def test_thirty_deliveries_speak_for_themselves(client: FlaskClient, ada: Company, house: House) -> None:
    past(house, ada.brand_id, 30)
    told = ask(client, ada, f"/api/v1/estimate?{LANE}&carrier=ups&ordered_at=2026-03-02T09:00:00Z")
    assert (told["basis"], told["time_zone"]) == ("lane", "Europe/Dublin")
    assert told["window"] == {"from": "2026-03-06", "to": "2026-03-08"}
    assert told["likely_on"] == "2026-03-07"


@pytest.mark.parametrize(
    ("ordered_at", "ships_on"),
    [
        ("2026-03-02T12:59:00Z", "2026-03-03"),  # 13:59 in Germany: today still
        ("2026-03-02T13:01:00Z", "2026-03-04"),  # past the cut-off of 14:00
        ("2026-03-06T15:00:00Z", "2026-03-10"),  # Friday afternoon
        ("2026-04-02T10:00:00Z", "2026-04-07"),  # Good Friday and Easter Monday are free in Germany
    ],
)
def test_cut_off_weekends_and_holidays_move_the_hand_over(
    client: FlaskClient, ada: Company, ordered_at: str, ships_on: str
) -> None:
    told = ask(client, ada, f"/api/v1/estimate?{LANE}&ordered_at={ordered_at}")
    assert told["ships_on"] == ships_on
    assert told["holidays_known"]


def test_a_brand_says_its_own_cut_off(client: FlaskClient, ada: Company, house: House) -> None:
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        brand.settings = {**brand.settings, CUT_OFF_KEY: "09:30"}
    told = ask(client, ada, f"/api/v1/estimate?{LANE}&ordered_at=2026-03-02T09:00:00Z")
    assert told["ships_on"] == "2026-03-04"  # ten o'clock in Germany is too late


def test_nobody_delivers_on_a_holiday(client: FlaskClient, ada: Company, house: House) -> None:
    stated(house, ada.brand_id, TABLE.replace(b"4,9", b"7,7").replace(b"1,2", b"7,7"))
    told = ask(client, ada, f"/api/v1/estimate?{LANE}&ordered_at=2026-03-09T09:00:00Z")
    assert told["ships_on"] == "2026-03-10"
    assert told["window"] == {"from": "2026-03-18", "to": "2026-03-18"}  # the 17th is Saint Patrick's Day


@pytest.mark.parametrize(
    "query", ["origin=DE", f"{LANE}&carrier=UPS", "origin=Germany&destination=IE", f"{LANE}&x=1"]
)
def test_a_bad_question_is_refused(client: FlaskClient, ada: Company, query: str) -> None:
    assert ask(client, ada, f"/api/v1/estimate?{query}", 422)["type"].endswith("invalid")


def test_another_brands_deliveries_are_not_counted(
    client: FlaskClient, ada: Company, cleo: Company, house: House
) -> None:
    past(house, ada.brand_id, 40)
    assert ask(client, cleo, f"/api/v1/estimate?{LANE}")["deliveries"] == 0


def test_the_cheapest_service_that_keeps_the_day_is_the_advice(
    client: FlaskClient, ada: Company, house: House
) -> None:
    stated(house, ada.brand_id)
    question = f"/api/v1/advice?{LANE}&weight_g=800&hand_over=2026-03-02"
    calm, pressed = (ask(client, ada, f"{question}&due={due}")["choices"] for due in ("2026-03-20", "2026-03-05"))
    assert [(each["service"], each["best"]) for each in calm] == [("standard", True), ("express", False)]
    assert "cheapest" in calm[0]["reasons"]
    assert [each["service"] for each in pressed] == ["express", "standard"]
    assert "misses" in pressed[1]["reasons"]
    assert calm[0]["risk"] is None  # nothing is known but what the carrier says
    assert "stated_only" in calm[0]["reasons"]


def test_a_strike_turns_the_advice(client: FlaskClient, ada: Company, house: House) -> None:
    other = TABLE + b"fedex,priority,DE,IE,1000,30.00,EUR,2,3\n"
    stated(house, ada.brand_id, other)
    now = house.clock()
    with house.db.begin() as session:
        strike = Declared("strike", "UPS strike", now, now + timedelta(days=9), 8, carriers=("ups",))
        declare(session, brand_of(session, ada.brand_id), strike, person_id=None, now=now)
    best, *others = ask(client, ada, f"/api/v1/advice?{LANE}&weight_g=800&due=2026-03-08")["choices"]
    assert best["carrier"] == "fedex"
    assert all(each["disruptions"] == ["UPS strike"] for each in others)


def test_a_weight_beyond_the_table_has_no_service(client: FlaskClient, ada: Company, house: House) -> None:
    stated(house, ada.brand_id)
    assert ask(client, ada, f"/api/v1/advice?{LANE}&weight_g=9000")["choices"] == []
    (heavy,) = ask(client, ada, f"/api/v1/advice?{LANE}&weight_g=3000")["choices"]
    assert heavy["amount_minor"] == 1400


@pytest.mark.parametrize(
    ("row", "column", "trouble"),
    [
        (b"ups,s,GER,IE,1000,9.50,EUR,4,9", "origin", "country"),
        (b"ups,s,DE,IE,1kg,9.50,EUR,4,9", "up_to_g", "whole_number"),
        (b"ups,s,DE,IE,1000,9.505,EUR,4,9", "amount", "amount"),
        (b"ups,s,DE,IE,1000,9.50,JPY,4,9", "amount", "amount"),
        (b"ups,s,DE,IE,1000,9.50,euro,4,9", "currency", "currency"),
        (b"ups,s,DE,IE,1000,9.50,EUR,9,4", "last_day", "before"),
        (b",s,DE,IE,1000,9.50,EUR,4,9", "carrier", "empty"),
        (b"ups,standard,DE,IE,1000,1.00,EUR,4,9", "up_to_g", "twice"),
    ],
)
def test_a_bad_price_is_named_by_row_and_column(row: bytes, column: str, trouble: str) -> None:
    read = prices.read_table(TABLE + row + b"\n", "brand")
    assert [(each.row, each.column, each.trouble) for each in read.bad] == [(5, column, trouble)]


def test_an_amount_without_cents_stays_whole() -> None:
    assert [prices.minor("1200", each) for each in ("JPY", "EUR", "KWD")] == [1200, 120_000, 1_200_000]
    assert prices.minor("9.5", "EUR") == 950
    assert prices.minor("9.5", "JPY") is None
