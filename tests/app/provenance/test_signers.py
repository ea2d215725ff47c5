"""Ben, a broker of Ada's, signs what he says. Ada's operator changes it in the database, and is found out."""

import json
import os
import threading
import time
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from app.brands import signatures
from app.brands.partners import add_partner
from app.brands.tenants import log_origin, signer_of
from app.db import reading
from app.epcis.document import parse_event
from app.epcis.signing import registration, signed_event
from app.provenance.errors import SignatureRefused
from app.provenance.events import event_page, locate
from app.provenance.facts import tells
from app.provenance.store import capture_event
from ledger import said
from ledger.audit import audit
from ledger.note import Signer
from tests.app.provenance.conftest import PALLET, Record, bare
from tests.support.logs import OpenLog, rewrite

KEY = Signer("ben.example", bytes([7]) * 32)


@dataclass
class Brokered:
    """Ada's record with one event that Ben signed."""

    record: Record
    ben: str
    event_id: str

    @property
    def log(self) -> OpenLog:
        record = self.record
        return OpenLog(record.db, record.brand.log_id, signer_of(record.keys, record.brand), record.now)

    def findings(self) -> list[tuple[int | None, str]]:
        log = self.log
        return [(each.index, each.sentence) for each in audit(log.db, log.id, [log.signer.vkey], tells=tells)]

    def voice(self) -> tuple[str, str, bool]:
        """How the event's page says who told it, and whether it is intact."""
        with reading(self.record.db) as session:
            found = locate(session, self.event_id)
            assert found is not None
            face = event_page(session, *found)
            assert face is not None
            return face.voice.kind, face.voice.name, face.intact


@pytest.fixture
def brokered(ada: Record) -> Brokered:
    event = parse_event(bare("object_shipping"))
    with ada.db.begin() as session:
        ben = add_partner(session, ada.brand, name="Ben Brokers", kind="broker", now=ada.now)
        proven = registration(KEY, log_origin(ada.brand.log_key), ben)
        signatures.register(session, ada.brand, ben, **proven, now=ada.now)
        signed = signed_event(event, KEY, log_origin(ada.brand.log_key))
        capture_event(session, ada.brand, signed, partner_id=ben, now=ada.now)
    ada.publish()
    return Brokered(ada, ben, event.event_id)


def test_page_and_passport_say_who_signed(brokered: Brokered) -> None:
    assert brokered.voice() == ("signed", "Ben Brokers", True)
    [step] = brokered.record.passport(PALLET).steps
    assert (step.voice.kind, step.voice.name) == ("signed", "Ben Brokers")
    assert brokered.findings() == []


def test_an_event_altered_in_entry_row_and_opening_with_everything_hashed_and_signed_anew_is_found(
    brokered: Brokered,
) -> None:
    def alter(index: int, envelope: dict[str, Any], values: dict[str, bytes]) -> None:
        if envelope["body"].get("id") == brokered.event_id:
            envelope["body"]["disposition"] = "damaged"
            public = json.loads(values["public:document"])
            values["public:document"] = json.dumps({**public, "disposition": "damaged"}).encode()
            brokered.record.sql(
                "UPDATE epcis_event SET disposition = 'damaged', document = :document",
                document=values["public:document"],
            )

    rewrite(brokered.log, alter)
    [(index, sentence)] = brokered.findings()
    assert index == 2
    assert f"Ben Brokers (partner {brokered.ben})" in sentence
    kind, _, intact = brokered.voice()
    assert (kind, intact) == ("unchecked", False)


def test_facts_altered_around_the_signed_event_are_found(brokered: Brokered) -> None:
    """The signed document stays, so the signature fits; what the entry and the page tell of it does not."""

    def alter(index: int, envelope: dict[str, Any], values: dict[str, bytes]) -> None:
        if envelope["body"].get("id") == brokered.event_id:
            envelope["body"]["disposition"] = "damaged"
            brokered.record.sql("UPDATE epcis_event SET disposition = 'damaged'")

    rewrite(brokered.log, alter)
    [(_, sentence)] = brokered.findings()
    assert "Ben Brokers" in sentence
    assert "disposition" in sentence
    assert not brokered.voice()[2]


def test_an_event_altered_by_hand_names_the_broker(brokered: Brokered) -> None:
    new = bytes(os.urandom(4)).hex()
    brokered.log.sql(
        "UPDATE ledger_opening SET value = :value WHERE log_id = :log AND path = 'public:document'",
        value=json.dumps({"note": new}).encode(),
    )
    assert any("Ben Brokers" in sentence for _, sentence in brokered.findings())
    assert not brokered.voice()[2]


def test_a_row_that_hides_or_claims_a_signature_is_found(brokered: Brokered) -> None:
    brokered.record.sql("UPDATE epcis_event SET signed_key = NULL")
    assert not brokered.voice()[2]
    brokered.record.sql("UPDATE epcis_event SET signed_key = '00000000'")
    assert not brokered.voice()[2]


def test_a_key_that_the_log_does_not_know_signs_for_nobody(brokered: Brokered) -> None:
    """The operator puts a key of its own into the table of keys, and an event that it signs into the record."""
    other = Signer("ben.example", bytes([9]) * 32)
    brokered.record.sql(
        "UPDATE partner_key SET key_id = :id, vkey = :vkey", id=other.verifier.key_id.hex(), vkey=other.vkey
    )
    invented = signed_event(parse_event(bare("object_arriving")), other, log_origin(brokered.record.brand.log_key))
    with brokered.record.db.begin() as session:
        capture_event(session, brokered.record.brand, invented, partner_id=brokered.ben, now=brokered.record.now)
    brokered.record.publish()
    [(index, sentence)] = brokered.findings()
    assert index == 3
    assert "no entry before it registered the key" in sentence
    assert "Ben Brokers" in sentence


def test_what_is_erased_leaves_the_signature_and_claims_no_more(brokered: Brokered) -> None:
    brokered.log.sql("DELETE FROM ledger_opening WHERE log_id = :log AND path = :path", path=said.NONCE)
    assert brokered.voice()[0] == "unchecked"


def _blocked(record: Record) -> bool:
    """Whether somebody waits for a lock; on SQLite every second writer does."""
    if record.db.kw["bind"].dialect.name == "sqlite":
        return True
    with reading(record.db) as session:
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(session.execute(text(waiting)).scalar())


def test_a_key_is_revoked_behind_what_is_being_captured_with_it_and_never_before(brokered: Brokered) -> None:
    record = brokered.record

    def revoke() -> None:
        with record.db.begin() as session:
            key_id = KEY.verifier.key_id.hex()
            signatures.revoke(session, record.brand, brokered.ben, key_id, reason="stolen", now=record.now)

    revoking = threading.Thread(target=revoke)
    second = signed_event(parse_event(bare("object_arriving")), KEY, log_origin(record.brand.log_key))
    with record.db.begin() as session:
        capture_event(session, record.brand, second, partner_id=brokered.ben, now=record.now)
        revoking.start()
        deadline = time.monotonic() + 60
        while not _blocked(record) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert revoking.is_alive()
    revoking.join(60)
    record.publish()
    assert brokered.findings() == []
    third = signed_event(parse_event(bare("object_selling")), KEY, log_origin(record.brand.log_key))
    with record.db.begin() as session, pytest.raises(SignatureRefused):
        capture_event(session, record.brand, third, partner_id=brokered.ben, now=record.now)
