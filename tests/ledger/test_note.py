"""Signed notes, keys and checkpoints: the worked examples byte for byte, and every malformed one refused."""

import stat
from hashlib import sha256
from pathlib import Path

import pytest

from ledger.checkpoint import Checkpoint, open_checkpoint, parse_decimal
from ledger.errors import Tampered
from ledger.merkle import EMPTY_ROOT, leaf_hash, root
from ledger.note import Signer, Verifier, open_note, split_note, strict_b64

DEMO = Signer("example.com/demo", bytes(range(32)))
OTHER = Signer("example.com/other", bytes(range(32, 64)))
VKEY = "example.com/demo+0a3e8996+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
HI = DEMO.sign("hi\n").encode()


def test_the_worked_note_comes_out_byte_for_byte() -> None:
    signature = b"Cj6JluFM39Zr80bCj9eIlUKUhqeCsHJikrekzuLdmeas++73TKlsU38ErOUyPzzpvPIrIvnA9DIa1WdS3Cs6qatFvQc="
    assert b"hi\n\n\xe2\x80\x94 example.com/demo " + signature + b"\n" == HI
    assert len(HI) == 118
    assert DEMO.vkey == VKEY
    assert Verifier.parse(VKEY).vkey == VKEY
    assert open_note(HI, [Verifier.parse(VKEY)]).text == "hi\n"


def test_the_worked_checkpoint_comes_out_byte_for_byte() -> None:
    checkpoint = Checkpoint("example.com/demo", 4, root([leaf_hash(each) for each in (b"a", b"b", b"c", b"d")]))
    signed = DEMO.sign(checkpoint.text).encode()
    assert (len(checkpoint.text), len(signed)) == (64, 179)
    assert sha256(signed).hexdigest() == "15e134db37e0bbc3ecbe6d883bc1e58713ba7747f3c11ccecb178bb30dc2befb"
    assert open_checkpoint(signed, [DEMO.verifier]) == checkpoint


def test_a_note_needs_a_known_key_and_none_that_fails() -> None:
    with pytest.raises(Tampered, match="no known key"):
        open_note(HI, [OTHER.verifier])
    line = HI.split(b"\n\n")[1]
    with pytest.raises(Tampered, match="signature"):
        open_note(b"ho\n\n" + line, [DEMO.verifier])
    both = HI + OTHER.sign("ho\n").encode().split(b"\n\n")[1]
    assert open_note(both, [DEMO.verifier]).signed_by == (VKEY,)
    with pytest.raises(Tampered):
        open_note(both, [DEMO.verifier, OTHER.verifier])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hi\n",
        HI[:-1],
        HI.replace(b"\n\n", b"\n"),
        HI.replace(b"hi", b"h\r"),
        HI.replace(b"hi", b"h\t"),
        HI.replace(b"hi", b"h\0"),
        HI.replace(b"hi", b"\xff"),
        HI.replace("— ".encode(), b"- "),
        HI.replace("— ".encode(), "—".encode()),
        HI.replace(b"demo ", b"de+mo "),
        HI.replace(b"demo ", "de\u2003mo ".encode()),
        HI.replace(b"vQc=", b"vQd="),
        HI.replace(b"vQc=", b"vQc"),
        HI.replace(b"vQc=", b"vQc =")[:-1] + b" \n",
        HI.replace(b"vQc=\n", b"vQc=\n\n"),
        "hi\n\n— example.com/demo Cg==\n".encode(),
        HI + HI.split(b"\n\n")[1] * 64,
        b"x" * 300_000 + HI,
    ],
)
def test_a_malformed_note_is_refused(data: bytes) -> None:
    with pytest.raises(Tampered):
        open_note(data, [DEMO.verifier])


def test_the_text_may_hold_empty_lines_and_the_last_one_divides() -> None:
    note = DEMO.sign("a\n\nb\n").encode()
    assert open_note(note, [DEMO.verifier]).text == "a\n\nb\n"
    assert split_note(note)[0] == b"a\n\nb\n"


def test_a_signature_of_a_second_form_is_refused() -> None:
    """S plus the order of the base point verifies by the bare equation: RFC 8032 section 5.1.7 forbids it."""
    order = 2**252 + 27742317777372353535851937790883648493
    signature = DEMO._private.sign(b"hi\n")
    second = signature[:32] + (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
    DEMO.verifier.verify(b"hi\n", signature)
    with pytest.raises(Tampered):
        DEMO.verifier.verify(b"hi\n", second)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "example.com/demo",
        VKEY.replace("0a3e8996", "0a3e8997"),
        VKEY.replace("0a3e8996", "0A3E8996"),
        VKEY.replace("+AQ", "+AR"),
        VKEY.replace("demo", "de mo"),
        VKEY[:-4],
        VKEY + "====",
        "+" + VKEY,
    ],
)
def test_a_malformed_verifier_key_is_refused(vkey: str) -> None:
    with pytest.raises(ValueError):
        Verifier.parse(vkey)


@pytest.mark.parametrize(
    "text",
    [
        "o\n1\n",
        "o\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "o\n1_0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "o\n٣\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "o\n9223372036854775808\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n",
        "o\n1\n47DEQpj8\n",
        "o\n0\nAippeebat6pa5MPl5F9+l3ESp+Y1k4INvsHsc4ok+Tw=\n",
        "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\nx\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Tampered):
        Checkpoint.parse(text)


def test_an_empty_log_and_an_extension_line_are_read() -> None:
    text = Checkpoint("o", 0, EMPTY_ROOT).text
    assert Checkpoint.parse(text).size == 0
    assert Checkpoint.parse(text + "an extension\n").root == EMPTY_ROOT


def test_the_key_of_one_log_cannot_speak_for_another() -> None:
    forged = OTHER.sign(Checkpoint("example.com/demo", 0, EMPTY_ROOT).text).encode()
    with pytest.raises(Tampered):
        open_checkpoint(forged, [DEMO.verifier, OTHER.verifier])


def test_a_key_file_is_private_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "ada.key"
    signer = Signer.create(path, "wayproof/ada")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().startswith(f"PRIVATE+KEY+wayproof/ada+{signer.verifier.key_id.hex()}+")
    assert Signer.load(path).vkey == signer.vkey
    with pytest.raises(FileExistsError):
        Signer.create(path, "wayproof/ada")


def test_a_key_file_that_others_may_read_or_that_is_damaged_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ada.key"
    Signer.create(path, "wayproof/ada")
    good = path.read_text()
    path.chmod(0o644)
    with pytest.raises(ValueError, match="0600"):
        Signer.load(path)
    path.chmod(0o600)
    for damaged in ["", "x", good.replace("ada+", "eda+"), good[:-9] + "\n", good.replace("PRIVATE", "PUBLIC")]:
        path.write_text(damaged)
        with pytest.raises(ValueError):
            Signer.load(path)


def test_a_decimal_and_base64_have_one_spelling_each() -> None:
    assert [parse_decimal(each) for each in ("0", "7", "9223372036854775807")] == [0, 7, 2**63 - 1]
    for text in ("", "00", "-1", "+1", " 1", "1 ", "1\n", "9" * 5000):
        with pytest.raises(ValueError):
            parse_decimal(text)
    assert strict_b64("Zg==") == b"f"
    for text in ("Zh==", "Zg=", "Zg", "Zg==\n", "Z g==", "Zg==Zg==", "ä"):
        with pytest.raises(ValueError):
            strict_b64(text)
