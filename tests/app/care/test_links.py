"""A link works once: for documents, which are checked by their bytes, and for the address, which stays private."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.care import addresses, documents, links
from app.care.documents import DocumentRefused, media_of
from app.db import Db, reading
from app.models.desk import CustomerFile, CustomerLink
from app.models.shipments import Case, Customer, Shipment
from app.sealed import open_box
from carriers.redirect import may_change_address
from carriers.vocabulary import Status
from ledger.tables import Submission
from tests.support.shop import ship

PDF = b"%PDF-1.7\n% an invoice\n"
NEW = {"street": "Kerkstraat 7", "city": "Utrecht", "postal_code": "3511 AB"}


def linked(db: Db, brand_id: str, now: datetime, purpose: str) -> tuple[Shipment, str]:
    shipment = ship(db, brand_id, now)
    with db.begin() as session:
        link = links.make_link(session, session.get_one(Shipment, shipment.id), purpose, now)
        again = links.make_link(session, session.get_one(Shipment, shipment.id), purpose, now)
        assert again.token == link.token
        return shipment, link.token


def send(db: Db, keys: Path, token: str, files: list[bytes], now: datetime) -> int:
    with db.begin() as session:
        return len(documents.receive(session, open_box(keys), session.get_one(CustomerLink, token), files, now))


def entries(db: Db) -> str:
    with reading(db) as session:
        return " ".join(body.decode() for body in session.scalars(select(Submission.envelope)))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"%PDF-" + b"x" * documents.LARGEST, "large"),
        (b"MZ\x90\x00 an exe named invoice.pdf", "kind"),
        (b"<html><script>alert(1)</script>", "kind"),
        (b" %PDF-1.7", "kind"),
        (b"GIF89a", "kind"),
        (b"PK\x03\x04", "kind"),
    ],
)
def test_a_file_is_what_its_bytes_say(data: bytes, code: str) -> None:
    with pytest.raises(DocumentRefused) as refused:
        media_of(data)
    assert refused.value.code == code


def test_documents_are_sealed_and_their_hash_is_committed_to(
    db: Db, brand_id: str, now: datetime, tmp_path: Path
) -> None:
    shipment, token = linked(db, brand_id, now, "documents")
    assert send(db, tmp_path / "keys", token, [PDF, b"\xff\xd8\xff\xe0 a photo"], now) == 2
    with reading(db) as session:
        kept = session.scalars(select(CustomerFile).order_by(CustomerFile.media)).all()
        assert [row.media for row in kept] == ["application/pdf", "image/jpeg"]
        assert PDF not in kept[0].sealed
        assert open_box(tmp_path / "keys").open(kept[0].sealed) == PDF
        assert session.scalars(select(Case.kind).where(Case.shipment_id == shipment.id)).all() == ["documents"]
    assert token not in entries(db)


def test_a_refused_file_leaves_the_link_open(db: Db, brand_id: str, now: datetime, tmp_path: Path) -> None:
    _, token = linked(db, brand_id, now, "documents")
    for files in ([PDF, b"MZ"], [], [PDF] * 6):
        with pytest.raises(DocumentRefused):
            send(db, tmp_path / "keys", token, files, now)
    assert send(db, tmp_path / "keys", token, [PDF], now) == 1
    assert send(db, tmp_path / "keys", token, [PDF], now) == 0


def test_an_old_link_takes_nothing(db: Db, brand_id: str, now: datetime, tmp_path: Path) -> None:
    _, token = linked(db, brand_id, now, "documents")
    assert send(db, tmp_path / "keys", token, [PDF], now + timedelta(days=14)) == 0


def test_two_who_use_a_link_at_once_use_it_once(db: Db, brand_id: str, now: datetime, tmp_path: Path) -> None:
    _, token = linked(db, brand_id, now, "documents")
    keys = tmp_path / "keys"
    open_box(keys)
    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(lambda _: send(db, keys, token, [PDF], now), range(6)))
    assert sorted(taken) == [0, 0, 0, 0, 0, 1]
    with reading(db) as session:
        assert session.scalar(select(func.count()).select_from(CustomerFile)) == 1


def correct(db: Db, token: str, given: dict[str, str], now: datetime) -> bool:
    with db.begin() as session:
        return addresses.correct(session, session.get_one(CustomerLink, token), given, now)


def test_a_corrected_address_stands_in_no_entry(db: Db, brand_id: str, now: datetime) -> None:
    _, token = linked(db, brand_id, now, "address")
    assert correct(db, token, NEW, now)
    assert not correct(db, token, {**NEW, "street": "Elsewhere 1"}, now)
    with reading(db) as session:
        address = session.scalars(select(Customer)).one().address
        assert address
        assert (address["street"], address["country"]) == ("Kerkstraat 7", "NL")
        (case,) = session.scalars(select(Case))
    assert (case.kind, case.facts) == ("address", {"said": "corrected"})
    assert "care:address:changed" in entries(db)
    assert "Kerkstraat" not in entries(db)
    assert token not in entries(db)


@pytest.mark.parametrize(
    "change", [{"street": " "}, {"city": ""}, {"postal_code": "9" * 121}, {"street": "Kerk\u202estraat"}]
)
def test_an_address_that_is_none_is_refused_and_the_link_stays(
    db: Db, brand_id: str, now: datetime, change: dict[str, str]
) -> None:
    _, token = linked(db, brand_id, now, "address")
    with pytest.raises(addresses.AddressRefused) as refused:
        correct(db, token, {**NEW, **change}, now)
    assert refused.value.field in change
    assert correct(db, token, NEW, now)


def test_a_parcel_at_the_door_takes_no_new_address(db: Db, brand_id: str, now: datetime) -> None:
    shipment, token = linked(db, brand_id, now, "address")
    with db.begin() as session:
        session.get_one(Shipment, shipment.id).status = "out_for_delivery"
    assert not correct(db, token, NEW, now)


@pytest.mark.parametrize(
    ("status", "carriers", "handed_over", "may"),
    [
        (None, set(), False, True),
        (Status.REGISTERED, {"nobody"}, False, True),
        (Status.IN_TRANSIT, {"ups"}, True, True),
        (Status.IN_TRANSIT, {"ups", "nobody"}, True, False),
        (Status.IN_TRANSIT, set(), True, False),
        (Status.OUT_FOR_DELIVERY, {"ups"}, True, False),
        (Status.DELIVERED, {"ups"}, True, False),
    ],
)
def test_an_address_may_change_while_the_carrier_allows_it(
    status: Status | None, carriers: set[str], handed_over: bool, may: bool
) -> None:
    assert may_change_address(status, carriers, handed_over=handed_over) is may
