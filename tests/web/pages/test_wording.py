"""The owner edits what customers read: preview without saving, refusals in a sentence, nothing injected."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.house import House
from app.models.care import NoticeText
from app.models.shipments import Order
from tests.web.pages.test_staff import HTML, press

OWN = "Hi <script>alert(1)</script>\n\n{happened}\n\n{arrival}\n\n{action}\n\n{next}"
PATH = "/texts/delay/en"


def saved(house: House) -> list[NoticeText]:
    with house.db() as session:
        return list(session.scalars(select(NoticeText)))


def test_a_preview_shows_the_letter_and_saves_nothing(people: dict[str, FlaskClient], house: House) -> None:
    status, page = press(people["owner"], PATH, PATH, subject="Late: {number}", body=OWN, act="preview")
    assert status == 200
    assert "Late: A-1001" in page
    assert "A draft: not saved" in page
    assert "Customs holds your parcel because documents are missing." in page
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert saved(house) == []


def test_a_text_is_saved_and_taken_back(people: dict[str, FlaskClient], house: House) -> None:
    owner = people["owner"]
    assert press(owner, PATH, PATH, subject="Late: {number}", body=OWN, act="save")[0] == 303
    assert "Your words" in owner.get(PATH, headers=HTML).text
    assert "your words" in owner.get("/texts", headers=HTML).text
    assert press(owner, PATH, PATH, act="undo")[0] == 303
    assert saved(house) == []
    assert "The standard text" in owner.get(PATH, headers=HTML).text


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{happened}", "The text leaves out {arrival}, {action}, {next}."),
        (OWN + "{{ config.items() }}", "A brace stands alone."),
        (OWN + "{secret}", "There is no place named {secret}."),
    ],
)
def test_what_can_not_be_used_is_said_and_the_draft_stays(
    people: dict[str, FlaskClient], house: House, body: str, sentence: str
) -> None:
    status, page = press(people["owner"], PATH, PATH, subject="Late", body=body, act="save")
    assert status == 422
    assert sentence in page
    assert "&lt;script&gt;" in page or "{happened}" in page
    assert saved(house) == []


def test_the_page_of_an_order_carries_the_brands_words_as_text(
    people: dict[str, FlaskClient], client: FlaskClient, order: Order
) -> None:
    words = "Thank you from {brand} for {number}! <img src=x onerror=alert(1)>"
    assert press(people["owner"], "/texts/page/de", "/texts/page/de", body=words, act="save")[0] == 303
    page = client.get(f"/o/{order.token}").text
    assert re.search(r"Thank you from Ada for A-1001! &lt;img src=x", page)


def test_there_are_no_other_texts(people: dict[str, FlaskClient]) -> None:
    assert people["owner"].get("/texts/delay/xx", headers=HTML).status_code == 404
    assert people["owner"].get("/texts/ransom/en", headers=HTML).status_code == 404
    assert people["support"].get("/texts", headers=HTML).status_code == 403
