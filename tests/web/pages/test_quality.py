"""The pages of quality: what failed comes first on the passport, and the forms do what the API does."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from markupsafe import escape

from app.brands.sessions import open_session
from app.brands.tenants import brand_of
from app.db import reading
from app.house import House
from app.models.quality import ProofFile
from app.provenance import inspections
from app.provenance.inspections import Measure
from app.sealed import open_box
from app.web.pages import cache, customer
from tests.web.conftest import Clock, Company
from tests.web.pages.conftest import GTIN, KEY, publish

PDF = b"%PDF-1.7 certificate"


@pytest.fixture(autouse=True)
def fresh_pages() -> None:
    for shelf in (customer._standings, customer._pages):
        assert isinstance(shelf, cache.Shelf)
        shelf.clear()


@pytest.fixture
def people(app: APIFlask, house: House, ada: Company, cleo: Company) -> dict[str, FlaskClient]:
    """A browser for each of Ada's roles and for Cleo's owner, let in without the slow password."""
    browsers = {}
    for name, person in {**ada.people, "cleo": cleo.people["owner"]}.items():
        browsers[name] = app.test_client()
        with house.db.begin() as session:
            browsers[name].set_cookie("wayproof", open_session(session, person, {"csrf": "token"}, house.clock()))
    return browsers


def inspect(house: House, brand_id: str, **changes: Any) -> str:
    given: dict[str, Any] = {
        "identifier": KEY,
        "stage": "final",
        "name": "metals <b>",
        "inspector": "Lab & Co",
        "inspected_at": house.clock() - timedelta(days=1),
        "measures": [Measure("lead", ("0.4",), "mg/kg", 3, None, "0.1")],
    }
    with house.db.begin() as session:
        row = inspections.add(session, brand_of(session, brand_id), **(given | changes), now=house.clock())
        return row.id


def post(browser: FlaskClient, act: str, status: int = 303, **fields: Any) -> str:
    answer = browser.post(f"/quality/{act}", data=fields, headers={"X-CSRF-Token": "token"})
    assert answer.status_code == status, answer.text
    return answer.text


def test_a_failed_check_comes_first_and_a_correction_does_not_take_it_away(
    client: FlaskClient, house: House, ada: Company, tea: str
) -> None:
    failed = inspect(house, ada.brand_id)
    inspect(house, ada.brand_id, name="taste", measures=[], result="pass")
    publish(house, ada.brand_id)
    page = client.get(tea).text
    assert "A quality check has failed or is missing." in page
    assert page.index("metals &lt;b&gt;") < page.index("taste")
    assert "lead: 0.4 mg/kg · at most 0.1 · sample of 3" in page
    assert "by Lab &amp; Co" in page
    inspect(house, ada.brand_id, supersedes=failed, measures=[], result="pass")
    publish(house, ada.brand_id)
    customer._standings.clear()
    page = client.get(tea).text
    assert "Corrected later" in page
    assert "Failed" in page
    assert "This record is genuine and unchanged." in page


def test_the_page_of_quality_speaks_the_language_of_its_reader(
    people: dict[str, FlaskClient], house: House, ada: Company
) -> None:
    inspect(house, ada.brand_id)
    for language in ("zh", "ar", "de"):
        page = people["auditor"].get(f"/quality?lang={language}").text
        assert "Newest inspections" not in page
        assert "Lab &amp; Co" in page


def test_the_owner_requires_a_check_and_sees_what_lacks_it_until_it_is_recorded(
    people: dict[str, FlaskClient], client: FlaskClient, tea: str
) -> None:
    owner, lot = people["owner"], f"/01/{GTIN}/10/L9"
    post(owner, "checks", kind="inspection", name="metals", stage="final", gtin=GTIN, max_age_days="90")
    post(people["warehouse"], "inspections", key=lot, stage="final", name="metals", inspector="Lab",
         values="0.5 0.2", high="0.3", measure="lead", inspected_on="2026-03-01",
         **{"values.3": "4.1", "measure.3": "moisture", "unit.3": "%"})  # fmt: skip
    page = owner.get("/quality?lang=en").text
    assert "lead: 0.5, 0.2" in page
    assert "moisture: 4.1 %" in page
    assert "Lots that may not be packed" in page
    assert "Failed" in page
    assert lot in page
    assert (
        "A quality check has failed or is missing." in client.get(lot).text or "on its way" in client.get(lot).text
    )
    check = re.search(r'name="check" value="(\w+)"', page)
    assert check
    post(people["owner"], "end", check=check[1])
    assert "No lot lacks a required check." in owner.get("/quality").text


def test_a_file_is_hashed_and_kept_only_where_the_owner_wants_it(
    people: dict[str, FlaskClient], house: House, ada: Company, client: FlaskClient, tea: str
) -> None:
    owner = people["owner"]

    def add(data: bytes, **fields: str) -> None:
        given = {"key": tea, "name": "Organic", "issuer": "Body", "valid_until": "2026-03-20"}
        post(owner, "certificates", **given, **fields, file=(io.BytesIO(data), "../../x.pdf"))

    add(b"anything")
    with reading(house.db) as session:
        assert session.query(ProofFile).count() == 0
    add(PDF, keep="1")
    with reading(house.db) as session:
        (row,) = session.query(ProofFile).all()
        assert PDF not in row.sealed
        assert open_box(house.keys).open(row.sealed) == PDF
    answer = owner.get(f"/quality/files/{row.sha256}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert people["cleo"].get(f"/quality/files/{row.sha256}").status_code == 404
    assert row.sha256 in client.get(tea).text
    refused = post(owner, "certificates", 422, key=tea, name="Organic", issuer="Body", keep="1",
                   file=(io.BytesIO(b"<script>alert(1)</script>"), "x.pdf"))  # fmt: skip
    assert "only the hash is taken" in refused


def test_an_expired_certificate_says_so(
    people: dict[str, FlaskClient], client: FlaskClient, clock: Clock, tea: str
) -> None:
    post(people["owner"], "certificates", key=tea, name="Organic", issuer="Body", valid_until="2026-03-20")
    assert "valid until" in client.get(tea).text
    assert "Organic" in people["owner"].get("/quality").text
    clock.passes(days=30)
    fresh = client.get(tea + "?lang=en").text
    assert "Expired on" in fresh


_SEEN = {"key": KEY, "stage": "final", "name": "n", "inspector": "i"}
_AUDIT = {"scheme": "SMETA", "audited_on": "2026-01-01", "auditor": "a", "result": "pass"}
WRONG: list[tuple[str, dict[str, str], str, str]] = [
    ("inspections", _SEEN | {"key": "x"}, "key", "Product, lot or item"),
    ("inspections", _SEEN | {"stage": "late"}, "stage", "Stage"),
    ("inspections", _SEEN | {"values": "1,5"}, "values", "Values, with blanks between them"),
    ("inspections", _SEEN | {"unit.2": "%"}, "values.2", "Values, with blanks between them"),
    ("inspections", _SEEN | {"values": "1", "values.4": "2", "low.4": "x"}, "low.4", "Lower limit"),
    ("inspections", _SEEN | {"values.5": "1", "measure.5": "x" * 121}, "measure.5", "What was measured"),
    ("inspections", _SEEN | {"sample": "²", "values": "1"}, "sample", "Size of the sample"),
    ("inspections", _SEEN | {"inspected_on": "soon"}, "inspected_on", "Day"),
    ("inspections", _SEEN | {"inspected_on": "2026-03-01T09"}, "inspected_on", "Day"),
    ("inspections", _SEEN | {"inspected_on": "2099-01-01", "result": "pass"}, "inspected_on", "Day"),
    ("certificates", {"key": "<script>", "name": "n", "issuer": "i"}, "key", "Product, lot, item or site"),
    ("checks", {"kind": "inspection", "name": "n", "stage": "final", "gtin": "123"}, "gtin", "its GTIN"),
    ("checks", {"kind": "magic", "name": "n", "gtin": GTIN}, "kind", "Kind"),
    ("audits", _AUDIT | {"partner": "none"}, "partner", "Supplier"),
    ("days", {"days": "0"}, "days", "Warn so many days before"),
    ("days", {"days": "9999"}, "days", "Warn so many days before"),
]


def test_a_wrong_form_marks_its_field_by_its_label_and_keeps_what_was_typed(
    people: dict[str, FlaskClient],
) -> None:
    for act, fields, field, label in WRONG:
        said = post(people["owner"], f"{act}?lang=en", 422, **fields)
        assert re.search(rf"Please mend this field: [^<]*{label}", said), (act, fields)
        place = said.index('aria-invalid="true"')
        assert said.index(f'id="{act}-{field}"') < place < said.index('<p class="bad small" id="refused">'), act
        assert said.count('aria-invalid="true"') == 1
        assert f'href="#{act}-{field}"' in said
        for name, text in fields.items():
            if (act, name) in (("inspections", "stage"), ("checks", "kind"), ("audits", "partner")):
                continue  # a choice that is none
            assert re.search(rf'name="{re.escape(name)}"[^>]*value="{re.escape(str(escape(text)))}"', said) or (
                f'<option value="{text}" selected>' in said
            ), (act, name)


def test_a_refused_form_says_that_its_file_must_be_chosen_again(
    people: dict[str, FlaskClient], ada: Company
) -> None:
    fields = _AUDIT | {"partner": ada.partner_id, "critical": "1", "keep": "1"}
    said = post(people["owner"], "audits?lang=en", 422, **fields, file=(io.BytesIO(PDF), "x.pdf"))
    assert "Choose the file again" in said
    assert "is pass, but there is a critical finding" in said
    assert re.search(r'name="keep" value="1" checked', said)
    arabic = post(people["owner"], "audits?lang=ar", 422, **fields)
    assert "critical finding" not in arabic
    assert "Choose the file again" not in arabic


def test_a_second_correction_is_refused_beside_its_number(
    people: dict[str, FlaskClient], house: House, ada: Company
) -> None:
    first = inspect(house, ada.brand_id)
    inspect(house, ada.brand_id, supersedes=first)
    fields = _SEEN | {"key": KEY, "name": "metals <b>", "result": "pass", "supersedes": first}
    said = post(people["warehouse"], "inspections?lang=en", 422, **fields)
    assert "has a correction already; correct that one" in said
    assert 'aria-invalid="true"' in said


def test_a_supplier_page_is_public_and_keeps_its_name_until_the_owner_shows_it(
    people: dict[str, FlaskClient], client: FlaskClient, ada: Company
) -> None:
    path = f"/suppliers/{ada.partner_id}"
    assert client.get(path).status_code == 404
    site = "/414/9521234000006"
    audit = {"partner": ada.partner_id, "scheme": "SMETA", "audited_on": "2026-01-10", "result": "pass"}
    post(people["owner"], "audits", **audit, auditor="SGS", site=site, minor="3")
    page = client.get(path).text
    assert "Farm" not in page
    assert "9521234000006" not in page
    assert "Findings: 0 critical, 0 major, 3 minor" in page
    post(people["owner"], "suppliers", partner=ada.partner_id, named="1")
    page = client.get(path).text
    assert "Farm" in page
    link = re.search(rf'"({path}/sites/\w+)', page)
    assert link
    assert "9521234000006" in client.get(link[1]).text
    assert client.get(f"{path}/sites/none").status_code == 404
