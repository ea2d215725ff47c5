import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.db import reading
from app.ids import new_id
from app.models.brands import Partner
from app.provenance import certificates, events, locations, passports, products
from app.provenance.passport import Passport
from ledger.verify import verify_bundle
from tests.app.provenance.conftest import A1001, CASE, CHERRIES, COFFEE, LOT, PALLET, ROASTERY, Record, bare

ALL = (
    "object_harvest",
    "transformation_roasting",
    "object_commissioning",
    "aggregation_pack",
    "object_shipping",
    "object_arriving",
    "aggregation_unpack",
    "object_selling",
)
OK = {"unchanged": "ok", "included": "ok", "signed": "ok", "anchored": "unknown"}


@pytest.fixture
def travelled(ada: Record) -> Record:
    """The way of a bag of coffee, described and published."""
    with ada.db.begin() as session:
        products.describe(
            session,
            ada.brand,
            gtin="9521234000013",
            name={"en": "Java Typica, 250 g", "zh": "爪哇蒂皮卡"},
            origin_country="ID",
            origin_place="Ijen, East Java",
            temperature_low="5",
            temperature_high="25",
            now=ada.now,
        )
        locations.describe(
            session,
            ada.brand,
            identifier="urn:epc:id:sgln:9521234.00030.0",
            name="Ada's roastery",
            city="Surabaya",
            country="ID",
            latitude=-7.25,
            longitude=112.75,
            zone="Asia/Jakarta",
            now=ada.now,
        )
        certificates.add(
            session,
            ada.brand,
            identifier=LOT,
            name="Organic",
            issuer="Green Seal",
            valid_until=date(2026, 12, 31),
            now=ada.now,
        )
    ada.capture_samples(*ALL)
    ada.publish()
    return ada


def steps(page: Passport) -> list[tuple[str | None, str | None]]:
    return [(step.biz_step, step.via) for step in page.steps]


def test_an_item_shows_its_own_way_and_that_of_what_it_was_packed_in(travelled: Record) -> None:
    page = travelled.passport(A1001)
    assert steps(page) == [
        ("creating_class_instance", None),
        ("commissioning", None),
        ("packing", None),
        ("packing", CASE),
        ("shipping", PALLET),
        ("arriving", PALLET),
        ("unpacking", PALLET),
        ("unpacking", None),
        ("retail_selling", None),
    ]
    assert (page.level, page.lot, page.serial) == ("item", "R26-07", "A1001")
    assert page.product is not None
    assert (page.product.name, page.product.origin_country) == ("Java Typica, 250 g", "ID")
    assert [certificate.name for certificate in page.certificates] == ["Organic"]
    place = page.steps[1].place
    assert place is not None
    assert (place.key, place.city, place.latitude) == (ROASTERY, "Surabaya", -7.25)
    assert {check.name: check.state for check in page.checks} == OK
    assert all(step.intact and step.index is not None for step in page.steps)


def test_the_reader_gets_the_product_in_the_language_that_there_is(travelled: Record) -> None:
    names = [
        page.product.name for page in (travelled.passport(A1001, code) for code in ("zh", "ar")) if page.product
    ]
    assert names == ["爪哇蒂皮卡", "Java Typica, 250 g"]


def test_what_left_the_container_early_does_not_travel_on_with_it(travelled: Record) -> None:
    travelled.capture(bare("object_selling", eventID="urn:uuid:99", epcList=[f"https://a.example{CASE}"]))
    assert "retail_selling" not in [step for step, via in steps(travelled.passport(A1001)) if via == CASE]
    assert ("retail_selling", CASE) in steps(travelled.passport(f"{COFFEE}/21/A1002"))


def test_what_else_was_packed_into_the_container_is_not_the_way_of_an_item(travelled: Record) -> None:
    before = steps(travelled.passport(A1001))
    other = {"childEPCs": [f"https://a.example{COFFEE}/21/LATER"], "parentID": f"https://a.example{PALLET}"}
    at = travelled.passport(A1001).steps[4].at.isoformat()
    packed = bare("aggregation_pack", eventID="urn:uuid:98", eventTime=at, **other)
    travelled.capture(packed)
    assert steps(travelled.passport(A1001)) == before


def test_everything_named_opens_as_a_passport_with_a_proof_that_verifies_offline(travelled: Record) -> None:
    for key in (A1001, LOT, COFFEE, CHERRIES, CASE, PALLET):
        page = travelled.passport(key)
        assert page.log.vkey
        with reading(travelled.db) as session:
            proofs = events.bundles(session, travelled.brand.id, page.submissions)
        assert len(proofs) == len(page.submissions)
        for proof in proofs:
            assert verify_bundle(json.dumps(proof).encode(), vkeys=[page.log.vkey]).pinned


def test_entries_that_are_too_new_are_pending_and_not_bad(ada: Record) -> None:
    ada.capture_samples("object_commissioning")
    assert ada.state(A1001) == {
        "unchanged": "ok",
        "included": "pending",
        "signed": "pending",
        "anchored": "unknown",
    }


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("UPDATE epcis_event SET disposition = 'damaged' WHERE biz_step = 'shipping'", "unchanged"),
        ("UPDATE epcis_event SET event_zone = '+01:00' WHERE biz_step = 'shipping'", "unchanged"),
        ("UPDATE epcis_event SET record_time = event_time WHERE biz_step = 'shipping'", "unchanged"),
        ("UPDATE epcis_event SET document = :blob WHERE biz_step = 'shipping'", "unchanged"),
        ("UPDATE epcis_event SET submission_id = submission_id + 1 WHERE biz_step = 'shipping'", "unchanged"),
        ("UPDATE product SET origin_country = 'BR'", "unchanged"),
        ("UPDATE certificate SET issuer = 'Nobody'", "unchanged"),
        ("UPDATE ledger_opening SET value = :blob", "unchanged"),
        ("DELETE FROM ledger_opening", "unchanged"),
        ('DELETE FROM ledger_entry WHERE "index" = 5', "unchanged"),
        ('UPDATE ledger_entry SET envelope = :blob WHERE "index" = 5', "included"),
        ("UPDATE ledger_checkpoint SET root = :root", "signed"),
    ],
)
def test_a_row_changed_by_hand_turns_its_line_red(travelled: Record, statement: str, line: str) -> None:
    values = {"blob": b"{}", "root": bytes(32)}
    used = {name: value for name, value in values.items() if f":{name}" in statement}
    assert travelled.sql(statement, **used)
    assert travelled.state(A1001)[line] == "bad"


def test_a_signature_of_another_key_is_not_the_log_s(travelled: Record) -> None:
    page = travelled.passport(A1001)
    assert page.log.vkey
    foreign = page.log.vkey[:-8] + "AAAAAAA="
    with reading(travelled.db) as session:
        again = passports.assemble(
            session, travelled.brand.id, A1001, now=travelled.now, language="en", vkey=foreign
        )
    assert again is not None
    assert replace(again.checks[2], facts={}) == replace(page.checks[2], state="bad", text="signed.bad", facts={})


def test_the_version_moves_with_every_change_of_the_page(ada: Record) -> None:
    ada.capture_samples("object_commissioning")
    with reading(ada.db) as session:
        first = passports.standing(session, A1001)
    ada.capture_samples("object_selling")
    ada.publish()
    with reading(ada.db) as session:
        second = passports.standing(session, A1001)
        assert passports.standing(session, f"{COFFEE}/21/none") is None
    assert first
    assert second
    assert second.version == first.version + 1
    assert second.log_size == 3


def test_a_scan_opens_the_passport_of_the_brand_that_registered_the_product(
    ada: Record, open_record: Callable[[str], Record]
) -> None:
    cleo = open_record("cleo-tea")
    cleo.capture_samples("object_commissioning")
    ada.now += timedelta(hours=1)
    ada.capture_samples("object_commissioning")

    def owner() -> str | None:
        with reading(ada.db) as session:
            found = passports.resolve(session, A1001)
        return found[0] if found else None

    assert owner() == cleo.brand.id
    with ada.db.begin() as session:
        products.describe(session, ada.brand, gtin="09521234000013", name={"en": "Java"}, now=ada.now)
    assert owner() == ada.brand.id


def test_nobody_has_a_passport_of_what_was_never_named(ada: Record) -> None:
    with reading(ada.db) as session:
        assert passports.resolve(session, A1001) is None
        assert passports.assemble(session, ada.brand.id, A1001, now=ada.now, language="en") is None


def test_a_step_names_the_partner_who_reported_it(ada: Record) -> None:
    with ada.db.begin() as session:
        partner = Partner(
            id=new_id(), brand_id=ada.brand.id, name="Ben's roastery", kind="supplier", created_at=ada.now
        )
        session.add(partner)
    ada.capture(bare("object_commissioning"), partner_id=partner.id)
    assert ada.passport(A1001).steps[0].partner == "Ben's roastery"


def test_an_event_has_a_page_with_the_same_proof(travelled: Record) -> None:
    event_id = "urn:uuid:0195a000-0000-7000-8000-000000000004"
    with reading(travelled.db) as session:
        found = events.locate(session, event_id)
        assert found
        page = events.event_page(session, *found)
    assert page
    assert (page.event_id, page.intact, page.names) == (event_id, True, (("epc", PALLET),))
    assert {check.name: check.state for check in page.checks} == OK
