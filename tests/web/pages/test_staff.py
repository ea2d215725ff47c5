"""The desk, the warehouse and the owner's page: what each role sees and does, and that Cleo sees nothing."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.anchoring import open_directory
from app.brands.switches import allowed
from app.brands.tenants import signer_of
from app.care import preferences
from app.house import House
from app.ids import new_id
from app.models.brands import ApiKey, Brand
from app.models.shipments import Case, Customer, Order, Shipment
from app.support import cases
from ledger.anchor_check import check_due
from ledger.anchor_file import FileTarget
from ledger.integrator import integrate_due, publish_due
from ledger.tables import Submission
from tests.support.anchors import anchor_house
from tests.web.conftest import Company
from tests.web.pages.conftest import KEY

HTML = {"Accept": "text/html"}


@pytest.fixture
def shipment_id(house: House, tea: str, order: Order) -> str:
    with house.db() as session:
        return session.scalars(select(Shipment.id)).one()


@pytest.fixture
def case_id(house: House, ada: Company, shipment_id: str) -> str:
    now = house.clock()
    with house.db.begin() as session:
        case = cases.open_case(
            session,
            brand_id=ada.brand_id,
            kind="no_movement",
            subject=f"shipment:{shipment_id}",
            shipment_id=shipment_id,
            priority=2,
            facts={},
            due_at=now + timedelta(hours=8),
            now=now,
        )
    return case.id


def token_of(browser: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path, headers=HTML).text)
    assert found
    return found[1]


def press(browser: FlaskClient, path: str, page: str, **fields: str) -> tuple[int, str]:
    """Send a form as a browser on `page` would."""
    form = {"csrf_token": token_of(browser, page), "_key": new_id(), **fields}
    answer = browser.post(path, data=form, headers=HTML)
    return answer.status_code, answer.headers.get("Location", "") or answer.text


def test_an_empty_desk_says_when_it_fills(people: dict[str, FlaskClient]) -> None:
    assert "Nothing waits for you" in people["support"].get("/desk").text


def test_a_case_is_taken_and_closed_by_support(house: House, people: dict[str, FlaskClient], case_id: str) -> None:
    desk = people["support"].get("/desk").text
    assert "Order A-1001" in desk
    assert "Nobody has taken it" in desk
    assert press(people["support"], f"/desk/cases/{case_id}/take", "/desk", back="desk") == (303, "/desk")
    assert "Owner: Support" in people["support"].get("/desk").text
    assert press(people["support"], f"/desk/cases/{case_id}/close", "/desk", back="desk") == (303, "/desk")
    assert "Nothing waits for you" in people["support"].get("/desk").text
    with house.db() as session:
        assert session.get_one(Case, case_id).closed_at


def test_an_auditor_looks_and_changes_nothing(people: dict[str, FlaskClient], case_id: str) -> None:
    assert "Take it" not in people["auditor"].get("/desk").text
    status, _ = press(people["auditor"], f"/desk/cases/{case_id}/take", "/desk")
    assert status == 403


@pytest.mark.parametrize(
    "text", ["A-1001", "1Z999AA10123456784", "ben@example.org", KEY, "(01)09506000134352(21)TEA/42", "TEA/42"]
)
def test_one_search_leads_to_the_shipment(people: dict[str, FlaskClient], shipment_id: str, text: str) -> None:
    status, answer = press(people["support"], "/desk/search", "/desk", q=text)
    assert shipment_id in answer
    assert status in (200, 303)


def test_cleo_finds_and_opens_nothing_of_adas(
    people: dict[str, FlaskClient], shipment_id: str, case_id: str
) -> None:
    assert "Nothing found" in press(people["cleo"], "/desk/search", "/desk", q="A-1001")[1]
    for path in (f"/desk/shipments/{shipment_id}", f"/desk/cases/{case_id}", "/warehouse/devices/box-7"):
        assert people["cleo"].get(path).status_code == 404
    assert press(people["cleo"], f"/desk/cases/{case_id}/close", "/desk")[0] == 404


def test_the_shipment_page_tells_the_whole_story_with_a_masked_customer(
    people: dict[str, FlaskClient], shipment_id: str, case_id: str
) -> None:
    page = people["support"].get(f"/desk/shipments/{shipment_id}").text
    for shown in ("Order A-1001", "3–5 Mar 2026", "No scan for three days", "B••• C•••", "1Z999AA10123456784"):
        assert shown in page
    assert 'lang="de"' in page  # the reply to copy is in the customer's language
    assert "danke für Ihre Frage zur Bestellung A-1001." in page
    for secret in ("Ben Carrow", "ben@example.org", "Prinsengracht"):
        assert secret not in page


def test_a_reason_shows_the_customer_once(house: House, people: dict[str, FlaskClient], shipment_id: str) -> None:
    page = f"/desk/shipments/{shipment_id}"
    status, shown = press(people["support"], f"{page}/reveal", page, reason="claim")
    assert status == 200
    assert "Ben Carrow" in shown
    assert "Prinsengracht 1" in shown
    assert "Ben Carrow" not in people["support"].get(page).text
    with house.db() as session:
        looks = [e for e in session.scalars(select(Submission.envelope)) if b"personal:revealed" in e]
    assert len(looks) == 1


def test_without_a_reason_it_stays_masked(house: House, people: dict[str, FlaskClient], shipment_id: str) -> None:
    page = f"/desk/shipments/{shipment_id}"
    for role, status in (("support", 422), ("auditor", 403)):
        answered, shown = press(people[role], f"{page}/reveal", page, reason="other", note="because")
        assert answered == status
        assert "Ben Carrow" not in shown
    with house.db() as session:
        assert not [e for e in session.scalars(select(Submission.envelope)) if b"personal:revealed" in e]


def test_the_owner_revokes_a_key(house: House, people: dict[str, FlaskClient], ada: Company) -> None:
    with house.db() as session:
        key_id = session.scalars(select(ApiKey.id).where(ApiKey.brand_id == ada.brand_id)).first()
    assert press(people["owner"], f"/brand/keys/{key_id}/revoke", "/brand") == (303, "/brand")
    assert "revoked" in people["owner"].get("/brand").text
    assert press(people["cleo"], f"/brand/keys/{key_id}/revoke", "/brand")[0] == 404
    assert people["support"].get("/brand").status_code == 403


def test_logging_out_ends_it(people: dict[str, FlaskClient]) -> None:
    assert press(people["support"], "/logout", "/desk") == (303, "/login")
    answer = people["support"].get("/desk", headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/desk")


@pytest.mark.parametrize(
    "asked", ["//cleo.example", "/\\cleo.example", "https://cleo.example", "javascript:1", ""]
)
def test_a_login_leads_nowhere_else(client: FlaskClient, ada: Company, asked: str) -> None:
    form = {"login": "warehouse@ada.example", "password": "correct horse battery", "next": asked}
    answer = client.post("/login", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/warehouse")


def test_a_wrong_password_says_nothing_more(client: FlaskClient, ada: Company) -> None:
    answer = client.post("/login", data={"login": "support@ada.example", "password": "wrong"})
    assert answer.status_code == 401
    assert "do not go together" in answer.text


def test_one_click_ends_the_notices_and_a_look_does_not(house: House, client: FlaskClient, order: Order) -> None:
    with house.db.begin() as session:
        customer = session.scalars(select(Customer)).one()
        token = preferences.unsubscribe_token(session, customer, "email", house.clock())
    assert "Diese Nachrichten beenden" in client.get(f"/u/{token}").text
    answer = client.post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 303
    assert "Diese Nachrichten beenden" not in client.get(f"/u/{token}").text
    assert client.post(f"/u/{token}").status_code == 303
    assert client.post("/u/nothing").status_code == 404


def test_the_demo_is_not_there_elsewhere(client: FlaskClient) -> None:
    assert client.get("/demo").status_code == 404
    assert client.post("/demo/steps/kill-process").status_code == 404
    assert client.get("/demo/mailbox").status_code == 404


def test_the_desk_says_at_the_top_that_a_log_is_not_what_was_anchored(
    house: House, ada: Company, people: dict[str, FlaskClient], tmp_path: Path
) -> None:
    assert "not what was anchored" not in people["support"].get("/desk", headers=HTML).text
    directory_id, _ = open_directory(house)
    target = FileTarget(tmp_path / "anchors.txt", house.db, directory_id)
    with house.db() as session:
        log_id = session.get_one(Brand, ada.brand_id).log_id
        brand = session.get_one(Brand, ada.brand_id)
        signer = signer_of(house.keys, brand)
    integrate_due(house.db, log_id, owner="test", clock=house.clock)
    publish_due(house.db, log_id, signer, house.clock())
    for _ in range(2):
        anchor_house(house, target)
    owner = people["owner"].get("/brand", headers=HTML).text
    assert "Anchors" in owner
    assert "final" in owner
    with house.db.begin() as session:
        session.execute(text("UPDATE ledger_head SET size = 0 WHERE log_id = :log"), {"log": log_id})
    check_due(house.db, target, house.clock())
    desk = people["support"].get("/desk", headers=HTML).text
    assert "The log is not what was anchored" in desk
    assert "entries was anchored, today&#39;s has 0" in desk


def test_the_owner_stops_notices_and_says_why(people: dict[str, FlaskClient], house: House, ada: Company) -> None:
    owner = people["owner"]
    assert "Notices to customers" in owner.get("/switches", headers=HTML).text
    stop = {"subject": "notices", "on": "0", "reason": "wrong_texts"}
    assert press(owner, "/switches", "/switches", **stop)[0] == 303
    page = owner.get("/switches", headers=HTML).text
    assert "Stopped" in page
    assert "The texts are wrong" in page
    assert "Start again: Notices to customers" in page
    status, page = press(owner, "/switches", "/switches", subject="notices", rule="Δ", on="0", reason="other")
    assert status == 422
    assert "a rule by its code" in page
    with house.db() as session:
        assert not allowed(session, ada.brand_id, "notices", "delay")


def test_a_device_of_two_measures_says_which_one_its_limits_are_of(
    client: FlaskClient, people: dict[str, FlaskClient], ada: Company
) -> None:
    device = {"name": "box-9", "metrics": {"humidity": "P1", "temperature": "CEL"}}
    assert client.post("/api/v1/devices", json=device, headers=ada.bearer).status_code == 201
    rule = {"metric": "temperature", "low": "2", "high": "8"}
    assert client.post("/api/v1/devices/box-9/rules", json=rule, headers=ada.bearer).status_code == 201
    assert "range 2 to 8 °C" in people["warehouse"].get("/warehouse").text
