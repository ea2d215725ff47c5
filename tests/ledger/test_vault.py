"""Closed values rest encrypted, each with the key of its subject; the ring that opens them is a file outside."""

import itertools
import os
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from app.db import make_db, reading
from app.ring import FileRing
from ledger import fields, vault
from ledger.audit import audit
from ledger.errors import KeyLost, NoKeyring
from ledger.fields import Kept, Opening
from ledger.log import opened
from tests.support.logs import OpenLog

SECRET = b"Ben Okafor, 12 Harbour Row"
PIN = b"4711"
PERSON = {"personal": "customer:ben"}


def accept_secret(log: OpenLog, value: bytes = SECRET, about: dict[str, str] = PERSON) -> int:
    return log.accept(1, openings={"public:document": b"{}", "personal:name": value}, about=about).submission_id


def held(log: OpenLog) -> vault.Vault:
    with reading(log.db) as session:
        found = vault.vault_of(session)
    assert found is not None
    return found


def shown(log: OpenLog, submission: int) -> dict[str, bytes]:
    with reading(log.db) as session:
        found = opened(session, log.id, [submission], fields.CLASSES)
    return {each.path: each.value for each in found.get(submission, [])}


def dump(log: OpenLog) -> bytes:
    """Every byte of every row of the database."""
    with reading(log.db) as session:
        tables = inspect(session.connection()).get_table_names()
        rows = [row for each in tables for row in session.execute(text(f'SELECT * FROM "{each}"'))]
    return b"\n".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        for row in rows
        for value in row
    )


def findings(log: OpenLog) -> list[str]:
    return [each.sentence for each in audit(log.db, log.id, [log.signer.vkey])]


def test_a_stolen_dump_shows_no_closed_value_neither_before_nor_after_its_index(ada: OpenLog) -> None:
    submission = accept_secret(ada)
    for _ in range(2):
        assert SECRET not in dump(ada)
        assert shown(ada, submission) == {"public:document": b"{}", "personal:name": SECRET}
        ada.integrate()
    ada.publish()
    assert findings(ada) == []


def test_what_stays_does_not_tell_a_pin_of_four_digits(ada: OpenLog) -> None:
    """Somebody with the database and no ring tries every PIN without a salt, and all 32 bytes that lie there

    as the salt of the right one.
    """
    accept_secret(ada, PIN)
    ada.integrate()
    (envelope,) = [bytes(row[0]) for row in ada.rows("SELECT envelope FROM ledger_entry WHERE log_id = :log")]
    stored = ada.rows("SELECT salt, value FROM ledger_opening WHERE log_id = :log")
    blobs = b"".join(bytes(part) for row in stored for part in row)
    salts = {b"", bytes(32)} | {blobs[at : at + 32] for at in range(max(1, len(blobs) - 31))}
    guesses = {
        fields.commit(ada.signer.name, Opening("personal:name", salt, b"%04d" % pin)).hex().encode()
        for salt, pin in itertools.product(salts, range(10_000))
        if salt in (b"", bytes(32)) or pin == int(PIN)
    }
    assert not any(guess in envelope for guess in guesses)
    assert fields.commit(ada.signer.name, Opening("personal:name", b"", PIN)).hex().encode() in guesses


def test_an_empty_value_looks_like_a_short_one(ada: OpenLog) -> None:
    for value in (b"", b"Galway"):
        accept_secret(ada, value)
    ada.integrate()
    lengths = ada.rows("SELECT length(value) FROM ledger_opening WHERE log_id = :log AND path = 'personal:name'")
    assert len({each[0] for each in lengths}) == 1


def test_each_subject_has_one_key_and_the_end_of_it_ends_its_values_everywhere(ada: OpenLog) -> None:
    of_ben, again, of_cleo = (accept_secret(ada, about={"personal": f"customer:{who}"}) for who in ("b", "b", "c"))
    ada.integrate()
    assert ada.rows("SELECT count(*) FROM ledger_data_key WHERE log_id = :log") == [(2,)]
    with ada.db.begin() as session:
        key = session.execute(text("SELECT id FROM ledger_data_key WHERE subject = 'customer:b'")).scalar_one()
        session.execute(text("DELETE FROM ledger_data_key WHERE id = :id"), {"id": key})
        held(ada).forget(key)
    assert shown(ada, of_ben)["personal:name"] == shown(ada, again)["personal:name"] == b""
    assert shown(ada, of_cleo)["personal:name"] == SECRET
    assert len(findings(ada)) == 2


@pytest.mark.parametrize("change", ["path = 'personal:other'", "value = salt", "salt = value", "key_id = NULL"])
def test_a_closed_value_that_was_changed_by_hand_is_found(ada: OpenLog, change: str) -> None:
    accept_secret(ada)
    ada.fill(1)
    ada.sql(f"UPDATE ledger_opening SET {change} WHERE log_id = :log AND path = 'personal:name'")
    assert any("Entry 0" in each for each in findings(ada))


def test_a_key_of_a_transaction_that_was_rolled_back_is_never_used_again(ada: OpenLog) -> None:
    sealed = fields.seal({"commercial:price": b"7"})
    for _ in range(2):
        with ada.db() as session:
            vault.seal(session, ada.id, sealed, {})
            vault.seal(session, ada.id, sealed, {})
            session.rollback()
    price = ada.accept(1, openings={"commercial:price": b"7"}).submission_id
    assert shown(ada, price) == {"commercial:price": b"7"}
    with reading(ada.db) as session:
        assert vault.Opener(session.connection(), held(ada)).open(
            [Kept("commercial:price", b"n" * 12, b"x", 7)]
        ) == [Opening("commercial:price", b"", b"")]


def test_without_the_ring_nothing_closed_is_written_or_read(ada: OpenLog) -> None:
    submission = accept_secret(ada)
    bare = OpenLog(make_db(ada.db.kw["bind"]), ada.id, ada.signer, ada.now)
    with pytest.raises(NoKeyring):
        accept_secret(bare, about={"personal": "customer:new"})
    assert bare.accept(2, openings={"public:document": b"{}"})
    with reading(bare.db) as session:
        held(ada).forget()
        with pytest.raises(NoKeyring):
            opened(session, ada.id, [submission], fields.CLASSES)
        assert len(opened(session, ada.id, [submission])[submission]) == 1


def test_the_ring_turns_while_values_are_read_and_its_old_keys_go(ada: OpenLog, tmp_path: Path) -> None:
    ring = FileRing(tmp_path)
    submissions = [accept_secret(ada, about={"personal": f"customer:{each}"}) for each in range(5)]
    assert ring.begin_generation(ada.now) == ring.current() == 2
    submissions.append(accept_secret(ada, about={"personal": "customer:new"}))
    with ada.db.begin() as session:
        assert vault.wrap_anew(session, 2, limit=3) == 3
    with reading(ada.db) as session:
        assert vault.wrapped_before(session, 2) == 2
    with ada.db.begin() as session:
        assert vault.wrap_anew(session, 2, limit=3) == 2
        assert vault.wrap_anew(session, 2, limit=3) == 0
    assert ring.end_generations() == 1
    held(ada).forget()
    assert all(shown(ada, each)["personal:name"] == SECRET for each in submissions)


def test_a_lost_or_open_ring_is_named(ada: OpenLog, tmp_path: Path) -> None:
    submission = accept_secret(ada)
    ring = FileRing(tmp_path)
    assert ring.path.stat().st_mode & 0o777 == 0o600
    for break_it, sentence in (
        (lambda: ring.path.chmod(0o644), "mode 0600"),
        (lambda: os.chmod(ring.path, 0o600) or ring.path.write_text("x"), "not a ring"),
        (ring.path.unlink, "generation 1"),
    ):
        break_it()
        held(ada).forget()
        with pytest.raises(KeyLost, match=sentence):
            shown(ada, submission)


def test_two_processes_make_one_first_ring(tmp_path: Path) -> None:
    first, second = FileRing(tmp_path), FileRing(tmp_path)
    assert second._made() == first._made()
    assert [each.name for each in tmp_path.iterdir()] == ["openings.ring"]
