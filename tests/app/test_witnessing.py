"""A brand's checkpoints are shown to the witnesses of the settings, over HTTP, and readers can ask for that."""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from werkzeug.serving import make_server

from app import doctor, witnessing
from app.brands.tenants import create_brand, find_brand, keys_of
from app.clock import system_clock
from app.db import Db, reading
from app.house import House
from app.models.brands import Brand
from app.provenance.events import bundles
from app.settings import Settings, SettingsError
from app.web.witness import create_witness
from app.work import grow_logs
from ledger import policy
from ledger.cosignature import Cosigner
from ledger.examine import examine
from ledger.log import head
from ledger.note import Verifier
from ledger.witness import Witness

WIT = Cosigner("example.com/wit", bytes(range(0x20, 0x40)))
SILENT = Cosigner("example.com/silent", bytes(range(0x40, 0x60)))


@pytest.fixture
def house(db: Db, tmp_path: Path, database_url: str) -> House:
    settings = Settings(
        home=tmp_path, database_url=database_url, witnesses=str(tmp_path / "policy"), allow_private_targets=True
    )
    settings.keys.mkdir()
    create_brand(db, settings.keys, name="Ada", slug="ada", now=system_clock())
    return House(settings, db, system_clock, settings.keys)


@pytest.fixture
def ada(house: House) -> Brand:
    with reading(house.db) as session:
        brand = find_brand(session, "ada")
    assert brand
    return brand


@pytest.fixture
def address(house: House, ada: Brand, tmp_path: Path) -> Iterator[str]:
    """A witness that looks after Ada's log, and its address."""
    key = Verifier.parse(keys_of(house.keys, ada).signers[0].vkey)
    app = create_witness(Witness([WIT], [key], tmp_path / "witness"), system_clock)
    server = make_server("127.0.0.1", 0, app)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def ask(house: House, *witnesses: str, quorum: str = "all") -> None:
    named = [f"witness w{at} {each}" for at, each in enumerate(witnesses)]
    members = " ".join(f"w{at}" for at in range(len(witnesses)))
    lines = ["# whom Ada trusts", *named, f"group all-of-them {quorum} {members}", "quorum all-of-them", ""]
    Path(house.settings.witnesses).write_text("\n".join(lines))


def checkpoint(house: House, ada: Brand) -> bytes | None:
    with reading(house.db) as session:
        note = head(session, ada.log_id).checkpoint
    return note.encode() if note else None


def test_readers_find_the_cosignature_that_the_policy_asks_for(house: House, ada: Brand, address: str) -> None:
    ask(house, f"{WIT.vkey} {address}")
    assert grow_logs(house, "test") == 1
    assert checkpoint(house, ada) is None
    assert witnessing.release_all_due(house, "test") == 1
    text = witnessing.policy_text(house.settings, [each.vkey for each in keys_of(house.keys, ada).signers])
    signed = policy.open_signed(checkpoint(house, ada) or b"", policy.parse(text))
    assert [each.witness for each in signed.seen] == ["w0"]
    assert witnessing.release_all_due(house, "test") == 0
    said = [each.said for each in doctor._witnesses(house)]
    assert said == [f"example.com/wit+3e8d1b18 and the log of ada: seen, size {signed.checkpoint.size}"]


def test_a_witness_that_is_down_holds_up_only_those_who_require_it(house: House, ada: Brand, address: str) -> None:
    nowhere = "http://127.0.0.1:9"
    ask(house, f"{WIT.vkey} {address}", f"{SILENT.vkey} {nowhere}")
    strict = House(
        house.settings.model_copy(update={"witnesses_required": True}), house.db, house.clock, house.keys
    )
    grow_logs(house, "test")
    assert witnessing.release_all_due(strict, "test") == 0
    assert checkpoint(house, ada) is None
    assert [each.state for each in witnessing.standing(house, ada)] == ["silent", "seen"]
    assert witnessing.release_all_due(house, "test") == 1
    assert checkpoint(house, ada)


def test_a_file_that_names_no_witness_with_an_address_is_refused(house: House) -> None:
    for text in ("", "quorum none\n", f"witness w {WIT.vkey}\nquorum w\n", "witness\n"):
        Path(house.settings.witnesses).write_text(text)
        with pytest.raises(SettingsError, match="WAYPROOF_WITNESSES"):
            witnessing.wanted(house.settings)
    Path(house.settings.witnesses).unlink()
    with pytest.raises(SettingsError, match="WAYPROOF_WITNESSES"):
        witnessing.wanted(house.settings)


def test_without_witnesses_the_policy_asks_for_none(house: House, ada: Brand) -> None:
    plain = house.settings.model_copy(update={"witnesses": ""})
    (vkey,) = [each.vkey for each in keys_of(house.keys, ada).signers]
    assert witnessing.policy_text(plain, [vkey]) == f"log {vkey}\nquorum none\n"


def test_a_proof_names_the_witnesses_and_nobody_need_believe_it(house: House, ada: Brand, address: str) -> None:
    ask(house, f"{WIT.vkey} {address}")
    grow_logs(house, "test")
    witnessing.release_all_due(house, "test")
    with reading(house.db) as session:
        (made,) = bundles(session, ada.id, [1], witnessing.witness_lines(house.settings.witnesses))
        (plain,) = bundles(session, ada.id, [1])
    assert plain["policy"] is None
    data = json.dumps(made).encode()
    claimed = examine(data, vkeys=[made["log"]["vkey"]])
    assert claimed.lines["seen"].state == "unknown"  # the file's own word for who a witness is
    trusted = examine(data, vkeys=None, policy=made["policy"])
    assert trusted.lines["seen"].state == "valid"
    assert witnessing.witness_lines("") is None
    assert witnessing.witness_lines("/nowhere") is None
