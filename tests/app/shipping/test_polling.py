"""Asking carriers over real HTTP: every form, steering, limits, hostile answers, two workers at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import system_clock
from app.db import reading
from app.demo.carrier_script import announce, hold_at_customs, resume, silence
from app.demo.carrier_server import CARRIERS, CarrierServer, trouble
from app.house import House
from app.models.shipments import Case, Notice, Parcel, Shipment
from app.sealed import open_box
from app.shipping import delays, timeline
from app.shipping.carrier_accounts import put_account
from app.shipping.freshness import freshness, plan_due
from app.shipping.polling import poll_due
from app.shipping.shipments import ParcelOrder
from app.shipping.views import shipment_view
from carriers import http
from carriers.circuits import accounts as account_states
from carriers.polling import account_id, hurry
from carriers.tables import PollState, StoredEvent, Token
from tests.app.shipping.conftest import NUMBERS, Ship, TestClock

pytestmark = pytest.mark.usefixtures("accounts")


def stored(house: House) -> int:
    with reading(house.db) as session:
        return session.scalar(select(func.count()).select_from(StoredEvent)) or 0


def fresh(house: House, shipment: Shipment) -> Shipment:
    with reading(house.db) as session:
        return session.get_one(Shipment, shipment.id)


def ask_again(house: House) -> int:
    with house.db.begin() as session:
        hurry(session, session.scalars(select(PollState.parcel_id)).all(), house.clock())
    return poll_due(house, owner="worker-1")


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_parcel_is_followed_from_label_to_door(
    house: House, clock: TestClock, ship: Ship, server: CarrierServer, carrier: str
) -> None:
    shipment = ship(carrier)
    assert poll_due(house, owner="worker-1") == 1
    assert fresh(house, shipment).status == "in_transit"
    clock.forward(hours=7)
    ask_again(house)
    assert fresh(house, shipment).status == "customs"
    clock.forward(hours=26)
    ask_again(house)
    there = fresh(house, shipment)
    assert there.status == "delivered"
    assert there.delivered_at is not None
    assert stored(house) == 12


@pytest.mark.parametrize("carrier", CARRIERS)
def test_the_second_answer_of_the_same_history_adds_nothing(house: House, ship: Ship, carrier: str) -> None:
    shipment = ship(carrier)
    poll_due(house, owner="worker-1")
    before, version = stored(house), fresh(house, shipment).version
    assert ask_again(house) == 1
    assert stored(house) == before
    assert fresh(house, shipment).version == version


def test_nothing_is_due_right_after_an_answer(house: House, ship: Ship) -> None:
    ship("ups")
    assert poll_due(house, owner="worker-1") == 1
    assert poll_due(house, owner="worker-1") == 0


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_hold_at_customs_becomes_a_case_and_one_notice(
    house: House, clock: TestClock, ship: Ship, folder: Path, carrier: str
) -> None:
    shipment = ship(carrier)
    poll_due(house, owner="worker-1")
    assert hold_at_customs(folder, NUMBERS[carrier], clock.forward(hours=1), "customs_documents")
    clock.forward(minutes=5)
    ask_again(house)
    ask_again(house)
    with reading(house.db) as session:
        stands = session.get_one(Shipment, shipment.id)
        assert (stands.status, stands.reason) == ("customs", "customs_documents")
        assert [case.kind for case in session.scalars(select(Case))] == ["customs"]
        notices = list(session.scalars(select(Notice)))
        assert [notice.reason for notice in notices] == ["customs_documents"]
    resume(folder, NUMBERS[carrier], clock.forward(hours=2))
    clock.forward(hours=1)
    ask_again(house)
    with reading(house.db) as session:
        assert session.get_one(Shipment, shipment.id).status == "in_transit"
        assert all(case.closed_at for case in session.scalars(select(Case)))


def test_a_silenced_parcel_tells_nothing_new(house: House, clock: TestClock, ship: Ship, folder: Path) -> None:
    ship("fedex")
    poll_due(house, owner="worker-1")
    before = stored(house)
    silence(folder, NUMBERS["fedex"], clock())
    clock.forward(hours=40)
    ask_again(house)
    assert stored(house) == before


def test_a_number_that_nobody_knows_is_an_error_on_the_parcel_only(
    house: House, ship: Ship, brand_id: str, folder: Path, clock: TestClock
) -> None:
    announce(folder, NUMBERS["ups"], "fedex", clock())  # the number belongs to somebody else here
    shipment = ship("ups")
    assert poll_due(house, owner="worker-1") == 1
    with reading(house.db) as session:
        view = shipment_view(session, brand_id, shipment.id)
        assert view
        assert (view.parcels[0].error or "").startswith("not_found")
        assert view.public.status is None
        assert not any(state.failures for state in account_states(session, brand_id, system_clock()))


@pytest.mark.parametrize("mode", ["html", "error", "huge", "redirect", "unauthorised"])
@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_hostile_carrier_writes_nothing_and_opens_its_own_circuit_only(
    house: House, ship: Ship, folder: Path, brand_id: str, carrier: str, mode: str
) -> None:
    other = next(each for each in CARRIERS if each != carrier)
    trouble(folder, carrier, mode)
    bad, good = ship(carrier), ship(other, number="A-2")
    assert poll_due(house, owner="worker-1") == 1
    assert fresh(house, bad).status is None
    assert fresh(house, good).status == "in_transit"
    with reading(house.db) as session:
        states = {state.account_id: state for state in account_states(session, brand_id, system_clock())}
        assert states[account_id(brand_id, carrier)].open_until
        assert states[account_id(brand_id, other)].open_until is None
        row = session.scalar(select(PollState).where(PollState.carrier == carrier))
        assert row
        assert row.claimed_by is None
        assert row.error


def test_an_open_circuit_asks_nothing_until_it_closes(
    house: House, ship: Ship, folder: Path, server: CarrierServer
) -> None:
    trouble(folder, "ups", "error")
    ship("ups")
    poll_due(house, owner="worker-1")
    asked = len(server.asked)
    assert ask_again(house) == 0
    assert len(server.asked) == asked


def test_retry_after_is_honoured(house: House, ship: Ship, folder: Path, brand_id: str) -> None:
    trouble(folder, "dhl_universal", "limit", retry_after_s=1800)
    ship("dhl_universal")
    began = system_clock()
    poll_due(house, owner="worker-1")
    with reading(house.db) as session:
        state = account_states(session, brand_id, system_clock())[0]
        assert state.open_until
        assert timedelta(minutes=29) < state.open_until - began < timedelta(minutes=31)


def test_a_carrier_that_hangs_delays_nobody_else(
    house: House, ship: Ship, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "READ_S", 1.0)
    trouble(folder, "dhl_universal", "hang")
    hanging, good = ship("dhl_universal"), ship("ups", number="A-2")
    began = monotonic()
    assert poll_due(house, owner="worker-1") == 1
    assert monotonic() - began < 10
    assert fresh(house, hanging).status is None
    assert fresh(house, good).status == "in_transit"


def test_two_workers_never_ask_about_the_same_parcel(house: House, ship: Ship, server: CarrierServer) -> None:
    for count, carrier in enumerate(CARRIERS):
        ship(carrier, number=f"A-{count}")
    with ThreadPoolExecutor(2) as pool:
        done = sum(pool.map(lambda owner: poll_due(house, owner=owner), ["worker-1", "worker-2"]))
    assert done == 3
    questions = [line for line in server.asked if "token" not in line]
    assert len(questions) == len(set(questions)) == 3


def test_the_days_quota_is_kept(house: House, ship: Ship, server: CarrierServer, brand_id: str) -> None:
    with house.db.begin() as session:
        put_account(
            session,
            open_box(house.keys),
            brand_id=brand_id,
            carrier="ups",
            base_url=server.base_url,
            client_id="ada",
            secret="secret of ada",
            daily_quota=1,
            now=house.clock(),
        )
    ship("ups")
    assert poll_due(house, owner="worker-1") == 1
    assert ask_again(house) == 0
    assert sum("details" in line for line in server.asked) == 1


def test_tokens_are_shared_sealed_and_renewed_once_when_refused(
    house: House, ship: Ship, server: CarrierServer
) -> None:
    ship("ups")
    poll_due(house, owner="worker-1")
    ask_again(house)
    assert sum("oauth" in line for line in server.asked) == 1
    with reading(house.db) as session:
        sealed = session.scalars(select(Token.sealed)).one()
    assert not any(token.encode() in sealed for token in server.tokens)
    server.tokens.clear()  # as after a restart of the carrier
    assert ask_again(house) == 1
    assert sum("oauth" in line for line in server.asked) == 2


def test_without_an_account_the_parcel_waits(house: House, ship: Ship, brand_id: str) -> None:
    from app.models.brands import CarrierAccount

    with house.db.begin() as session:
        for row in session.scalars(select(CarrierAccount)):
            session.delete(row)
    ship("ups")
    assert poll_due(house, owner="worker-1") == 0
    with reading(house.db) as session:
        assert session.scalars(select(PollState.error)).one() == "there is no account with this carrier"


def test_a_parcel_that_is_delivered_is_watched_ten_more_days(house: House, clock: TestClock, ship: Ship) -> None:
    ship("ups")
    clock.forward(hours=40)
    poll_due(house, owner="worker-1")
    clock.forward(hours=40)
    ask_again(house)
    clock.forward(days=11)
    ask_again(house)
    with reading(house.db) as session:
        row = session.scalars(select(PollState)).one()
    assert (row.outcome, row.next_at) == ("settled", None)


def test_after_ninety_days_the_parcel_is_closed_as_unresolved(
    house: House, clock: TestClock, ship: Ship, folder: Path
) -> None:
    ship("ups", window=None)
    poll_due(house, owner="worker-1")
    silence(folder, NUMBERS["ups"], clock())
    clock.forward(days=91)
    ask_again(house)
    with reading(house.db) as session:
        row = session.scalars(select(PollState)).one()
        assert (row.outcome, row.next_at) == ("unresolved", None)
        case = session.scalars(select(Case).where(Case.kind == "exception")).one()
        assert case.facts["outcome"] == "unresolved"
        assert case.closed_at is None


def test_a_history_that_breaks_us_costs_its_parcel_a_turn_and_nobody_else(
    house: House, ship: Ship, monkeypatch: pytest.MonkeyPatch, brand_id: str
) -> None:
    bad = ship("ups")
    good = ship(number="A-2", parcels=[ParcelOrder("1Z999AA10123456784", "ups")])
    honest = timeline.apply

    def apply(session: Session, parcel: Parcel, *rest: Any, **more: Any) -> timeline.Applied:
        if parcel.shipment_id == bad.id:
            raise ArithmeticError("what a hostile history makes of us")
        return honest(session, parcel, *rest, **more)

    monkeypatch.setattr(timeline, "apply", apply)
    assert poll_due(house, owner="worker-1") == 1
    assert fresh(house, good).status == "in_transit"
    with reading(house.db) as session:
        row = session.scalars(select(PollState).where(PollState.tracking_number == NUMBERS["ups"])).one()
        assert (row.claimed_by, row.error) == (None, "the carrier's answer about this parcel could not be read")
        assert row.next_at
        assert row.next_at > house.clock()
        assert not any(state.open_until for state in account_states(session, brand_id, system_clock()))


def test_answers_that_break_our_reading_one_after_another_open_the_circuit_in_less_than_ten(
    house: House, ship: Ship, monkeypatch: pytest.MonkeyPatch, brand_id: str
) -> None:
    ship(parcels=[ParcelOrder(f"1Z{number:016}", "ups") for number in range(12)])
    asked = []

    def ask(*question: Any) -> None:
        asked.append(question)
        raise ArithmeticError("a bug of ours")

    monkeypatch.setattr("app.shipping.polling.ask", ask)
    assert poll_due(house, owner="worker-1") == 0
    assert 0 < len(asked) < 10
    with reading(house.db) as session:
        assert account_states(session, brand_id, system_clock())[0].open_until
        assert not any(row.claimed_by for row in session.scalars(select(PollState)))


@pytest.mark.parametrize(
    ("mode", "cause"), [("limit", "retry_after"), ("error", "failures"), ("unauthorised", "credentials")]
)
def test_the_desk_is_told_why_a_carrier_is_stale(
    house: House, ship: Ship, folder: Path, brand_id: str, mode: str, cause: str
) -> None:
    trouble(folder, "ups", mode, retry_after_s=1800 if mode == "limit" else None)
    ship("ups")
    poll_due(house, owner="worker-1")
    with reading(house.db) as session:
        lines = {line.carrier: line for line in freshness(session, brand_id, house.clock(), system_clock())}
    assert (lines["ups"].why, lines["ups"].unheard) == (cause, 1)
    assert lines["ups"].until
    assert lines["fedex"].why == ""


def test_a_budget_that_is_used_up_and_an_account_that_is_missing_are_told(
    house: House, ship: Ship, brand_id: str
) -> None:
    from app.models.brands import CarrierAccount

    with house.db.begin() as session:
        for row in session.scalars(select(CarrierAccount)):
            row.daily_quota = 1
            if row.carrier == "fedex":
                session.delete(row)
    ship("ups")
    ship("fedex", number="A-2")
    poll_due(house, owner="worker-1")
    ask_again(house)
    with reading(house.db) as session:
        lines = {line.carrier: line for line in freshness(session, brand_id, house.clock(), system_clock())}
    assert (lines["ups"].why, lines["ups"].used_today, lines["ups"].daily_quota) == ("quota", 1, 1)
    assert lines["fedex"].why == "no_account"
    plan_due(house, "worker-1")


def test_a_clock_that_jumps_a_day_ahead_and_an_hour_back_writes_one_notice(
    house: House, clock: TestClock, ship: Ship, folder: Path
) -> None:
    shipment = ship("ups", window=(date(2026, 3, 2), date(2026, 3, 3)))
    poll_due(house, owner="worker-1")
    hold_at_customs(folder, NUMBERS["ups"], clock.forward(hours=1), "customs_documents")
    for jump in (
        timedelta(minutes=5),
        timedelta(days=1),
        timedelta(hours=-1),
        timedelta(days=-1),
        timedelta(days=1),
    ):
        clock.at += jump
        ask_again(house)
        delays.judge_due(house.db, house.clock())
    with reading(house.db) as session:
        told = list(session.scalars(select(Notice.reason).where(Notice.shipment_id == shipment.id)))
        assert told.count("customs_documents") == 1
        assert len(told) == len(set(told))
        assert not any(row.claimed_by for row in session.scalars(select(PollState)))
