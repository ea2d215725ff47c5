"""The log as files: exact addresses, what a cache may keep, from any site, and nothing that was not published."""

import pytest
from flask.testing import FlaskClient

from app.brands.tenants import brand_of, log_origin, signer_of
from app.db import reading
from app.house import House
from ledger import merkle
from ledger.checkpoint import open_checkpoint
from ledger.integrator import integrate_due, publish_due
from tests.web.conftest import Company


@pytest.fixture
def prefix(house: House, ada: Company) -> str:
    with reading(house.db) as session:
        brand = brand_of(session, ada.brand_id)
    integrate_due(house.db, brand.log_id, owner="test", clock=house.clock)
    publish_due(house.db, brand.log_id, signer_of(house.keys, brand), house.clock())
    return f"/log/{brand.log_key}"


def test_a_stranger_rebuilds_the_root_from_the_files(
    client: FlaskClient, house: House, ada: Company, prefix: str
) -> None:
    with reading(house.db) as session:
        key = signer_of(house.keys, brand_of(session, ada.brand_id)).verifier
    note = client.get(f"{prefix}/checkpoint", headers={"Accept": "text/plain"})
    assert note.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert note.headers["Cache-Control"] == "no-cache"
    checkpoint = open_checkpoint(note.data, [key])
    bundle = client.get(f"{prefix}/tile/entries/000.p/{checkpoint.size}").data
    leaves = []
    while bundle:
        length = int.from_bytes(bundle[:2], "big")
        leaves.append(merkle.leaf_hash(bundle[2 : 2 + length]))
        bundle = bundle[2 + length :]
    tile = client.get(f"{prefix}/tile/0/000.p/{checkpoint.size}", headers={"Accept": "application/octet-stream"})
    assert tile.data == b"".join(leaves)
    assert merkle.root(leaves) == checkpoint.root


def test_a_tile_may_be_kept_for_ever_and_a_checkpoint_only_with_a_question(
    client: FlaskClient, prefix: str
) -> None:
    size = client.get(f"{prefix}/checkpoint").text.split("\n")[1]
    for name in ("checkpoint", f"tile/0/000.p/{size}", f"tile/entries/000.p/{size}"):
        whole = client.get(f"{prefix}/{name}")
        assert whole.status_code == 200
        assert whole.headers["Access-Control-Allow-Origin"] == "*"
        assert ("immutable" in whole.headers["Cache-Control"]) == name.startswith("tile")
        again = client.get(f"{prefix}/{name}", headers={"If-None-Match": whole.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        head = client.head(f"{prefix}/{name}")
        assert (head.status_code, head.data) == (200, b"")
        assert head.headers["Content-Length"] == str(len(whole.data))
        assert client.post(f"{prefix}/{name}").status_code == 405


def test_an_address_has_one_spelling_and_leads_to_what_was_published(client: FlaskClient, prefix: str) -> None:
    size = int(client.get(f"{prefix}/checkpoint").text.split("\n")[1])
    for wrong in ("0/1", "0/x000/000", "00/000", "64/000", "-1/000", "0/000.p/0", "0/000.p/256", "entries/0", "x"):
        answer = client.get(f"{prefix}/tile/{wrong}")
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (400, "*"), wrong
    absent = (f"0/000.p/{size + 1}", f"0/000.p/{size - 1}", "0/000", "entries/000", "1/000.p/1", "63/000")
    for missing in absent:
        assert client.get(f"{prefix}/tile/{missing}").status_code == 404, missing
    assert client.get("/log/none/checkpoint").status_code == 404
    assert client.get("/log/none/tile/0/000").status_code == 404


@pytest.mark.parametrize(
    ("base_url", "origin"),
    [
        ("https://proof.example.com", "proof.example.com/log/k1"),
        ("https://proof.example.com:8443/base", "proof.example.com:8443/base/log/k1"),
        ("http://127.0.0.1:8080", "wayproof/k1"),
        ("http://192.168.1.20:8080", "wayproof/k1"),
        ("http://[::1]:8080", "wayproof/k1"),
        ("http://localhost:8080", "wayproof/k1"),
        ("http://box.local", "wayproof/k1"),
        ("https://proof.example.com/a+b", "wayproof/k1"),
        ("", "wayproof/k1"),
    ],
)
def test_a_log_is_named_after_its_address_where_that_is_a_name(base_url: str, origin: str) -> None:
    assert log_origin("k1", base_url) == origin
