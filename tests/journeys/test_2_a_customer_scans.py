"""Ben scans the code on the bottle: the page shows the way and proves it; an edited row turns it red."""

import json
from urllib.parse import quote

import pytest
from sqlalchemy import text

from ledger.errors import Tampered
from ledger.verify import verify_bundle
from tests.journeys import goods
from tests.journeys.conftest import HandClock
from tests.support.door import Door


@pytest.fixture
def scanned(door: Door, clock: HandClock) -> str:
    """The way of the bottle, captured and signed; the page of the bottle."""
    for step in ("commissioning", "packing", "shipping"):
        made = door.post("/epcis/events", json=goods.event(clock.forward(hours=1), bizStep=step))
        assert made.status_code == 201, made.text
    door.work()
    return goods.ITEM


def test_the_page_shows_the_way_and_that_the_record_is_whole(door: Door, scanned: str) -> None:
    page = door.get(scanned)
    assert page.status_code == 200
    assert "Ada&#39;s Orchard" in page.text
    assert page.text.count("data-leaf=") == 3
    assert 'class="said bad"' not in page.text
    assert 'class="said good"' in page.text, page.text[page.text.index('class="said') :][:600]


def test_a_scan_asks_for_no_cookie_and_no_third_party(door: Door, scanned: str) -> None:
    page = door.get(scanned)
    assert "Set-Cookie" not in page.headers
    assert "//" not in "".join(part.split('"')[0] for part in page.text.split('src="')[1:])
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_each_proof_of_the_page_verifies_away_from_the_house(door: Door, scanned: str) -> None:
    proofs = door.get(f"/proofs?key={quote(scanned)}").json()["proofs"]
    assert len(proofs) == 3
    for proof in proofs:
        assert verify_bundle(json.dumps(proof).encode(), vkeys=[door.vkey]).pinned


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE epcis_event SET biz_step = 'https://ref.gs1.org/cbv/BizStep-destroying' WHERE id = 2",
        "UPDATE ledger_entry SET envelope = (SELECT envelope FROM ledger_entry e WHERE e.index = 1)"
        " WHERE ledger_entry.index = 3",
        "DELETE FROM ledger_entry WHERE ledger_entry.index = 2",
    ],
)
def test_a_row_edited_by_hand_turns_the_page_red(door: Door, scanned: str, edit: str) -> None:
    with door.house.db.begin() as session:
        assert session.execute(text(edit.replace(".index", '."index"'))).rowcount == 1  # type: ignore[attr-defined]
    page = door.get(scanned)  # asked for the first time, so nothing of it was kept
    assert page.status_code == 200
    assert 'class="said bad"' in page.text


def test_a_changed_proof_is_refused(door: Door, scanned: str) -> None:
    proof = door.get(f"/proofs?key={quote(scanned)}").json()["proofs"][0]
    other = door.get(f"/proofs?key={quote(scanned)}").json()["proofs"][1]
    with pytest.raises(Tampered):
        verify_bundle(json.dumps({**proof, "entry": other["entry"]}).encode(), vkeys=[door.vkey])
