"""The one-file proof: it verifies offline, and each part of it, corrupted once, is refused at its step."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from app.db import reading
from ledger import entry, fields, merkle, proof
from ledger.anchor_claim import write_anchor
from ledger.anchor_state import AnchorState
from ledger.checkpoint import Checkpoint
from ledger.errors import Tampered, Unsure
from ledger.examine import examine
from ledger.fields import Opening
from ledger.log import bundle
from ledger.note import Signer
from ledger.verify import verify_bundle, verify_checkpoint, verify_entry
from tests.support.logs import OpenLog

ORIGIN = "wayproof/ada"
SIGNER = Signer(ORIGIN, bytes(range(32)))
OTHER = Signer(ORIGIN, bytes(range(1, 33)))
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SALT = bytes(32)
DOCUMENT, NAME = Opening("public:document", SALT, b'{"event":2}'), Opening("personal:name", SALT, b'"Ben"')


def envelope(number: int, origin: str = ORIGIN) -> bytes:
    commitments = {each.path: fields.commit(origin, each).hex() for each in (DOCUMENT, NAME)}
    return entry.write(origin, "epcis:event:captured", {"number": number}, AT, commitments)


ENTRIES = [envelope(number) for number in range(7)]
LEAVES = [merkle.leaf_hash(each) for each in ENTRIES]
CHECKPOINT = Checkpoint(ORIGIN, 7, merkle.root(LEAVES))
PATH = merkle.inclusion_path(LEAVES, 2)
ANCHOR = AnchorState(1, 5, merkle.root(LEAVES[:5]), 1, "0xabc", "0x01", "final", "0x02", 77, AT)


def good(anchor: AnchorState | None = None, signer: Signer = SIGNER) -> dict[str, Any]:
    text = proof.write(2, PATH, signer.sign(CHECKPOINT.text))
    record = write_anchor(anchor, merkle.consistency_path(LEAVES, anchor.size)) if anchor else None
    return proof.bundle(ENTRIES[2], [DOCUMENT], text, ORIGIN, SIGNER.vkey, record)


def file(value: Any) -> bytes:
    return json.dumps(value).encode()


def test_a_good_proof_says_what_it_proves() -> None:
    found = verify_bundle(file(good()), vkeys=[SIGNER.vkey])
    assert (found.origin, found.index, found.size, found.root) == (ORIGIN, 2, 7, CHECKPOINT.root)
    assert found.envelope.body == {"number": 2}
    assert found.leaf_hash == LEAVES[2]
    assert found.openings == (DOCUMENT,)
    assert found.withheld == ("personal:name",)
    assert (found.pinned, found.anchored, found.anchor) == (True, "unknown", None)


def test_with_the_key_of_the_file_itself_the_result_says_so() -> None:
    assert not verify_bundle(file(good()), vkeys=None).pinned


def change(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """A change of one member, by its dotted path."""

    def apply(target: Any) -> None:
        *steps, last = path.split(".")
        for each in steps:
            target = target[int(each) if each.isdigit() else each]
        target[last] = value(target[last]) if callable(value) else value

    return apply


def line(number: int, new: str | None) -> Callable[[dict[str, Any]], None]:
    """The tlog-proof with one line replaced, or left out."""

    def apply(text: str) -> str:
        lines = text.split("\n")
        lines[number : number + 1] = [] if new is None else [new]
        return "\n".join(lines)

    return change("tlog_proof", apply)


def in_text(old: str, new: str) -> Callable[[dict[str, Any]], None]:
    return change("tlog_proof", lambda text: text.replace(old, new))


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


FORGED = [
    (change("format", "wayproof-proof/2"), 2),
    (lambda value: value.pop("anchor"), 2),
    (lambda value: value.update(more=1), 2),
    (lambda value: value["log"].update(more=1), 2),
    (change("entry", 7), 2),
    (change("entry", "!"), 2),
    (change("openings", {}), 2),
    (change("openings", ["x"]), 2),
    (change("openings", [{"path": "public:document", "salt": "", "value": 1}]), 2),
    (change("log.origin", None), 2),
    (in_text("index 2", "index\r2"), 2),
    (change("tlog_proof", "x" * 600_000), 2),
    (line(0, "c2sp.org/tlog-proof@v2"), 3),
    (line(1, "index 02"), 4),
    (line(1, "index 9223372036854775808"), 4),
    (line(1, None), 4),
    (line(1, "extra !\nindex 2"), 4),
    (line(2, b64(bytes(31))), 5),
    (line(2, "Zh=="), 5),
    (line(2, "\n".join([b64(bytes(32))] * 64)), 5),
    (change("tlog_proof", lambda text: text.split("\n\n")[0]), 5),
    (in_text("— ", "- "), 6),
    (change("tlog_proof", lambda text: text + "x"), 6),
    (in_text("\n7\n", "\n07\n"), 7),
    (in_text("\n7\n", "\n7\nAA==\n"), 7),
    (in_text(ORIGIN + "\n7", "wayproof/cleo\n7"), 8),
    (change("log.origin", "wayproof/cleo"), 8),
    (in_text("\n7\n", "\n8\n"), 9),
    (in_text("\n7\n", "\n6\n"), 9),
    (line(1, "index 7"), 13),
    (line(1, "index 6"), 13),
    (line(2, None), 13),
    (line(2, b64(bytes(32)) + "\n" + b64(PATH[0])), 13),
    (change("entry", b64(ENTRIES[2].replace(b'"number":2', b'"number": 2'))), 14),
    (change("entry", b64(b"{}")), 14),
    (change("entry", b64(envelope(2, "wayproof/cleo"))), 14),
    (change("openings.0.value", b64(b'{"event":3}')), 14),
    (change("openings.0.salt", b64(bytes(31))), 14),
    (change("openings.0.path", "personal:name"), 14),
    (change("openings.0.path", "public:other"), 14),
    (change("entry", b64(ENTRIES[3])), 15),
    (line(1, "index 3"), 15),
    (line(2, b64(bytes(32))), 15),
]


@pytest.mark.parametrize(("forge", "step"), FORGED)
def test_each_part_corrupted_once_is_refused_at_its_step(forge: Callable[[dict], None], step: int) -> None:
    value = good()
    forge(value)
    with pytest.raises(Tampered, match=f"^step {step}: "):
        verify_bundle(file(value), vkeys=[SIGNER.vkey])
    lines = examine(file(value), vkeys=[SIGNER.vkey])
    assert "invalid" in {lines.unchanged.state, lines.included.state, lines.signed.state}


def test_another_key_a_damaged_key_and_no_key_are_refused() -> None:
    with pytest.raises(Tampered, match=r"^step 9: "):
        verify_bundle(file(good()), vkeys=[OTHER.vkey])
    for vkeys in (["x"], []):  # broken is what the reader brought, so nothing is known of the proof
        with pytest.raises(Unsure, match=r"^step 1: "):
            verify_bundle(file(good()), vkeys=vkeys)
    with pytest.raises(Tampered, match=r"^step 9: "):
        verify_bundle(file(good(signer=OTHER)), vkeys=[SIGNER.vkey])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff",
        b"[" * 10_000,
        b'{"format":"wayproof-proof/1","format":"x"}',
        b"[1.5]",
        b"0" * 100,
    ],
)
def test_bytes_that_are_no_proof_are_refused_at_step_two(data: bytes) -> None:
    with pytest.raises(Tampered, match=r"^step 2: "):
        verify_bundle(data, vkeys=[SIGNER.vkey])
    assert examine(data, vkeys=None).signed.state == "invalid"


def test_each_result_stands_on_its_own() -> None:
    lines = examine(file(good()), vkeys=[SIGNER.vkey])
    states = (lines.unchanged.state, lines.included.state, lines.signed.state, lines.anchored.state)
    assert states == ("valid", "valid", "valid", "unknown")

    edited = good()
    change("entry", b64(ENTRIES[3]))(edited)
    lines = examine(file(edited), vkeys=[SIGNER.vkey])
    assert (lines.unchanged.state, lines.included.state, lines.signed.state) == ("invalid", "invalid", "valid")

    opened = good()
    change("openings.0.value", b64(b"{}"))(opened)
    lines = examine(file(opened), vkeys=[SIGNER.vkey])
    assert (lines.unchanged.state, lines.included.state, lines.signed.state) == ("invalid", "valid", "valid")

    lines = examine(file(good()), vkeys=[OTHER.vkey])
    assert (lines.unchanged.state, lines.included.state, lines.signed.state) == ("valid", "valid", "invalid")


def test_an_anchor_is_unknown_until_the_chain_was_asked() -> None:
    data = file(good(ANCHOR))
    found = verify_bundle(data, vkeys=[SIGNER.vkey])
    assert (found.anchored, found.anchor and found.anchor.block_number) == ("unknown", 77)
    assert "block 77" in examine(data, vkeys=[SIGNER.vkey]).anchored.why

    asked = []
    assert verify_bundle(data, vkeys=[SIGNER.vkey], check_anchor=asked.append).anchored == "valid"
    assert asked[0].root == ANCHOR.root
    assert examine(data, vkeys=None, check_anchor=asked.append).anchored.state == "valid"

    def refuse(claim: object) -> None:
        raise Tampered("the chain knows nothing of it")

    with pytest.raises(Tampered, match=r"^step 16: the chain"):
        verify_bundle(data, vkeys=[SIGNER.vkey], check_anchor=refuse)
    assert examine(data, vkeys=None, check_anchor=refuse).anchored.state == "invalid"


def test_an_anchor_that_does_not_cover_the_entry_or_is_on_its_way_confirms_nothing() -> None:
    young = replace(ANCHOR, size=2, root=merkle.root(LEAVES[:2]))
    for anchor in (young, replace(ANCHOR, state="sent", block_hash=None, block_number=None, block_time=None)):
        found = verify_bundle(file(good(anchor)), vkeys=None, check_anchor=lambda claim: None)
        assert (found.anchored, found.anchor) == ("unknown", None)


@pytest.mark.parametrize(
    "forge",
    [
        change("anchor.root", b64(bytes(32))),
        change("anchor.size", 4),
        change("anchor.size", 0),
        change("anchor.size", True),
        change("anchor.size", "5"),
        change("anchor.consistency", []),
        change("anchor.consistency", "x"),
        change("anchor.chain_id", 1),
        change("anchor.target", "moon"),
        change("anchor.directory", {}),
        change("anchor", {}),
        change("anchor", "x"),
    ],
)
def test_a_forged_anchor_is_refused(forge: Callable[[dict], None]) -> None:
    value = good(ANCHOR)
    forge(value)
    with pytest.raises(Tampered, match=r"^step 16: "):
        verify_bundle(file(value), vkeys=[SIGNER.vkey])
    assert examine(file(value), vkeys=None).anchored.state == "invalid"


def test_many_entries_are_checked_under_one_checkpoint() -> None:
    checkpoint = verify_checkpoint(SIGNER.sign(CHECKPOINT.text).encode(), [SIGNER.vkey])
    for index, data in enumerate(ENTRIES):
        path = merkle.inclusion_path(LEAVES, index)
        assert verify_entry(checkpoint, data, [DOCUMENT], index, path).body == {"number": index}
    with pytest.raises(Tampered, match=r"^step 15: "):
        verify_entry(checkpoint, ENTRIES[1], [], 2, PATH)
    with pytest.raises(Tampered, match=r"^step 9: "):
        verify_checkpoint(OTHER.sign(CHECKPOINT.text).encode(), [SIGNER.vkey])


def test_the_worked_tlog_proof_comes_out_byte_for_byte() -> None:
    letters = [merkle.leaf_hash(each) for each in (b"a", b"b", b"c", b"d")]
    demo = Signer("example.com/demo", bytes(range(32)))
    witness = "— example.com/wit Po0bGAAAAABlU/EAHCrpkvUdwzO7J/lWUTK340aO9oEbf7A0CC0IzEVAxOKVK6HhKlkJz4g59/YILdMkUSEmTXCnXDCpnAGt1/hVAQ==\n"  # noqa: E501
    note = demo.sign(Checkpoint("example.com/demo", 4, merkle.root(letters)).text) + witness
    text = proof.write(2, merkle.inclusion_path(letters, 2), note).replace("index", "extra ZGVtbw==\nindex", 1)
    assert sha256(text.encode()).hexdigest() == "d0d21f8e54f7ba824faee26342516242d454faa244dd984723480031a7bab0ee"
    read = proof.read(file(proof.bundle(b"c", [], text, "example.com/demo", demo.vkey, None)))
    assert (read.index, read.path, read.checkpoint.size) == (2, (letters[3], merkle.root(letters[:2])), 4)


def test_a_proof_out_of_the_database_verifies_and_one_of_an_edited_row_does_not(ada: OpenLog) -> None:
    ids = ada.fill(20)
    with reading(ada.db) as session:
        data = file(bundle(session, ada.id, ids[7]))
    assert verify_bundle(data, vkeys=[ada.signer.vkey]).envelope.body == {"number": 7}
    ada.sql(
        "UPDATE ledger_entry SET envelope = (SELECT e.envelope FROM ledger_entry e WHERE e.log_id = :log"
        ' AND e."index" = 8)'
        ' WHERE log_id = :log AND "index" = 7'
    )
    with reading(ada.db) as session:
        data = file(bundle(session, ada.id, ids[7]))
    with pytest.raises(Tampered, match=r"^step 14: "):  # the opening is not that of the other entry
        verify_bundle(data, vkeys=[ada.signer.vkey])


def test_the_verifier_needs_no_database_library() -> None:
    code = "import ledger.verify, sys; assert not {'sqlalchemy', 'flask', 'app'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=180)
