"""Scorecards, prices, advice and disruptions for staff, and the public record of every route."""

import io
import re
from datetime import date

from flask.testing import FlaskClient
from sqlalchemy import select

from app.brands import switches
from app.brands.tenants import brand_of
from app.house import House
from app.ids import new_id
from app.models.eta import Prediction, Way
from app.models.shipments import Order, Shipment
from app.shipping.predicting import predict_due
from app.shipping.scorecards import Card, as_csv
from tests.app.shipping.test_scores import told
from tests.web.conftest import Company
from tests.web.pages.test_staff import HTML, press, token_of
from tests.web.test_planning_api import TABLE, past

STRIKE = {
    "kind": "strike",
    "title": "Dock strike",
    "origins": "",
    "destinations": "NL",
    "carriers": "",
    "valid_from": "2026-03-01",
    "valid_to": "2026-03-09",
    "extra_days": "4",
}


def test_a_brand_without_deliveries_says_so_in_every_language(client: FlaskClient, ada: Company) -> None:
    assert "Not enough deliveries yet" in client.get("/score/ada", headers=HTML).text
    assert "交付数量还不够" in client.get("/score/ada?lang=zh", headers=HTML).text
    assert 'dir="rtl"' in client.get("/score/ada?lang=ar", headers=HTML).text
    assert client.get("/score/nobody", headers=HTML).status_code == 404
    assert client.get("/score/ada/DE-IE", headers=HTML).status_code == 404


def test_a_route_with_few_deliveries_shows_no_figure(client: FlaskClient, ada: Company, house: House) -> None:
    past(house, ada.brand_id, 29)
    page = client.get("/score/ada/DE-IE", headers=HTML).text
    assert "29 deliveries so far" in page
    assert "%" not in re.sub(r"<style.*?</style>|href=\"[^\"]*\"", "", page)


def test_a_route_shows_what_was_told_beside_the_plain_average(
    client: FlaskClient, ada: Company, house: House
) -> None:
    past(house, ada.brand_id, 40)
    page = client.get("/score/ada", headers=HTML).text
    assert "Germany – Ireland" in page
    assert "100%" in page  # every promise was kept
    page = client.get("/score/ada/DE-IE", headers=HTML).text
    assert "of 40 deliveries with a promise" in page
    assert "<script" not in page
    assert "ben@example.org" not in page


def test_the_stopped_switch_is_told_to_the_public(client: FlaskClient, ada: Company, house: House) -> None:
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        switches.turn(session, brand, "predictions", on=False, reason="other", person_id=None, now=house.clock())
    assert "Predictions are stopped" in client.get("/score/ada", headers=HTML).text


def test_scorecards_hold_each_carrier_against_the_target(
    people: dict[str, FlaskClient], ada: Company, house: House
) -> None:
    assert "The cards fill themselves" in people["auditor"].get("/planning", headers=HTML).text
    past(house, ada.brand_id, 12)
    with house.db.begin() as session:
        way = session.query(Way).first()
        assert way
        way.days_late, way.damaged = 3, True
    page = people["auditor"].get("/planning", headers=HTML).text
    assert "8.3%" in page
    assert "Germany – Ireland" in page
    assert "8.3%" not in people["cleo"].get("/planning", headers=HTML).text
    table = people["auditor"].get("/planning/scorecards.csv").text.splitlines()
    assert table[1].startswith("ups,,12,12,0.08333,0.05,0,0,1,1,2,0,")


def test_predictions_that_have_drifted_are_told_to_staff(
    people: dict[str, FlaskClient], ada: Company, house: House, order: Order
) -> None:
    with house.db.begin() as session:
        shipment_id = session.scalars(select(Shipment.id)).one()
        for number in range(40):
            row = told(number, risk=0.05, late=number % 2 == 0)
            row.brand_id, row.shipment_id, row.ordinal, row.made_at = (
                ada.brand_id,
                shipment_id,
                number,
                house.clock(),
            )
            session.add(row)
    said = "miss what happened by more than five points"
    assert said in people["owner"].get("/planning", headers=HTML).text
    assert said not in people["cleo"].get("/planning", headers=HTML).text


def test_no_cell_of_the_table_begins_a_formula() -> None:
    card = Card("=1+1", "DE-IE", 1, 0, None, 0, 0, 0, (), None, None)
    assert as_csv([card]).splitlines()[1].startswith("'=1+1,DE-IE,1,0,,")


def send_table(browser: FlaskClient, page: str, action: str, raw: bytes, **fields: str) -> tuple[int, str]:
    form = {"csrf_token": token_of(browser, page), "_key": new_id(), "file": (io.BytesIO(raw), "t.csv"), **fields}
    answer = browser.post(action, data=form, headers=HTML, content_type="multipart/form-data")
    return answer.status_code, answer.headers.get("Location", "") or answer.text


def test_a_price_table_is_tried_then_kept_then_advises(people: dict[str, FlaskClient]) -> None:
    support, at = people["support"], "/planning/prices"
    status, page = send_table(support, at, at, TABLE, dry="1")
    assert (status, "The table is whole: 3 rows" in page) == (200, True)
    assert "No prices yet" in support.get(at, headers=HTML).text
    assert send_table(support, at, at, TABLE) == (303, at)
    assert "express" in support.get(at, headers=HTML).text
    status, page = send_table(support, at, at, TABLE.replace(b"IE", b"Ireland"))
    assert status == 422
    assert "Row 2, destination: write a country as two letters" in page
    advice = support.get("/planning/advice?origin=de&destination=ie&weight_g=800", headers=HTML).text
    assert "Our advice" in advice
    assert "€9.50" in advice
    assert "express" not in people["cleo"].get(at, headers=HTML).text
    wrong = support.get("/planning/advice?origin=Germany&destination=ie&weight_g=1", headers=HTML).text
    assert "Sent from: write a country as two letters" in wrong


def test_a_disruption_is_declared_shown_with_its_shipments_and_ended(
    people: dict[str, FlaskClient], order: Order
) -> None:
    support, at = people["support"], "/planning/disruptions"
    assert "Nothing is announced" in support.get(at, headers=HTML).text
    status, place = press(support, at, at, **STRIKE)
    assert status == 303
    page = support.get(place, headers=HTML).text
    assert "Order A-1001" in page
    assert "Netherlands" in page
    assert people["cleo"].get(place, headers=HTML).status_code == 404
    assert "End it now" not in people["auditor"].get(place, headers=HTML).text
    assert press(support, f"{place}/withdraw", place)[0] == 303
    assert "It is over" in support.get(place, headers=HTML).text


def test_a_disruption_that_can_not_be_says_which_field(people: dict[str, FlaskClient]) -> None:
    at = "/planning/disruptions"
    status, page = press(people["support"], at, at, **{**STRIKE, "valid_to": "2026-02-01"})
    assert status == 422
    assert "valid_to: the end stands before the beginning" in page
    assert "Dock strike" in page  # what was typed stays
    status, page = press(
        people["support"], f"{at}/feeds", at, url="http://a.example", countries="DE", extra_days="2"
    )
    assert (status, "url: write an address that begins with https://" in page) == (422, True)


def test_a_table_of_disruptions_is_tried_first(people: dict[str, FlaskClient]) -> None:
    at, support = "/planning/disruptions", people["support"]
    raw = (",".join(STRIKE) + "\n" + ",".join(STRIKE.values()) + "\n").encode()
    assert "The table is whole: 1 row." in send_table(support, at, f"{at}/table", raw, dry="1")[1]
    assert "Nothing is announced" in support.get(at, headers=HTML).text
    assert send_table(support, at, f"{at}/table", raw) == (303, at)
    assert "Dock strike" in support.get(at, headers=HTML).text
    assert send_table(support, at, f"{at}/table", raw.replace(b"NL", b"Holland"))[0] == 422


def test_support_sees_what_is_predicted_and_why(
    people: dict[str, FlaskClient], ada: Company, house: House, order: Order
) -> None:
    predict_due(house.db, house.clock())
    with house.db() as session:
        row = session.query(Prediction).one()
    page = people["support"].get(f"/desk/shipments/{row.shipment_id}", headers=HTML).text
    assert "usual across borders; this route has too few deliveries" in page
    assert row.p10 >= date(2026, 3, 2)
