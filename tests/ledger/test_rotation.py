"""A new key for a log: an overlap for those who pinned the old one, and an end that the old one cannot pass."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from ledger import rotation
from ledger.audit import audit
from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.entry import Envelope
from ledger.errors import LeaseLost, NotPublished, Tampered
from ledger.mark import locked_mark, mark_path, read_mark
from ledger.merkle import EMPTY_ROOT
from ledger.note import Signer, Verifier
from ledger.publisher import publish_due
from ledger.rotation import begin, finish, follow, load_keys, next_path, rotated_body, successor
from tests.support.logs import OpenLog

OLD, NEW = Signer("example.com/demo", bytes(range(32))), Signer("example.com/demo", bytes(range(64, 96)))


def publish(log: OpenLog) -> bytes:
    """Grow the log by one entry and sign it with the keys of its files; the checkpoint."""
    log.accept(1)
    log.integrate()
    signer, *also = load_keys(log.signer.path).signers
    publish_due(log.db, log.id, signer, log.now, also=also)
    return log.evidence().checkpoint.encode()


def test_both_keys_sign_while_they_overlap_and_then_only_the_new_one(ada: OpenLog) -> None:
    path = ada.signer.path
    publish(ada)
    old, new = begin(path)
    assert begin(path)[1].vkey == new.vkey
    with pytest.raises(NotPublished):
        finish(path)
    both = publish(ada)
    for key in (old, new):
        assert open_checkpoint(both, [key.verifier]).size == 2
    ended = finish(path)
    assert (ended.vkey, ended.until) == (old.vkey, 2)
    assert not next_path(path).exists()
    after = publish(ada)
    assert open_checkpoint(after, [new.verifier]).size == 3
    with pytest.raises(Tampered):
        open_checkpoint(after, [old.verifier])
    keys = load_keys(path)
    assert [each.vkey for each in keys.signers] == [new.vkey]
    assert keys.dated == [new.vkey, f"{old.vkey} 2"]
    assert audit(ada.db, ada.id, keys.dated, high_water=read_mark(path)) == []
    assert [each.what for each in audit(ada.db, ada.id, [new.vkey])] == ["checkpoint"]


def test_an_old_key_that_was_stolen_signs_nothing_beyond_its_end() -> None:
    ended = replace(OLD.verifier, until=5)
    assert Verifier.parse_dated(ended.dated) == ended
    within = OLD.sign(Checkpoint("example.com/demo", 0, EMPTY_ROOT).text).encode()
    assert open_checkpoint(within, [ended]).size == 0
    beyond = OLD.sign(Checkpoint("example.com/demo", 6, bytes(32)).text)
    with pytest.raises(Tampered):
        open_checkpoint(beyond.encode(), [ended, NEW.verifier])
    text = Checkpoint("example.com/demo", 6, bytes(32)).text
    assert open_checkpoint((beyond + NEW.line(text)).encode(), [ended, NEW.verifier]).size == 6
    for wrong in (f"{OLD.vkey} ", f"{OLD.vkey} 05", f"{OLD.vkey} -1", f"{OLD.vkey}  5", f"{OLD.vkey} 5 "):
        with pytest.raises(ValueError):
            Verifier.parse_dated(wrong)


def test_whoever_pinned_the_first_key_follows_to_the_last() -> None:
    third = Signer("example.com/demo", bytes(32))
    stated = [
        Envelope("example.com/demo", rotation.ROTATED, "", rotated_body(OLD, NEW), {}),
        Envelope("example.com/demo", "epcis:event:captured", "", {}, {}),
        Envelope("example.com/demo", rotation.ROTATED, "", rotated_body(NEW, third), {}),
    ]
    assert [each.vkey for each in follow([OLD.verifier], stated)] == [OLD.vkey, NEW.vkey, third.vkey]
    assert follow([third.verifier], stated) == [third.verifier]
    assert follow([OLD.verifier], stated[1:]) == [OLD.verifier]
    foreign = [stated[0]._replace(log="example.com/cleo")]
    assert follow([OLD.verifier], foreign) == [OLD.verifier]


def test_a_rotation_that_either_key_did_not_sign_is_refused() -> None:
    good = rotated_body(OLD, NEW)
    assert successor(good, OLD.verifier) == NEW.verifier
    thief = Signer("example.com/demo", bytes(range(96, 128)))
    cleos = Signer("example.com/cleo", bytes(range(64, 96)))
    wrong = [
        rotated_body(thief, NEW),
        rotated_body(thief, NEW) | {"old": good["old"]},
        rotated_body(OLD, thief) | {"vkey": NEW.vkey},
        good | {"vkey": thief.vkey},
        good | {"vkey": cleos.vkey},
        good | {"proof": good["signature"]},
        good | {"more": ""},
        good | {"vkey": 1},
        {name: good[name] for name in ("old", "vkey", "signature")},
    ]
    for body in wrong:
        with pytest.raises(Tampered):
            successor(body, OLD.verifier)


def test_an_interrupted_end_is_brought_to_its_end(ada: OpenLog, monkeypatch: pytest.MonkeyPatch) -> None:
    path = ada.signer.path
    old, new = begin(path)
    publish(ada)
    replaced = os.replace

    def crash(source: Path, target: Path) -> None:
        if target == path:
            raise RuntimeError("the power is gone")
        replaced(source, target)

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(RuntimeError):
        finish(path)
    monkeypatch.undo()
    assert Signer.load(path).vkey == old.vkey
    assert [each.vkey for each in load_keys(path).signers] == [new.vkey]
    assert [each.dated for each in load_keys(path).retired] == [f"{old.vkey} 1"]
    assert open_checkpoint(publish(ada), [new.verifier]).size == 2


def test_a_process_that_still_holds_the_old_key_signs_nothing(ada: OpenLog) -> None:
    begin(ada.signer.path)
    publish(ada)
    finish(ada.signer.path)
    ada.accept(2)
    ada.integrate()
    marked = mark_path(ada.signer.path).read_bytes()
    with pytest.raises(LeaseLost, match="replaced"):
        ada.publish()
    with pytest.raises(LeaseLost), locked_mark(ada.signer):
        pass
    assert mark_path(ada.signer.path).read_bytes() == marked
