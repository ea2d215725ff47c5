"""Uploaded tables: judged first, taken in by parts, killed in the middle, repeated, cancelled, and bad ones."""

import io
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy import func, select, update

from app.brands.tenants import brand_of, create_brand
from app.db import Db, reading
from app.house import House
from app.intake import tables
from app.intake.sheet import read_csv
from app.models.products import EpcisEvent, Product
from app.models.tables import TableFile
from app.provenance import tables as rows_of
from app.provenance.tables import Came
from app.sealed import open_box
from app.settings import Settings
from app.spreadsheet import as_csv, write_xlsx
from ledger.tables import Submission

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
PRODUCTS = "gtin,name\n09521234000013,Coffee\n124,Wrong\n09521234000020,Cherries\n"
EVENTS = """event_time,action,step,read_point,container,things,lots
2026-03-01T08:00:00+01:00,ADD,commissioning,/414/9521234000303,,/01/09521234000013/10/L1/21/A1,
2026-03-01T09:00:00Z,ADD,packing,,/00/395212340000000021,/01/09521234000013/21/A1,/01/09521234000020/10/C 250.5 KGM
2026-03-01,ADD,,,,/01/09521234000013/21/A2,
2026-03-01T09:00:00Z,ADD,flying,,,/01/09521234000013/21/A2,
2026-03-01T09:00:00Z,ADD,packing,,,,/01/09521234000020/10/C-1 much KGM
"""


@pytest.fixture
def house(db: Db, tmp_path: Path) -> House:
    (tmp_path / "keys").mkdir(mode=0o700)
    return House(Settings(home=tmp_path), db, lambda: NOW, tmp_path / "keys")


@pytest.fixture
def ada(house: House) -> str:
    return create_brand(house.db, house.keys, name="Ada", slug="ada", now=NOW)


def kept(house: House, brand_id: str, kind: str, data: str | bytes) -> str:
    with house.db.begin() as session:
        given = data if isinstance(data, bytes) else data.encode()
        box = open_box(house.keys)
        return tables.keep(session, box, brand_id=brand_id, person_id="p", kind=kind, data=given, now=NOW).id


def standing(house: House, file_id: str) -> TableFile:
    with reading(house.db) as session:
        return session.get_one(TableFile, file_id)


def counted(house: House, table: Any) -> int:
    with reading(house.db) as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def sent(house: House, file_id: str) -> TableFile:
    """The table after somebody said that it may come in."""
    with house.db.begin() as session:
        tables.go(session, session.get_one(TableFile, file_id))
    tables.work_due(house)
    return standing(house, file_id)


def test_a_lot_in_no_known_unit_is_refused_with_the_code_to_write(house: House, ada: str) -> None:
    head, _, packed, *_ = EVENTS.splitlines()
    file_id = kept(house, ada, "events", f"{head}\n{packed.replace('KGM', 'kg')}\n{packed.replace('KGM', 'CS')}\n")
    tables.work_due(house)
    row = standing(house, file_id)
    assert (row.new, row.wrong) == (1, 1)
    (finding,) = row.findings
    assert (finding["row"], finding["column"]) == (2, "lots")
    assert (finding["rule"] % finding["told"]).startswith("kg is no unit code of UN/ECE: write KGM for kilograms")


def test_a_table_is_judged_first_and_comes_in_when_somebody_says_so(house: House, ada: str) -> None:
    file_id = kept(house, ada, "products", PRODUCTS)
    entries = counted(house, Submission)
    assert tables.work_due(house) == 1
    row = standing(house, file_id)
    assert (row.state, row.rows, row.done, row.new, row.wrong) == ("judged", 3, 3, 2, 1)
    assert [(each["row"], each["column"]) for each in row.findings] == [(3, "gtin")]
    assert b"Coffee" not in (row.sealed or b"")
    assert (counted(house, Product), counted(house, Submission)) == (0, entries)
    row = sent(house, file_id)
    assert (row.state, row.new, row.wrong, row.sealed) == ("done", 2, 1, None)
    assert counted(house, Product) == 2


def test_the_same_table_again_changes_nothing_and_another_word_is_a_change(house: House, ada: str) -> None:
    for text, expected in (
        (PRODUCTS, (2, 0, 0)),
        (PRODUCTS, (0, 0, 2)),
        (PRODUCTS.replace("Coffee", "Tea"), (0, 1, 1)),
    ):
        entries = counted(house, Submission)
        file_id = kept(house, ada, "products", text)
        tables.work_due(house)
        row = standing(house, file_id)
        assert (row.new, row.changed, row.same) == expected
        sent(house, file_id)
        assert counted(house, Submission) - entries == sum(expected[:2])


def test_events_come_in_as_rows_and_each_bad_one_names_its_column(house: House, ada: str) -> None:
    file_id = kept(house, ada, "events", EVENTS)
    tables.work_due(house)
    row = standing(house, file_id)
    assert [(each["row"], each["column"]) for each in row.findings] == [
        (4, "event_time"), (5, "step"), (6, "lots"),
    ]  # fmt: skip
    row = sent(house, file_id)
    assert (row.new, row.wrong, counted(house, EpcisEvent)) == (2, 3, 2)
    assert tables.load(house.db, ada, "events", EVENTS.encode(), dry_run=False, now=NOW)[1].came == {Came.SAME: 2}


def test_what_comes_out_goes_in_again_and_changes_nothing(house: House, ada: str) -> None:
    tables.load(house.db, ada, "events", EVENTS.encode(), dry_run=False, now=NOW)
    with reading(house.db) as session:
        brand = brand_of(session, ada)
        head, rows = rows_of.head(session, brand, "events"), list(rows_of.rows(session, brand, "events"))
        assert rows_of.left_out(session, brand, len(rows)) == 0
    file = io.BytesIO()
    write_xlsx(file, "events", head, rows)
    for data in (as_csv(head, rows).encode(), file.getvalue()):
        assert tables.load(house.db, ada, "events", data, dry_run=False, now=NOW)[1].came == {Came.SAME: 2}


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    name=st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=30),
    latitude=st.floats(-90, 90),
)
def test_any_name_comes_back_as_it_went_out(house: House, ada: str, name: str, latitude: float) -> None:
    with house.db() as session, session.begin() as transaction:
        brand = brand_of(session, ada)
        row = {
            "key": "/414/9521234000303",
            "name": name.strip() or "=1+1",
            "city": "@Oslo",
            "latitude": str(latitude),
        }
        rows_of.put(session, brand, "locations", row | {"longitude": "-0.5"}, NOW)
        written = as_csv(rows_of.head(session, brand, "locations"), rows_of.rows(session, brand, "locations"))
        table = tables.read("locations", written.encode())
        assert [rows_of.put(session, brand, "locations", each, NOW) for _, each in table.rows] == [Came.SAME]
        assert not any(cell.startswith(("=", "@")) for cell in written.splitlines()[1].split(","))
        transaction.rollback()


_WORKER = """
import sys
from pathlib import Path
from app.clock import system_clock
from app.db import make_db, make_engine
from app.house import House
from app.intake import tables
from app.settings import Settings
from ledger import failpoints

url, home, points = sys.argv[1:4]
failpoints.arm(Path(points))
tables.work_due(House(Settings(home=home), make_db(make_engine(url)), system_clock, Path(home) / "keys"))
"""


def test_a_worker_killed_in_the_middle_of_a_part_leaves_whole_parts_and_the_next_goes_on(
    house: House, ada: str, tmp_path: Path, database_url: str
) -> None:
    digits = [f"0952123{number:06}" for number in range(250)]
    text = "gtin,name\n" + "".join(f"{each}{check(each)},Tea {each}\n" for each in digits)
    file_id = kept(house, ada, "products", text)
    tables.work_due(house)
    with house.db.begin() as session:
        tables.go(session, session.get_one(TableFile, file_id))
    (tmp_path / "points").mkdir()
    (tmp_path / "points" / "accept.written").write_text("150")
    command = [sys.executable, "-c", _WORKER, database_url, str(tmp_path), str(tmp_path / "points")]
    assert subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, timeout=120).returncode == -9
    row = standing(house, file_id)
    assert (row.state, row.done, row.new, counted(house, Product)) == ("taking", 100, 100, 100)
    with house.db.begin() as session:  # its claim runs out
        session.execute(update(TableFile).values(claimed_until=datetime(2020, 1, 1, tzinfo=UTC)))
    tables.work_due(house)
    row = standing(house, file_id)
    assert (row.state, row.done, row.new, row.same, counted(house, Product)) == ("done", 250, 250, 0, 250)


def check(digits: str) -> int:
    return -sum(int(each) * (3 if place % 2 == 0 else 1) for place, each in enumerate(reversed(digits))) % 10


def test_a_cancelled_table_stops_where_it_stands_and_is_gone(house: House, ada: str) -> None:
    file_id = kept(house, ada, "products", PRODUCTS)
    tables.work_due(house)
    with house.db.begin() as session:
        tables.cancel(session, session.get_one(TableFile, file_id))
    row = sent(house, file_id)
    assert (row.state, row.sealed, counted(house, Product)) == ("cancelled", None, 0)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("gtin,name\n09521234000013,Kaffee ä\n".encode("cp1252"), "Windows-1252"),
        ("gtin,name\n09521234000013,Coffee\n".encode("utf-16-le"), "UTF-16"),
        (b"gtin,name\n" + b'"' + b"x" * 200_000 + b'",y\n', "no CSV"),
        (b"gtin,name\n" + b"1,2\n" * 200_001, "200,000 rows"),
        (b"PK\x03\x04 and nothing more", "workbook"),
    ],
    ids=["old code", "no mark", "long cell", "long table", "no workbook"],
)
def test_what_is_no_table_is_refused_with_what_to_do(house: House, ada: str, data: bytes, said: str) -> None:
    file_id = kept(house, ada, "products", data)
    tables.work_due(house)
    row = standing(house, file_id)
    assert (row.state, row.sealed) == ("failed", None)
    assert said in row.findings[0]["rule"]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_spreadsheets_own_kinds_of_text_are_read(coding: str, delimiter: str) -> None:
    data = PRODUCTS.replace(",", delimiter).encode(coding)
    assert [number for number, _ in tables.read("products", data).rows] == [2, 3, 4]


def test_a_cell_under_no_name_makes_its_row_a_bad_one(house: House, ada: str) -> None:
    data = (
        b"gtin,name,\n09521234000013,Tea, green\n09521234000020,Tea,\n09521234000037,Tea,,,\n09521234000044,A,,x\n"
    )
    rows, tally = tables.load(house.db, ada, "products", data, dry_run=True, now=NOW)
    assert (rows, tally.right) == (4, 2)
    assert [each.row for each in tally.findings] == [2, 5]
    assert all("quotation marks" in each.rule for each in tally.findings)


@pytest.mark.parametrize(
    "head", ["sep=;\ngtin;name\n", "sep=;\r\ngtin;name\r\n", '"gtin";"name";"care:en, de"\n'], ids=str
)
def test_a_line_for_excel_and_quoted_names_do_not_mislead(head: str) -> None:
    data = (head + "09521234000013;Tea, green\n").encode()
    table = tables.read("products", data.replace(b'"care:en, de"', b'"care:en"'))
    assert [(number, row["name"]) for number, row in table.rows] == [(2, "Tea, green")]
    assert read_csv(head.encode())[0][:2] == ["gtin", "name"]


def test_a_formula_and_a_second_row_about_the_same_are_named_and_left_out(house: House, ada: str) -> None:
    book, file = Workbook(), io.BytesIO()
    for line in (["gtin", "name"], ["09521234000013", "=1+1"], ["09521234000020", "Tea"], ["9521234000020", "Te"]):
        book.active.append(line)
    book.save(file)
    rows, tally = tables.load(house.db, ada, "products", file.getvalue(), dry_run=False, now=NOW)
    assert (rows, tally.right) == (3, 1)
    assert [(each.row, each.column) for each in tally.findings] == [(2, "name"), (4, "gtin")]


def test_a_cell_a_million_rows_below_costs_nothing() -> None:
    book, file = Workbook(), io.BytesIO()
    book.active["A1"], book.active["XFD1048576"] = "gtin", "x"
    book.save(file)
    with pytest.raises(ValueError, match="200,000 rows"):
        tables.read("products", file.getvalue())


def test_a_workbook_that_unpacks_without_end_is_refused(house: House, ada: str) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    with pytest.raises(ValueError, match="too large when unpacked"):
        tables.load(house.db, ada, "products", file.getvalue(), dry_run=True, now=NOW)


def test_old_tables_are_forgotten(house: House, ada: str) -> None:
    kept(house, ada, "products", PRODUCTS)
    with house.db.begin() as session:
        assert tables.forget_old(session, NOW + 2 * tables.KEPT) == 1
