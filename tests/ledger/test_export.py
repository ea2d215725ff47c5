"""A whole log as one file: it verifies, and no byte of it can be another one or be written another way."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from ledger import entry, fields, merkle
from ledger.checkpoint import Checkpoint
from ledger.cosignature import Cosigner
from ledger.errors import LedgerError, NotPublished, StepFailed, Unsure
from ledger.export import is_export, verify_export, write_export
from ledger.fields import Opening
from ledger.note import Signer, b64
from ledger.policy import write
from ledger.trust import Trust, pin_of
from tests.support.logs import OpenLog
from tests.vectors.judges import alone as stand_alone

alone = stand_alone()
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LOG = Signer("example.com/demo", bytes(range(32)))
CLEO = Signer("example.com/cleo", bytes(range(64, 96)))
WIT = Cosigner("example.com/wit", bytes(range(0x20, 0x40)))


def exported(size: int, origin: str = LOG.name, by: Signer = LOG, more: str = "") -> bytes:
    """An export written by hand, with a value shown for every second entry."""
    entries, openings = [], []
    for number in range(size):
        value = Opening("commercial:document", sha256(b"%d" % number).digest(), b'{"event":%d}' % number)
        commitments = {value.path: fields.commit(origin, value).hex()}
        entries.append(entry.write(origin, "epcis:event:captured", {"number": number}, AT, commitments))
        if number % 2:
            openings.append(f"opening {number} {b64(value.salt)} {b64(value.value)} {value.path}\n")
    checkpoint = Checkpoint(origin, size, merkle.root([merkle.leaf_hash(each) for each in entries]))
    lines = [f"wayproof-log/1\norigin {origin}\nkey {by.vkey}\n"]
    lines += [f"entry {b64(each)}\n" for each in entries]
    return sealed("".join([*lines, *openings, "checkpoint\n", by.sign(checkpoint.text), more]).encode())


def sealed(body: bytes) -> bytes:
    return body + f"sha256 {sha256(body).hexdigest()}\n".encode()


def refused(data: bytes, trust: Trust | None = None) -> str:
    """The name of the step that fails; without a trust of its own the stand-alone verifier must say the same."""
    error = ""
    try:
        verify_export(data, trust or Trust())
    except StepFailed as failure:
        error = failure.error
    if trust is None:
        assert refused_alone(data) == error
    return error


def refused_alone(data: bytes) -> str:
    try:
        alone.verify_log(data, alone.Trust())
    except alone.Refused as refusal:
        return str(refusal.error)
    return ""


SMALL = exported(3)
LARGE = exported(200)


def test_a_written_log_verifies_and_shows_only_what_was_asked_for(ada: OpenLog) -> None:
    out = io.BytesIO()
    with pytest.raises(NotPublished):
        write_export(ada.db, ada.id, out)
    ada.fill(700)
    ada.accept(701)
    ada.integrate()
    for classes, openings in (((), 0), (("public",), 700), (("commercial",), 0)):
        out = io.BytesIO()
        written = write_export(ada.db, ada.id, out, classes)
        verified = verify_export(out.getvalue(), Trust.read([ada.signer.vkey]))
        assert (verified.checkpoint, verified.openings, verified.pinned) == (written, openings, True)
        assert written.size == 700
    assert is_export(out.getvalue())


def test_every_changed_byte_of_a_small_log_is_refused_also_when_its_last_line_was_mended() -> None:
    assert refused(SMALL) == ""
    body = SMALL[:-72]
    for at in range(len(SMALL)):
        for bit in (0x01, 0x20):
            assert refused(SMALL[:at] + bytes([SMALL[at] ^ bit]) + SMALL[at + 1 :]), at
    for at in range(len(body)):
        changed = body[:at] + bytes([body[at] ^ (0x20 if body[at : at + 1].isalpha() else 0x01)]) + body[at + 1 :]
        assert refused(sealed(changed)), at


def test_a_changed_byte_of_a_large_log_is_refused() -> None:
    assert verify_export(LARGE, Trust()).checkpoint.size == 200
    for at in range(0, len(LARGE), 499):
        changed = LARGE[:at] + bytes([LARGE[at] ^ 0x01]) + LARGE[at + 1 :]
        assert refused(changed), at
        if at < len(LARGE) - 72:
            assert refused(sealed(changed[:-72])), at


def _loose_bits(line: str) -> str:
    """The same bytes in a base64 that ends in other bits."""
    return re.sub("([A-Za-z0-9+/])=", lambda end: chr(ord(end[1]) + 1) + "=", line, count=1)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda text: text.replace("wayproof-log/1", "wayproof-log/2"), "EXPORT_VERSION"),
        (lambda text: text.replace("wayproof-log/1", "Wayproof-log/1"), "EXPORT_VERSION"),
        (lambda text: "\n" + text, "EXPORT_VERSION"),
        (lambda text: "\ufeff" + text, "EXPORT_VERSION"),
        (lambda text: text.replace("origin ", "origin  "), "ORIGIN_UNKNOWN"),
        (lambda text: text.replace("origin ", "Origin "), "EXPORT_LINE"),
        (lambda text: text.replace("key exa", "key  exa"), "KEY_MALFORMED"),
        (lambda text: text.replace("entry ", "entry  ", 1), "EXPORT_LINE"),
        (lambda text: text.replace("entry ", "Entry ", 1), "EXPORT_LINE"),
        (lambda text: text.replace("entry ", "entry\t", 1), "EXPORT_ENCODING"),
        (lambda text: text.replace("\n", "\r\n", 1), "EXPORT_ENCODING"),
        (lambda text: text.replace("\nentry", " \nentry", 1), "KEY_MALFORMED"),
        (lambda text: text.replace("\nentry", "\n\nentry", 1), "EXPORT_LINE"),
        (lambda text: text.replace("\nentry", "\n# of Ada\nentry", 1), "EXPORT_LINE"),
        (lambda text: text.replace("opening 1", "opening 01"), "EXPORT_LINE"),
        (lambda text: text.replace("opening 1", "opening +1"), "EXPORT_LINE"),
        (lambda text: text.replace("opening 3", "opening 7"), "ENTRY_MISMATCH"),
        (lambda text: text.replace("opening 1", "opening 2"), "ENTRY_MISMATCH"),
        (lambda text: re.sub("(opening 1.*\n)", r"\1\1", text), "EXPORT_LINE"),
        (lambda text: re.sub("(opening 1.*\n)(opening 3.*\n)", r"\2\1", text), "EXPORT_LINE"),
        (lambda text: re.sub("(entry.*\n)(entry.*\n)", r"\2\1", text, count=1), "ENTRY_MISMATCH"),
        (lambda text: re.sub("(entry.*\n)(entry.*\n)(entry.*\n)", r"\3\2\1", text, count=1), "ROOT_MISMATCH"),
        (lambda text: re.sub("(entry.*\n)", r"\1\1", text, count=1), "EXPORT_SIZE"),
        (lambda text: re.sub("(entry.*\n)", "", text, count=1), "EXPORT_SIZE"),
        (lambda text: re.sub(r"(entry \S+\n)(opening .*)(check)", r"\2\1\3", text, flags=re.S), "EXPORT_LINE"),
        (lambda text: re.sub(r"opening 3 (\S+)(\S) ", r"opening 3 \1 ", text), "EXPORT_LINE"),
        (lambda text: text.replace("\ncheckpoint\n", "\nCheckpoint\n"), "EXPORT_ENCODING"),
        (lambda text: text.replace("\ncheckpoint\n", "\ncheckpoint\n\n"), "CHECKPOINT_MALFORMED"),
        (lambda text: text + "\n", "NOTE_MALFORMED"),
        (lambda text: text + "— example.com/demo\n", "NOTE_MALFORMED"),
        (lambda text: text.replace("\n4\n", "\n04\n"), "CHECKPOINT_MALFORMED"),
    ],
)
def test_there_is_one_spelling(change: Callable[[str], str], error: str) -> None:
    text = exported(4)[:-72].decode()
    assert refused(sealed(text.encode())) == ""
    assert change(text) != text
    assert refused(sealed(change(text).encode())) == error


def test_base64_with_other_last_bits_is_refused() -> None:
    lines = exported(6)[:-72].decode().split("\n")
    changed = [at for at, line in enumerate(lines) if _loose_bits(line) != line]
    assert changed
    for at in changed:
        other = [*lines[:at], _loose_bits(lines[at]), *lines[at + 1 :]]
        assert refused(sealed("\n".join(other).encode())) in (
            "EXPORT_LINE",
            "NOTE_MALFORMED",
            "CHECKPOINT_MALFORMED",
        )


def test_what_is_cut_off_or_appended_is_refused() -> None:
    for data in (b"", b"\n", SMALL[:-1], SMALL[1:], SMALL + b"\n", SMALL + SMALL, SMALL[:-72], b"\xff" + SMALL):
        assert refused(data) == "EXPORT_ENCODING"
    upper = SMALL[:-65] + SMALL[-65:].upper()
    assert refused(upper) == "EXPORT_ENCODING"


def test_the_reader_decides_whose_log_it_is() -> None:
    assert verify_export(SMALL, Trust()).pinned is False
    assert verify_export(SMALL, Trust.read([LOG.vkey])).pinned
    assert verify_export(SMALL, Trust.read(pin=pin_of(LOG.vkey))).pinned
    assert refused(SMALL, Trust.read([CLEO.vkey])) == "ORIGIN_UNKNOWN"
    assert refused(SMALL, Trust.read(pin=pin_of(CLEO.vkey))) == "PIN_MISMATCH"
    imposter = Signer(LOG.name, bytes(32))
    assert refused(exported(3, by=imposter), Trust.read([LOG.vkey])) == "LOG_SIGNATURE_MISSING"
    assert refused(exported(3, by=CLEO)) == "ORIGIN_UNKNOWN"
    asked = Trust.read(policy_text=write([LOG.vkey], {"W": WIT.vkey}, "all"))
    assert refused(SMALL, asked) == "QUORUM_NOT_MET"
    text = SMALL[:-72].decode().partition("checkpoint\n")[2].partition("\n\n")[0] + "\n"
    assert verify_export(exported(3, more=WIT.line(text, AT)), asked).checkpoint.size == 3
    with pytest.raises(Unsure):
        Trust.read(policy_text="log x\n")


def test_entries_of_another_log_are_refused_though_their_root_is_signed() -> None:
    cleos = exported(3, origin=CLEO.name, by=CLEO).decode()
    entries = re.findall("entry .*\n", cleos)
    checkpoint = re.search("\n3\n(.*)\n", cleos)
    assert checkpoint
    stolen = Checkpoint(LOG.name, 3, merkle.root([]))
    text = stolen.text.split("\n")[:2]
    note = LOG.sign("\n".join([*text, checkpoint[1], ""]))
    body = f"wayproof-log/1\norigin {LOG.name}\nkey {LOG.vkey}\n{''.join(entries)}checkpoint\n{note}"
    assert refused(sealed(body.encode())) == "ENTRY_MISMATCH"


def test_an_empty_log_is_a_log() -> None:
    assert verify_export(exported(0), Trust()).checkpoint.size == 0
    assert issubclass(StepFailed, LedgerError)


def test_the_stand_alone_verifier_remembers_and_believes_only_whom_it_is_told_to() -> None:
    found = alone.verify_log(SMALL, alone.Trust([LOG.vkey]))
    assert (found["state"], found["size"], found["openings"]) == ("valid", "3", 1)
    seen = {2: root_of_first(2), 3: bytes.fromhex(found["root"])}
    assert alone.verify_log(SMALL, alone.Trust([LOG.vkey], seen={LOG.name: seen}))["state"] == "valid"
    with pytest.raises(alone.Refused, match="EQUIVOCATION"):
        alone.verify_log(SMALL, alone.Trust([LOG.vkey], seen={LOG.name: {2: bytes(32)}}))
    later = alone.verify_log(SMALL, alone.Trust([LOG.vkey], seen={LOG.name: {9: bytes(32)}}))
    assert (later["state"], later["error"]) == ("unknown", "ROLLBACK_SUSPECTED")
    with pytest.raises(alone.Refused, match="ORIGIN_UNKNOWN"):
        alone.verify_log(SMALL, alone.Trust([CLEO.vkey]))
    assert alone.tree_root([]) == merkle.EMPTY_ROOT
    for size in range(1, 40):
        leaves = [bytes([at]) * 32 for at in range(size)]
        assert alone.tree_root(leaves) == merkle.root(leaves)


def root_of_first(size: int) -> bytes:
    return merkle.root([merkle.leaf_hash(each) for each in alone.Log(SMALL).entries[:size]])


def test_the_stand_alone_verifier_takes_an_export_as_it_takes_a_proof(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "my.wayproof-log"
    file.write_bytes(LARGE)
    assert alone.main([str(file), "--key", LOG.vkey]) == 0
    assert "all 200 entries of example.com/demo" in capsys.readouterr().out
    file.write_bytes(LARGE[:300] + b"!" + LARGE[301:])
    assert alone.main([str(file), "--json"]) == 1
    assert '"error": "EXPORT_ENCODING"' in capsys.readouterr().out
