"""Ada's support corrects a carrier, and enters what a carrier said; Cleo can do neither to Ada's parcels."""

import json

import pytest
from sqlalchemy import select

from app.brands.tenants import brand_of
from app.db import reading
from app.house import House
from app.models.shipments import Parcel, Shipment
from app.shipping.carrier_choice import candidates, correct
from app.shipping.manual import ReportRefused, read_report, take_report
from app.shipping.shipments import ParcelOrder
from app.shipping.timeline import apply
from app.shipping.views import shipment_view
from carriers.tables import PollState, StoredEvent
from ledger.log import evidence
from tests.app.shipping.conftest import NUMBERS, Ship
from tests.app.shipping.test_timeline import fresh, take, told

HEARD = {
    "status": "in_transit",
    "reason": "",
    "occurred": "2026-03-02T08:15",
    "words": "Seen in Athlone",
    "town": "",
}
SHARED = "449044304130"  # fits FedEx; DHL Paket numbers look like it too


def the_parcel(house: House, shipment: Shipment) -> Parcel:
    with reading(house.db) as session:
        return session.scalars(select(Parcel).where(Parcel.shipment_id == shipment.id)).one()


def say(house: House, brand_id: str, shipment: Shipment, carrier: str) -> Parcel | None:
    with house.db.begin() as session:
        return correct(
            session,
            brand_id=brand_id,
            parcel_id=the_parcel(house, shipment).id,
            carrier=carrier,
            person_id="ada",
            now=house.clock(),
        )


def test_a_correction_asks_the_other_carrier_at_once_and_forgets_what_the_first_told(
    house: House, ship: Ship, brand_id: str
) -> None:
    shipment = ship(parcels=[ParcelOrder(SHARED)])
    assert the_parcel(house, shipment).carrier == "fedex"
    take(house, shipment, told("fedex", (1, "Delivered", "Cork")), "fedex")
    say(house, brand_id, shipment, "dhl_universal")
    with reading(house.db) as session:
        row = session.scalars(select(PollState)).one()
        view = shipment_view(session, brand_id, shipment.id)
        assert len(list(session.scalars(select(StoredEvent)))) == 1  # the record keeps it
    assert (row.carrier, row.next_at, row.last_answer_at) == ("dhl_universal", house.clock(), None)
    assert view
    assert view.public.events == ()


def test_a_correction_is_remembered_for_the_lane_and_outranks_the_number(
    house: House, ship: Ship, brand_id: str
) -> None:
    shipment = ship(parcels=[ParcelOrder(SHARED)])
    say(house, brand_id, shipment, "dhl_universal")
    with reading(house.db) as session:
        here = candidates(session, brand_id, SHARED, ("DE", "IE"))
        elsewhere = candidates(session, brand_id, SHARED, ("DE", "FR"))
        another = candidates(session, "cleo", SHARED, ("DE", "IE"))
    assert (here[0].adapter, here[0].chosen) == ("dhl_universal", True)
    assert [each.carrier for each in here[1:]] == ["fedex"]
    assert elsewhere[0].carrier == another[0].carrier == "fedex"
    later = ship(number="A-2", parcels=[ParcelOrder("0000 0000 0000")])
    assert the_parcel(house, later).carrier == "dhl_universal"


def test_a_choice_may_change_again(house: House, ship: Ship, brand_id: str) -> None:
    shipment = ship(parcels=[ParcelOrder(SHARED)])
    for carrier in ("dhl_universal", "gls", "fedex"):
        say(house, brand_id, shipment, carrier)
    with reading(house.db) as session:
        assert candidates(session, brand_id, SHARED, ("DE", "IE"))[0].carrier == "fedex"


def test_a_carrier_that_nobody_knows_is_refused(house: House, ship: Ship, brand_id: str) -> None:
    shipment = ship(parcels=[ParcelOrder(SHARED)])
    with pytest.raises(ValueError, match="is none of"):
        say(house, brand_id, shipment, "pigeon")
    assert say(house, "cleo", shipment, "ups") is None


def test_the_brands_own_account_comes_before_the_stronger_number(
    house: House, ship: Ship, brand_id: str, accounts: None
) -> None:
    with reading(house.db) as session:
        found = candidates(session, brand_id, "RB123456785DE", (None, None))
    assert found[0].adapter == "dhl_universal"


def test_what_a_person_heard_is_marked_as_such_in_entry_and_view(house: House, ship: Ship, brand_id: str) -> None:
    shipment = ship("ups")
    with house.db.begin() as session:
        take_report(
            session,
            brand_id=brand_id,
            parcel_id=the_parcel(house, shipment).id,
            report=read_report(HEARD, house.clock()),
            person_id="ada",
            now=house.clock(),
        )
    with reading(house.db) as session:
        row = session.scalars(select(StoredEvent)).one()
        kept = evidence(session, brand_of(session, brand_id).log_id, [row.submission_id])
        view = shipment_view(session, brand_id, shipment.id)
    body = json.loads(kept.items[row.submission_id].envelope)["body"]
    assert (body["evidence"], body["person"]) == ("manual", "ada")
    assert view
    assert view.public.events[0].evidence == "manual"
    assert view.public.events[0].how == "unknown"  # a clock without a zone is not guessed
    assert fresh(house, shipment).status == "in_transit"


@pytest.mark.parametrize(
    ("field", "value"),
    [("status", "lost"), ("reason", "aliens"), ("words", ""), ("words", "x" * 301), ("occurred", "yesterday"),
     ("occurred", "2099-01-01T00:30")],
)  # fmt: skip
def test_a_report_that_cannot_be_is_refused_by_field(house: House, field: str, value: str) -> None:
    with pytest.raises(ReportRefused) as refused:
        read_report({**HEARD, field: value}, house.clock())
    assert refused.value.field == field


def test_nobody_reports_about_the_parcel_of_another_brand(house: House, ship: Ship) -> None:
    shipment = ship("ups")
    report = read_report(HEARD, house.clock())
    with house.db.begin() as session:
        parcel_id = session.scalars(select(Parcel.id).where(Parcel.shipment_id == shipment.id)).one()
        made = {"brand_id": "cleo", "parcel_id": parcel_id, "report": report, "person_id": "cleo"}
        assert take_report(session, now=house.clock(), **made) is None  # type: ignore[arg-type]  # one dict of two types


def test_what_came_by_a_signed_callback_says_so(house: House, ship: Ship, brand_id: str) -> None:
    from carriers.vocabulary import Evidence

    shipment = ship("ups")
    with house.db.begin() as session:
        parcel = session.scalars(select(Parcel).where(Parcel.tracking_number == NUMBERS["ups"])).one()
        answer = told("ups", (0, "Picked up", "Cork"))
        apply(session, parcel, answer, house.clock(), evidence=Evidence.SIGNED_CALLBACK)
    with reading(house.db) as session:
        view = shipment_view(session, brand_id, shipment.id)
    assert view
    assert view.public.events[0].evidence == "signed_callback"
