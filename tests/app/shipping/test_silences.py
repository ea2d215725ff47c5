"""The 72-hour case: what is usual on a leg by our own history, with honesty where there is little of it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.db import reading
from app.house import House
from app.models.desk import Claim
from app.models.shipments import Case, Shipment
from app.shipping.delays import judge_due
from app.shipping.shipments import Amount
from app.support import claims
from app.support.claim_terms import CAREFUL, TERMS, term_of
from app.support.claims import ClaimRefused
from carriers.legs import usual
from tests.app.shipping.conftest import Ship, TestClock
from tests.app.shipping.test_timeline import BEGIN, take, told


def case_of(house: House, kind: str = "no_movement") -> Case:
    with reading(house.db) as session:
        return session.scalars(select(Case).where(Case.kind == kind, Case.closed_at.is_(None))).one()


def arrived_before(house: House, ship: Ship, dwell_h: float, count: int) -> None:
    """Parcels of Ben that lay so long in Dublin before they came."""
    for number in range(count):
        shipment = ship("ups", number=f"B-{number}", window=None)
        lines = (
            (0, "Arrived at hub", "Dublin"),
            (dwell_h, "Departed hub", "Dublin"),
            (dwell_h + 1, "Delivered", "Galway"),
        )
        take(house, shipment, told("ups", *lines))


def test_a_case_says_what_is_usual_and_until_when_to_claim(house: House, ship: Ship, clock: TestClock) -> None:
    clock.at = BEGIN + timedelta(hours=110)
    arrived_before(house, ship, 100, 8)
    shipment = ship("ups", number="A-1", window=None)
    take(house, shipment, told("ups", (20, "Arrived at hub", "Dublin")))
    judge_due(house.db, clock())
    facts = case_of(house).facts
    assert (facts["class"], facts["leg"]) == ("expected_gap", "destination")
    assert facts["usual"] == {"count": 16, "median_h": 1, "p90_h": 100}
    assert facts["claim_until"] == "2026-05-01"


def test_an_expected_gap_becomes_a_stuck_parcel_by_itself(house: House, ship: Ship, clock: TestClock) -> None:
    clock.at = BEGIN + timedelta(hours=110)
    arrived_before(house, ship, 100, 8)
    take(house, ship("ups", number="A-1", window=None), told("ups", (20, "Arrived at hub", "Dublin")))
    judge_due(house.db, clock())
    assert (case_of(house).facts["class"], case_of(house).priority) == ("expected_gap", 5)
    judge_due(house.db, clock.forward(hours=20))
    assert (case_of(house).facts["class"], case_of(house).priority) == ("stuck", 2)


def test_with_a_short_history_only_its_length_is_said(house: House, ship: Ship, clock: TestClock) -> None:
    clock.at = BEGIN + timedelta(hours=110)
    arrived_before(house, ship, 100, 2)
    take(house, ship("ups", number="A-1", window=None), told("ups", (20, "Arrived at hub", "Dublin")))
    judge_due(house.db, clock())
    assert case_of(house).facts["usual"] == {"count": 4}
    assert case_of(house).facts["class"] == "stuck"


def test_what_is_usual_is_counted_and_nothing_is_invented() -> None:
    hours = [timedelta(hours=n) for n in range(1, 11)]
    found = usual(hours)
    assert found
    assert (found.count, found.median, found.p90) == (10, timedelta(hours=5), timedelta(hours=9))
    assert usual([]) is None


def test_a_loss_drafts_one_claim_with_proofs_and_it_ends_as_a_person_says(
    house: House, ship: Ship, clock: TestClock
) -> None:
    shipment = ship("ups", window=None)
    with house.db.begin() as session:
        row = session.get_one(Shipment, shipment.id)
        row.value_minor, row.currency = Amount(4900, "EUR").minor, "EUR"
    lines = (20, "Arrived at hub", "Dublin"), (40, "Parcel lost, cannot be located", "Dublin")
    take(house, shipment, told("ups", *lines))
    take(house, shipment, told("ups", *lines, (41, "Parcel lost, cannot be located", "Cork")))
    with house.db.begin() as session:
        claim = session.scalars(select(Claim)).one()
        assert (claim.kind, claim.state, claim.amount_minor, claim.currency) == ("loss", "draft", 4900, "EUR")
        assert [each["kind"] for each in claim.evidence] == ["scan", "scan"]
        given = {"person_id": "p", "now": clock(), "currency": "EUR"}
        with pytest.raises(ClaimRefused, match="amount"):
            claims.change(session, claim, state="sent", amount_minor=None, paid_minor=None, **given)
        claims.change(session, claim, state="sent", amount_minor=4900, paid_minor=None, **given)
        with pytest.raises(ClaimRefused, match="pays"):
            claims.change(session, claim, state="accepted", amount_minor=4900, paid_minor=None, **given)
        claims.change(session, claim, state="accepted", amount_minor=4900, paid_minor=4000, **given)
        with pytest.raises(ClaimRefused, match="does not become"):
            claims.change(session, claim, state="sent", amount_minor=4900, paid_minor=None, **given)


def test_a_carrier_that_breaks_its_own_first_date_owes_something(
    house: House, ship: Ship, clock: TestClock
) -> None:
    shipment = ship("ups", window=None)
    first = (BEGIN + timedelta(days=3)).date()
    take(house, shipment, told("ups", (20, "Arrived at hub", "Dublin"), estimate=first))
    later = first + timedelta(days=4)
    take(house, shipment, told("ups", (21, "Departed hub", "Dublin"), estimate=later))
    judge_due(house.db, clock())
    with reading(house.db) as session:
        assert not session.scalars(select(Claim)).all()
    clock.at = datetime(later.year, later.month, later.day, tzinfo=UTC)
    take(house, shipment, told("ups", (140, "Delivered", "Galway")))
    with reading(house.db) as session:
        assert session.scalars(select(Claim)).one().kind == "late"


def test_a_brands_own_contract_goes_before_the_table() -> None:
    assert term_of("ups", {"claim_days": {"ups": 21}}).days == 21
    assert term_of("ups", {}) is TERMS["ups"]
    assert term_of("nobody", {}) is CAREFUL
    assert all(term.source.startswith("https://") for term in TERMS.values())
