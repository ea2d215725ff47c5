import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import select

from app.db import reading
from app.models.products import Recall
from app.models.shipments import Notice
from app.provenance import passports, recall
from app.provenance.recall_preview import preview
from app.shipping.orders import Buyer, place_order
from app.shipping.shipments import ParcelOrder, create_shipment
from tests.app.provenance.conftest import A1001, CASE, CHERRIES, COFFEE, LOT, Record

BEN = Buyer(name="Ben Carrow", email="ben@example.org", phone=None, address=None, language="en", country="NL")
ROOT = Path(__file__).parents[3]
REASON, ADVICE = {"en": "Mould was found."}, {"en": "Do not drink it. Send it back."}


def opened(record: Record, key: str) -> Recall:
    with record.db.begin() as session:
        return recall.open_recall(session, record.brand, key=key, reason=REASON, advice=ADVICE, now=record.now)


def ship(record: Record, number: str, *keys: str) -> None:
    with record.db.begin() as session:
        order = place_order(session, record.brand, number=number, buyer=BEN, placed_at=record.now, now=record.now)
        parcel = ParcelOrder(f"1Z999AA1{number}", "ups")
        create_shipment(session, record.brand, order, parcels=[parcel], keys=keys, now=record.now)


def test_a_recalled_lot_reaches_its_items_and_what_was_made_of_it(ada: Record) -> None:
    ada.capture_samples("object_harvest", "transformation_roasting", "object_commissioning")
    items = {f"{COFFEE}/21/A100{number}" for number in (1, 2, 3)}
    with reading(ada.db) as session:
        assert recall.affected(session, ada.brand.id, LOT) == {LOT, *items}
        assert recall.affected(session, ada.brand.id, CHERRIES) == {CHERRIES, LOT, *items}
        assert recall.affected(session, ada.brand.id, COFFEE) == {COFFEE, LOT, *items}
        assert recall.affected(session, ada.brand.id, A1001) == {A1001}


def test_the_pages_say_so_until_the_recall_is_closed(ada: Record) -> None:
    ada.capture_samples("object_harvest", "transformation_roasting", "object_commissioning")
    ada.publish()
    with reading(ada.db) as session:
        before = passports.standing(session, A1001)
    row = opened(ada, CHERRIES)
    ada.publish()
    for key in (LOT, CHERRIES):
        page = ada.passport(key)
        assert page.recall
        assert (page.recall.reason, page.recall.advice) == (REASON["en"], ADVICE["en"])
        assert page.intact
    with reading(ada.db) as session:
        after = passports.standing(session, A1001)
    assert before
    assert after
    assert after.version > before.version
    with ada.db.begin() as session:
        recall.close_recall(session, ada.brand, session.get_one(Recall, row.id), ada.now)
    assert ada.passport(LOT).recall is None


def test_a_recall_of_the_lot_is_shown_on_its_items(ada: Record) -> None:
    ada.capture_samples("object_commissioning")
    opened(ada, LOT)
    assert ada.passport(A1001).recall


def test_opening_a_recall_twice_is_one_recall(ada: Record) -> None:
    ada.capture_samples("object_commissioning")
    assert opened(ada, LOT).id == opened(ada, LOT).id
    assert ada.count("recall") == 1


def test_ben_is_told_also_when_his_shipment_names_the_case(ada: Record) -> None:
    ada.capture_samples("object_commissioning", "aggregation_pack")
    ship(ada, "1001", CASE)
    ship(ada, "1002", "/01/09521234000020")
    opened(ada, LOT)
    with reading(ada.db) as session:
        told = session.scalars(select(Notice)).all()
    assert [(notice.kind, notice.reason) for notice in told] == [("recall", "recall")]


def test_a_recall_changed_by_hand_turns_the_page_red(ada: Record) -> None:
    ada.capture_samples("object_commissioning")
    opened(ada, LOT)
    ada.publish()
    ada.sql("UPDATE recall SET reason = :text", text='{"en": "All is well."}')
    assert ada.state(A1001)["unchanged"] == "bad"


def test_a_preview_counts_and_lists_what_the_recall_then_tells_and_writes_nothing(ada: Record) -> None:
    ada.capture_samples("object_commissioning", "aggregation_pack")
    ship(ada, "1001", CASE)
    ship(ada, "1002", "/01/09521234000020")
    ship(ada, "1003", A1001, CASE)
    entries = ada.count("ledger_inbox")
    with reading(ada.db) as session:
        seen = preview(session, ada.brand.id, LOT)
    assert (seen.items, seen.lots, seen.shipments, seen.parcels, seen.customers) == (3, 1, 2, 2, 1)
    assert [(each.order, each.parcels) for each in seen.carried] == [
        ("1001", ["ups 1Z999AA11001"]),
        ("1003", ["ups 1Z999AA11003"]),
    ]
    assert (ada.count("recall"), ada.count("notice"), ada.count("ledger_inbox")) == (0, 0, entries)
    opened(ada, LOT)
    assert ada.count("notice") == seen.shipments


def test_an_order_of_several_shipments_is_told_once(ada: Record) -> None:
    ada.capture_samples("object_commissioning", "aggregation_pack")
    with ada.db.begin() as session:
        order = place_order(session, ada.brand, number="1001", buyer=BEN, placed_at=ada.now, now=ada.now)
        for number in ("1Z999AA11001", "1Z999AA11002"):
            parcels = [ParcelOrder(number, "ups")]
            create_shipment(session, ada.brand, order, parcels=parcels, keys=[CASE], now=ada.now)
    opened(ada, LOT)
    assert ada.count("notice") == 1


_OPENS = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from app.brands.tenants import brand_of
from app.db import make_db, make_engine
from app.provenance import recall
from app.ring import FileRing
from ledger import failpoints
from ledger.vault import hand_ring

url, home, brand_id, key, points = sys.argv[1:6]
failpoints.arm(Path(points))
db = make_db(make_engine(url), hand_ring({}, FileRing(Path(home))))
now, texts = datetime(2026, 3, 2, 9, 30, tzinfo=UTC), {"en": "Mould was found."}
with db.begin() as session:
    recall.open_recall(session, brand_of(session, brand_id), key=key, reason=texts, advice=texts, now=now)
"""


def test_a_recall_killed_while_it_is_opened_has_told_nobody_and_the_next_tells_everybody_once(
    ada: Record, database_url: str, tmp_path: Path
) -> None:
    ada.capture_samples("object_commissioning")
    for number in ("1001", "1002", "1003"):
        ship(ada, number, A1001)
    (tmp_path / "points").mkdir()
    (tmp_path / "points" / "accept.written").write_text("3")
    where = [str(tmp_path), ada.brand.id, LOT, str(tmp_path / "points")]
    command = [sys.executable, "-c", _OPENS, database_url, *where]
    done = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, timeout=120, capture_output=True)
    assert done.returncode == -9, done.stderr.decode()
    assert (ada.count("recall"), ada.count("notice"), ada.count("outbox")) == (0, 0, 0)
    opened(ada, LOT)
    opened(ada, LOT)
    assert (ada.count("recall"), ada.count("notice"), ada.count("outbox")) == (1, 3, 3)


def test_two_clicks_at_once_open_one_recall_and_tell_everybody_once(ada: Record) -> None:
    ada.capture_samples("object_commissioning")
    ship(ada, "1001", A1001)
    with ThreadPoolExecutor(4) as clicks:
        recalls = {row.id for row in clicks.map(lambda _: opened(ada, LOT), range(4))}
    assert len(recalls) == 1
    assert (ada.count("recall"), ada.count("notice")) == (1, 1)
