"""What an opened passport leaves behind, over real requests; and the calm line on the page of a suspected copy."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import reading
from app.house import House
from app.models.scanning import ScanHour, ScannedItem
from app.models.shipments import Case
from app.scanning import store
from app.scanning.buffer import Opening, hour_of
from app.settings import Settings
from app.support import cases
from app.suspects import judge
from app.web import scanning
from app.web.build import create_app
from app.web.pages import customer, shared
from tests.support.taps import tap
from tests.web.conftest import Clock, Company
from tests.web.pages.conftest import GTIN, KEY, capture, event

BROWSER = {"Accept": "text/html"}
MASTER = "ab" * 16


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    customer._pages.clear()
    customer._standings.clear()
    shared.forget()


def counted(app: APIFlask, house: House) -> dict[tuple[str, str, bool, str], int]:
    """What stands in the database after the buffer was written."""
    scanning.write(app)
    asked = select(ScanHour.key, ScanHour.country, ScanHour.by_reader, ScanHour.verdict, ScanHour.count)
    with reading(house.db) as session:
        return {(row[0], row[1], row[2], row[3]): row[4] for row in session.execute(asked)}


def test_an_opening_is_counted_once_from_the_cache_or_not(
    app: APIFlask, client: FlaskClient, house: House, tea: str
) -> None:
    for _ in range(3):
        assert client.get(tea, headers=BROWSER).status_code == 200
    etag = client.get(tea, headers=BROWSER).headers["ETag"]
    assert client.get(tea, headers={**BROWSER, "If-None-Match": etag}).status_code == 304
    assert counted(app, house) == {(KEY, "", False, ""): 5}


def test_who_does_not_look_is_not_counted(app: APIFlask, client: FlaskClient, house: House, tea: str) -> None:
    for name, ahead in (("Purpose", "prefetch"), ("Sec-Purpose", "prefetch;prerender"), ("X-Purpose", "preview")):
        client.get(tea, headers={**BROWSER, name: ahead})
    client.head(tea)
    client.options(tea)
    client.get(f"{tea}?linkType=linkset")
    client.get(tea, headers={"Accept": "application/linkset+json"})
    assert counted(app, house) == {}


def test_a_country_is_believed_of_the_operators_proxy_alone(
    app: APIFlask, client: FlaskClient, house: House, tea: str
) -> None:
    client.get(tea, headers={**BROWSER, "CF-IPCountry": "BR"})  # nobody said that this header may be believed
    client.get(f"{tea}?country=de", headers=BROWSER)
    client.get(f"{tea}?country=<script>", headers=BROWSER)
    assert counted(app, house) == {(KEY, "", False, ""): 2, (KEY, "DE", True, ""): 1}


def test_the_operators_proxy_is_believed_where_its_header_is_named(house: House, tea: str) -> None:
    settings = Settings(home=house.settings.home, country_header="CF-IPCountry", demo=False)
    app = create_app(House(settings, house.db, house.clock, house.keys))
    with app.test_client() as client:
        for told in ("BR", "br", "XX", "T1", "BR, DE", "", "B" * 4000):
            client.get(tea, headers={**BROWSER, "CF-IPCountry": told})
    assert counted(app, house) == {(KEY, "BR", False, ""): 2, (KEY, "", False, ""): 5}


def test_an_unknown_serial_of_a_known_product_is_counted_and_nothing_else_unknown_is(
    app: APIFlask, client: FlaskClient, house: House, tea: str
) -> None:
    for path in (f"/01/{GTIN}/21/NOBODY", "/01/09521234000013/21/X", "/id?uri=urn:x:1"):
        assert client.get(path, headers=BROWSER).status_code == 404
    assert counted(app, house) == {(f"/01/{GTIN}/21/NOBODY", "", False, ""): 1}


def test_a_tap_is_counted_with_its_verdict(
    app: APIFlask, client: FlaskClient, house: House, ada: Company, tea: str
) -> None:
    body = {"gtin": GTIN, "scheme": "shared", "meta_key": MASTER}
    assert client.post("/api/v1/nfc/profiles", json=body, headers=ada.bearer).status_code == 201
    query = tap(bytes.fromhex(MASTER), bytes.fromhex(MASTER), bytes.fromhex("04DE5F1EACC040"), 5)
    for _ in range(2):
        assert client.get(f"{tea}?{query}", headers=BROWSER).status_code == 200
    assert counted(app, house) == {(KEY, "", False, "genuine"): 1, (KEY, "", False, "replayed"): 1}


def test_what_cannot_be_written_costs_no_reader_the_page(
    app: APIFlask, client: FlaskClient, house: House, tea: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError("the disk is full")

    client.get(tea, headers=BROWSER)
    with monkeypatch.context() as broken:
        broken.setattr(store, "write", fails)
        scanning.write(app)
    assert client.get(tea, headers=BROWSER).status_code == 200
    assert counted(app, house) == {(KEY, "", False, ""): 1}


def test_a_suspected_copy_says_one_calm_line_until_its_case_is_closed(
    client: FlaskClient, house: House, ada: Company, tea: str, clock: Clock
) -> None:
    assert "may have been copied" not in client.get(tea, headers=BROWSER).text
    hour = hour_of(house.clock())
    store.write(house.db, {Opening(ada.brand_id, KEY, hour, country): 1 for country in ("DE", "BR")})
    assert judge.judge_due(house.db, house.clock()) == 1
    customer._standings.clear()
    page = client.get(tea, headers=BROWSER).text
    assert "The code of this item may have been copied." in page
    assert "There can be harmless reasons" in page
    for accusing in ("fake", "counterfeit", "forged", "Brazil"):
        assert accusing not in page.partition("<dl")[0]
    assert "可能被复制过" in client.get(f"{tea}?lang=zh", headers=BROWSER).text
    with house.db.begin() as session:
        (case,) = session.scalars(select(Case)).all()
        cases.close(session, brand_id=ada.brand_id, case_id=case.id, person_id="p", now=house.clock())
    customer._pages.clear()
    assert "may have been copied" not in client.get(tea, headers=BROWSER).text


def test_a_retired_item_says_so_at_once(client: FlaskClient, house: House, ada: Company, tea: str) -> None:
    capture(
        house, ada.brand_id, event("destroying", "2026-03-01T12:00:00+01:00", "+01:00", disposition="destroyed")
    )
    page = client.get(tea, headers=BROWSER).text
    assert "This item was recorded as taken out of use." in page
    assert "ask the seller or the brand" in page


def test_nothing_of_who_opened_it_is_kept(app: APIFlask, client: FlaskClient, house: House, tea: str) -> None:
    told = {"User-Agent": "Bens-Phone/1", "X-Forwarded-For": "203.0.113.9", "Cookie": "id=ben"}
    answer = client.get(tea, headers={**BROWSER, **told})
    assert "Set-Cookie" not in answer.headers
    scanning.write(app)
    with reading(house.db) as session:
        rows = [*session.execute(select(ScanHour.__table__)), *session.execute(select(ScannedItem.__table__))]
    assert rows
    assert not any(word in repr(rows) for word in ("Bens-Phone", "203.0.113", "127.0.0.1", "id=ben"))
