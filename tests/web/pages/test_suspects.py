"""A suspected fake: reported by anybody, seen whole by the desk, and told on in a file that checks by itself."""

import io
import json
from pathlib import Path

import pytest
from apiflask import APIFlask
from click.testing import CliRunner
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.commands.verifying import verify
from app.db import reading
from app.entries import EntryType
from app.house import House
from app.models.scanning import FakeReport, ScanWeek
from app.models.shipments import Case
from app.retention import forget_due
from app.scanning import store
from app.scanning.buffer import Opening, hour_of
from app.support import cases
from app.suspects import judge, reports
from app.web.pages.reporting import A_NEIGHBOURHOOD_AN_HOUR
from ledger.tables import Entry
from tests.web.conftest import Clock, Company
from tests.web.pages.conftest import GTIN, KEY, publish

UNKNOWN = f"/01/{GTIN}/21/NOBODY"
SECRET = "I bought it from Ben Carrow"


def jpeg() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "Prinsengracht 1"
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(out, "JPEG", exif=exif.tobytes())
    return out.getvalue()


def report(client: FlaskClient, key: str = KEY, photo: bytes | None = None, **form: str) -> TestResponse:
    data: dict[str, object] = {"key": key, "seller": "marketplace", "wrong": "packaging", **form}
    if photo is not None:
        data["photo"] = (io.BytesIO(photo), "../../etc/passwd.php")
    return client.post("/report", data=data, content_type="multipart/form-data")


def the_case(house: House) -> Case:
    with reading(house.db) as session:
        return session.scalars(select(Case)).one()


@pytest.mark.parametrize("key", [KEY, UNKNOWN])
def test_anybody_reports_without_an_account_and_hears_that_it_came(
    client: FlaskClient, house: House, tea: str, key: str
) -> None:
    assert f"/report?key={key.replace('/', '%2F').replace('%2F42', '%252F42')}" in client.get(key).text
    page = client.get("/report", query_string={"key": key})
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert "<script" not in page.text.partition("<main")[2]
    answer = report(client, key, jpeg(), country="NL", words=SECRET, email="ben@example.org")
    assert answer.status_code == 303
    assert SECRET.split()[0] not in answer.headers["Location"]
    assert "ben" not in answer.headers["Location"].lower().replace("nobody", "")
    assert "Your report has arrived." in client.get(answer.headers["Location"]).text
    assert the_case(house).facts == {"key": key, "signals": ["reported"]}


def test_what_could_be_personal_is_sealed_and_in_no_entry(
    client: FlaskClient, house: House, ada: Company, tea: str
) -> None:
    report(client, KEY, jpeg(), words=SECRET, email="ben@example.org", country="NL")
    publish(house, ada.brand_id)
    with reading(house.db) as session:
        row = session.scalars(select(FakeReport)).one()
        entries = b"".join(session.scalars(select(Entry.envelope)))
        for sealed in (row.words, row.email, row.photo):
            assert sealed is not None
            assert b"Ben" not in sealed
            assert b"JFIF" not in sealed
    assert EntryType.FAKE_REPORTED.encode() in entries
    assert row.photo_sha256.encode() in entries
    for personal in (b"Ben", b"ben@", b"Prinsengracht", b"passwd"):
        assert personal not in entries


# A form, a photo, and what the page says of them.
REFUSED: tuple[tuple[dict[str, str], bytes | None, str], ...] = (
    ({"seller": "thief"}, None, "choose one of the answers"),
    ({"wrong": ""}, None, "choose one of the answers"),
    ({"country": "ZZ"}, None, "choose one of the answers"),
    ({"email": "ben@"}, None, "no mail address"),
    ({"words": "x" * 1001}, None, "at most 1,000 characters"),
    ({}, b"<svg onload=alert(1)>", "Send a JPEG, PNG or WebP"),
    ({}, b"\xff\xd8\xff<?php echo 1;", "damaged or not what it says it is"),
    ({}, b"", "The photo is empty"),
    ({}, b"\xff\xd8\xff" + bytes(8_000_000), "larger than 8 MB"),
)


def test_what_cannot_be_taken_is_refused_with_the_form_as_it_was(
    client: FlaskClient, house: House, tea: str
) -> None:
    for form, photo, says in REFUSED:
        answer = report(client, KEY, photo, **{"words": "torn label", **form})
        assert answer.status_code == 422, says
        assert says in answer.text
        assert 'aria-describedby="refused"' in answer.text
        assert form.get("words", "torn label") in answer.text
    with reading(house.db) as session:
        assert session.scalars(select(FakeReport)).all() == []


def test_only_an_item_of_a_known_product_can_be_reported(client: FlaskClient, tea: str) -> None:
    for key in ("", f"/01/{GTIN}", "urn:x:1", "x" * 500):
        assert client.get("/report", query_string={"key": key}).status_code == 400, key
        assert report(client, key).status_code == 400, key
    key = "/01/09521234000013/21/X"
    assert client.get("/report", query_string={"key": key}).status_code == 404
    assert report(client, key).status_code == 404


def test_one_neighbourhood_reports_so_often_and_the_same_form_twice_is_one_report(
    client: FlaskClient, house: House, tea: str
) -> None:
    for _ in range(3):
        assert report(client, _key="the-same-form").status_code == 303
    for _ in range(A_NEIGHBOURHOOD_AN_HOUR - 1):
        assert report(client).status_code == 303
    refused = report(client)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    with reading(house.db) as session:
        assert len(session.scalars(select(FakeReport)).all()) == A_NEIGHBOURHOOD_AN_HOUR


def test_a_report_alone_shows_on_no_page(client: FlaskClient, house: House, tea: str) -> None:
    report(client)
    assert "may have been copied" not in client.get(KEY).text


def copied(house: House, brand_id: str, *keys: str) -> None:
    """Opened on two continents within an hour, and judged."""
    hour = hour_of(house.clock())
    for key in keys or (KEY,):
        store.write(house.db, {Opening(brand_id, key, hour, country): 2 for country in ("DE", "BR")})
    judge.judge_due(house.db, house.clock())


def test_the_desk_sees_openings_clusters_custody_and_reports(
    client: FlaskClient, people: dict[str, FlaskClient], house: House, ada: Company, tea: str
) -> None:
    copied(house, ada.brand_id, KEY, UNKNOWN)
    report(client, KEY, jpeg(), words=SECRET, country="NL")
    with reading(house.db) as session:
        case = next(row for row in session.scalars(select(Case)) if row.facts["key"] == KEY)
    page = people["support"].get(f"/desk/cases/{case.id}").text
    assert "A suspected copy" in page
    assert "from Germany to Brazil" in page or "from Brazil to Germany" in page
    assert "None of this is proof." in page
    assert "Received" in page  # the last event of the way before the first signal
    assert "<td>Brazil</td>" in page
    assert "2 Mar 2026" in page or "2 March 2026" in page
    assert "1 report" in page
    assert SECRET not in page
    assert page.count("<td>Germany</td>") == 2  # its own openings, and all items with signals
    assert '<td class="num">2</td>' in page  # of which there are two
    assert "A suspected copy" in people["support"].get("/desk").text
    assert people["cleo"].get(f"/desk/cases/{case.id}").status_code == 404


def test_the_photo_is_a_file_to_keep_and_each_look_is_an_entry(
    client: FlaskClient, people: dict[str, FlaskClient], house: House, ada: Company, tea: str
) -> None:
    report(client, KEY, jpeg(), words=SECRET, email="ben@example.org")
    with reading(house.db) as session:
        row = session.scalars(select(FakeReport)).one()
    form = {"csrf_token": token(people["support"])}
    photo = people["support"].post(f"/desk/reports/{row.id}/photo", data=form)
    assert photo.status_code == 200
    assert Image.open(io.BytesIO(photo.data)).size == (30, 20)
    assert b"Prinsengracht" not in photo.data
    assert photo.headers["Content-Disposition"] == f'attachment; filename="report-{row.id}.jpg"'
    assert photo.headers["X-Content-Type-Options"] == "nosniff"
    assert photo.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    read = people["support"].post(f"/desk/reports/{row.id}/read", data=form)
    assert SECRET in read.text
    assert "ben@example.org" in read.text
    other = people["cleo"].post(f"/desk/reports/{row.id}/photo", data={"csrf_token": token(people["cleo"])})
    assert other.status_code == 404
    publish(house, ada.brand_id)
    with reading(house.db) as session:
        looks = [data for data in session.scalars(select(Entry.envelope)) if b"support:personal:revealed" in data]
    assert len(looks) == 2


def token(browser: FlaskClient) -> str:
    page = browser.get("/desk").text
    return str(page.partition('name="csrf_token" value="')[2].partition('"')[0])


def test_what_was_sent_is_forgotten_a_month_after_the_case(
    client: FlaskClient, house: House, ada: Company, tea: str, clock: Clock
) -> None:
    report(client, KEY, jpeg(), words=SECRET, email="ben@example.org")
    with house.db.begin() as session:
        cases.close(session, brand_id=ada.brand_id, case_id=the_case(house).id, person_id="p", now=clock())
    clock.passes(days=29)
    forget_due(house, "test")
    clock.passes(days=2)
    with reading(house.db) as session:
        assert session.scalars(select(FakeReport)).one().photo is not None
    forget_due(house, "test")
    with reading(house.db) as session:
        row = session.scalars(select(FakeReport)).one()
    assert (row.photo, row.words, row.email) == (None, None, None)
    assert row.photo_sha256  # what the entry says stays


@pytest.fixture
def evidence(
    client: FlaskClient, people: dict[str, FlaskClient], house: House, ada: Company, tea: str, tmp_path: Path
) -> Path:
    """The evidence of a case as the desk downloads it."""
    copied(house, ada.brand_id)
    report(client, KEY, jpeg(), words=SECRET, email="ben@example.org", country="NL")
    path = f"/desk/cases/{the_case(house).id}/evidence.json"
    assert people["auditor"].get(path).status_code == 409  # nothing of it is signed yet
    publish(house, ada.brand_id)
    answer = people["auditor"].get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert people["cleo"].get(path).status_code == 404
    file = tmp_path / "evidence.json"
    file.write_bytes(answer.data)
    return file


def test_the_evidence_checks_offline_and_names_no_reader(evidence: Path) -> None:
    said = CliRunner().invoke(verify, [str(evidence)])
    assert said.exit_code == 0, said.output
    assert said.output.startswith("evidence: valid (case ")
    assert "included: valid" in said.output
    told = json.loads(evidence.read_bytes())
    assert {each["what"] for each in told["evidence"]["entries"]} == {"case", "signal", "report", "custody"}
    assert told["evidence"]["custody"]["biz_step"] == "receiving"
    assert {each["country"] for each in told["evidence"]["openings"]} == {"DE", "BR"}
    assert "ben" not in evidence.read_text().lower()
    pinned = CliRunner().invoke(verify, [str(evidence), "--key", told["log"]["vkey"]])
    assert pinned.exit_code == 0
    assert "pinned: the key" in pinned.output


def test_evidence_that_was_changed_anywhere_is_refused(evidence: Path) -> None:
    def openings(told: dict) -> None:  # type: ignore[type-arg]
        told["evidence"]["openings"][0]["country"] = "FR"

    def custody(told: dict) -> None:  # type: ignore[type-arg]
        told["evidence"]["custody"]["partner"] = "Somebody else"

    def entry(told: dict) -> None:  # type: ignore[type-arg]
        told["evidence"]["entries"][0]["says"]["kind"] = "recall"

    def lacks(told: dict) -> None:  # type: ignore[type-arg]
        told["proofs"].pop()

    def note(told: dict) -> None:  # type: ignore[type-arg]
        told["note"] = told["note"].replace("\n\n", "\n\n\n")

    def part(told: dict) -> None:  # type: ignore[type-arg]
        told["more"] = 1

    def proofs(told: dict) -> None:  # type: ignore[type-arg]
        told["proofs"] = [{"format": "wayproof-proof/1"}]

    for change in (openings, custody, entry, lacks, note, part, proofs):
        told = json.loads(evidence.read_bytes())
        change(told)
        changed = evidence.with_name(f"{change.__name__}.json")
        changed.write_text(json.dumps(told))
        said = CliRunner().invoke(verify, [str(changed)])
        assert said.exit_code == 1, (change.__name__, said.output)
    other = "wayproof/other+2f5d3a11+AAAA"
    assert CliRunner().invoke(verify, [str(evidence), "--key", other]).exit_code != 0


def test_the_owner_sees_openings_by_product_country_and_week_and_small_numbers_are_hidden(
    people: dict[str, FlaskClient], house: House, ada: Company, tea: str
) -> None:
    assert "Nobody has opened a page yet" in people["owner"].get("/scans").text
    hour = hour_of(house.clock())
    store.write(house.db, {Opening(ada.brand_id, KEY, hour, "DE"): 12, Opening(ada.brand_id, KEY, hour, "BR"): 4})
    page = people["owner"].get("/scans").text
    assert ">12<" in page.replace("<bdi>", ">").replace("</bdi>", "<").replace(">>", ">").replace("<<", "<")
    assert "&lt;5" in page
    assert ">4<" not in page
    assert "Nobody is tracked" in page
    assert "Germany" not in people["cleo"].get("/scans").text


def test_a_program_reads_the_weeks_page_by_page(client: FlaskClient, house: House, ada: Company, tea: str) -> None:
    hour = hour_of(house.clock())
    for country, count in (("DE", 12), ("BR", 4), ("", 7)):
        store.write(house.db, {Opening(ada.brand_id, KEY, hour, country): count})
    found, path = [], "/api/v1/scans?limit=1&gtin=" + GTIN
    while path:
        answer = client.get(path, headers=ada.bearer)
        assert answer.status_code == 200, answer.text
        found += answer.get_json()["weeks"]
        path = answer.headers.get("Link", "").partition("<http://localhost")[2].partition(">")[0]
    assert [(row["country"], row["openings"], row["fewer_than"]) for row in found] == [
        (None, 7, None),
        ("BR", None, 5),
        ("DE", 12, None),
    ]
    assert {row["week"] for row in found} == {"2026-03-02"}
    for wrong in ("after=x", "since=yesterday", "gtin=1", "after=_2026-99-99_DE"):
        assert client.get(f"/api/v1/scans?{wrong}", headers=ada.bearer).status_code == 422


def test_a_flood_of_openings_is_one_row_an_hour(house: House, ada: Company, app: APIFlask, tea: str) -> None:
    with app.test_client() as client:
        for _ in range(50):
            client.get(KEY)
    from app.web import scanning

    assert scanning.write(app) == 1
    with reading(house.db) as session:
        assert session.scalars(select(ScanWeek.count)).all() == [50]
    assert reports.LONGEST_WORDS
