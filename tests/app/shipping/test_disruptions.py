"""Disruptions: declared by hand, from tables and from CAP feeds over real HTTP; what is refused stays out."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from sqlalchemy import select

from app.brands.tenants import brand_of
from app.db import reading
from app.house import House
from app.ids import new_id
from app.models.eta import Disruption, DisruptionFeed
from app.shipping import disruption_feeds
from app.shipping.disruption_feeds import fetch_due, follow_feed
from app.shipping.disruption_table import read_table, told
from app.shipping.disruptions import Declared, DisruptionRefused, declare, touched
from tests.app.shipping.conftest import Ship, TestClock
from tests.carriers.test_cap import ALERT, feed

HEAD = "kind,title,origins,destinations,carriers,valid_from,valid_to,extra_days\n"


class Feeds(ThreadingHTTPServer):
    """A weather service on this machine; `pages` by path."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, bytes] = {}

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class _Handler(BaseHTTPRequestHandler):
    server: Feeds

    def do_GET(self) -> None:
        body = self.server.pages.get(self.path)
        self.send_response(404 if body is None else 200)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    server = Feeds()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def follow(house: House, brand_id: str, url: str) -> None:
    """As `follow_feed`, but to this machine, which has no certificate."""
    row = {"url": url, "countries": ["IE"], "extra_days": 2, "next_at": house.clock(), "added_at": house.clock()}
    with house.db.begin() as session:
        session.add(DisruptionFeed(id=new_id(), brand_id=brand_id, **row))


def known(house: House) -> list[Disruption]:
    with reading(house.db) as session:
        return list(session.scalars(select(Disruption).order_by(Disruption.declared_at, Disruption.id)))


def trouble(house: House) -> str | None:
    with reading(house.db) as session:
        return session.scalars(select(DisruptionFeed.error)).one()


def test_an_alert_of_a_feed_becomes_a_disruption_once(
    house: House, brand_id: str, feeds: Feeds, clock: TestClock
) -> None:
    link = f'<entry><link type="application/cap+xml" href="{feeds.address("/storm")}"/></entry>'
    feeds.pages = {"/feed": feed(link), "/storm": ALERT.encode()}
    follow(house, brand_id, feeds.address("/feed"))
    assert fetch_due(house) == 1
    assert fetch_due(house) == 0  # not before its time
    clock.forward(minutes=16)
    assert fetch_due(house) == 1
    (row,) = known(house)
    assert (row.kind, row.title, row.destinations, row.source) == ("weather", "Storm on the coast", ["IE"], "cap")
    assert row.valid_to == datetime(2026, 3, 3, 23, tzinfo=UTC)
    assert trouble(house) is None


def test_a_cancelled_alert_ends_its_disruption(
    house: House, brand_id: str, feeds: Feeds, clock: TestClock
) -> None:
    feeds.pages = {"/feed": ALERT.encode()}
    follow(house, brand_id, feeds.address("/feed"))
    fetch_due(house)
    sender = "weather@example.org,storm-1,2026-03-01T10:00:00+01:00"
    cancel = ALERT.replace("<msgType>Alert", "<msgType>Cancel").replace(
        "<scope>", f"<references>{sender}</references><scope>"
    )
    feeds.pages = {"/feed": cancel.encode()}
    clock.forward(minutes=16)
    fetch_due(house)
    (row,) = known(house)
    assert row.withdrawn_at is not None


@pytest.mark.parametrize("page", [b"<html>sorry</html>", b"<!DOCTYPE a><alert/>", b"x" * 2_000_001, None])
def test_a_feed_that_is_none_says_so_and_changes_nothing(
    house: House, brand_id: str, feeds: Feeds, page: bytes | None
) -> None:
    if page is not None:
        feeds.pages = {"/feed": page}
    follow(house, brand_id, feeds.address("/feed"))
    fetch_due(house)
    assert trouble(house)
    assert known(house) == []


def test_a_feed_in_our_own_network_is_not_asked(house: House, brand_id: str, feeds: Feeds) -> None:
    feeds.pages = {"/feed": ALERT.encode()}
    follow(house, brand_id, feeds.address("/feed"))
    closed = House(
        house.settings.model_copy(update={"allow_private_targets": False}), house.db, house.clock, house.keys
    )
    fetch_due(closed)
    assert "could not be asked" in (trouble(house) or "")
    assert known(house) == []


def test_a_feed_is_followed_over_https_only(house: House, brand_id: str) -> None:
    with house.db.begin() as session:
        brand = brand_of(session, brand_id)
        with pytest.raises(DisruptionRefused, match="url"):
            follow_feed(session, brand, url="http://a.example", countries=["IE"], extra_days=1, now=house.clock())
        with pytest.raises(DisruptionRefused, match="countries"):
            follow_feed(session, brand, url="https://a.example", countries=[], extra_days=1, now=house.clock())
        follow_feed(session, brand, url="https://a.example/f", countries=["ie"], extra_days=1, now=house.clock())
        session.flush()
        (row,) = disruption_feeds.feeds_of(session, brand_id)
        assert row.countries == ["IE"]
        assert not disruption_feeds.leave_feed(session, "another", row.id)
        assert disruption_feeds.leave_feed(session, brand_id, row.id)


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        ("flood,x,,IE,,2026-03-02,2026-03-05,3", "kind", "kind"),
        ("strike,,,IE,,2026-03-02,2026-03-05,3", "title", "empty"),
        ("strike,x,,,,2026-03-02,2026-03-05,3", "destinations", "nowhere"),
        ("strike,x,,Ireland,,2026-03-02,2026-03-05,3", "destinations", "country"),
        ("strike,x,,IE,,tomorrow,2026-03-05,3", "valid_from", "day"),
        ("strike,x,,IE,,2026-03-02T10:00:00,2026-03-05,3", "valid_from", "day"),
        ("strike,x,,IE,,2026-03-02,2026-03-01,3", "valid_to", "before"),
        ("strike,x,,IE,,2026-03-02,2026-03-05,many", "extra_days", "whole_number"),
        ("strike,x,,IE,,2026-03-02,2026-03-05,99", "extra_days", "whole_number"),
    ],
)
def test_a_bad_row_is_named_by_its_column(row: str, column: str, why: str) -> None:
    good = "strike,Dock strike,,IE FR,,2026-03-02,2026-03-05,3\n"
    read = read_table(f"{HEAD}{good}{row}\n".encode())
    assert [(each.row, each.column, each.trouble) for each in read.bad] == [(3, column, why)]
    assert [each.destinations for each in read.rows] == [("IE", "FR")]


def test_a_table_without_its_columns_is_refused() -> None:
    assert read_table(b"a,b\n1,2\n").bad[0].trouble == "missing_column"
    assert read_table(b"\xff\xfe").bad[0].trouble == "no_csv"


def test_a_table_sent_twice_declares_once(house: House, brand_id: str) -> None:
    raw = f"{HEAD}strike,Dock strike,,IE,,2026-03-02,2026-03-05,3\n".encode()
    for _ in range(2):
        with house.db.begin() as session:
            for each in read_table(raw).rows:
                declare(session, brand_of(session, brand_id), each, person_id=None, now=house.clock())
    assert len(known(house)) == 1


def test_it_touches_the_open_shipments_of_its_lanes_and_carriers(house: House, ship: Ship, brand_id: str) -> None:
    by_ups, by_fedex = ship("ups", number="A-1"), ship("fedex", number="A-2")
    now = house.clock()
    cells = {"kind": "closure", "title": "Port closed", "valid_from": "2026-03-02", "valid_to": "2026-03-04"}
    there = told({**cells, "extra_days": "4", "destinations": "IE"}, "person")
    elsewhere = told({**cells, "extra_days": "4", "destinations": "FR"}, "person")
    ups = Declared("strike", "UPS strike", now, now + timedelta(days=3), 2, carriers=("ups",))
    with house.db.begin() as session:
        brand = brand_of(session, brand_id)
        rows = [declare(session, brand, each, person_id=None, now=now) for each in (there, elsewhere, ups)]
        found = [[each.id for each in touched(session, row)] for row in rows if row]
    assert found == [sorted([by_ups.id, by_fedex.id]), [], [by_ups.id]]
