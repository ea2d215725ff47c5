import json
import shutil
from pathlib import Path

from sqlalchemy import select, text

from app.db import reading
from app.models.products import Passport
from app.provenance.importing import import_files
from tests.app.provenance.conftest import SAMPLES, Record, bare

_NO = "urn:uuid:00000000-0000-4000-8000-000000000003"
REFUSING = {
    "sqlite": [
        f"CREATE TRIGGER refuse BEFORE INSERT ON epcis_event WHEN new.event_id = '{_NO}'"
        " BEGIN SELECT RAISE(ABORT, 'no'); END"
    ],
    "postgresql": [f"ALTER TABLE epcis_event ADD CHECK (event_id <> '{_NO}')"],
}

# All samples together: the shipping event and its declared error share an id and differ, as they should.
VALID = sorted(
    (SAMPLES / "valid").glob("*.jsonld"), key=lambda path: (path.stem == "error_declaration", path.stem)
)


def test_a_dry_run_reads_all_and_stores_nothing(ada: Record) -> None:
    paths = [*VALID, SAMPLES / "invalid" / "action_unknown.jsonld", SAMPLES / "none.jsonld"]
    told = import_files(ada.db, ada.brand.id, paths, dry_run=True, now=ada.now)
    assert (told.stored, ada.count("epcis_event")) == (0, 0)
    assert told.events == 18
    assert [(finding.path.name, finding.field) for finding in told.findings] == [
        ("action_unknown.jsonld", "/epcisBody/eventList/0/action"),
        ("none.jsonld", ""),
    ]


def test_files_imported_again_change_nothing(ada: Record) -> None:
    steps: list[tuple[str, int, int]] = []
    told = import_files(
        ada.db,
        ada.brand.id,
        VALID,
        dry_run=False,
        now=ada.now,
        progress=lambda path, done, total: steps.append((path.stem, done, total)),
    )
    assert (told.stored, told.known) == (17, 0)
    assert [str(finding).rpartition("#")[2][:31] for finding in told.findings] == [
        "/epcisBody/eventList/0/eventID:"
    ]
    assert ("aggregation_pack", 2, 2) in steps
    again = import_files(ada.db, ada.brand.id, VALID, dry_run=False, now=ada.now)
    assert (again.stored, again.known, ada.count("epcis_event")) == (0, 17, 17)


def test_an_event_that_the_database_refuses_does_not_hold_up_the_others(ada: Record, tmp_path: Path) -> None:
    document = json.loads((SAMPLES / "valid" / "aggregation_pack.jsonld").read_bytes())
    model = document["epcisBody"]["eventList"][0]
    many = [{**model, "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012d}"} for number in range(7)]
    document["epcisBody"]["eventList"] = many
    path = tmp_path / "many.jsonld"
    path.write_text(json.dumps(document))
    with ada.db.begin() as session:
        for statement in REFUSING[session.get_bind().dialect.name]:
            session.execute(text(statement))
    told = import_files(ada.db, ada.brand.id, [path], dry_run=False, now=ada.now)
    assert (told.stored, ada.count("epcis_event")) == (6, 6)
    (finding,) = told.findings
    assert finding.field == "/epcisBody/eventList/3"
    assert "the database cannot hold this event" in finding.rule


def test_a_bare_event_may_be_a_file_and_xml_is_refused_by_name(ada: Record, tmp_path: Path) -> None:
    one, two, three = (tmp_path / name for name in ("one.jsonld", "two.xml", "three.jsonld"))
    one.write_bytes(bare("object_selling"))
    two.write_text("<?xml version='1.0'?><epcis:EPCISDocument/>")
    shutil.copy(SAMPLES / "invalid" / "context_missing.jsonld", three)
    told = import_files(ada.db, ada.brand.id, [one, two, three], dry_run=False, now=ada.now)
    assert told.stored == 1
    assert {(finding.path.name, finding.field) for finding in told.findings} == {
        ("three.jsonld", "/@context"),
        ("two.xml", ""),
    }


def test_what_was_cut_off_goes_on_where_it_stopped_and_writes_what_one_by_one_writes(
    ada: Record, tmp_path: Path
) -> None:
    document = json.loads((SAMPLES / "valid" / "object_selling.jsonld").read_bytes())
    model = document["epcisBody"]["eventList"][0]
    ids = [f"urn:uuid:00000000-0000-4000-9000-{number:012d}" for number in range(12)]
    document["epcisBody"]["eventList"] = [{**model, "eventID": each} for each in ids]
    path = tmp_path / "many.jsonld"
    path.write_text(json.dumps(document))
    for each in ids[:5]:  # what a run that died had stored
        ada.capture(json.dumps({"@context": document["@context"], **model, "eventID": each}).encode())
    ada.capture(
        json.dumps({"@context": document["@context"], **model, "eventID": ids[7], "bizStep": "holding"}).encode()
    )
    told = import_files(ada.db, ada.brand.id, [path], dry_run=False, now=ada.now)
    assert (told.stored, told.known, ada.count("epcis_event")) == (6, 5, 12)
    assert [finding.field for finding in told.findings] == ["/epcisBody/eventList/7/eventID"]
    again = import_files(ada.db, ada.brand.id, [path], dry_run=False, now=ada.now)
    assert (again.stored, again.known, len(again.findings), ada.count("epcis_event")) == (0, 11, 1, 12)
    ada.publish()
    with reading(ada.db) as session:
        keys = session.scalars(select(Passport.key).where(Passport.level == "item")).all()
    assert keys
    for key in keys:
        page = ada.passport(key)
        assert page.intact
        assert len(page.steps) == 12
