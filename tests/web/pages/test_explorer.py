"""The public explorer: a stranger walks a brand's log, follows an entry to the root, and sees nothing private."""

import json
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, text, update

from app.brands.tenants import brand_of, signer_of
from app.entry_fields import FIELDS
from app.explorer import browse
from app.explorer.public import PUBLIC, SHOW_NOTHING
from app.house import House
from app.models.brands import Brand
from app.web.pages import explorer, explorer_view
from ledger.browse import entries, way_up
from ledger.erasure import ERASED, write_body
from ledger.examine import examine
from ledger.log import accept
from ledger.tables import Erasure, FieldOpening
from tests.web.conftest import Company
from tests.web.pages.conftest import KEY, publish


@pytest.fixture(autouse=True)
def _empty_shelf() -> None:
    explorer._pages.clear()


@pytest.fixture
def log(house: House, ada: Company) -> str:
    """The address of Ada's log."""
    with house.db() as session:
        return f"/log/{brand_of(session, ada.brand_id).log_key}"


def read(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == status, answer.text
    return str(answer.text)


def index_of(client: FlaskClient, log: str, title: str) -> int:
    """The index of the newest entry of this title in the list."""
    found = re.search(rf"/entry/(\d+)\">[^<]*· {title}", read(client, log))
    assert found, title
    return int(found[1])


def test_a_log_says_what_it_is_and_lists_its_newest_entries(client: FlaskClient, tea: str, log: str) -> None:
    page = read(client, log)
    assert "The public log of Ada" in page
    assert "wayproof" in page
    assert re.search(r'<bdi class="code" dir="ltr">([a-z2-7]{4} ){4}[a-z2-7]{4}</bdi>', page)  # the pin
    assert page.index("Received") < page.index("Shipped") < page.index("Made and given its identity")
    assert "No witness has signed this state" in page
    assert "No fingerprint has been put on a chain." in page


def test_an_entry_tells_its_public_facts_and_leads_to_the_signed_root(
    client: FlaskClient, tea: str, log: str
) -> None:
    index = index_of(client, log, "Shipped")
    page = read(client, f"{log}/entry/{index}")
    assert "This entry leads to the signed root." in page
    assert "Shipped" in page
    assert "in transit" in page
    assert KEY in page
    assert "22 Feb 2026, 03:24 UTC" in page
    assert "The root that was signed for" in page


def test_the_proof_file_of_an_entry_verifies_offline_and_opens_only_what_is_public(
    house: House, client: FlaskClient, tea: str, log: str, ada: Company
) -> None:
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        values = {
            "public:document": b'{"type":"ObjectEvent"}',
            "commercial:document": b'{"price":"12.40"}',
            "personal:document": b'{"driver":"Ben Carrow"}',
        }
        body = {"biz_step": "loading", "keys": {"epc": [KEY]}, "event_type": "ObjectEvent"}
        accept(session, brand.log_id, "epcis:event:captured", body, now=house.clock(), openings=values)
    publish(house, ada.brand_id)
    index = index_of(client, log, "Loaded")
    page = read(client, f"{log}/entry/{index}")
    assert "ObjectEvent" in page
    file = client.get(f"{log}/entry/{index}/proof")
    for secret in ("12.40", "Ben Carrow"):
        assert secret not in page
        assert secret not in file.text
    assert page.count("Its value is kept back.") == 2
    assert [each["path"] for each in file.get_json()["openings"]] == ["public:document"]
    judged = examine(file.data, vkeys=None)
    assert (judged.unchanged.state, judged.included.state) == ("valid", "valid")
    assert file.headers["Content-Disposition"].endswith(f'"entry-{index}.wayproof.json"')


def test_a_signature_is_called_good_only_after_it_was_verified(
    house: House, client: FlaskClient, tea: str, log: str, ada: Company
) -> None:
    forged = {"by": ada.partner_id, "key": "1a2b3c4d", "said": "0" * 64, "signature": "x"}
    body = {"biz_step": "loading", "partner": ada.partner_id, "event_type": "ObjectEvent", "signed": forged}
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        accept(session, brand.log_id, "epcis:event:captured", body, now=house.clock())
    publish(house, ada.brand_id)
    page = read(client, f"{log}/entry/{index_of(client, log, 'Loaded')}")
    assert "Signed by" not in page.replace(">Signed by<", "")
    assert "not all of it is here to check" in page


def test_a_value_that_is_gone_is_said_to_be_gone(
    house: House, client: FlaskClient, tea: str, log: str, ada: Company
) -> None:
    index = index_of(client, log, "Shipped")
    with house.db.begin() as session:
        session.execute(text("DELETE FROM ledger_opening"))
    assert "Its value is no longer stored." in read(client, f"{log}/entry/{index}")


def test_what_the_log_erased_is_said_to_be_erased_with_the_entry_that_says_so(
    house: House, client: FlaskClient, log: str, ada: Company
) -> None:
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        body = {"biz_step": "loading", "event_type": "ObjectEvent"}
        values = {"personal:document": b'{"driver":"Ben Carrow"}'}
        accept(session, brand.log_id, "epcis:event:captured", body, now=house.clock(), openings=values)
    publish(house, ada.brand_id)
    index = index_of(client, log, "Loaded")
    with house.db.begin() as session:
        (placed,) = entries(session, brand.log_id, index, index + 1)
        reason = {"reason": "request", "basis": "gdpr-17", "by": "system"}
        said = write_body(signer_of(house.keys, brand), index, placed.leaf_hash, ["personal:document"], **reason)
        receipt = accept(session, brand.log_id, ERASED, said, now=house.clock())
        row = {"log_id": brand.log_id, "index": index, "submission_id": receipt.submission_id}
        session.execute(insert(Erasure), row)
        session.execute(delete(FieldOpening).where(FieldOpening.submission_id == placed.submission_id))
    publish(house, ada.brand_id)
    explorer._pages.clear()
    page = read(client, f"{log}/entry/{index}")
    number = index_of(client, log, "A value was erased")
    assert f"It was erased; entry {number}, signed by the log, says so." in page
    assert "Ben Carrow" not in page
    assert f'href="{index}"' in read(client, f"{log}/entry/{number}")


def test_an_entry_changed_by_hand_turns_red(house: House, client: FlaskClient, tea: str, log: str) -> None:
    index = index_of(client, log, "Shipped")
    with house.db.begin() as session:
        old = session.execute(
            text('SELECT envelope FROM ledger_entry WHERE "index" = :at'), {"at": index}
        ).scalar_one()
        new = bytes(old).replace(b'"shipping"', b'"shopping"')
        session.execute(
            text('UPDATE ledger_entry SET envelope = :new WHERE "index" = :at'), {"new": new, "at": index}
        )
    assert "Do not trust it." in read(client, f"{log}/entry/{index}")
    with house.db.begin() as session:
        session.execute(
            text('UPDATE ledger_entry SET envelope = :new WHERE "index" = :at'), {"new": b"x", "at": index}
        )
    explorer._pages.clear()
    assert "An entry that can&#39;t be read" in read(client, f"{log}/entry/{index}")


def test_a_place_is_named_without_a_link_since_it_has_no_passport(
    house: House, client: FlaskClient, log: str, ada: Company
) -> None:
    with house.db.begin() as session:
        body = {"biz_location": "/414/9521234000006", "biz_step": "loading", "event_type": "ObjectEvent"}
        accept(session, brand_of(session, ada.brand_id).log_id, "epcis:event:captured", body, now=house.clock())
    publish(house, ada.brand_id)
    page = read(client, f"{log}/entry/{index_of(client, log, 'Loaded')}")
    assert "/414/9521234000006" in page
    assert 'href="/414/' not in page


def test_an_internal_entry_shows_its_kind_and_its_hash_and_nothing_else(
    house: House, client: FlaskClient, order: object, log: str, ada: Company
) -> None:
    publish(house, ada.brand_id)
    page = read(client, log)
    with house.db() as session:
        brand = brand_of(session, ada.brand_id)
        face = browse.log_face(session, brand)
        faces = [browse.entry_face(session, brand, index) for index in range(face.size)]
    internal = [each for each in faces if each and not each.public]
    assert internal
    for each in internal:
        assert each.envelope
        shown = read(client, f"{log}/entry/{each.index}")
        assert SHOW_NOTHING in shown
        assert each.promised == ()
        for value in each.envelope.body.values():
            if isinstance(value, str) and len(value) > 5:
                assert value not in shown
                assert value not in page
        assert client.get(f"{log}/entry/{each.index}/proof").status_code == 404


def test_every_kind_that_is_shown_was_decided_by_hand(house: House) -> None:
    personal = ("shipping:", "care:", "support:", "brands:", "carrier:")
    assert not [kind for kind in PUBLIC if kind.startswith(personal)]
    for kind, fields in FIELDS.items():
        if kind in PUBLIC:
            assert {field.name for field in PUBLIC[kind].fields} <= fields.public, kind


@pytest.mark.parametrize("query", [KEY, "https://example.com" + KEY, "(01)09506000134352(21)TEA/42"])
def test_a_code_finds_the_entries_about_its_item(client: FlaskClient, tea: str, log: str, query: str) -> None:
    page = client.get(f"{log}/find", query_string={"q": query}).text
    for title in ("Received", "Shipped", "Made and given its identity"):
        assert title in page


def test_a_fingerprint_and_a_number_find_their_entry(client: FlaskClient, tea: str, log: str) -> None:
    index = index_of(client, log, "Received")
    leaf = re.search(r">([0-9a-f]{64})<", read(client, f"{log}/entry/{index}"))
    assert leaf
    for query in (leaf[1], leaf[1].upper(), str(index)):
        answer = client.get(f"{log}/find", query_string={"q": query, "lang": "de"})
        assert answer.headers["Location"] == f"{log}/entry/{index}?lang=de"


@pytest.mark.parametrize(
    "query", ["nothing", "0" * 64, "999999", "ben@example.org", "A-1001", "<script>", "x" * 300]
)
def test_what_is_not_found_is_said_with_a_way_on(client: FlaskClient, order: object, log: str, query: str) -> None:
    answer = client.get(f"{log}/find", query_string={"q": query})
    assert answer.status_code == 200
    assert "No entry of this log fits" in answer.text
    assert "<script>" not in answer.text.replace("<script type", "")


def test_a_brand_that_closes_its_explorer_is_not_found(
    house: House, client: FlaskClient, tea: str, log: str, ada: Company
) -> None:
    index = index_of(client, log, "Shipped")
    with house.db.begin() as session:
        session.execute(update(Brand).where(Brand.id == ada.brand_id).values(settings={"explorer": "closed"}))
    for path in (log, f"{log}/entry/{index}", f"{log}/entry/{index}/proof", f"{log}/find?q={index}"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/entry/999999", "/entry/-1", "/entry/x", "?before=x", "/find?q=" + "x" * 500])
def test_what_is_no_address_of_an_entry_is_refused(client: FlaskClient, log: str, path: str) -> None:
    assert client.get(log + path).status_code in (400, 404)


def test_a_long_log_is_walked_page_by_page(house: House, client: FlaskClient, ada: Company, log: str) -> None:
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        for number in range(45):
            accept(session, brand.log_id, "provenance:recall:closed", {"key": f"/01/{number}"}, now=house.clock())
    publish(house, ada.brand_id)
    seen: list[int] = []
    path = log
    while path:
        page = read(client, path)
        seen += [int(each) for each in re.findall(r"/entry/(\d+)\"", page)]
        older = re.search(r'href="(\?before=\d+)">Older', page)
        path = log + older[1] if older else ""
    assert seen == list(range(len(seen) - 1, -1, -1))
    assert len(seen) > 45


def test_a_second_look_at_a_page_costs_no_body(client: FlaskClient, tea: str, log: str) -> None:
    first = client.get(log)
    again = client.get(log, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert len(json.dumps(first.text)) < 60_000


def test_the_way_up_of_every_leaf_ends_in_the_root() -> None:
    from ledger import merkle

    for size in (1, 2, 3, 7, 8, 13):
        leaves = [merkle.leaf_hash(bytes([number])) for number in range(size)]
        for index in range(size):
            path = merkle.inclusion_path(leaves, index)
            way = way_up(leaves[index], index, size, path)
            assert (way[-1].gives if way else leaves[index]) == merkle.root(leaves)


@pytest.mark.parametrize("number", ["18446744073709551617123", "0.12345678901234567890", "-1.50e+3"])
def test_a_number_is_shown_in_the_digits_that_are_proven(number: str) -> None:
    shown = explorer_view.laid_out(f'{{"a":[],"n":{number},"s":"a,\\"}}["}}')
    assert shown == f'{{\n  "a": [],\n  "n": {number},\n  "s": "a,\\"}}["\n}}'
