"""Erasure: the value and its key go, the log's signed word stays, and the audit tells that from a theft."""

from typing import Any

import pytest

from app.db import reading
from ledger import fields
from ledger.audit import audit
from ledger.entry import read
from ledger.erase import erase_subject, erasures_of, holdings
from ledger.erasure import ERASED, verify_erasure, write_body
from ledger.errors import StillPending
from ledger.log import accept, evidence, opened
from ledger.note import Signer, Verifier
from tests.support.logs import OpenLog

BEN = "customer:ben"


def write(log: OpenLog, who: str = BEN) -> int:
    values = {"public:document": b"{}", "personal:name": b"Ben", "personal:place": b"Galway"}
    return log.accept(1, openings=values, about={"personal": who}).submission_id


def erase(log: OpenLog, who: str = BEN) -> int:
    given: dict[str, Any] = {"reason": "asked", "basis": "gdpr-17-1-b", "by": "person-1", "now": log.now}
    with log.db.begin() as session:
        return len(erase_subject(session, log.id, who, signer=log.signer, **given))


def audited(log: OpenLog) -> tuple[list[str], list[str]]:
    notes: list[str] = []
    found = audit(log.db, log.id, [log.signer.vkey], notes=notes)
    return [each.sentence for each in found], notes


def settle(log: OpenLog) -> None:
    while log.integrate():
        pass
    log.publish()


def test_what_is_erased_is_gone_with_its_key_and_the_log_says_so_in_its_own_hand(ada: OpenLog) -> None:
    submission, other = write(ada), write(ada, "customer:cleo")
    settle(ada)
    assert erase(ada) == 1
    settle(ada)
    with reading(ada.db) as session:
        left = opened(session, ada.id, [submission, other], fields.CLASSES)
        assert [each.path for each in left[submission]] == ["public:document"]
        assert len(left[other]) == 3
        ((about,),) = erasures_of(session, ada.id, [0]).values()
        envelope = evidence(session, ada.id, [about]).items[about].envelope or b""
    said = verify_erasure(read(envelope), [Verifier.parse(ada.signer.vkey)])
    assert said is not None
    assert (said.index, said.paths, said.reason) == (0, ("personal:name", "personal:place"), "asked")
    assert ada.rows("SELECT subject FROM ledger_data_key WHERE log_id = :log") == [("customer:cleo",)]
    assert audited(ada) == ([], ["2 values erased, commitments intact."])


def test_erasing_twice_changes_nothing_and_what_comes_later_can_be_erased_too(ada: OpenLog) -> None:
    write(ada)
    settle(ada)
    assert (erase(ada), erase(ada)) == (1, 0)
    write(ada)
    settle(ada)
    with reading(ada.db) as session:
        assert [each.index for each in holdings(session, ada.id, BEN)] == [2]
    assert erase(ada) == 1
    settle(ada)
    assert audited(ada) == ([], ["4 values erased, commitments intact."])


def test_an_entry_that_waits_for_its_place_is_not_half_erased(ada: OpenLog) -> None:
    write(ada)
    settle(ada)
    write(ada)
    with pytest.raises(StillPending):
        erase(ada)
    settle(ada)
    assert audited(ada) == ([], [])
    assert erase(ada) == 2


def test_a_value_that_went_without_a_word_of_the_log_is_a_finding(ada: OpenLog) -> None:
    write(ada)
    settle(ada)
    ada.sql("DELETE FROM ledger_opening WHERE log_id = :log AND path = 'personal:name'")
    assert audited(ada)[0] == ["Entry 0: the value of 'personal:name' is gone, and no signed erasure names it."]


def test_a_value_that_is_still_there_after_its_erasure_is_a_finding(ada: OpenLog) -> None:
    write(ada)
    settle(ada)
    keys = ada.rows("SELECT id, log_id, subject, generation, wrapped FROM ledger_data_key")
    rows = ada.rows("SELECT submission_id, path, log_id, salt, value, key_id FROM ledger_opening")
    erase(ada)
    settle(ada)
    names = ("submission_id", "path", "log_id", "salt", "value", "key_id")
    back = next(dict(zip(names, row, strict=True)) for row in rows if row[1] == "personal:place")
    key = dict(zip(("id", "log_id", "subject", "generation", "wrapped"), keys[0], strict=True))
    for table, row in (("ledger_data_key", key), ("ledger_opening", back)):
        columns = ", ".join(row)
        values = ", ".join(f":{each}" for each in row)
        ada.sql(f"INSERT INTO {table} ({columns}) VALUES ({values})", **row)
    assert audited(ada)[0] == [
        "Entry 0: the value of 'personal:place' is there, though the log says that it was erased."
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"signature": "AA=="}, "not the log's word"),
        ({"reason": "another"}, "not the log's word"),
        ({"key": "00000000"}, "signed by none of the log's keys"),
        ({"paths": []}, "names no paths"),
    ],
)
def test_an_erasure_that_the_log_did_not_sign_excuses_nothing(
    ada: OpenLog, change: dict[str, Any], said: str
) -> None:
    write(ada)
    settle(ada)
    leaf = bytes(ada.rows("SELECT leaf_hash FROM ledger_entry WHERE log_id = :log")[0][0])
    paths = ["personal:name", "personal:place"]
    body = write_body(ada.signer, 0, leaf, paths, reason="asked", basis="b", by="system") | change
    with ada.db.begin() as session:
        accept(session, ada.id, ERASED, body, now=ada.now)
    ada.sql("DELETE FROM ledger_opening WHERE log_id = :log AND path LIKE 'personal:%'")
    settle(ada)
    found = " ".join(audited(ada)[0])
    assert said in found
    assert "'personal:name' is gone, and no signed erasure names it" in found


def test_an_erasure_of_another_leaf_or_path_is_named(ada: OpenLog) -> None:
    write(ada)
    settle(ada)
    body = write_body(ada.signer, 0, bytes(32), ["personal:phone"], reason="asked", basis="b", by="system")
    with ada.db.begin() as session:
        accept(session, ada.id, ERASED, body, now=ada.now)
    settle(ada)
    assert audited(ada)[0] == ["Entry 0: an erasure names 'personal:phone' of another entry than this."]


def test_the_key_of_another_log_does_not_erase_here(ada: OpenLog) -> None:
    stranger = Signer("wayproof/stranger", bytes(range(32)))
    write(ada)
    settle(ada)
    with ada.db.begin() as session:
        erase_subject(session, ada.id, BEN, signer=stranger, reason="r", basis="b", by="x", now=ada.now)
    settle(ada)
    assert any("signed by none" in each for each in audited(ada)[0])
