"""The pages of quality: what failed comes first on the passport, and the forms do what the API does."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

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
WRONG: list[tuple[str, dict[str, str], str]] = [
    ("inspections", _SEEN | {"key": "x"}, "key"),
    ("inspections", _SEEN | {"values": "1,5"}, "measures/0/values"),
    ("inspections", _SEEN | {"sample": "²", "values": "1"}, "sample"),
    ("inspections", _SEEN | {"inspected_on": "soon"}, "inspected_on"),
    ("inspections", _SEEN | {"inspected_on": "2099-01-01", "result": "pass"}, "inspected_at"),
    ("certificates", {"key": "<script>", "name": "n", "issuer": "i"}, "key"),
    ("checks", {"kind": "inspection", "name": "n", "stage": "final", "gtin": "123"}, "gtin"),
    ("checks", {"kind": "magic", "name": "n", "gtin": GTIN}, "kind"),
    ("audits", {"partner": "none", "scheme": "s", "audited_on": "2026-01-01", "auditor": "a"}, "partner"),
    ("days", {"days": "0"}, "days"),
    ("days", {"days": "9999"}, "days"),
]


def test_a_wrong_form_names_its_field(people: dict[str, FlaskClient]) -> None:
    for act, fields, field in WRONG:
        said = post(people["owner"], act, 422, **fields)
        assert f"Please mend this field: {field}" in said, (act, fields)


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
