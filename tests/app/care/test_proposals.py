"""Lost or spoilt goods open one proposal; a choice is taken once, whoever clicks at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import func, select

from app.care import proposals
from app.db import Db, reading
from app.models.amends import Proposal
from app.models.shipments import Case, Promise, Shipment
from tests.support.shop import ship


@pytest.fixture
def lost(db: Db, brand_id: str, now: datetime) -> Shipment:
    shipment = ship(db, brand_id, now)
    with db.begin() as session:
        row = session.get_one(Shipment, shipment.id)
        row.value_minor, row.currency = 4900, "EUR"
        assert proposals.open_proposal(session, row, "loss", now)
        assert proposals.open_proposal(session, row, "loss", now) is None
    return shipment


def click(db: Db, choice: str, now: datetime) -> bool:
    with db.begin() as session:
        proposal = session.scalars(select(Proposal)).one()
        return proposals.decide(session, proposal, choice, person_id="support", now=now)


def test_a_proposal_shows_cost_and_stock(db: Db, lost: Shipment) -> None:
    with db.begin() as session:
        found = {each.choice: each for each in proposals.options(session, session.scalars(select(Proposal)).one())}
    assert found["refund"].cost_minor == 4900
    assert found["resend"].cost_minor is None  # what the way costs, nobody has said
    assert found["resend"].stock is None
    assert found["wait"].cost_minor == 0


def test_one_click_makes_the_replacement_and_links_both(db: Db, lost: Shipment, now: datetime) -> None:
    assert click(db, "resend", now)
    assert not click(db, "resend", now)
    assert not click(db, "refund", now)
    with reading(db) as session:
        proposal = session.scalars(select(Proposal)).one()
        made = session.get_one(Shipment, proposal.replacement_id)
        assert (made.replaces_id, made.order_id, made.value_minor) == (lost.id, lost.order_id, 4900)
        assert made.hand_over_by
        assert session.scalars(select(Promise).where(Promise.shipment_id == made.id)).one()
        assert [case.closed_at is not None for case in session.scalars(select(Case))] == [True]


def test_two_parallel_clicks_send_once(db: Db, lost: Shipment, now: datetime) -> None:
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: click(db, "resend", now), range(8)))
    assert taken.count(True) == 1
    with reading(db) as session:
        assert session.scalar(select(func.count()).select_from(Shipment)) == 2


def test_a_refund_makes_no_shipment(db: Db, lost: Shipment, now: datetime) -> None:
    assert click(db, "refund", now)
    with reading(db) as session:
        assert session.scalar(select(func.count()).select_from(Shipment)) == 1
        assert session.scalars(select(Proposal)).one().state == "refund"


def test_an_unknown_choice_or_cause_is_a_mistake(db: Db, lost: Shipment, now: datetime) -> None:
    with pytest.raises(ValueError, match="choice"):
        click(db, "burn", now)
    with db.begin() as session, pytest.raises(ValueError, match="cause"):
        proposals.open_proposal(session, lost, "boredom", now)
