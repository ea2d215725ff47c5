import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.event import listen, remove

from app.db import reading
from app.epcis.document import parse_event
from app.ids import new_id
from app.models.brands import Partner
from app.models.products import CaptureJob, Containment, EpcisEvent
from app.models.products import Passport as PassportRow
from app.provenance.capture import capture_event, run_job, run_jobs_due, submit
from app.provenance.errors import Conflict, NotAllowed
from tests.app.provenance.conftest import A1001, CASE, COFFEE, LOT, PALLET, SAMPLES, Record, bare, sample


def keys(record: Record) -> dict[str, PassportRow]:
    with reading(record.db) as session:
        return {row.key: row for row in session.scalars(select(PassportRow))}


def test_an_event_becomes_a_row_an_entry_and_the_passports_of_all_it_names(ada: Record) -> None:
    captured = ada.capture(bare("object_commissioning"))
    assert captured.created
    assert captured.record_time == ada.now
    rows = keys(ada)
    assert set(rows) == {A1001, f"{COFFEE}/21/A1002", f"{COFFEE}/21/A1003", COFFEE}
    assert {rows[A1001].level, rows[COFFEE].level} == {"item", "product"}
    assert (rows[A1001].lot_key, rows[A1001].gtin) == (LOT, "09521234000013")
    assert ada.count("ledger_inbox") == 2  # the log's own first entry, and this event


def test_the_same_event_again_changes_nothing(ada: Record) -> None:
    first = ada.capture(bare("object_shipping"))
    again = ada.capture(bare("object_shipping"), now=ada.now + timedelta(hours=1))
    assert (again.id, again.record_time, again.created) == (first.id, first.record_time, False)
    assert (ada.count("epcis_event"), ada.count("ledger_inbox")) == (1, 2)


def test_the_same_event_without_an_id_is_known_by_its_hash(ada: Record) -> None:
    first = ada.capture(bare("object_shipping", eventID=None))
    again = ada.capture(bare("object_shipping", eventID=None))
    assert first.event_id.startswith("ni:///sha-256;")
    assert not again.created


def test_a_product_whose_first_events_were_taken_back_has_its_passport_by_the_next_one(ada: Record) -> None:
    told = [parse_event(bare("object_commissioning", eventID=f"urn:uuid:{number}")) for number in range(2)]
    with ada.db() as session:
        for event in told:
            capture_event(session, ada.brand, event, partner_id=None, now=ada.now)
        session.rollback()
    assert keys(ada) == {}
    for event in told:
        with ada.db.begin() as session:
            capture_event(session, ada.brand, event, partner_id=None, now=ada.now)
        assert COFFEE in keys(ada)
        assert keys(ada)[COFFEE].version == 0


def test_another_content_under_the_same_id_is_a_conflict(ada: Record) -> None:
    ada.capture(bare("object_shipping"))
    with pytest.raises(Conflict):
        ada.capture(bare("object_shipping", disposition="damaged"))
    assert (ada.count("epcis_event"), ada.count("ledger_inbox")) == (1, 2)


def test_a_declared_error_is_a_new_revision_and_overwrites_nothing(ada: Record) -> None:
    first = ada.capture(bare("object_shipping"))
    declared = ada.capture(
        bare("error_declaration", **{"@context": sample("object_shipping")["@context"]} | _plain())
    )
    assert (declared.revision, declared.created) == (1, True)
    assert not ada.capture(bare("object_shipping")).created
    with reading(ada.db) as session:
        rows = session.scalars(select(EpcisEvent).order_by(EpcisEvent.revision)).all()
    assert [row.error_declared for row in rows] == [False, True]
    assert rows[0].id == first.id
    assert [step.error_declared for step in ada.passport(PALLET).steps] == [True]


def _plain() -> dict[str, object]:
    declaration = sample("error_declaration")["epcisBody"]["eventList"][0]["errorDeclaration"]
    return {"errorDeclaration": {name: value for name, value in declaration.items() if ":" not in name}}


def test_a_partner_of_another_brand_may_not_speak(ada: Record, open_record: Callable[[str], Record]) -> None:
    cleo = open_record("cleo-tea")
    with ada.db.begin() as session:
        partner = Partner(
            id=new_id(), brand_id=cleo.brand.id, name="Cleo's mill", kind="supplier", created_at=ada.now
        )
        session.add(partner)
    with pytest.raises(NotAllowed):
        ada.capture(bare("object_shipping"), partner_id=partner.id)
    cleo.capture(bare("object_shipping"), partner_id=partner.id)
    with reading(ada.db) as session:
        assert {row.brand_id for row in session.scalars(select(EpcisEvent))} == {cleo.brand.id}


def test_a_container_holds_what_was_packed_until_it_is_taken_out(ada: Record) -> None:
    ada.capture_samples("aggregation_pack", "aggregation_unpack")
    with reading(ada.db) as session:
        rows = {(row.parent_key, row.child_key): row.until_at for row in session.scalars(select(Containment))}
    assert rows[CASE, A1001] is not None
    assert rows[CASE, f"{COFFEE}/21/A1002"] is None
    assert rows[PALLET, CASE] is not None
    assert rows[PALLET, LOT] is not None


def test_an_aggregation_that_arrives_late_gives_the_same_rows(ada: Record) -> None:
    ada.capture_samples("aggregation_unpack", "aggregation_pack")
    with reading(ada.db) as session:
        rows = session.scalars(select(Containment)).all()
    assert len(rows) == 4
    assert {row.child_key for row in rows if row.until_at is None} == {f"{COFFEE}/21/A1002"}


def test_a_packing_declared_an_error_never_happened(ada: Record) -> None:
    ada.capture_samples("aggregation_pack")
    ada.capture(
        bare(
            "aggregation_pack",
            errorDeclaration={"declarationTime": "2026-02-13T00:00:00Z", "reason": "did_not_occur"},
        )
    )
    with reading(ada.db) as session:
        assert {row.parent_key for row in session.scalars(select(Containment))} == {PALLET}


# ---- jobs


def kept(record: Record, name: str, behaviour: str = "rollback", folder: str = "valid") -> str:
    with record.db.begin() as session:
        document = (SAMPLES / folder / f"{name}.jsonld").read_bytes()
        return submit(
            session,
            record.brand,
            document,
            behaviour=behaviour,
            partner_id=None,
            now=record.now,  # type: ignore[arg-type]
        ).id


def job(record: Record, job_id: str) -> CaptureJob:
    with reading(record.db) as session:
        return session.get_one(CaptureJob, job_id)


def test_a_job_captures_all_events_of_its_document(ada: Record) -> None:
    job_id = kept(ada, "aggregation_pack")
    assert job(ada, job_id).running
    assert run_jobs_due(ada.db, ada.now) == 1
    done = job(ada, job_id)
    assert (done.running, done.success, done.event_count, done.errors, done.document) == (False, True, 2, [], None)
    assert run_jobs_due(ada.db, ada.now) == 0


def mixed() -> bytes:
    document = sample("aggregation_pack")
    wrong = {**document["epcisBody"]["eventList"][0], "bizStep": "stuffing", "eventID": "urn:uuid:17"}
    document["epcisBody"]["eventList"].insert(1, wrong)
    return json.dumps(document).encode()


@pytest.mark.parametrize(("behaviour", "stored"), [("rollback", 0), ("proceed", 2)])
def test_a_wrong_event_rolls_back_or_is_listed(ada: Record, behaviour: str, stored: int) -> None:
    with ada.db.begin() as session:
        job_id = submit(
            session,
            ada.brand,
            mixed(),
            behaviour=behaviour,
            partner_id=None,
            now=ada.now,  # type: ignore[arg-type]
        ).id
    assert run_job(ada.db, job_id, ada.now)
    done = job(ada, job_id)
    assert (done.success, done.event_count, ada.count("epcis_event")) == (False, stored, stored)
    assert [error["field"] for error in done.errors] == ["/epcisBody/eventList/1/bizStep"]
    assert done.errors[0]["type"] == "epcisException:ValidationException"


def test_a_conflict_in_a_job_takes_the_whole_document_back(ada: Record) -> None:
    ada.capture(bare("aggregation_pack", 1, disposition="damaged"))
    job_id = kept(ada, "aggregation_pack")
    run_job(ada.db, job_id, ada.now)
    done = job(ada, job_id)
    assert done.errors[0]["status"] == 409
    assert done.errors[0]["field"] == "/epcisBody/eventList/1/eventID"
    assert ada.count("epcis_event") == 1


def test_an_envelope_that_is_wrong_ends_the_job_unsuccessful(ada: Record) -> None:
    job_id = kept(ada, "schema_version_old", folder="invalid")
    run_job(ada.db, job_id, ada.now)
    assert job(ada, job_id).errors[0]["field"] == "/schemaVersion"


def test_a_job_of_a_crashed_worker_is_taken_over_when_its_claim_has_run_out(ada: Record) -> None:
    job_id = kept(ada, "aggregation_pack")
    later = (
        (ada.now + timedelta(minutes=1)).replace(tzinfo=None).isoformat(" ", "microseconds")
    )  # in UTC, as it rests
    ada.sql("UPDATE capture_job SET claimed_until = :later", later=later)
    ada.capture_samples("aggregation_pack")  # what the other worker had stored before it died
    assert run_jobs_due(ada.db, ada.now) == 0
    assert run_jobs_due(ada.db, ada.now + timedelta(minutes=2)) == 1
    assert (job(ada, job_id).success, ada.count("epcis_event")) == (True, 2)


@contextmanager
def dying(record: Record) -> Iterator[None]:
    """A worker that falls over its second commit: the job is claimed, and its events are not stored."""
    commits = count(1)

    def die(connection: object) -> None:
        if next(commits) == 2:
            raise ConnectionAbortedError

    engine = record.db.kw["bind"]
    listen(engine, "commit", die)
    try:
        with pytest.raises(ConnectionAbortedError):
            yield
    finally:
        remove(engine, "commit", die)


@pytest.mark.parametrize(("blanks", "waits_s"), [(0, 20), (1_000_000, 40)])
def test_a_dead_worker_holds_a_small_document_for_twenty_seconds(ada: Record, blanks: int, waits_s: int) -> None:
    document = (SAMPLES / "valid" / "aggregation_pack.jsonld").read_bytes() + b" " * blanks
    with ada.db.begin() as session:
        submit(session, ada.brand, document, partner_id=None, now=ada.now)
    with dying(ada):
        run_jobs_due(ada.db, ada.now)
    assert run_jobs_due(ada.db, ada.now + timedelta(seconds=waits_s - 1)) == 0
    assert run_jobs_due(ada.db, ada.now + timedelta(seconds=waits_s)) == 1
    assert ada.count("epcis_event") == 2
