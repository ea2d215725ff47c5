"""Customs hold the parcel: Ben hears it once, support has a case; 72 hours of silence open another."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db import reading
from app.demo.carrier_script import announce, hold_at_customs, silence
from app.demo.carrier_server import CarrierServer
from app.models.shipments import Case, Notice, Outgoing, Promise, Shipment
from app.sealed import open_box
from app.shipping.carrier_accounts import put_account
from app.shipping.delays import judge_due
from app.shipping.polling import poll_due
from tests.journeys import goods
from tests.journeys.conftest import HandClock
from tests.support.door import Door


@pytest.fixture
def folder(door: Door, clock: HandClock, tmp_path: Path) -> Iterator[Path]:
    """Where the local carrier keeps its parcels; it serves until the end, and Ada has an account with it."""
    folder = tmp_path / "carriers"
    folder.mkdir()
    server = CarrierServer(0, clock, folder).start()
    with door.house.db.begin() as session:
        put_account(
            session,
            open_box(door.house.keys),
            brand_id=door.brand_id,
            carrier="dhl_universal",
            base_url=server.base_url,
            client_id="ada",
            now=clock(),
        )
    yield folder
    server.stop()


def test_a_hold_at_customs_is_told_once(door: Door, clock: HandClock, folder: Path) -> None:
    announce(folder, goods.DHL, "dhl_universal", clock())
    shipment_id = goods.ship(door, [goods.ITEM])
    poll_for(door, clock, hours=22)
    hold_at_customs(folder, goods.DHL, clock(), "customs_documents")
    poll_for(door, clock, hours=30)

    with reading(door.house.db) as session:
        shipment = session.get_one(Shipment, shipment_id)
        assert (shipment.status, shipment.reason) == ("customs", "customs_documents")
        held = [notice for notice in session.scalars(select(Notice)) if notice.reason == "customs_documents"]
        assert len(held) == 1
        assert held[0].language == "de"
        assert held[0].next_at > clock.at.replace(hour=0) - (clock.at - held[0].created_at)
        assert session.scalars(select(Outgoing).where(Outgoing.subject_id == held[0].id)).one().channel == "email"
        assert [case.kind for case in session.scalars(select(Case)) if "customs" in case.kind]
        assert session.scalars(select(Promise).order_by(Promise.ordinal)).first().source == "brand"  # type: ignore[union-attr]


def test_three_silent_days_open_a_case_by_themselves(door: Door, clock: HandClock, folder: Path) -> None:
    announce(folder, goods.DHL, "dhl_universal", clock())
    goods.ship(door, [goods.ITEM])
    poll_for(door, clock, hours=20)
    silence(folder, goods.DHL, clock())
    poll_for(door, clock, hours=80)

    with reading(door.house.db) as session:
        silent = [case for case in session.scalars(select(Case)) if "no_movement" in case.kind]
    assert len(silent) == 1


def poll_for(door: Door, clock: HandClock, hours: int) -> None:
    """What the worker does in these hours, two at a time."""
    for _ in range(hours // 2):
        clock.forward(hours=2)
        poll_due(door.house, owner="worker")
        judge_due(door.house.db, clock())
