"""A recall from the look before it to the last answer, as Ada's people and Ben see it."""

import re

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.brands.tenants import brand_of
from app.db import reading
from app.house import House
from app.models.products import Recall
from app.models.shipments import Notice
from tests.web.conftest import Company
from tests.web.pages.conftest import publish

KEY = "/01/09521234543213/10/L1"


def shipped(client: FlaskClient, ada: Company, number: str) -> str:
    """Ship the lot to somebody; the token of the order's page."""
    body = {
        "order": {
            "number": number,
            "customer": {"name": number, "email": f"{number}@example.com", "language": "en"},
        },
        "items": [KEY],
    }
    answer = client.post("/api/v1/shipments", json=body, headers=ada.bearer)
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["order_url"]).rpartition("/o/")[2]


def recalled(client: FlaskClient, ada: Company) -> str:
    body = {"key": KEY, "reason": {"en": "Glass was found."}, "advice": {"en": "Bring it back."}}
    return str(client.post("/api/v1/recalls", json=body, headers=ada.bearer).get_json()["id"])


def say(client: FlaskClient, token: str, recall: str, answer: str) -> int:
    return client.post(f"/o/{token}/recall", data={"recall": recall, "answer": answer}).status_code


def test_customers_answer_and_the_desk_counts_who_has_not(
    app: APIFlask, ada: Company, support: FlaskClient
) -> None:
    with app.test_client() as client:
        ben, dora = shipped(client, ada, "A-1"), shipped(client, ada, "A-2")
        assert client.get(f"/o/{ben}/recall").status_code == 404
        recall = recalled(client, ada)
        assert f"/o/{ben}/recall" in client.get(f"/o/{ben}").text
        assert "Glass was found." in client.get(f"/o/{ben}/recall?lang=en").text
        assert say(client, ben, recall, "eaten") == 422
        assert say(client, ben, recall, "kept") == say(client, ben, recall, "returned") == 303
        assert "I sent it back." in client.get(f"/o/{ben}/recall?lang=en").text
    page = support.get(f"/desk/recalls/{recall}?lang=en").text
    assert pairs(page) == {"Told": 2, "Still has it": 0, "Sent it back": 1, "Destroyed it": 0,
                           "Does not have it": 0, "Not answered": 1}  # fmt: skip
    rows = support.get(f"/desk/recalls/{recall}/missing.csv").text.splitlines()
    assert [row.split(",")[0] for row in rows] == ["order", "A-2"]
    assert dora not in "".join(rows)  # the link is the customer's alone


def test_a_recall_is_looked_at_before_it_is_opened_and_takes_no_answer_when_it_has_ended(
    app: APIFlask, house: House, ada: Company, support: FlaskClient
) -> None:
    with app.test_client() as client:
        token = shipped(client, ada, "A-1")
        look = support.get("/desk/recalls", query_string={"key": KEY, "lang": "en"}).text
        assert pairs(look)["Customers"] == 1
        assert "A-1" in look
        with reading(house.db) as session:
            assert session.scalars(select(Recall)).all() == []
        refused = support.post("/desk/recalls", data={**fields(look), "reason": " ", "advice": "Bring it back."})
        assert refused.status_code == 422
        form = fields(support.get("/desk/recalls", query_string={"key": KEY}).text)
        said = {"reason": "Glass.", "advice": "Bring it back.", "reason:ar": "زجاج.", "advice:ar": "أعده."}
        opened = support.post("/desk/recalls", data={**form, **said})
        assert opened.status_code == 303
        where = opened.headers["Location"]
        recall = where.rpartition("/")[2]
        assert "Bring it back." in client.get(f"/o/{token}?lang=en").text.partition("Delivery")[0]
        assert "زجاج." in client.get(f"/o/{token}/recall?lang=ar").text
        closing = fields(support.get(where).text)
        assert support.post(f"{where}/close", data=closing).status_code == 303
        assert say(client, token, recall, "kept") == 422
        assert "This recall has ended." in client.get(f"/o/{token}/recall?lang=en").text


def test_words_are_corrected_everywhere_nobody_is_told_again_and_the_log_keeps_both(
    app: APIFlask, house: House, ada: Company, support: FlaskClient
) -> None:
    with app.test_client() as client:
        token = shipped(client, ada, "A-1")
        where = f"/desk/recalls/{recalled(client, ada)}"
        form = {name: text for name, text in fields(support.get(where).text).items() if name == "csrf_token"}
        right = {"reason": "Metal was found.", "advice": "Bring it back.", "advice:ar": "أعده."}
        assert support.post(f"{where}/words", data={**form, "reason": "", "advice": "x"}).status_code == 422
        for _ in range(2):  # the same words once more change nothing
            assert support.post(f"{where}/words", data={**form, **right}).status_code == 303
        assert "Metal was found." in client.get(f"/o/{token}/recall?lang=en").text
        publish(house, ada.brand_id)
        with reading(house.db) as session:
            log = f"/log/{brand_of(session, ada.brand_id).log_key}"
            assert len(session.scalars(select(Notice).where(Notice.kind == "recall")).all()) == 1
        entries = client.get(f"{log}?lang=en", headers={"Accept": "text/html"}).text
        assert (entries.count("The words of a recall were corrected"), entries.count("A recall was opened")) == (
            1,
            1,
        )
        passport = client.get(f"{KEY}?lang=en", headers={"Accept": "text/html"}).text
        assert "Metal was found." in passport
        assert "Every entry shown here is byte for byte what was written." in passport
        closing = fields(support.get(where).text)
        assert support.post(f"{where}/close", data=closing).status_code == 303
        assert support.post(f"{where}/words", data={**form, **right, "reason": "Other."}).status_code == 422


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the last form of a page that posts."""
    form = page.rpartition('<form method="post" action="/desk/recalls')[2]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def pairs(page: str) -> dict[str, int]:
    return {name: int(number) for name, number in re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page)}


@pytest.fixture
def support(people: dict[str, FlaskClient]) -> FlaskClient:
    return people["support"]
