"""A container gets warm on the road: one alarm, one case, one mail to Ben in his language, all in the log."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select

from app import outbox
from app.brands.tenants import brand_of
from app.db import reading
from app.demo.postbox import Keeper
from app.models.shipments import Case, Notice
from app.telemetry import listen
from app.telemetry.judge import judge_due
from app.telemetry.register import place_device, register_device, set_rule
from iot.tables import Alarm, Reading
from tests.journeys import goods
from tests.journeys.conftest import HandClock
from tests.support.broker import Gateway, running_broker
from tests.support.door import Door, open_door
from tests.support.ports import free_port


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    folder = tmp_path / "mail"
    folder.mkdir()
    port = free_port()
    server = Controller(Keeper(folder), hostname="127.0.0.1", port=port)
    server.start()
    yield f"smtp://127.0.0.1:{port}", folder
    server.stop()


@pytest.fixture
def door(database_url: str, tmp_path: Path, clock: HandClock, mailbox: tuple[str, Path]) -> Iterator[Door]:
    settings = {"database_url": database_url, "smtp_url": mailbox[0], "log_level": "ERROR"}
    with open_door(tmp_path / "var", clock=clock, allow_private_targets=True, **settings) as opened:
        yield opened


def test_warm_goods_become_one_mail(door: Door, clock: HandClock, mailbox: tuple[str, Path]) -> None:
    watched_shipment(door, clock)
    temperatures = [4.0] * 5 + [11.5] * 20 + [4.0] * 10
    stream(door, clock, temperatures)

    judge_due(door.house.db, clock())
    judge_due(door.house.db, clock())  # a second look tells nobody again

    with reading(door.house.db) as session:
        assert session.scalar(select(func.count()).select_from(Reading)) == len(temperatures)
        excursions = session.scalars(select(Alarm).where(Alarm.kind != "silence")).all()
        assert len(excursions) == 1
        assert session.scalars(select(Case.kind)).all()
        notice = session.scalars(select(Notice)).one()
        assert notice.language == "de"
    assert outbox.send_due(door.house, "worker") == 1
    assert outbox.send_due(door.house, "worker") == 0
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in mailbox[1].glob("*.eml")]
    assert [mail["To"] for mail in mails] == ["Ben Okafor <ben@example.org>"]
    assert "11,5" in mails[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]  # a German decimal comma

    door.work()
    log = door.ask(f"/log/{door.brand.log_key}/checkpoint").text
    assert int(log.splitlines()[1]) > 5
    assert b"ben@example.org" not in everything_logged(door)


def watched_shipment(door: Door, clock: HandClock) -> None:
    packed = goods.event(clock(), action="ADD", bizStep="packing", type="AggregationEvent")
    packed["parentID"], packed["childEPCs"] = f"https://id.gs1.org{goods.UNIT}", packed.pop("epcList")
    assert door.post("/epcis/events", json=packed).status_code == 201
    goods.ship(door, [goods.ITEM])
    with door.house.db.begin() as session:
        brand = brand_of(session, door.brand_id)
        _, password = register_device(
            session, brand, "cold-1", metrics={"temperature": "CEL"}, expected_interval_s=60, now=clock()
        )
        place_device(session, brand, "cold-1", goods.UNIT, from_at=clock(), now=clock())
        set_rule(
            session,
            brand,
            "cold-1",
            "temperature",
            low="2",
            high="8",
            clear_margin="0.5",
            delay_s=300,
            now=clock(),
        )
    door.password = password  # type: ignore[attr-defined]


def stream(door: Door, clock: HandClock, temperatures: list[float]) -> None:
    start = clock()
    maps = [
        {"ts": (start + timedelta(minutes=n)).isoformat(), "seq": n, "values": {"temperature": value}}
        for n, value in enumerate(temperatures, start=1)
    ]
    clock.forward(minutes=len(temperatures) + 1)
    stop = threading.Event()
    with running_broker(door.house) as (host, port):
        listener = threading.Thread(target=listen.run, args=(door.house, stop))
        listener.start()
        try:
            listen.refresh_credentials(door.house)
            with Gateway(host, port, "ada", "cold-1", door.password) as gateway:  # type: ignore[attr-defined]
                gateway.deliver(maps)
        finally:
            stop.set()
            listener.join(60)


def everything_logged(door: Door) -> bytes:
    """The bytes of every entry, as anybody may read them."""
    key, size = door.brand.log_key, int(door.ask(f"/log/{door.brand.log_key}/checkpoint").text.splitlines()[1])
    width = f".p/{size % 256}" if size < 256 else ""
    answer = door.ask(f"/log/{key}/tile/entries/000{width}")
    assert answer.status_code == 200, answer.text
    assert json.dumps("telemetry:alarm:opened").encode() in answer.content
    return answer.content
