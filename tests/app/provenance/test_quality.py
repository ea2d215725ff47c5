"""Inspections, audits, required checks: what is unknown has not passed, and what failed is never hidden."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.brands import signatures
from app.brands.partners import add_partner
from app.brands.tenants import log_origin, signer_of
from app.db import reading
from app.epcis import signed
from app.epcis.signing import registration
from app.provenance import audits, certificates, clearance, inspections, products, required, suppliers
from app.provenance.claim_signing import sign_claim
from app.provenance.errors import AlreadyCorrected, NotCleared, Refused, SignatureRefused
from app.provenance.facts import tells
from app.provenance.inspections import Measure, judged
from app.provenance.signers import of_item
from app.support import cases
from ledger.audit import audit
from ledger.evidence import evidence
from ledger.note import Signer
from ledger.said import Said
from tests.app.provenance.conftest import COFFEE, LOT, Record
from tests.support.logs import OpenLog, rewrite

SCA = Measure("caffeine", ("1.2", "1.3"), "%", 5, "1", "1.5")
BAD = Measure("lead", ("0.4",), "mg/kg", 3, None, "0.1")
ITEM = f"{COFFEE}/21/B7"


def inspect(record: Record, **changes: Any) -> str:
    asked: dict[str, Any] = {
        "identifier": LOT,
        "stage": "final",
        "name": "heavy metals",
        "inspector": "Lab Jakarta",
        "inspected_at": record.now - timedelta(days=1),
        "measures": [SCA],
    }
    with record.db.begin() as session:
        return inspections.add(session, record.brand, **(asked | changes), now=record.now).id


def require(record: Record, **changes: Any) -> str:
    asked: dict[str, Any] = {"kind": "inspection", "stage": "final", "name": "Heavy  Metals", "gtin": COFFEE[4:]}
    with record.db.begin() as session:
        return required.require(session, record.brand, **(asked | changes), now=record.now).id


def partner(record: Record, kind: str = "supplier") -> str:
    with record.db.begin() as session:
        return add_partner(session, record.brand, name="Gayo Farm", kind=kind, country="ID", now=record.now)


def states(record: Record, key: str = LOT) -> list[tuple[str, str]]:
    with reading(record.db) as session:
        found = clearance.standings(session, record.brand.id, key, record.now)
    page = record.passport(key)
    assert [each.state for each in page.quality.required] == [each.state for each in found]
    return [(each.check.kind, each.state) for each in found]


def packing(children: list[str], **changes: Any) -> bytes:
    event = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "AggregationEvent",
        "eventTime": "2026-03-01T09:00:00Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "ADD",
        "bizStep": "packing",
        "parentID": "urn:epc:id:sscc:9521234.0000000021",
        "childEPCs": children,
    }
    return json.dumps({name: value for name, value in (event | changes).items() if value is not None}).encode()


def of_lot(record: Record, serial: str = "B7") -> None:
    record.capture(
        packing(
            [],
            type="ObjectEvent",
            bizStep="commissioning",
            parentID=None,
            childEPCs=None,
            epcList=[f"https://id.gs1.org{COFFEE}/10/R26-07/21/{serial}"],
        )
    )


PACKED = packing([f"https://id.gs1.org{ITEM}"])


def test_a_required_check_is_missing_until_it_passes_and_packing_waits(ada: Record) -> None:
    of_lot(ada)
    require(ada)
    assert states(ada) == [("inspection", "missing")]
    with pytest.raises(NotCleared) as refused:
        ada.capture(PACKED)
    assert LOT in str(refused.value)
    assert "final Heavy  Metals is missing" in str(refused.value)
    inspect(ada, identifier=COFFEE)
    assert states(ada) == [("inspection", "missing")], "an inspection of the product says nothing of the lot"
    failed = inspect(ada, measures=[BAD])
    assert states(ada) == [("inspection", "failed")]
    with pytest.raises(NotCleared):
        ada.capture(PACKED)
    inspect(ada, supersedes=failed)
    assert states(ada) == [("inspection", "passed")]
    assert ada.capture(PACKED).created
    inspect(ada, measures=[BAD], inspected_at=ada.now)
    assert not ada.capture(PACKED).created, "what was stored before is still known"


def test_what_a_partner_tells_has_happened_so_it_is_kept_and_a_case_opens(ada: Record) -> None:
    of_lot(ada)
    require(ada)
    farm = partner(ada)
    assert ada.capture(PACKED, partner_id=farm).created
    ada.capture(PACKED, partner_id=farm)
    with reading(ada.db) as session:
        (case,) = cases.open_of_kind(session, ada.brand.id, "unchecked")
    assert case.facts["things"] == LOT
    ada.publish()
    page = ada.passport(ITEM)
    assert [row.checks for row in page.quality.packed] == [[{"name": "Heavy  Metals", "state": "missing"}]]
    assert page.intact


def test_an_item_stands_as_its_lot_and_worse_where_its_own_inspection_failed(ada: Record) -> None:
    of_lot(ada)
    require(ada)
    inspect(ada)
    assert states(ada, ITEM) == [("inspection", "passed")]
    inspect(ada, identifier=ITEM, measures=[BAD])
    assert states(ada, ITEM) == [("inspection", "failed")]
    assert states(ada) == [("inspection", "passed")]
    with pytest.raises(NotCleared):
        ada.capture(PACKED)


def test_a_pallet_is_not_sent_when_what_is_inside_it_fails_later(ada: Record) -> None:
    of_lot(ada)
    require(ada)
    inspect(ada)
    ada.capture(PACKED)
    inspect(ada, measures=[BAD], inspected_at=ada.now)
    leaving = packing([], type="ObjectEvent", bizStep="shipping", action="OBSERVE", parentID=None, childEPCs=None,
                      epcList=["urn:epc:id:sscc:9521234.0000000021"])  # fmt: skip
    with pytest.raises(NotCleared):
        ada.capture(leaving)


def test_a_product_without_its_lot_has_passed_nothing(ada: Record) -> None:
    require(ada)
    inspect(ada)
    classes = [{"epcClass": f"https://id.gs1.org{COFFEE}", "quantity": 3}]
    with pytest.raises(NotCleared):
        ada.capture(packing([], childEPCs=None, childQuantityList=classes))


def test_a_check_of_a_category_and_its_end(ada: Record) -> None:
    with ada.db.begin() as session:
        facts = {"gtin": COFFEE[4:], "name": {"en": "Java"}, "category": "coffee"}
        products.describe(session, ada.brand, **facts, now=ada.now)
    inspect(ada, name="other")
    check = require(ada, gtin=None, category="coffee")
    require(ada, gtin=None, category="tea")
    assert states(ada) == [("inspection", "missing")]
    with ada.db.begin() as session:
        assert required.end(session, ada.brand, check, person_id=None, now=ada.now)
        assert not required.end(session, ada.brand, check, person_id=None, now=ada.now)
    assert states(ada) == []


def test_certificates_and_audits_run_out(ada: Record) -> None:
    inspect(ada)
    farm = partner(ada)
    require(ada, kind="certificate", stage=None, name="Organic")
    require(ada, kind="audit", stage=None, name="SA8000", partner=farm, max_age_days=365)
    assert states(ada) == [("certificate", "missing"), ("audit", "missing")]
    today = ada.now.date()

    def certify(until: date) -> None:
        with ada.db.begin() as session:
            given = {"name": "EU organic", "kind": "organic", "issuer": "Control Union", "valid_until": until}
            certificates.add(session, ada.brand, identifier=COFFEE, **given, now=ada.now)

    def audit(on: date, **changes: Any) -> None:
        facts: dict[str, Any] = {"scheme": "sa8000", "result": "pass", "auditor": "SGS"} | changes
        with ada.db.begin() as session:
            audits.add(session, ada.brand, partner=farm, audited_on=on, **facts, now=ada.now)

    certify(today - timedelta(days=1))
    audit(today - timedelta(days=400))
    assert set(states(ada)) == {("certificate", "expired"), ("audit", "expired")}
    certify(today)
    audit(today - timedelta(days=300), result="conditional")
    assert states(ada) == [("audit", "conditional"), ("certificate", "passed")]
    audit(today - timedelta(days=200), result="fail", findings={"critical": 2})
    assert states(ada)[0] == ("audit", "failed")
    audit(today - timedelta(days=2), valid_until=today)
    assert {state for _, state in states(ada)} == {"passed"}


def test_what_failed_stays_on_the_page_although_it_was_corrected_and_no_setting_hides_it(ada: Record) -> None:
    first = inspect(ada, measures=[BAD])
    inspect(ada, supersedes=first)
    with ada.db.begin() as session:
        brand = session.merge(ada.brand)
        hiding = dict.fromkeys(("hide", "hidden", "quality", "checks", "inspections", "show_failed"), False)
        brand.settings = {**brand.settings, **hiding, "explorer": "closed", "parts": {"checks": "hidden"}}
    shown = ada.passport(LOT).quality.inspections
    assert [(row.result, bool(row.superseded_by)) for row in shown] == [("fail", True), ("pass", False)]
    with pytest.raises(AlreadyCorrected):
        inspect(ada, supersedes=first)
    ada.publish()
    assert ada.passport(LOT).intact


def test_a_result_changed_by_hand_shows_on_the_page(ada: Record) -> None:
    inspect(ada, measures=[BAD])
    ada.publish()
    assert ada.state(LOT)["unchanged"] == "ok"
    ada.sql("UPDATE inspection SET result = 'pass'")
    assert ada.state(LOT)["unchanged"] == "bad"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"result": "pass", "measures": [BAD]}, "result"),
        ({"result": "fail"}, "result"),
        ({"result": "fine"}, "result"),
        ({"measures": []}, "result"),
        ({"result": "conditional"}, "condition"),
        ({"stage": "later"}, "stage"),
        ({"name": " "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"identifier": "/414/9521234000303"}, "key"),
        ({"identifier": "nonsense"}, "key"),
        ({"file_sha256": "AB" * 32}, "file_sha256"),
        ({"measures": [replace(SCA, values=())]}, "measures/0/values"),
        ({"measures": [replace(SCA, values=("NaN",))]}, "measures/0/values"),
        ({"measures": [replace(SCA, values=("1e400",))]}, "measures/0/values"),
        ({"measures": [replace(SCA, low="9")]}, "measures/0/high"),
        ({"measures": [replace(SCA, sample=1)]}, "measures/0/sample"),
        ({"measures": [SCA] * 51}, "measures"),
        ({"supersedes": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}, "supersedes"),
        ({"inspected_at": None}, "inspected_at"),
    ],
)
def test_a_wrong_inspection_is_refused_by_its_field(ada: Record, changes: dict[str, Any], field: str) -> None:
    if "inspected_at" in changes:
        changes = {"inspected_at": ada.now + timedelta(days=1)}
    with pytest.raises(Refused) as refused:
        inspect(ada, **changes)
    assert refused.value.field == field
    assert ada.count("inspection") == 0


_CENTS = st.integers(-10_000, 10_000).map(lambda cents: str(cents / 100))


@given(st.lists(_CENTS, min_size=1, max_size=5), st.none() | _CENTS, st.none() | _CENTS)
def test_the_result_follows_from_the_limits(values: list[str], low: str | None, high: str | None) -> None:
    measure = Measure("x", values, low=low, high=high)
    numbers = [float(each) for each in values]
    inside = all((low is None or float(low) <= each) and (high is None or each <= float(high)) for each in numbers)
    if low is None and high is None:
        with pytest.raises(Refused):
            judged([measure], None)
    else:
        assert judged([measure], None) == ("pass" if inside else "fail")


def test_the_name_of_a_person_stands_in_no_entry_and_in_no_row(ada: Record) -> None:
    inspect(ada, inspector_name="Siti Rahma")
    with ada.db() as session:
        envelopes = session.connection().exec_driver_sql("SELECT envelope FROM ledger_entry").scalars().all()
        rows = session.connection().exec_driver_sql("SELECT * FROM inspection").all()
    assert not any(b"Siti" in bytes(each) for each in envelopes)
    assert "Siti" not in str(rows)


def test_an_issuer_signs_its_certificate_and_the_page_names_it(ada: Record) -> None:
    lab, signer = partner(ada, "laboratory"), Signer("lab.example", bytes([7]) * 32)
    origin = log_origin(ada.brand.log_key)
    facts: dict[str, Any] = {
        "name": "EU organic",
        "issuer": "Lab",
        "number": "ID-7",
        "valid_until": date(2026, 9, 1),
    }
    with ada.db.begin() as session:
        signatures.register(session, ada.brand, lab, **registration(signer, origin, lab), now=ada.now)

    def add(key: str = LOT, **changes: Any) -> None:
        claim = {"key": LOT, **facts, "valid_until": "2026-09-01"}
        mark = signed.read(sign_claim(claim, signer, origin, bytes(32)), "/signed")
        assert isinstance(mark, signed.Signature)
        given = facts | changes
        with ada.db.begin() as session:
            certificates.add(
                session, ada.brand, identifier=key, **given, partner_id=lab, signature=mark, now=ada.now
            )

    with pytest.raises(SignatureRefused):
        add(name="EU organic, better")
    with pytest.raises(SignatureRefused):
        add(key=COFFEE)
    add()
    ada.publish()
    (face,) = ada.passport(LOT).certificates
    assert (face.signer, face.unchecked, face.number) == ("Gayo Farm", False, "ID-7")
    assert ada.passport(LOT).intact
    with reading(ada.db) as session:
        (item,) = evidence(session, ada.brand.log_id, [face.submission_id]).items.values()
        said = of_item(session, ada.brand.log_id, item)
    assert isinstance(said, Said)
    assert said.state == "valid"
    log = OpenLog(ada.db, ada.brand.log_id, signer_of(ada.keys, ada.brand), ada.now)
    assert audit(log.db, log.id, [log.signer.vkey], tells=tells) == []
    ada.sql("UPDATE certificate SET signed_key = NULL")
    assert ada.state(LOT)["unchanged"] == "bad"


def test_the_audit_names_the_issuer_whose_certificate_tells_something_else(ada: Record) -> None:
    lab, signer = partner(ada, "laboratory"), Signer("lab.example", bytes([7]) * 32)
    origin = log_origin(ada.brand.log_key)
    claim = {"key": LOT, "name": "EU organic", "issuer": "Lab", "number": "ID-7"}
    mark = signed.read(sign_claim(claim, signer, origin, bytes(32)), "/signed")
    assert isinstance(mark, signed.Signature)
    told = {"identifier": LOT, "name": "EU organic", "issuer": "Lab", "number": "ID-7"}
    with ada.db.begin() as session:
        signatures.register(session, ada.brand, lab, **registration(signer, origin, lab), now=ada.now)
        certificates.add(session, ada.brand, **told, partner_id=lab, signature=mark, now=ada.now)
    ada.publish()

    def better(_: int, envelope: dict[str, Any], __: dict[str, bytes]) -> None:
        if "number" in envelope["body"]:
            envelope["body"]["number"] = "ID-8"

    log = OpenLog(ada.db, ada.brand.log_id, signer_of(ada.keys, ada.brand), ada.now)
    rewrite(log, better)
    (found,) = audit(log.db, log.id, [log.signer.vkey], tells=tells)
    assert "signed: the certificate in the entry is not the one" in found.sentence
    assert lab in found.sentence


def test_a_certificate_that_runs_out_is_told_once(ada: Record) -> None:
    today = ada.now.date()
    for days in (-1, 0, 29, 31):
        with ada.db.begin() as session:
            until = today + timedelta(days=days)
            given = {"name": f"in {days}", "issuer": "Lab", "valid_until": until}
            certificates.add(session, ada.brand, identifier=LOT, **given, now=ada.now)
    assert certificates.tell_due(ada.db, ada.now) == 2
    assert certificates.tell_due(ada.db, ada.now) == 0
    with ada.db.begin() as session:
        certificates.flag_from(session.merge(ada.brand), 40)
    assert certificates.tell_due(ada.db, ada.now) == 1
    with reading(ada.db) as session:
        assert len(cases.open_of_kind(session, ada.brand.id, "expiring")) == 3


def test_a_supplier_has_no_name_on_its_page_until_the_owner_says_so(ada: Record) -> None:
    farm, site = partner(ada), "/414/9521234000303"
    with reading(ada.db) as session:
        assert suppliers.public_page(session, farm) is None
    with ada.db.begin() as session:
        given = {"scheme": "SMETA", "result": "pass", "auditor": "SGS", "site": site}
        audits.add(session, ada.brand, partner=farm, audited_on=ada.now.date(), **given, now=ada.now)
    with reading(ada.db) as session:
        page = suppliers.public_page(session, farm)
    assert page
    assert (page.name, page.country, page.sites[0].gln) == ("", "ID", "")
    ada.capture_samples("transformation_roasting")
    with ada.db.begin() as session:
        products.describe(session, ada.brand, gtin=COFFEE[4:], name={"en": "Java"}, now=ada.now)
        suppliers.show(session, ada.brand, farm, named=True, now=ada.now)
        assert suppliers.show(session, ada.brand, "0" * 26, named=True, now=ada.now) is None
    with reading(ada.db) as session:
        page = suppliers.public_page(session, farm, page.sites[0].id)
    assert page
    assert (page.name, page.audits[0].scheme) == ("Gayo Farm", "SMETA")
    assert [row.name for row in page.products] == [{"en": "Java"}]
    assert page.site
    assert page.site.gln == "9521234000303"
