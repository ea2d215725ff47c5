"""An operator who alters or invents a partner's event is found, even with the log's key, and the partner named."""

import base64
import os
from collections.abc import Callable
from typing import Any

import pytest

from ledger import jcs, said
from ledger.audit import Finding, audit
from ledger.entry import Envelope
from ledger.errors import Tampered
from ledger.log import accept
from ledger.mark import read_mark
from ledger.note import Signer
from tests.support.logs import OpenLog, rewrite

CAPTURED = "epcis:event:captured"
BEN = "01ben"
KEY = Signer("ben.example", bytes([7]) * 32)
NEXT = Signer("ben.example", bytes([8]) * 32)
ENTRY = 'log_id = :log AND "index" = :at'

Values = dict[str, bytes]


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def put(log: OpenLog, entry_type: str, body: dict[str, Any], openings: Values | None = None) -> None:
    with log.db.begin() as session:
        accept(session, log.id, entry_type, body, now=log.now, openings=openings or {})


def register(log: OpenLog) -> None:
    proof = b64(KEY.signature(said.key_text(log.signer.name, BEN, KEY.vkey)))
    put(log, said.REGISTERED, {"partner": BEN, "name": "Ben Brokers", "vkey": KEY.vkey, "proof": proof})


def demand(log: OpenLog, required: bool = True) -> None:
    put(log, said.DEMANDED, {"partner": BEN, "type": CAPTURED, "required": required})


def signed(log: OpenLog, event: dict[str, Any], key: Signer = KEY) -> tuple[dict[str, Any], Values]:
    """Body and values of an event that Ben signed."""
    nonce = os.urandom(32)
    hashed = said.event_hash(log.signer.name, nonce, event)
    signature = b64(key.signature(said.event_text(log.signer.name, hashed)))
    mark = {"by": BEN, "key": key.verifier.key_id.hex(), "said": hashed.hex(), "signature": signature}
    body = {"partner": BEN, "step": event["bizStep"], "signed": mark}
    return body, {"public:document": jcs.encode(event), said.NONCE: nonce}


def tells(envelope: Envelope, event: Any) -> None:
    if envelope.body["step"] != event["bizStep"]:
        raise Tampered("another step")


def findings(log: OpenLog) -> list[Finding]:
    return audit(log.db, log.id, [log.signer.vkey], high_water=read_mark(log.signer.path), tells=tells)


@pytest.fixture
def brokered(ada: OpenLog) -> OpenLog:
    """0-1 of others, 2 Ben's key, 3 an event that he signed, 4 an unsigned one, 5 a duty to sign, 6 signed."""
    ada.fill(2)
    register(ada)
    put(ada, CAPTURED, *signed(ada, {"bizStep": "shipping", "weight": 2.5}))
    put(ada, CAPTURED, {"partner": BEN, "step": "holding"}, {"public:document": b"{}"})
    demand(ada)
    put(ada, CAPTURED, *signed(ada, {"bizStep": "receiving"}))
    ada.fill(2)
    return ada


def test_what_partners_signed_and_need_not_sign_has_no_findings(brokered: OpenLog) -> None:
    assert findings(brokered) == []
    rewrite(brokered, lambda index, envelope, values: None)
    assert findings(brokered) == []


def body_of(envelope: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = envelope["body"]
    return body


def of_value(envelope: dict[str, Any], values: Values) -> None:
    values["public:document"] = jcs.encode({"bizStep": "shipping", "weight": 2.6})


def of_nonce(envelope: dict[str, Any], values: Values) -> None:
    values[said.NONCE] = bytes(32)


def of_body(envelope: dict[str, Any], values: Values) -> None:
    body_of(envelope)["step"] = "destroying"


def of_both(envelope: dict[str, Any], values: Values) -> None:
    body_of(envelope)["step"] = "destroying"
    of_value(envelope, values)


def of_hash(envelope: dict[str, Any], values: Values) -> None:
    body_of(envelope)["signed"]["said"] = "00" * 32


def of_key(envelope: dict[str, Any], values: Values) -> None:
    body_of(envelope)["signed"]["key"] = "00000000"


@pytest.mark.parametrize("change", [of_value, of_nonce, of_body, of_both, of_hash, of_key])
def test_a_signed_event_altered_with_all_hashes_and_checkpoints_made_anew_is_found(
    brokered: OpenLog, change: Callable[[dict[str, Any], Values], None]
) -> None:
    rewrite(brokered, lambda index, *given: change(*given) if index == 3 else None)
    found = findings(brokered)
    assert [(each.index, each.what) for each in found] == [(3, "signer")]
    assert "Ben Brokers (partner 01ben)" in found[0].sentence


@pytest.mark.parametrize("column", ["envelope", "value"])
def test_a_signed_event_altered_by_hand_names_its_partner(brokered: OpenLog, column: str) -> None:
    [(submission, data)] = brokered.rows(f"SELECT submission_id, envelope FROM ledger_entry WHERE {ENTRY}", at=3)
    if column == "envelope":
        new = bytes(data).replace(b'"shipping"', b'"stealing"')
        brokered.sql(f"UPDATE ledger_entry SET envelope = :new WHERE {ENTRY}", at=3, new=new)
    else:
        where = "submission_id = :submission AND path = 'public:document'"
        new = jcs.encode({"bizStep": "shipping", "weight": 2.6})
        brokered.sql(f"UPDATE ledger_opening SET value = :new WHERE {where}", submission=submission, new=new)
    found = findings(brokered)
    assert {each.index for each in found} == {3}
    assert "Ben Brokers (partner 01ben)" in found[0].sentence


def test_an_invented_event_of_a_partner_that_must_sign_is_found_without_and_with_a_false_signature(
    brokered: OpenLog,
) -> None:
    put(brokered, CAPTURED, {"partner": BEN, "step": "shipping"}, {"public:document": b"{}"})
    put(brokered, CAPTURED, *signed(brokered, {"bizStep": "shipping"}, NEXT))
    body, values = signed(brokered, {"bizStep": "shipping"}, NEXT)
    put(brokered, CAPTURED, {**body, "signed": {**body["signed"], "key": KEY.verifier.key_id.hex()}}, values)
    brokered.fill(1)
    found = findings(brokered)
    assert [(each.index, each.what) for each in found] == [(9, "signer"), (10, "signer"), (11, "signer")]
    for each, says in zip(
        found, ["required since entry 5", "no entry before it registered", "wrong"], strict=True
    ):
        assert says in each.sentence
        assert "Ben Brokers (partner 01ben)" in each.sentence


def test_a_signature_taken_out_of_history_is_found_where_it_was_due(brokered: OpenLog) -> None:
    rewrite(brokered, lambda index, envelope, _: body_of(envelope).pop("signed") if index == 6 else None)
    assert [(each.index, each.what) for each in findings(brokered)] == [(6, "signer")]


def test_a_partner_that_need_not_sign_any_more_is_left_alone(brokered: OpenLog) -> None:
    demand(brokered, required=False)
    put(brokered, CAPTURED, {"partner": BEN, "step": "shipping"}, {"public:document": b"{}"})
    brokered.fill(1)
    assert findings(brokered) == []


def test_a_key_that_the_old_one_did_not_hand_over_to_is_found(brokered: OpenLog) -> None:
    text = said.key_text(brokered.signer.name, BEN, NEXT.vkey)
    proofs = {"proof": b64(NEXT.signature(text)), "signature": b64(NEXT.signature(text))}
    old = {"partner": BEN, "old": KEY.verifier.key_id.hex(), "vkey": NEXT.vkey}
    put(brokered, said.ROTATED, {**old, **proofs})
    put(brokered, CAPTURED, *signed(brokered, {"bizStep": "shipping"}, NEXT))
    brokered.fill(1)
    assert [each.index for each in findings(brokered)] == [9, 10]
