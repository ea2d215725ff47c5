"""Ada's coffee and what its way emitted: who may state what, which statement counts, and what stays unknown."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.brands.partners import add_partner
from app.carbon import goods, stating, whole
from app.carbon.journey import Journey
from app.carbon.stating import Given
from app.db import reading
from app.models.carbon import CarbonStatement
from app.provenance import locations
from app.provenance.errors import NotAllowed, Refused
from tests.app.provenance.conftest import A1001, CASE, COFFEE, LOT, PALLET, Record, bare
from tests.app.provenance.conftest import ada as ada
from tests.app.provenance.conftest import open_record as open_record
from tests.app.provenance.test_recall import ship

D = Decimal
SHOP = "https://id.gs1.org/414/9521234000310"
STEPS = ("object_commissioning", "aggregation_pack", "object_shipping", "object_arriving")
PRIMARY = {"data": "primary", "source": "fuel of the truck", "file_sha256": "ab" * 32}


def travelled(record: Record) -> list[tuple[str, str]]:
    """The coffee on its way; the places of its legs."""
    record.capture_samples(*STEPS)
    shop = {"eventID": "urn:uuid:7b0c6c62-2d59-4f0a-9c0b-2f3c8f1d0a55", "eventTime": "2026-03-19T20:00:00.000Z"}
    record.capture(bare("object_arriving", **shop, readPoint={"id": SHOP}, bizLocation={"id": SHOP}))
    found = asked(record, A1001)
    return [
        (part.origin.key, part.destination.key)
        for part in found.parts
        if part.kind == "leg" and part.origin and part.destination
    ]


def asked(record: Record, key: str) -> Journey:
    with reading(record.db) as session:
        found = whole.of_thing(session, record.brand.id, key, record.now)
    assert found
    return found


def weighs(record: Record, key: str, kilograms: str) -> None:
    with record.db.begin() as session:
        goods.describe(session, record.brand, key=key, facts={"gross_mass_kg": kilograms}, now=record.now)


def stated(
    record: Record, way: tuple[str, str], partner_id: str | None = None, **facts: str | int
) -> CarbonStatement:
    given = Given(
        **{"subject": A1001, "origin": way[0], "destination": way[1], "mode": "road", "data": "default"} | facts
    )  # type: ignore[arg-type]  # a table of facts
    with record.db.begin() as session:
        return stating.state(session, record.brand, given, partner_id=partner_id, now=record.now)


def test_a_way_of_which_nothing_was_stated_is_unknown_and_not_zero(ada: Record) -> None:
    assert travelled(ada)
    found = asked(ada, A1001)
    assert (found.total.at_least, found.total.complete) == (None, False)
    assert found.total.unknown == found.total.parts > 0
    assert ada.passport(A1001).carbon is None


def test_a_statement_is_an_entry_and_its_leg_is_known(ada: Record) -> None:
    leg = travelled(ada)[0]
    weighs(ada, COFFEE, "0.5")
    stated(ada, leg, **PRIMARY, emissions_kg="90", mass_kg="900")
    ada.publish()
    found = asked(ada, A1001)
    first = found.parts[0].figure
    assert (first.value, first.data, first.source) == (D("0.05"), "primary", "fuel of the truck")
    assert found.mass == (D("0.5"), COFFEE)
    assert not found.total.complete
    assert found.total.at_least == D("0.05")
    assert ada.passport(A1001).carbon.total == found.total
    assert ada.state(A1001)["unchanged"] == "ok"


def test_a_statement_that_was_changed_in_the_database_is_seen(ada: Record) -> None:
    stated(ada, travelled(ada)[0], **PRIMARY, emissions_kg="90", mass_kg="900")
    ada.publish()
    ada.sql("UPDATE carbon_statement SET emissions_kg = '1'")
    assert ada.state(A1001)["unchanged"] == "bad"


def test_a_mode_alone_takes_the_table_with_its_span_and_a_map_bounds_from_below(ada: Record) -> None:
    leg = travelled(ada)[0]
    weighs(ada, LOT, "1")
    stated(ada, leg, distance_km="100", distance_kind="actual")
    found = asked(ada, A1001).parts[0].figure
    assert (found.value, found.low, found.high) == (D("0.012715"), D("0.009634"), D("0.078606"))
    with ada.db.begin() as session:
        for key, latitude in zip(leg, (4.6, 5.6), strict=True):
            locations.describe(
                session, ada.brand, identifier=key, name="Place", latitude=latitude, longitude=-74.0, now=ada.now
            )
    stated(ada, leg)
    on_map = asked(ada, A1001).parts[0]
    assert on_map.element.distance
    assert (on_map.element.distance.km, on_map.element.distance.kind) == (D("111.1"), "gcd")
    assert (on_map.figure.known, on_map.figure.high) == (True, None)


def test_the_brands_own_intensity_goes_before_the_table(ada: Record) -> None:
    leg = travelled(ada)[0]
    weighs(ada, A1001, "1000")
    own = {"code": "road", "mode": "road", "intensity": "0.05", "per": "actual", "source": "our fleet, 2025"}
    with ada.db.begin() as session:
        stating.set_factor(session, ada.brand, **own, now=ada.now)
        stating.set_factor(session, ada.brand, code="hub", mode="hub", intensity="2", source="meter", now=ada.now)
    stated(ada, leg, distance_km="100", distance_kind="actual")
    assert asked(ada, A1001).parts[0].figure.value == D("5")
    hubs = [part.figure.value for part in asked(ada, A1001).parts if part.kind == "hub"]
    assert hubs == [D("2")]
    stated(ada, leg, distance_km="100", distance_kind="actual", vehicle="hgv-artic")
    assert asked(ada, A1001).parts[0].figure.value == D("9.634")


def test_primary_goes_before_default_and_the_nearest_subject_before_a_wider_one(ada: Record) -> None:
    leg = travelled(ada)[0]
    weighs(ada, A1001, "1000")
    stated(
        ada,
        leg,
        subject=COFFEE,
        **PRIMARY,
        intensity="0.3",
        per="actual",
        distance_km="10",
        distance_kind="actual",
    )
    stated(ada, leg, distance_km="10", distance_kind="actual")
    assert asked(ada, A1001).parts[0].figure.value == D("3")
    stated(ada, leg, **PRIMARY, intensity="0.2", per="actual", distance_km="10", distance_kind="actual")
    assert asked(ada, A1001).parts[0].figure.value == D("2")


def test_what_is_stated_of_a_container_holds_for_what_was_in_it(ada: Record) -> None:
    legs = travelled(ada)
    weighs(ada, COFFEE, "1")
    via = {step.via for step in ada.passport(A1001).steps} - {None}
    container = CASE if CASE in via else PALLET
    stated(ada, legs[-1], subject=container, **PRIMARY, emissions_kg="400", mass_kg="200")
    assert asked(ada, A1001).parts[-1].figure.value == D("2")


def test_a_partner_speaks_only_of_what_it_recorded(ada: Record) -> None:
    with ada.db.begin() as session:
        partner = add_partner(session, ada.brand, name="Northwind", kind="forwarder", now=ada.now)
    leg = travelled(ada)[0]
    with pytest.raises(NotAllowed):
        stated(ada, leg, partner, **PRIMARY, emissions_kg="1", mass_kg="1")
    ada.sql("UPDATE epcis_event SET partner_id = :partner", partner=partner)
    row = stated(ada, leg, partner, **PRIMARY, emissions_kg="1", mass_kg="1")
    assert row.partner_id == partner
    assert asked(ada, A1001).parts[0].told_by == "Northwind"


def test_a_delivery_is_unknown_until_its_legs_are_stated(ada: Record) -> None:
    travelled(ada)
    weighs(ada, A1001, "0.5")
    ship(ada, "1001", A1001)
    ada.publish()
    shipment = ada.passport(A1001).parcel.shipment_id
    assert [part.figure.known for part in asked(ada, A1001).parts if part.kind == "delivery"] == [False]
    subject = f"shipment:{shipment}"
    stated(ada, ("", ""), subject=subject, leg=1, **PRIMARY, emissions_kg="0.4", mass_kg="0.5")
    delivery = [part.figure.value for part in asked(ada, A1001).parts if part.kind == "delivery"]
    assert delivery == [D("0.4")]
    with reading(ada.db) as session:
        things, total = whole.of_shipment(session, ada.brand.id, shipment, ada.now) or ([], None)
        assert whole.of_shipment(session, ada.brand.id, "none", ada.now) is None
    assert [each.key for each in things] == [A1001]
    assert total == things[0].total


GOOD = Given(
    A1001, "road", "primary", "/414/9521234000006", "/414/9521234000013", source="fuel", intensity="1", per="sfd"
)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("mode", {"mode": "balloon"}),
        ("data", {"data": "guess"}),
        ("intensity", {"intensity": "1e308"}),
        ("intensity", {"intensity": "NaN"}),
        ("intensity", {"intensity": "-1"}),
        ("intensity", {"data": "default"}),
        ("emissions_kg", {"intensity": None}),
        ("emissions_kg", {"emissions_kg": "5"}),
        ("mass_kg", {"intensity": None, "emissions_kg": "5"}),
        ("mass_kg", {"mass_kg": "0"}),
        ("activity", {"activity": "5"}),
        ("per", {"per": None}),
        ("per", {"per": "furlong"}),
        ("distance_kind", {"distance_km": "5"}),
        ("distance_km", {"distance_km": "100001", "distance_kind": "sfd"}),
        ("distance_kind", {"distance_km": "5", "distance_kind": "guess"}),
        ("source", {"source": None}),
        ("source", {"source": "x" * 201}),
        ("file_sha256", {"file_sha256": "AB"}),
        ("vehicle", {"vehicle": "rocket"}),
        ("origin", {"origin": "somewhere"}),
        ("destination", {"destination": "/414/9521234000006"}),
        ("leg", {"leg": 1}),
        ("subject", {"subject": "/01/09521234000013/21/none"}),
        ("subject", {"subject": "shipment:none", "origin": "", "destination": "", "leg": 1}),
        ("origin", {"subject": "shipment:none", "leg": 1}),
        ("leg", {"subject": "shipment:none", "origin": "", "destination": "", "leg": 21}),
    ],
)
def test_a_statement_without_sense_is_refused_by_its_field(
    ada: Record, field: str, wrong: dict[str, object]
) -> None:
    ada.capture_samples("object_commissioning")
    with ada.db.begin() as session, pytest.raises(Refused) as refused:
        stating.state(session, ada.brand, replace(GOOD, **wrong), partner_id=None, now=ada.now)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert ada.count("carbon_statement") == 0


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("code", {"code": "A B"}),
        ("mode", {"code": "air"}),
        ("mode", {"mode": "balloon"}),
        ("intensity", {"intensity": "1001"}),
        ("low", {"low": "0.2"}),
        ("high", {"high": "0.05"}),
        ("per", {"per": None}),
        ("longer_percent", {"longer_percent": "-5"}),
        ("source", {"source": ""}),
    ],
)
def test_an_intensity_without_sense_is_refused(ada: Record, field: str, wrong: dict[str, str]) -> None:
    good = {"code": "road", "mode": "road", "intensity": "0.1", "per": "sfd", "source": "fleet"}
    with ada.db.begin() as session, pytest.raises(Refused) as refused:
        stating.set_factor(session, ada.brand, **{**good, **wrong}, now=ada.now)
    assert refused.value.field == field
