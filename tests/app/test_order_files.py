"""Orders from a file: every bad row by its number, a dry run, the same file twice, and going on after a crash."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy import select, update

from app.brands.tenants import brand_of, create_brand
from app.db import Db, reading
from app.house import House
from app.intake import files
from app.intake.sheet import COLUMNS, orders_of, read_csv
from app.intake.workbook import read_xlsx
from app.models.intake import OrderFile, OrderLine, PackedLine
from app.models.shipments import Customer, Order, Parcel, Shipment
from app.sealed import open_box
from app.settings import Settings
from app.shipping.order_view import whole_order

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
UPS_1, UPS_2 = "1Z999AA10123456784", "1Z5338FF0107231059"
GOOD = f"""order,placed_at,name,email,country,item,sku,quantity,tracking_number,carrier
B-1,2026-03-01,Ben Carrow,ben@example.org,nl,Green tea,TEA,2,{UPS_1},UPS
B-1,,,,,Pot,POT,1,{UPS_2},UPS
B-2,2026-03-01T10:00:00+02:00,Ida,ida@example.org,DE,Cup,,1,,
"""


@pytest.fixture
def house(db: Db, tmp_path: Path) -> House:
    (tmp_path / "keys").mkdir(mode=0o700)
    return House(Settings(home=tmp_path), db, lambda: NOW, tmp_path / "keys")


@pytest.fixture
def ada(house: House) -> str:
    return create_brand(house.db, house.keys, name="Ada Tea", slug="ada", now=NOW)


def take(house: House, brand_id: str, text: str | bytes, dry_run: bool = False) -> files.Done:
    data = text if isinstance(text, bytes) else text.encode()
    return files.import_orders(house.db, brand_id, data, dry_run=dry_run, now=NOW)


def all_of(house: House, table: type[Any]) -> list[Any]:
    with reading(house.db) as session:
        return list(session.scalars(select(table)))


def test_orders_come_in_with_their_lines_each_in_its_parcel(house: House, ada: str) -> None:
    done = take(house, ada, GOOD)
    assert (done.rows, done.orders, done.new, done.known, done.findings) == (3, 2, 2, 0, ())
    with reading(house.db) as session:
        order_id = session.scalars(select(Order.id).where(Order.number == "B-1")).one()
        whole = whole_order(session, ada, order_id)
    assert whole
    assert {piece.tracking_number: piece.inside for piece in whole.pieces} == {
        UPS_1: (("Green tea", 2),),
        UPS_2: (("Pot", 1),),
    }
    assert [(line.name, line.open) for line in whole.lines] == [("Green tea", 0), ("Pot", 0)]
    assert {row.country for row in all_of(house, Customer)} == {"NL", "DE"}


def test_a_dry_run_stores_nothing(house: House, ada: str) -> None:
    assert take(house, ada, GOOD, dry_run=True).orders == 2
    assert all_of(house, Order) == []


def test_the_same_file_again_changes_nothing(house: House, ada: str) -> None:
    take(house, ada, GOOD)
    before = [len(all_of(house, table)) for table in (Order, Customer, Shipment, Parcel, OrderLine, PackedLine)]
    done = take(house, ada, GOOD)
    assert (done.new, done.known) == (0, 2)
    after = [len(all_of(house, table)) for table in (Order, Customer, Shipment, Parcel, OrderLine, PackedLine)]
    assert after == before


def test_every_bad_row_is_named_and_its_order_left_out_whole(house: House, ada: str) -> None:
    bad = f"""order,placed_at,email,country,quantity,item,tracking_number,key
C-1,2026-03-01,ben@example.org,NL,1,Tea,,
C-1,,,,-2,Tea,,
,,,,1,Tea,,
C-2,yesterday,no address,Holland,1,Tea,,
C-3,2026-03-01,,,1,Tea,1.23457E+17,
C-4,2026-03-01,,,1,Tea,{UPS_1},not a key
C-5,2026-03-01,,,1,Tea,,/01/09521234000013
"""
    done = take(house, ada, bad)
    assert [(each.row, each.column) for each in done.findings] == [
        (3, "quantity"), (4, "order"), (5, "placed_at"), (5, "email"), (5, "country"),
        (6, "tracking_number"), (7, "key"),
    ]  # fmt: skip
    assert [order.number for order in all_of(house, Order)] == ["C-5"]
    said = " ".join(map(str, done.findings))
    assert "yesterday" not in said
    assert "Holland" not in said


@pytest.mark.parametrize(
    ("heading", "column"),
    [("number,item", "order"), ("order,colour", "colour"), ("order,item,item", "item"), ("", "order")],
)
def test_a_wrong_heading_is_named(heading: str, column: str) -> None:
    sheet = orders_of(read_csv(f"{heading}\n1,2,3\n".encode()), NOW)
    assert sheet.orders == ()
    assert column in {each.column for each in sheet.findings}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_spreadsheets_own_kinds_of_csv_are_read(delimiter: str) -> None:
    text = f"\ufeffOrder{delimiter}Item\r\nB-1{delimiter}Tea\r\n\r\n"
    sheet = orders_of(read_csv(text.encode()), NOW)
    assert [order.number for order in sheet.orders] == ["B-1"]


def test_a_file_of_another_coding_is_refused_with_what_to_do(house: House, ada: str) -> None:
    with pytest.raises(ValueError, match="CSV UTF-8"):
        take(house, ada, "order\nÄ".encode("latin-1"))


def workbook(*rows: list[Any]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def test_a_workbook_is_read_as_its_cells_are_meant(house: House, ada: str) -> None:
    data = workbook(
        ["order", "placed_at", "item", "quantity", "tracking_number"],
        ["B-1", datetime(2026, 3, 1), "Tea", 2, UPS_1],
        ["B-2", datetime(2026, 3, 1, 8, 15), "Pot", 1.0, None],
        ["B-3", None, "Cup", 1, 123456789012345678],
    )
    done = take(house, ada, data)
    assert (done.new, [(each.row, each.column) for each in done.findings]) == (2, [(4, "tracking_number")])
    assert {line.quantity for line in all_of(house, OrderLine)} == {1, 2}


def test_a_workbook_that_unpacks_without_end_is_refused_before() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    with pytest.raises(ValueError, match="too large when unpacked"):
        read_xlsx(file.getvalue())


def test_what_only_begins_like_a_workbook_is_refused() -> None:
    for data in (b"PK\x03\x04 and nothing more", workbook(["order"])[:-200]):
        with pytest.raises(ValueError, match="workbook"):
            read_xlsx(data)


def test_an_uploaded_file_is_judged_first_and_comes_in_when_somebody_says_so(house: House, ada: str) -> None:
    with house.db.begin() as session:
        box = open_box(house.keys)
        id_ = files.keep(session, box, brand_id=ada, person_id="p", data=GOOD.encode(), now=NOW).id
    assert files.work_due(house) == 1
    (row,) = all_of(house, OrderFile)
    assert (row.state, row.rows, row.orders) == ("judged", 3, 2)
    assert b"Ben" not in row.sealed
    assert all_of(house, Order) == []
    with house.db.begin() as session:
        files.go(session.get_one(OrderFile, id_))
    files.work_due(house)
    (row,) = all_of(house, OrderFile)
    assert (row.state, row.done, row.new, row.sealed) == ("done", 2, 2, None)


def test_a_file_whose_worker_died_is_gone_on_with(house: House, ada: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "AT_ONCE", 1)
    with house.db.begin() as session:
        box = open_box(house.keys)
        row = files.keep(session, box, brand_id=ada, person_id="p", data=GOOD.encode(), now=NOW)
        row.state = "taking"
    take_one, calls = files._take_part, []

    def dies(*given: Any) -> Any:
        calls.append(given)
        if len(calls) == 2:
            raise SystemExit
        return take_one(*given)

    monkeypatch.setattr(files, "_take_part", dies)
    with pytest.raises(SystemExit):
        files.work_due(house)
    assert [each.done for each in all_of(house, OrderFile)] == [1]
    with house.db.begin() as session:
        session.execute(update(OrderFile).values(claimed_until=datetime(2020, 1, 1, tzinfo=UTC)))
    files.work_due(house)
    (row,) = all_of(house, OrderFile)
    assert (row.state, row.new) == ("done", 2)
    assert len(all_of(house, Order)) == 2


def test_an_unreadable_upload_fails_with_a_sentence_and_old_ones_are_forgotten(house: House, ada: str) -> None:
    with house.db.begin() as session:
        files.keep(session, open_box(house.keys), brand_id=ada, person_id="p", data=b"order\n\xc4", now=NOW)
    files.work_due(house)
    (row,) = all_of(house, OrderFile)
    assert (row.state, row.sealed) == ("failed", None)
    assert "UTF-8" in row.findings[0]["rule"]
    with house.db.begin() as session:
        assert files.forget_old(session, NOW + 2 * files.KEPT) == 1


def test_an_order_of_a_shop_is_the_same_order_in_a_file(house: House, ada: str) -> None:
    from app.intake.take import take_order
    from app.models.intake import Shop
    from app.shops import shopify
    from tests.support.shopfront import body_of, shopify_order

    told = shopify.parse("orders/create", body_of(shopify_order()))
    with house.db.begin() as session:
        shop = Shop(id="s" * 26, brand_id=ada, kind="shopify", name="Tea", url="x", sealed=b"", asks=False)
        shop.seen_until = shop.next_ask_at = shop.created_at = NOW
        session.add(shop)
        session.flush()
        take_order(session, brand_of(session, ada), told, shop=shop, now=NOW)  # type: ignore[arg-type]
    assert take(house, ada, f"order,tracking_number\n1001,{UPS_1}\n").new == 0
    assert len(all_of(house, Order)) == 1
    assert len(all_of(house, Parcel)) == 1


def test_the_command_judges_takes_in_and_names_bad_rows(tmp_path: Path, sqlite_url: str) -> None:
    from app.cli import wayproof
    from app.house import open_house
    from app.migrations.steps import upgrade

    url = f"sqlite:///{tmp_path / 'own.db'}"
    upgrade(url)
    env = {"WAYPROOF_HOME": str(tmp_path / "var"), "WAYPROOF_DATABASE_URL": url}
    house = open_house(Settings(home=tmp_path / "var", database_url=url))
    create_brand(house.db, house.keys, name="Ada", slug="ada", now=NOW)
    file = tmp_path / "orders.csv"
    file.write_text(GOOD)
    run = CliRunner().invoke
    dry = run(wayproof, ["import", "orders", str(file), "--dry-run"], env=env)
    assert "2 valid orders in 3 rows: nothing stored, this was a dry run" in dry.output
    assert "2 new, 0 known before" in run(wayproof, ["import", "orders", str(file)], env=env).output
    assert "0 new, 2 known before" in run(wayproof, ["import", "orders", str(file)], env=env).output
    file.write_text("order,quantity\nX-1,many\n")
    bad = run(wayproof, ["import", "orders", str(file)], env=env)
    assert bad.exit_code == 1
    assert "row 2, quantity: give a whole number" in bad.output
    events = run(wayproof, ["import", str(file)], env=env)
    assert "0 valid events in 1 files" in events.output


@given(st.lists(st.lists(st.text(max_size=6) | st.sampled_from([UPS_1, "B-1", "2", ""]), max_size=8), max_size=6))
def test_no_table_breaks_the_reader(rows: list[list[str]]) -> None:
    sheet = orders_of([list(COLUMNS[:8]), *rows], NOW)
    assert len({order.number for order in sheet.orders}) == len(sheet.orders)
