"""Lots and shipments as tables: in, out, in again; what is wrong is said by row, column, value and remedy."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.brands.tenants import brand_of, create_brand
from app.db import Db, reading
from app.house import House
from app.intake import tables
from app.models.products import Lot
from app.models.products import Passport as PassportRow
from app.models.shipments import Customer, Order, Parcel, Promise, Shipment, ShipmentItem
from app.provenance import certificates, passports, required
from app.provenance import tables as rows_of
from app.provenance.tables import Came
from app.settings import Settings
from app.spreadsheet import as_csv
from app.texts import LANGUAGES, translator
from ledger.integrator import integrate_due
from ledger.tables import Submission
from tests.app.test_texts import sentences

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LOTS = """gtin,lot,produced_on,best_before,expires_on,origin_country,origin_place
9521234000020,=L1,2026-01-05,2027-01-05,,IT,Puglia
09521234000020,L/2,,,2026-06-01,,
09521234000020,L3,2026-01-05,2025-01-05,,,
09521234000020,a lot number that is too long,,,,,
124,L4,,,,,
09521234000020,L5,tomorrow,,,,
"""
SHIPMENTS = """order,carrier,tracking_number,keys,promised_from,promised_to,destination_country,service
A-1,dhl_parcel_de; ups,00340434161094042557; 1Z999AA10123456784,\
/01/09521234000020/10/L1; 395212340000000021,2026-03-05,2026-03-07,DE,
A-2,,,,,2026-03-09,NL,express
A-3,ups,1Z999AA10123456784,,2026-03-09,2026-03-07,,
A-4,,1.23E+15,,,,,
A-5,ups,1Z999AA10123456784,no key,,,,
A-6,ups,1Z999AA10123456784,,,,Holland,
A-1,ups,00340434161094042557,,,,,
"""


@pytest.fixture
def house(db: Db, tmp_path: Path) -> House:
    (tmp_path / "keys").mkdir(mode=0o700)
    return House(Settings(home=tmp_path), db, lambda: NOW, tmp_path / "keys")


@pytest.fixture
def ada(house: House) -> str:
    return create_brand(house.db, house.keys, name="Ada", slug="ada", now=NOW)


def loaded(house: House, brand_id: str, kind: str, text: str, *, dry_run: bool = False) -> tables.Tally:
    return tables.load(house.db, brand_id, kind, text.encode(), dry_run=dry_run, now=NOW)[1]


def counted(house: House, table: type) -> int:
    with reading(house.db) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def exported(house: House, brand_id: str, kind: str) -> str:
    with reading(house.db) as session:
        brand = brand_of(session, brand_id)
        return as_csv(rows_of.head(session, brand, kind), rows_of.rows(session, brand, kind))


def test_lots_come_in_and_every_bad_row_says_where_what_and_how(house: House, ada: str) -> None:
    entries = counted(house, Submission)
    assert loaded(house, ada, "lots", LOTS, dry_run=True).came == {Came.NEW: 2}
    assert (counted(house, Lot), counted(house, Submission)) == (0, entries)
    tally = loaded(house, ada, "lots", LOTS)
    assert [(each.row, each.column, each.value) for each in tally.findings] == [
        (4, "best_before", "2025-01-05"),
        (5, "lot", "a lot number that is too long"),
        (6, "gtin", "124"),
        (7, "produced_on", "tomorrow"),
    ]
    assert counted(house, Submission) - entries == 2
    assert loaded(house, ada, "lots", LOTS).came == {Came.SAME: 2}
    assert loaded(house, ada, "lots", LOTS.replace("Puglia", "Lecce")).came == {Came.CHANGED: 1, Came.SAME: 1}


def test_a_lot_comes_out_as_it_came_in_without_a_formula(house: House, ada: str) -> None:
    loaded(house, ada, "lots", LOTS)
    text = exported(house, ada, "lots")
    assert "09521234000020,'=L1,2026-01-05,,2027-01-05,,IT,Puglia" in text
    assert "09521234000020,L/2,,,,2026-06-01,," in text
    assert loaded(house, ada, "lots", text).came == {Came.SAME: 2}


def test_a_lots_days_stand_on_its_passport_and_are_held_against_the_log(house: House, ada: str) -> None:
    loaded(house, ada, "lots", LOTS.replace("=L1", "L1"))
    with reading(house.db) as session:
        log_id = brand_of(session, ada).log_id
    while integrate_due(house.db, log_id, owner="test", clock=house.clock):
        pass
    with house.db.begin() as session:
        page = passports.assemble(session, ada, "/01/09521234000020/10/L1", now=NOW, language="en")
        assert page is not None
        assert page.described is not None
        assert (page.described.best_before, page.described.origin_place) == (date(2027, 1, 5), "Puglia")
        assert page.intact
        session.get_one(Lot, (ada, "/01/09521234000020/10/L1")).best_before = date(2029, 1, 5)
        session.flush()
        forged = passports.assemble(session, ada, "/01/09521234000020/10/L1", now=NOW, language="en")
        assert forged is not None
        assert not forged.intact


def test_shipments_come_in_with_their_parcels_things_and_promise(house: House, ada: str) -> None:
    entries = counted(house, Submission)
    loaded(house, ada, "shipments", SHIPMENTS, dry_run=True)
    assert (counted(house, Shipment), counted(house, Order), counted(house, Submission)) == (0, 0, entries)
    tally = loaded(house, ada, "shipments", SHIPMENTS)
    assert tally.came == {Came.NEW: 2}
    assert [(each.row, each.column, each.value) for each in tally.findings] == [
        (8, "order", ""),
        (4, "promised_to", "2026-03-07"),
        (5, "tracking_number", ""),
        (6, "keys", "no key"),
        (7, "destination_country", "Holland"),
    ]
    assert (counted(house, Order), counted(house, Shipment), counted(house, Parcel)) == (2, 2, 2)
    with reading(house.db) as session:
        keys = session.scalars(select(ShipmentItem.key).order_by(ShipmentItem.key)).all()
        windows = {(each.window_from, each.window_to) for each in session.scalars(select(Promise))}
    assert keys == ["/00/395212340000000021", "/01/09521234000020/10/L1"]
    assert windows == {
        (date(2026, 3, 5), date(2026, 3, 7)),
        (date(2026, 3, 9), date(2026, 3, 9)),
    }


def test_the_same_shipments_again_change_nothing_and_further_facts_are_added(house: House, ada: str) -> None:
    loaded(house, ada, "shipments", SHIPMENTS)
    entries = counted(house, Submission)
    assert loaded(house, ada, "shipments", SHIPMENTS).came == {Came.SAME: 2}
    text = exported(house, ada, "shipments")
    assert loaded(house, ada, "shipments", text).came == {Came.SAME: 2}
    assert counted(house, Submission) == entries
    later = (
        "order,carrier,tracking_number,promised_from,promised_to\n"
        "A-2,ups,1Z999AA10123456784,2026-03-10,2026-03-12\n"
    )
    assert loaded(house, ada, "shipments", later).came == {Came.NEW: 1}
    moved = later.replace("03-12", "03-14")
    assert loaded(house, ada, "shipments", moved).came == {Came.CHANGED: 1}
    assert loaded(house, ada, "shipments", moved).came == {Came.SAME: 1}


def test_no_person_stands_in_the_table_of_shipments(house: House, ada: str) -> None:
    loaded(house, ada, "shipments", SHIPMENTS)
    with house.db.begin() as session:
        customer = session.scalars(select(Customer)).first()
        assert customer is not None
        customer.name, customer.email, customer.phone = "Ben Moss", "ben@example.com", "+31 20 123"
        customer.address = {"street": "Dam 1"}
    text = exported(house, ada, "shipments")
    assert "A-1" in text
    assert not any(each in text for each in ("Ben", "example.com", "+31", "Dam"))


def test_what_may_not_be_packed_comes_in_by_no_row(house: House, ada: str) -> None:
    with house.db.begin() as session:
        brand = brand_of(session, ada)
        required.require(session, brand, gtin="09521234000020", kind="certificate", name="Organic", now=NOW)
    tally = loaded(house, ada, "shipments", SHIPMENTS)
    assert (2, "keys") in [(each.row, each.column) for each in tally.findings]
    with house.db.begin() as session:
        brand = brand_of(session, ada)
        told = {"identifier": "/01/09521234000020", "name": "Organic", "issuer": "Body", "kind": "Organic"}
        certificates.add(session, brand, **told, now=NOW)
    assert loaded(house, ada, "shipments", SHIPMENTS).came[Came.NEW] == 1


_HOSTILE = {
    "products": "gtin,name,origin_country,temperature_low,temperature_high\n124,x,,,\n09521234000020,,,,\n"
    "09521234000013,x,Italy,,\n09521234000037,x,,cold,\n09521234000044,x,,9,2\n",
    "lots": LOTS,
    "locations": "key,name,country,latitude,longitude,zone\nx y,P,,,,\n/414/9521234000303,P,Italy,,,\n"
    "/414/9521234000006,P,,north,,\n/414/9521234000013,P,,1,,\n/414/9521234000020,P,,100,1,\n"
    "/414/9521234000037,P,,,,Moon\n",
    "certificates": "key,name,issuer,valid_from,valid_until,file_sha256\n/01/09521234000020,C,B,soon,,\n"
    "/01/09521234000020,C,B,2026-02-01,2026-01-01,\n/01/09521234000020,C,B,,,abc\nno key,C,B,,,\n",
    "inspections": "key,stage,name,inspector,inspected_at,result,condition,values,low,high,sample\n"
    "/01/09521234000020/10/L1,moon,N,I,2026-03-01T10:00:00Z,pass,,,,,\n"
    "/01/09521234000020/10/L1,final,N,I,yesterday,pass,,,,,\n"
    "/01/09521234000020/10/L1,final,N,I,2026-03-01T10:00:00Z,good,,,,,\n"
    "/01/09521234000020/10/L1,final,N,I,2026-03-01T10:00:00Z,pass,,9,,5,\n"
    "/01/09521234000020/10/L1,final,N,I,2026-03-01T10:00:00Z,conditional,,9,,,\n"
    "/01/09521234000020/10/L1,final,N,I,2026-03-01T10:00:00Z,pass,,nine,,,\n"
    "/01/09521234000020/10/L1,final,N,I,2026-03-01T10:00:00Z,pass,,9,,,some\n"
    "/01/09521234000020/10/L1,final,N,I,2036-03-01T10:00:00Z,pass,,9,,,\n",
    "events": "event_time,offset,action,step,state,read_point,container,things,lots\n"
    "2026-03-01,,,,,,,/01/09521234000013/21/A,\n"
    "2026-03-01T09:00:00Z,east,,,,,,/01/09521234000013/21/A,\n"
    "2026-03-01T09:00:00Z,,EAT,,,,,/01/09521234000013/21/A,\n"
    "2026-03-01T09:00:00Z,,,flying,,,,/01/09521234000013/21/A,\n"
    "2026-03-01T09:00:00Z,,,,sad,,,/01/09521234000013/21/A,\n"
    "2026-03-01T09:00:00Z,,,,,,,no thing,\n2026-03-01T09:00:00Z,,,,,,,,\n2026-03-01T09:00:00Z,,,,,,,,x y z w\n",
    "shipments": SHIPMENTS,
}  # fmt: skip


@pytest.mark.parametrize("kind", rows_of.KINDS)
def test_what_is_wrong_with_a_row_is_said_in_every_language(house: House, ada: str, kind: str) -> None:
    found = loaded(house, ada, kind, _HOSTILE[kind], dry_run=True).findings
    assert len(found) > 2
    for each in found:
        assert each.rule in sentences()
        said = {translator(language).gettext(each.rule, **each.told) for language in LANGUAGES}
        assert len(said) == len(LANGUAGES), each.rule
        assert "%(" not in "".join(said)


def test_a_passport_is_made_for_a_described_lot_and_its_product(house: House, ada: str) -> None:
    loaded(house, ada, "lots", LOTS)
    with reading(house.db) as session:
        keys = set(session.scalars(select(PassportRow.key)))
    assert {"/01/09521234000020", "/01/09521234000020/10/%3DL1", "/01/09521234000020/10/L%2F2"} <= keys
