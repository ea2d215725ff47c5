"""The tools page: works without a script, in every language, stores nothing, and keeps within its bounds."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.house import House
from app.models.products import EpcisEvent, Passport
from app.support import toolbox
from app.texts import LANGUAGES

BROWSER = {"Accept": "text/html"}


def look(client: FlaskClient, text: str, **more: str) -> str:
    answer = client.post("/tools", data={"text": text, "do": "look", **more}, headers=BROWSER)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return str(answer.text)


def test_an_identifier_is_translated(client: FlaskClient) -> None:
    page = look(client, "3036452148000040000001C8")
    for form in ("urn:epc:id:sgtin:9521234.000001.456", "(01)09521234000013(21)456", "/01/09521234000013/21/456"):
        assert form in page
    assert "<script" not in page


def test_the_prefix_makes_a_link_a_tag(client: FlaskClient) -> None:
    assert "3016452148000040000001C8" in look(client, "/01/09521234000013/21/456", prefix="7")
    assert "urn:epc" not in look(client, "/01/09521234000013/21/456", prefix="99")


def test_sample_events_are_made_and_valid(client: FlaskClient) -> None:
    answer = client.post("/tools", data={"text": "(01)09521234000013(21)7", "do": "sample"}, headers=BROWSER)
    assert "This is valid EPCIS 2.0." in answer.text
    assert "/01/09521234000013/21/7" in answer.text
    assert "SAMPLE-1" in client.post("/tools", data={"text": "", "do": "sample"}).text


def test_a_wrong_document_is_told_by_its_field(client: FlaskClient) -> None:
    page = look(client, '{"@context": [], "type": "ObjectEvent"}')
    assert "This is no valid EPCIS 2.0." in page
    assert "/eventTime" in page or "/@context" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_every_language(client: FlaskClient, language: str) -> None:
    page = client.post(f"/tools?lang={language}", data={"text": "hello"}, headers=BROWSER).text
    assert f'<html lang="{language}"' in page
    assert ("This can&#39;t be read" in page) == (language == "en")


def test_markup_stays_text(client: FlaskClient) -> None:
    assert "<img" not in look(client, "<img src=x onerror=alert(1)>").replace("&lt;img", "")
    assert "<b>" not in look(client, "a<b>c")


def test_what_is_too_long_is_refused(client: FlaskClient) -> None:
    answer = client.post("/tools", data={"text": "x" * (toolbox.LARGEST + 1)}, headers=BROWSER)
    assert answer.status_code == 413
    assert client.post("/tools", data={"text": "x" * 3_000_000}, headers=BROWSER).status_code == 413


def test_nothing_is_stored(client: FlaskClient, house: House) -> None:
    client.post("/tools", data={"text": "", "do": "sample"})
    look(client, "/01/09521234000013/21/456")
    with house.db() as session:
        for table in (EpcisEvent, Passport):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_the_front_door_leads_there(client: FlaskClient) -> None:
    assert 'href="/tools"' in client.get("/", headers=BROWSER).text
    assert client.get("/tools", headers=BROWSER).status_code == 200
