"""What is of Ada's log is never taken for a part of Cleo's: entries, values, proofs, signatures, exports."""

import base64
import io
import json
from typing import Any

import pytest

from app.db import reading
from ledger import fields, merkle, policy
from ledger.audit import audit
from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.cosignature import Cosigner, verify_cosignature
from ledger.errors import StepFailed, Tampered
from ledger.evidence import bundle
from ledger.export import verify_export, write_export
from ledger.log import accept
from ledger.note import split_note, strict_b64
from ledger.trust import Trust
from ledger.verify import verify_bundle
from tests.support.logs import OpenLog


def proof_of(log: OpenLog, submission: int) -> dict[str, Any]:
    with reading(log.db) as session:
        return bundle(session, log.id, submission)


def refused(proof: dict[str, Any], *vkeys: str) -> str:
    try:
        verify_bundle(json.dumps(proof).encode(), vkeys=vkeys or None)
    except StepFailed as failure:
        return failure.error
    return ""


@pytest.fixture
def both(ada: OpenLog, cleo: OpenLog) -> tuple[dict[str, Any], dict[str, Any]]:
    """A proof of an entry with the same content in each of the two logs."""
    return proof_of(ada, ada.fill(1)[0]), proof_of(cleo, cleo.fill(1)[0])


def test_the_same_content_is_another_leaf_and_another_commitment_in_each_log(
    ada: OpenLog, cleo: OpenLog, both: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    mine, cleos = both
    assert mine["entry"] != cleos["entry"]
    opening = fields.seal({"public:document": b"x"})[0]
    assert fields.commit(ada.signer.name, opening) != fields.commit(cleo.signer.name, opening)
    same = {"body": {"number": 7}, "now": ada.now, "entry_type": "epcis:event:captured"}
    with ada.db.begin() as session:
        leaves = {accept(session, log.id, **same).leaf_hash for log in (ada, cleo)}
    assert len(leaves) == 2


def test_a_proof_of_one_log_is_none_for_the_key_of_the_other(
    ada: OpenLog, cleo: OpenLog, both: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    mine, cleos = both
    assert refused(mine, ada.signer.vkey) == refused(cleos, cleo.signer.vkey) == ""
    assert refused(mine, ada.signer.vkey, cleo.signer.vkey) == ""
    assert refused(mine, cleo.signer.vkey) == "ORIGIN_UNKNOWN"


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        (["entry"], "ENTRY_MISMATCH"),
        (["openings"], "ENTRY_MISMATCH"),
        (["entry", "openings"], "ENTRY_MISMATCH"),
        (["tlog_proof"], "ORIGIN_UNKNOWN"),
        (["log"], "ORIGIN_UNKNOWN"),
        (["log", "tlog_proof"], "ENTRY_MISMATCH"),
    ],
)
def test_no_part_of_a_proof_can_be_taken_from_another_log(
    both: tuple[dict[str, Any], dict[str, Any]], parts: list[str], error: str
) -> None:
    mine, cleos = both
    assert refused(mine | {part: cleos[part] for part in parts}) == error


def test_the_names_cannot_be_changed_over(
    ada: OpenLog, cleo: OpenLog, both: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    """Cleo's key under Ada's name, Ada's origin over Cleo's signature: each is somebody else's word."""
    mine, _ = both
    checkpoint = mine["tlog_proof"].partition("\n\n")[2]
    text = checkpoint.partition("\n\n")[0] + "\n"
    by_cleo = mine | {"tlog_proof": mine["tlog_proof"].replace(checkpoint, cleo.signer.sign(text))}
    assert refused(by_cleo, cleo.signer.vkey) == "ORIGIN_UNKNOWN"
    assert refused(by_cleo, ada.signer.vkey, cleo.signer.vkey) == "LOG_SIGNATURE_MISSING"
    renamed = cleo.signer.vkey.replace(cleo.signer.name, ada.signer.name)
    assert refused(by_cleo | {"log": {"origin": ada.signer.name, "vkey": renamed}})
    with pytest.raises(Tampered):
        open_checkpoint(cleo.signer.sign(text).encode(), [ada.signer.verifier, cleo.signer.verifier])
    lists_both = policy.parse(policy.write([ada.signer.vkey, cleo.signer.vkey], {}, "none"))
    with pytest.raises(Tampered, match="step 9"):
        policy.check(cleo.signer.sign(text).encode(), lists_both)


def test_an_entry_of_ada_that_cleo_signs_into_her_tree_is_still_one_of_ada(
    ada: OpenLog, cleo: OpenLog, both: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    mine, _ = both
    leaf = merkle.leaf_hash(base64.b64decode(mine["entry"]))
    note = cleo.signer.sign(Checkpoint(cleo.signer.name, 1, leaf).text)
    text = f"c2sp.org/tlog-proof@v1\nindex 0\n\n{note}"
    stolen = mine | {"tlog_proof": text, "log": {"origin": cleo.signer.name, "vkey": cleo.signer.vkey}}
    assert refused(stolen, cleo.signer.vkey) == "ENTRY_MISMATCH"


def test_a_cosignature_for_one_log_is_none_for_the_other(ada: OpenLog, cleo: OpenLog) -> None:
    witness = Cosigner("example.com/wit", bytes(32))
    mine = Checkpoint(ada.signer.name, 1, bytes(32))
    cleos = Checkpoint(cleo.signer.name, 1, bytes(32))
    line = witness.line(mine.text, ada.now)
    blob = strict_b64(line.split(" ")[2].rstrip("\n"))[4:]
    assert verify_cosignature(witness.verifier, mine.text.encode(), mine, blob)
    with pytest.raises(Tampered):
        verify_cosignature(witness.verifier, cleos.text.encode(), cleos, blob)
    asked = policy.parse(policy.write([cleo.signer.vkey], {"W": witness.vkey}, "all"))
    with pytest.raises(Tampered, match="step 10"):
        policy.check((cleo.signer.sign(cleos.text) + line).encode(), asked)


def test_rows_moved_from_one_log_to_the_other_are_found(ada: OpenLog, cleo: OpenLog) -> None:
    ada.fill(2)
    cleo.fill(2)
    envelope, leaf = ada.rows('SELECT envelope, leaf_hash FROM ledger_entry WHERE log_id = :log AND "index" = 1')[
        0
    ]
    cleo.sql(
        'UPDATE ledger_entry SET envelope = :envelope, leaf_hash = :leaf WHERE log_id = :log AND "index" = 1',
        envelope=envelope,
        leaf=leaf,
    )
    assert audit(ada.db, ada.id, [ada.signer.vkey]) == []
    assert audit(cleo.db, cleo.id, [cleo.signer.vkey])[0].index == 1
    note = ada.evidence().checkpoint
    cleo.sql("UPDATE ledger_checkpoint SET note = :note WHERE log_id = :log", note=note)
    assert "checkpoint" in [each.what for each in audit(cleo.db, cleo.id, [cleo.signer.vkey])]


def test_an_export_of_one_log_is_none_of_the_other(ada: OpenLog, cleo: OpenLog) -> None:
    ada.fill(3)
    out = io.BytesIO()
    write_export(ada.db, ada.id, out)
    assert verify_export(out.getvalue(), Trust.read([ada.signer.vkey])).checkpoint.size == 3
    with pytest.raises(StepFailed, match="step 8"):
        verify_export(out.getvalue(), Trust.read([cleo.signer.vkey]))
    name, _ = split_note(ada.evidence().checkpoint.encode())[1][0]
    assert name == ada.signer.name
