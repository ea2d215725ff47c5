"""The desk's buttons and the customer's links, as browsers press them: twice, at once, with files that lie."""

import io
import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.care import links
from app.db import reading
from app.house import House
from app.models.amends import CompensationRule, Proposal
from app.models.desk import CustomerFile
from app.models.shipments import Case, Customer, Order, Shipment
from app.support import claims
from app.support.cases import open_case
from ledger.tables import Submission
from tests.web.conftest import Clock, Company

PDF = b"%PDF-1.7\n% invoice of Ben\n"
Press = Callable[..., str]


@pytest.fixture
def shipment(house: House, order: Order) -> str:
    with house.db.begin() as session:
        row = session.scalars(select(Shipment).where(Shipment.order_id == order.id)).one()
        row.value_minor, row.currency = 4900, "EUR"
        return row.id


@pytest.fixture
def press(people: dict[str, FlaskClient]) -> Press:
    """Open a page, send its form that posts to `action`, twice, and see the page that it leads to."""

    def press(page: str, action: str, *, who: str = "support", status: int = 303, **fields: str) -> str:
        client = people[who]
        form = re.search(rf'<form[^>]*action="{re.escape(action)}[^"]*".*?</form>', client.get(page).text, re.S)
        assert form, action
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
        answer = client.post(action, data={**hidden, **fields})
        assert answer.status_code == status, answer.text
        again = client.post(action, data={**hidden, **fields})  # a second press of the same button
        assert again.status_code == status
        return client.get(answer.headers["Location"]).text if status == 303 else answer.text

    return press


def token(house: House, shipment: str, purpose: str) -> str:
    with house.db.begin() as session:
        return links.make_link(session, session.get_one(Shipment, shipment), purpose, house.clock()).token


def test_a_replacement_is_one_click_and_never_two(house: House, shipment: str, press: Press) -> None:
    page = f"/desk/shipments/{shipment}"
    press(page, f"{page}/confirm", cause="spoilage")
    with reading(house.db) as session:
        proposal = session.scalars(select(Proposal)).one()
    shown = press(page, f"/desk/proposals/{proposal.id}/resend")
    assert "See the replacement" in shown
    assert "Send again" in shown
    with reading(house.db) as session:
        assert session.scalar(select(func.count()).select_from(Shipment)) == 2
        assert session.scalars(select(Case.kind).where(Case.closed_at.is_(None))).all() == []


def test_a_claim_is_taken_on_with_its_amount(house: House, ada: Company, shipment: str, press: Press) -> None:
    with house.db.begin() as session:
        row = session.get_one(Shipment, shipment)
        claim = claims.draft(session, row, claims.Trouble("ups", "loss", house.clock().date()), [], house.clock())
        assert claim
        claim_id = claim.id
    page, action = f"/desk/shipments/{shipment}", f"/desk/claims/{claim_id}"
    assert "Sent to the carrier" in press(page, action, state="sent", amount="49,00", currency="eur")
    assert "€40.00" in press(page, action, state="accepted", amount="49.00", currency="EUR", paid="40")


@pytest.mark.parametrize("amount", ["abc", "-5", "1.234", "NaN", "9" * 20])
def test_an_amount_that_is_none_is_refused(house: House, shipment: str, press: Press, amount: str) -> None:
    with house.db.begin() as session:
        row = session.get_one(Shipment, shipment)
        claim = claims.draft(session, row, claims.Trouble("ups", "loss", house.clock().date()), [], house.clock())
        assert claim
        action = f"/desk/claims/{claim.id}"
    press(f"/desk/shipments/{shipment}", action, status=422, state="sent", amount=amount, currency="EUR")


def test_a_link_stands_in_the_reply_and_nowhere_else(
    house: House, shipment: str, people: dict[str, FlaskClient], client: FlaskClient, order: Order
) -> None:
    page = f"/desk/shipments/{shipment}"
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', people["support"].get(page).text)
    assert csrf
    shown = people["support"].post(f"{page}/link", data={"csrf_token": csrf[1], "purpose": "address"}).text
    (found,) = set(re.findall(r"/act/([a-z0-9]{32})", shown))
    assert found == token(house, shipment, "address")
    assert found not in people["support"].get(page).text
    assert found not in client.get(f"/o/{order.token}").text


def test_documents_come_in_once_and_leave_as_files_only(
    house: House, shipment: str, client: FlaskClient, people: dict[str, FlaskClient]
) -> None:
    secret = token(house, shipment, "documents")
    send = f"/act/{secret}/documents"
    lies = {"file": (io.BytesIO(b"<script>alert(1)</script>"), "invoice.pdf")}
    refused = client.post(send, data=lies)
    assert refused.status_code == 422
    assert "keine PDF" in refused.text or "PDF, JPEG" in refused.text
    good = client.post(send, data={"file": (io.BytesIO(PDF), "../../etc/passwd.html")})
    assert good.status_code == 303
    assert client.get(f"/act/{secret}?lang=en").text.count("Thank you. We have it.") == 1
    assert client.post(send, data={"file": (io.BytesIO(PDF), "again.pdf")}).status_code == 410
    with reading(house.db) as session:
        row = session.scalars(select(CustomerFile)).one()
    page = people["support"].get(f"/desk/shipments/{shipment}").text
    assert "passwd" not in page
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert csrf
    file = people["support"].post(f"/desk/files/{row.id}", data={"csrf_token": csrf[1]})
    assert file.data == PDF
    assert file.headers["Content-Disposition"] == f'attachment; filename="document-{row.id}.pdf"'
    assert file.mimetype == "application/octet-stream"
    assert "sandbox" in file.headers["Content-Security-Policy"]


def test_an_address_is_corrected_once_and_an_old_link_says_so(
    house: House, shipment: str, client: FlaskClient, clock: Clock
) -> None:
    secret = token(house, shipment, "address")
    given = {"street": "Kerkstraat 7", "city": "Utrecht", "postal_code": "3511 AB"}
    wrong = client.post(f"/act/{secret}/address", data={**given, "city": " "})
    assert wrong.status_code == 422
    assert 'value="Kerkstraat 7"' in wrong.text
    assert client.post(f"/act/{secret}/address", data=given).status_code == 303
    assert client.post(f"/act/{secret}/address", data={**given, "street": "X 1"}).status_code == 410
    with reading(house.db) as session:
        address = session.scalars(select(Customer)).one().address
        assert address
        assert address["street"] == "Kerkstraat 7"
    old = token(house, shipment, "address")
    clock.at += timedelta(days=15)
    answer = client.get(f"/act/{old}?lang=en")
    assert (answer.status_code, "This link is too old." in answer.text) == (410, True)
    assert client.get("/act/none").status_code == 404
    assert client.post(f"/act/{secret}/documents", data={}).status_code == 404  # not what this link is for


def test_a_corrected_address_is_told_to_the_carrier_and_its_answer_is_kept(
    house: House, shipment: str, client: FlaskClient, press: Press, people: dict[str, FlaskClient], ada: Company
) -> None:
    given = {"street": "Kerkstraat 7", "city": "Utrecht", "postal_code": "3511 AB"}
    client.post(f"/act/{token(house, shipment, 'address')}/address", data=given)
    page = f"/desk/shipments/{shipment}"
    before = people["support"].get(page).text
    assert "the carrier does not know it yet" in before
    assert "Kerkstraat" not in before  # until somebody says why it must be shown
    shown = press(page, f"{page}/reveal", status=200, reason="delivery_help")
    assert "Kerkstraat 7\n3511 AB\nUtrecht" in shown
    assert "has not answered yet" in press(page, f"{page}/address", answer="sent")
    assert "did not take the address" in press(page, f"{page}/address", answer="refused")
    press(page, f"{page}/address", answer="sent")
    assert "A corrected address" not in press(page, f"{page}/address", answer="accepted")
    with reading(house.db) as session:
        assert session.scalars(select(Case.closed_at).where(Case.kind == "address")).one()
        rows = session.scalars(select(Submission.envelope)).all()
    told = [json.loads(row) for row in rows if b"support:address:passed_on" in row]
    assert [each["body"]["answer"] for each in told] == ["sent", "refused", "sent", "accepted"]
    assert not any(word.encode() in row for row in rows for word in given.values())


def test_an_owner_sets_promises_rules_and_terms(house: House, ada: Company, press: Press) -> None:
    page = "/brand/promises"
    press(page, page, who="owner", handling_days="2", first_day="5", last_day="9")
    terms = {"amount": "5", "currency": "eur", "min_days_late": "1", "valid_days": "90", "budget": "100"}
    shown = press(page, f"{page}/rules", who="owner", kind="code", **terms)
    assert "€0.00 of €100.00 given" in shown
    refused = press(page, f"{page}/rules", who="owner", status=422, kind="code", **{**terms, "budget": "4"})
    assert "The budget must be enough for one." in refused
    press(page, f"{page}/terms", who="owner", days_ups="21", resend="8.50")
    with reading(house.db) as session:
        rule = session.scalars(select(CompensationRule)).one()
    assert "ended" in press(page, f"{page}/rules/{rule.id}/end", who="owner")


def test_a_case_of_a_carrier_lists_its_shipments(
    house: House, ada: Company, shipment: str, people: dict[str, FlaskClient]
) -> None:
    counts = {"kept_now": 6, "due_now": 20, "kept_before": 58, "due_before": 60}
    with house.db.begin() as session:
        case = open_case(
            session,
            brand_id=ada.brand_id,
            kind="band",
            subject="rate:carrier:ups",
            shipment_id=None,
            priority=2,
            facts={"carrier": "ups", **counts, "shipments": [shipment], "more": 0},
            due_at=house.clock(),
            now=house.clock(),
        )
    page = people["support"].get(f"/desk/cases/{case.id}").text
    assert f"/desk/shipments/{shipment}" in page
    assert "6 of 20" in page
    assert "UPS" in page
