"""Tables and traces as Ada's people use them: a file in, a workbook out, the way of a lot, who may see what."""

import io
import re

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from app.brands.sessions import open_session
from app.house import House
from app.intake import tables
from app.provenance import workbooks
from tests.app.provenance.test_fsma import CASED, PALLET, RAW, pack, some, transform
from tests.web.conftest import Company

RAW_KEY, CASE_KEY, PALLET_KEY = (each.removeprefix("https://id.gs1.org") for each in (RAW, CASED, PALLET))
PLACES = "key,name\n/414/9521234000303,=Roastery\n/414/9521234000006,Field\n"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def owner(people: dict[str, FlaskClient]) -> FlaskClient:
    return people["owner"]


def fields(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that posts there."""
    form = page.partition(f'action="{action}')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def sent(client: FlaskClient, kind: str, text: str) -> str:
    """Upload a table; where its page is."""
    given = {**fields(client.get("/tables").text, "/tables"), "kind": kind}
    answer = client.post("/tables", data={**given, "file": (io.BytesIO(text.encode()), "places.csv")})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_a_file_is_judged_comes_in_and_comes_out_again_as_both_kinds(house: House, owner: FlaskClient) -> None:
    where = sent(owner, "locations", PLACES + "/414/9521234000303,Twice\n")
    assert "The file is being checked." in owner.get(f"{where}?lang=en").text
    tables.work_due(house)
    judged = owner.get(f"{where}?lang=en").text
    assert "This is what it would change." in judged
    assert "an earlier row is about the same" in judged
    assert owner.get("/tables/export/locations.csv").text.count("\r\n") == 1
    assert owner.post(f"{where}/go", data=fields(judged, f"{where}/go")).status_code == 303
    tables.work_due(house)
    assert "The rows are in." in owner.get(f"{where}?lang=en").text
    out = owner.get("/tables/export/locations.csv").text
    assert ",'=Roastery," in out
    again = sent(owner, "locations", out)
    tables.work_due(house)
    assert "Nothing in it is new." in owner.get(f"{again}?lang=en").text
    form = fields(owner.get("/tables").text, "/tables/export/locations")
    book = owner.post("/tables/export/locations", data=form).headers["Location"]
    assert "It is being written." in owner.get(f"{book}?lang=en").text
    assert owner.get(f"{book}/file.xlsx").status_code == 404
    workbooks.make_due(house)
    assert "It is ready." in owner.get(f"{book}?lang=en").text
    cells = load_workbook(io.BytesIO(owner.get(f"{book}/file.xlsx").data)).active
    assert [row[1].value for row in cells.iter_rows(min_row=2)] == ["Field", "'=Roastery"]


def test_a_bad_row_says_its_column_its_value_and_the_remedy_in_the_readers_language(
    house: House, owner: FlaskClient
) -> None:
    where = sent(owner, "lots", "gtin,lot,best_before\n09521234000013,L1,<b>soon</b>\n")
    tables.work_due(house)
    judged = owner.get(f"{where}?lang=de").text
    assert "muss ein Tag wie 2026-03-31 sein" in judged
    assert "<bdi>&lt;b&gt;soon&lt;/b&gt;</bdi>" in judged
    assert "best_before" in judged


def test_a_stopped_file_and_a_missing_one_say_so(house: House, owner: FlaskClient) -> None:
    where = sent(owner, "locations", PLACES)
    assert owner.post(f"{where}/cancel", data=fields(owner.get(where).text, f"{where}/cancel")).status_code == 303
    assert tables.work_due(house) == 0
    assert "Stopped." in owner.get(f"{where}?lang=en").text
    empty = {**fields(owner.get("/tables").text, "/tables"), "kind": "locations"}
    assert owner.post("/tables", data=empty).status_code == 422


def test_a_way_is_shown_drawn_listed_and_taken_out_as_the_reader_may_see_it(
    app: APIFlask, house: House, ada: Company, people: dict[str, FlaskClient]
) -> None:
    with app.test_client() as client:
        for event, bearer in (
            (transform("08:00", inputQuantityList=some(RAW, 250, "KGM")), ada.bearer),
            (pack("09:00", PALLET, childQuantityList=some(CASED)), ada.partners_bearer),
        ):
            assert client.post("/epcis/events", data=event, headers={**bearer, **JSON}).status_code == 201
        body = {"order": {"number": "A-7", "customer": {"name": "Ben", "email": "ben@example.com"}}}
        client.post("/api/v1/shipments", json={**body, "items": [PALLET_KEY]}, headers=ada.bearer)
    asked = {"q": f"(01){RAW_KEY[4:18]}(10)RAW-1", "lang": "en"}
    seen = people["support"].get("/trace", query_string=asked).text
    assert "<svg" in seen
    assert CASE_KEY in seen
    assert PALLET_KEY in seen
    assert "250 KGM" in seen
    assert "A-7" in seen
    theirs = people["warehouse"].get("/trace", query_string=asked).text
    assert "<dt>Customers</dt><dd>1</dd>" in theirs
    assert "A-7" not in theirs
    partner = app.test_client()
    with house.db.begin() as session:
        partner.set_cookie("wayproof", open_session(session, ada.people["partner"], {"csrf": "t"}, house.clock()))
    assert "names no such thing" in partner.get("/trace", query_string=asked).text
    mine = partner.get("/trace", query_string={"q": CASE_KEY, "lang": "en"}).text
    assert PALLET_KEY in mine
    assert RAW_KEY not in mine
    assert "A-7" not in mine
    assert partner.get("/trace.csv", query_string={"key": RAW_KEY}).status_code == 404
    up = people["support"].get("/trace", query_string={"q": CASE_KEY, "direction": "up", "lang": "en"}).text
    assert RAW_KEY in up
    for kind, column in (("trace", "from"), ("fsma", "cte")):
        form = {**fields(seen, "/trace/workbook"), "kind": kind}
        book = people["support"].post("/trace/workbook", data={**form, "_key": kind}).headers["Location"]
        workbooks.make_due(house)
        assert people["warehouse"].get(book.partition("?")[0]).status_code == 404
        file = people["support"].get(f"{book.partition('?')[0]}/file.xlsx")
        assert load_workbook(io.BytesIO(file.data)).active["A1"].value == column
