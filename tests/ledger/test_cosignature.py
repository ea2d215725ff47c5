"""Cosignatures: the worked examples byte for byte, from their seeds, and every changed part refused."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from ledger import cosignature
from ledger.checkpoint import Checkpoint
from ledger.cosignature import Cosigner, ed25519_message, ml_dsa_message, verify_cosignature
from ledger.errors import Tampered
from ledger.merkle import leaf_hash, root
from ledger.note import COSIGNATURE, ED25519, ML_DSA_44, Signer, Verifier, strict_b64

AT = datetime.fromtimestamp(1700000000, UTC)
DEMO = Signer("example.com/demo", bytes(range(32)))
WIT = Cosigner("example.com/wit", bytes(range(0x20, 0x40)))
LATTICE = Cosigner("example.com/wit", bytes(range(32)), ML_DSA_44)
FOUR = Checkpoint("example.com/demo", 4, root([leaf_hash(each) for each in (b"a", b"b", b"c", b"d")]))
LINE = (
    "— example.com/wit Po0bGAAAAABlU/EAHCrpkvUdwzO7J/lWUTK340aO9oEbf7A0CC0IzEVAxOKVK6HhKlkJz4g59/YILdMkUSEmTXC"
    "nXDCpnAGt1/hVAQ==\n"
)


def blob_of(line: str) -> bytes:
    return strict_b64(line.rstrip("\n").split(" ")[2])


def test_the_worked_cosignature_comes_out_byte_for_byte() -> None:
    assert WIT.vkey == "example.com/wit+3e8d1b18+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
    assert Verifier.of("example.com/wit", WIT.verifier.public, ED25519).key_id.hex() == "b7ea7ff0"
    assert len(ed25519_message(FOUR.text.encode(), 1700000000)) == 95
    assert WIT.line(FOUR.text, AT) == LINE
    assert len(blob_of(LINE)) == 76
    whole = (DEMO.sign(FOUR.text) + LINE).encode()
    assert len(whole) == 304
    assert sha256(whole).hexdigest() == "fb4ee3e70896cf2f946529b4cf807becb3777d04530dd086c7978ea59f39fc5c"
    assert verify_cosignature(WIT.verifier, FOUR.text.encode(), FOUR, blob_of(LINE)[4:]) == 1700000000


def test_the_worked_lattice_message_comes_out_byte_for_byte() -> None:
    message = ml_dsa_message("example.com/wit", 1700000000, "example.com/demo", 0, 4, FOUR.root)
    parts = [
        "737562747265652f76310a00",
        "0f6578616d706c652e636f6d2f776974",
        "000000006553f100",
        "106578616d706c652e636f6d2f64656d6f",
        "0000000000000000",
        "0000000000000004",
        FOUR.root.hex(),
    ]
    assert message == bytes.fromhex("".join(parts))
    assert len(message) == 101
    assert LATTICE.verifier.key_id.hex() == "bdef7f20"
    line = LATTICE.line(FOUR.text, AT)
    assert len(line.split(" ")[2].rstrip("\n")) == 3244
    assert verify_cosignature(LATTICE.verifier, FOUR.text.encode(), FOUR, blob_of(line)[4:]) == 1700000000


@pytest.mark.parametrize("cosigner", [WIT, LATTICE], ids=["Ed25519", "ML-DSA"])
def test_every_changed_part_of_a_cosignature_is_refused(cosigner: Cosigner) -> None:
    text, blob = FOUR.text.encode(), blob_of(cosigner.line(FOUR.text, AT))[4:]
    others = [blob[:-1], blob + b"\0", b"", blob[:8], b"\xff" + blob[1:]]
    others += [blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :] for at in range(0, len(blob), 37)]
    for other in others:
        with pytest.raises(Tampered):
            verify_cosignature(cosigner.verifier, text, FOUR, other)
    five = Checkpoint(FOUR.origin, 5, FOUR.root)
    cleos = Checkpoint("example.com/cleo", 4, FOUR.root)
    for other_tree in (five, cleos):
        with pytest.raises(Tampered):
            verify_cosignature(cosigner.verifier, other_tree.text.encode(), other_tree, blob)


def test_extension_lines_are_covered_by_the_one_kind_only() -> None:
    longer = FOUR.text + "an extension\n"
    extended = WIT.line(longer, AT)
    verify_cosignature(WIT.verifier, longer.encode(), FOUR, blob_of(extended)[4:])
    with pytest.raises(Tampered):
        verify_cosignature(WIT.verifier, FOUR.text.encode(), FOUR, blob_of(extended)[4:])
    lattice = LATTICE.line(longer, AT)
    verify_cosignature(LATTICE.verifier, FOUR.text.encode(), FOUR, blob_of(lattice)[4:])


def test_a_name_or_origin_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError):
        ml_dsa_message("w" * 256, 1, "o", 0, 1, bytes(32))
    with pytest.raises(ValueError):
        ml_dsa_message("w", 1, "ö" * 128, 0, 1, bytes(32))


@pytest.mark.parametrize("kind", [COSIGNATURE, ML_DSA_44])
def test_a_cosigning_key_is_private_and_reads_back(tmp_path: Path, kind: int) -> None:
    path = tmp_path / "wit.key"
    made = Cosigner.create(path, "example.com/wit", kind)
    assert Cosigner.load(path).vkey == made.vkey
    with pytest.raises(ValueError):
        Signer.load(path)
    path.write_text(path.read_text().replace("/wit+", "/wot+"))
    with pytest.raises(ValueError, match="id"):
        Cosigner.load(path)
    Signer.create(tmp_path / "log.key", "example.com/log")
    with pytest.raises(ValueError, match="no cosigning key"):
        Cosigner.load(tmp_path / "log.key")


def test_a_machine_without_the_lattice_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class Without:
        @staticmethod
        def from_public_bytes(_: bytes) -> None:
            raise cosignature.UnsupportedAlgorithm("not here")

    assert cosignature.can_verify(LATTICE.verifier)
    monkeypatch.setattr(cosignature, "MLDSA44PublicKey", Without)
    assert not cosignature.can_verify(LATTICE.verifier)
    assert cosignature.can_verify(WIT.verifier)
