"""One search box: whatever a caller names leads to the shipment, and Cleo finds nothing of Ada's."""

from datetime import datetime

import pytest

from app.db import Db
from app.models.products import Containment
from app.models.shipments import ShipmentItem
from app.provenance.touch import touch
from app.support import pasted
from app.support.search import find
from tests.support.shop import ship

ITEM = "/01/09506000134352/21/TEA%2F42"
PALLET = "/00/395060001343520001"


@pytest.fixture
def shipment_id(db: Db, brand_id: str, now: datetime) -> str:
    """A shipment that carries a pallet, and the tea that was packed into it."""
    shipment = ship(db, brand_id, now)
    with db.begin() as session:
        touch(session, brand_id, [ITEM, PALLET], now)
        session.add(ShipmentItem(shipment_id=shipment.id, key=PALLET, brand_id=brand_id))
        session.add(Containment(brand_id=brand_id, parent_key=PALLET, child_key=ITEM, from_at=now))
    return shipment.id


@pytest.mark.parametrize(
    "text",
    [
        "A-1001",
        "#A-1001",
        " a-1001 ",
        "1Z999AA1A1001",
        "1z 999 AA1 A10-01",
        "ben@example.org",
        "Ben@Example.org",
        "+31 20 555 0142",
        "020-5550142",
        "0031 (0)20 555.0142",
        "٠٢٠ ٥٥٥ ٠١٤٢",
        "TEA/42",
        ITEM,
        f"https://id.example.com{ITEM}?x=1",
        "https://id.gs1.org/01/09506000134352/10/L1/21/TEA%2F42",
        "(01)09506000134352(21)TEA/42",
        "010950600013435221TEA/42",
        "]d2010950600013435210L1\x1d21TEA/42",
        "urn:epc:id:sgtin:9506000.013435.TEA%2F42",
        "(00) 395060001343520001",
        "395060001343520001",
        "00395060001343520001",
        PALLET,
        "36364433400D1EEA4582BDA32000000000000000000000000000",
        "36 36 44 33 40 0D 1E EA 45 82 BD A3 20 00 00 00 00 00 00 00 00 00 00 00 00 00",
        "urn:epc:tag:sgtin-198:1.9506000.013435.TEA%2F42",
        "urn:epc:raw:208.x36364433400D1EEA4582BDA32000000000000000000000000000",
        "(01) 0950 6000 1343 52 (21) TEA/42",
        "01 0950 6000 1343 52 21 TEA/42",
        "GTIN: 09506000134352 Serial: TEA/42",
        "^010950600013435221TEA/42",
        "010950600013435210L1<GS>21TEA/42",
        "https://id.example.com/gtin/9506000134352/ser/TEA%2F42",
    ],
)
def test_every_way_to_name_it_leads_to_the_shipment(db: Db, brand_id: str, shipment_id: str, text: str) -> None:
    with db() as session:
        hits = find(session, brand_id, text)
        assert shipment_id in [hit.id for hit in hits if hit.kind == "shipment"]
        assert find(session, "cleo", text) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "nothing",
        "0142",
        "5550143",
        "+49 20 555 0142",
        "09506000134353",
        "%",
        "ben@",
        "\x00",
        "x" * 5000,
    ],
)
def test_what_names_nothing_finds_nothing(db: Db, brand_id: str, shipment_id: str, text: str) -> None:
    with db() as session:
        assert find(session, brand_id, text) == []


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("9506000134352", ["/01/09506000134352", "/414/9506000134352"]),
        ("9 506000 134352", ["/01/09506000134352", "/414/9506000134352"]),
        ("09506000134352", ["/01/09506000134352"]),
        ("3114257BF4499602D2000000", ["/00/106141412345678908"]),
        ("(01)09506000134352(17)271231(10)L1", ["/01/09506000134352/10/L1"]),
        ("(01)09506000134353", []),
        ("01 09506000134352 17 991399", []),
        ("(21)TEA", []),
        ("01095060001343522", []),
        ("hello", []),
    ],
)
def test_a_pasted_text_becomes_its_key(text: str, keys: list[str]) -> None:
    assert pasted.keys(text) == keys
