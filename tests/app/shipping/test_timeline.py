"""What an answer changes: events, headline, promise, version, entries; and what it must never carry in."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select

from app.brands.tenants import brand_of
from app.db import reading
from app.house import House
from app.models.products import Passport
from app.models.shipments import Notice, Parcel, Promise, Shipment
from app.shipping.promises import promises_of
from app.shipping.shipments import ParcelOrder, ShipmentRefused
from app.shipping.timeline import Applied, apply
from app.shipping.views import order_view, parcel_for_passport, shipment_view
from carriers import neutral, store
from carriers.answer import Answer, TrackedShipment
from carriers.tables import RawAnswer, StoredEvent
from ledger.log import evidence
from tests.app.shipping.conftest import NUMBERS, Ship, TestClock
from tests.support.statements import heard

KEY = "/00/095298710000000021"
BEGIN = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def told(carrier: str, *lines: tuple[float, str, str], estimate: date | None = None, names: str = "") -> Answer:
    """An answer about Ben's parcel: (hours after BEGIN, words, town) of each line."""
    records = [
        {
            "carrier": carrier,
            "tracking_number": NUMBERS[carrier],
            "occurred": (BEGIN + timedelta(hours=hours)).isoformat(),
            "description": words,
            "location": {"city": town, "country": "IE"} if town else None,
        }
        for hours, words, town in lines
    ]
    events = tuple(neutral.read(records))
    shipment = TrackedShipment(carrier, NUMBERS[carrier], events, estimate, source=lambda: {"lines": len(lines)})
    return Answer((shipment,), names=frozenset(names.split()), raw=b"{}")


def take(house: House, shipment: Shipment, answer: Answer, carrier: str = "ups") -> Applied:
    with house.db.begin() as session:
        wanted = select(Parcel).where(Parcel.shipment_id == shipment.id, Parcel.carrier == carrier)
        return apply(session, session.scalars(wanted).one(), answer, house.clock())


def fresh(house: House, shipment: Shipment) -> Shipment:
    with reading(house.db) as session:
        return session.get_one(Shipment, shipment.id)


def test_each_new_event_is_an_entry_and_a_row(house: House, ship: Ship, brand_id: str) -> None:
    shipment = ship("ups")
    assert take(house, shipment, told("ups", (0, "Picked up", "Cork"), (5, "Arrived at hub", "Dublin"))).news == 2
    assert take(house, shipment, told("ups", (5, "Arrived at hub", "Dublin"), (9, "Departed", "Dublin"))).news == 1
    with house.db.begin() as session:
        rows = list(session.scalars(select(StoredEvent)))
        kept = evidence(session, brand_of(session, brand_id).log_id, [row.submission_id for row in rows])
    assert len(rows) == len(kept.items) == 3


def test_an_older_line_that_comes_late_never_moves_the_headline_back(house: House, ship: Ship) -> None:
    shipment = ship("ups")
    take(house, shipment, told("ups", (9, "Delivered", "Galway")))
    take(house, shipment, told("ups", (7, "Out for delivery", "Galway"), (9, "Delivered", "Galway")))
    assert fresh(house, shipment).status == "delivered"


def test_news_make_a_new_version_of_the_passport_that_travels(house: House, ship: Ship, brand_id: str) -> None:
    with house.db.begin() as session:
        times = {"created_at": house.clock(), "updated_at": house.clock()}
        session.add(Passport(id="p1", brand_id=brand_id, key=KEY, level="unit", version=1, **times))
    shipment = ship("ups", keys=(KEY,))

    def version() -> int:
        with reading(house.db) as session:
            return session.scalars(select(Passport.version)).one()

    before = version()
    take(house, shipment, told("ups", (0, "Picked up", "Cork")))
    after = version()
    assert after > before
    take(house, shipment, told("ups", (0, "Picked up", "Cork")))
    assert version() == after


def test_nobody_who_signed_gets_into_rows_or_entries(house: House, ship: Ship, brand_id: str) -> None:
    shipment = ship("ups")
    words = "Delivered, signed for by: Benedict Okafor"
    answer = told("ups", (9, words, "12 Harbour Row, Galway"), (8, "Left with OKAFOR at gate", ""), names="Okafor")
    take(house, shipment, answer)
    with house.db.begin() as session:
        rows = list(session.scalars(select(StoredEvent)))
        kept = evidence(session, brand_of(session, brand_id).log_id, [row.submission_id for row in rows])
        said = " ".join(f"{row.description} {row.place}" for row in rows)
        recorded = (
            b" ".join(item.envelope for item in kept.items.values()) if hasattr(kept.items, "values") else b""
        )
        view = shipment_view(session, brand_id, shipment.id)
    everything = f"{said} {recorded!r} {view!r}".lower()
    assert "okafor" not in everything
    assert "benedict" not in everything
    assert "harbour" not in everything
    assert "galway" in everything


def test_a_line_that_gains_a_place_is_told_once_and_kept_twice(house: House, ship: Ship, brand_id: str) -> None:
    shipment = ship("ups")
    take(house, shipment, told("ups", (0, "Arrived at hub", "")))
    assert take(house, shipment, told("ups", (0, "Arrived at hub", "Dublin"))).news == 1
    assert take(house, shipment, told("ups", (0, "Arrived at hub", ""))).news == 0
    with reading(house.db) as session:
        view = shipment_view(session, brand_id, shipment.id)
    assert view
    assert [event.place for event in view.public.events] == ["Dublin, IE"]
    assert len(view.public.submission_ids) == 2


def test_the_history_of_another_parcel_is_not_taken(house: House, ship: Ship) -> None:
    shipment = ship("ups")
    answer = told("ups", (9, "Delivered", "Galway"))
    other = replace(answer, shipments=(replace(answer.shipments[0], tracking_number="1Z0000000000000000"),))
    assert take(house, shipment, other).news == 0
    assert fresh(house, shipment).status is None


def test_an_estimate_of_the_carrier_is_a_promise_of_its_own(house: House, ship: Ship) -> None:
    shipment = ship("ups")
    answer = told("ups", (0, "Picked up", "Cork"), estimate=date(2026, 3, 5))
    take(house, shipment, answer)
    take(house, shipment, answer)
    with reading(house.db) as session:
        promises = promises_of(session, shipment.id)
        assert not list(session.scalars(select(Notice)))
    assert [(each.source, each.window_to) for each in promises] == [
        ("brand", date(2026, 3, 6)),
        ("ups", date(2026, 3, 5)),
    ]


def test_an_estimate_behind_the_first_promise_is_told_with_the_new_window(house: House, ship: Ship) -> None:
    shipment = ship("ups")
    answer = told("ups", (0, "Picked up", "Cork"), estimate=date(2026, 3, 9))
    take(house, shipment, answer)
    take(house, shipment, answer)
    with reading(house.db) as session:
        notice = session.scalars(select(Notice)).one()
    assert (notice.reason, notice.window_from, notice.window_to) == ("unknown", date(2026, 3, 9), date(2026, 3, 9))


def test_the_worst_of_two_parcels_is_the_headline(house: House, ship: Ship, brand_id: str) -> None:
    shipment = ship("ups", "fedex")
    take(house, shipment, told("ups", (9, "Delivered", "Galway")))
    assert fresh(house, shipment).status == "registered"  # nothing has been heard of the second one
    take(house, shipment, told("fedex", (3, "Arrived at hub", "Dublin")), "fedex")
    assert fresh(house, shipment).status == "in_transit"
    with reading(house.db) as session:
        view = shipment_view(session, brand_id, shipment.id)
    assert view
    assert (view.public.delivered, view.public.pieces) == (1, 2)
    take(house, shipment, told("fedex", (12, "Delivered", "Galway")), "fedex")
    assert fresh(house, shipment).status == "delivered"


def test_a_second_leg_carries_the_same_parcel_on(house: House, ship: Ship) -> None:
    shipment = ship(parcels=[ParcelOrder(NUMBERS["fedex"], "fedex"), ParcelOrder(NUMBERS["ups"], "ups", leg=2)])
    take(
        house,
        shipment,
        told("fedex", (0, "Picked up", "Cork"), (4, "Handed over to partner carrier", "Cork")),
        "fedex",
    )
    take(house, shipment, told("ups", (9, "Delivered", "Galway")))
    assert fresh(house, shipment).status == "delivered"


def test_the_answer_is_kept_without_people(house: House, ship: Ship) -> None:
    shipment = ship("ups")
    take(house, shipment, told("ups", (0, "Picked up", "Cork")))
    with reading(house.db) as session:
        row = session.scalars(select(RawAnswer)).one()
        assert store.answers(session, [row.parcel_id])[row.parcel_id] == b'[{"lines": 1}]'


def test_a_stamp_from_the_future_costs_the_event_its_time(house: House, ship: Ship, clock: TestClock) -> None:
    shipment = ship("ups")
    take(house, shipment, told("ups", (24 * 400, "Delivered", "Galway")))
    with reading(house.db) as session:
        row = session.scalars(select(StoredEvent)).one()
    assert (row.status, row.occurred_utc, row.how) == ("delivered", None, "unknown")
    assert fresh(house, shipment).delivered_at == clock()


@pytest.mark.parametrize(
    ("parcels", "field"),
    [
        ([ParcelOrder("-")], "parcels[0].tracking_number"),
        ([ParcelOrder("no number of anybody")], "parcels[0].carrier"),
        ([ParcelOrder("1Z2Y5V710312345670"), ParcelOrder("1z 2y5v 7103 1234 5670")], "parcels"),
    ],
)
def test_a_parcel_that_cannot_be_followed_is_refused_by_field(
    ship: Ship, parcels: list[ParcelOrder], field: str
) -> None:
    with pytest.raises(ShipmentRefused) as refusal:
        ship(parcels=parcels)
    assert refusal.value.field == field


def test_the_carrier_is_found_from_the_number(house: House, ship: Ship, brand_id: str) -> None:
    shipment = ship(parcels=[ParcelOrder("1z 2y5v 7103 1234 5670")])
    with reading(house.db) as session:
        view = shipment_view(session, brand_id, shipment.id)
    assert view
    assert [(each.carrier, each.tracking_number) for each in view.parcels] == [("ups", "1Z2Y5V710312345670")]


def test_the_public_view_takes_three_statements_and_shows_no_whole_number(
    house: House, ship: Ship, brand_id: str
) -> None:
    shipment = ship("ups", keys=(KEY,))
    take(house, shipment, told("ups", (0, "Picked up", "Cork")))
    with reading(house.db) as session, heard(session) as statements:
        view = parcel_for_passport(session, brand_id, [KEY])
    assert len(statements) == 3
    assert view
    assert view.numbers == ("…5670",)
    assert NUMBERS["ups"] not in repr(view)
    assert view.events[0].how == "given"


def test_cleo_sees_nothing_of_adas_shipments(house: House, ship: Ship, brand_id: str) -> None:
    shipment = ship("ups", keys=(KEY,))
    with reading(house.db) as session:
        assert shipment_view(session, "another brand", shipment.id) is None
        assert parcel_for_passport(session, "another brand", [KEY]) is None
        assert parcel_for_passport(session, brand_id, ["/00/other"]) is None
        assert order_view(session, "no token") is None


def test_an_order_shows_each_of_its_shipments(house: House, ship: Ship) -> None:
    ship("ups", number="A-7")
    second = ship("fedex", number="A-7", keys=(KEY,))
    with reading(house.db) as session:
        from app.models.shipments import Order

        token = session.scalars(select(Order.token)).one()
        view = order_view(session, token)
    assert view
    assert len(view.shipments) == 2
    assert view.shipments[1].shipment_id == second.id
    assert view.keys == ((), (KEY,))


def test_promises_are_numbered_and_never_changed(house: House, ship: Ship) -> None:
    shipment = ship("ups")
    take(house, shipment, told("ups", (0, "Picked up", "Cork"), estimate=date(2026, 3, 5)))
    take(house, shipment, told("ups", (0, "Picked up", "Cork"), estimate=date(2026, 3, 6)))
    with reading(house.db) as session:
        assert [each.ordinal for each in session.scalars(select(Promise).order_by(Promise.ordinal))] == [1, 2, 3]


def rows_of(house: House) -> list[StoredEvent]:
    with reading(house.db) as session:
        return list(session.scalars(select(StoredEvent).order_by(StoredEvent.id)))


def coded(words: str, town: str = "Dublin") -> Answer:
    """One line with a code, so that other words are the same event."""
    answer = told("ups", (5, words, town))
    (shipment,) = answer.shipments
    events = tuple(replace(event, code="AR") for event in shipment.events)
    return replace(answer, shipments=(replace(shipment, events=events),))


def test_fuller_words_are_an_amendment_that_names_the_first_telling(
    house: House, ship: Ship, brand_id: str
) -> None:
    shipment = ship("ups")
    take(house, shipment, coded("Arrived at hub"))
    assert take(house, shipment, coded("Arrived at our regional hub")).news == 1
    for words in ("Arrived at hub", "Arrived at our regional hub", "Came to the hub"):
        assert take(house, shipment, coded(words)).news == 0
    first, second = rows_of(house)
    assert (first.amends, second.amends) == (None, first.submission_id)
    with reading(house.db) as session:
        kept = evidence(session, brand_of(session, brand_id).log_id, [first.submission_id, second.submission_id])
        view = shipment_view(session, brand_id, shipment.id)
    types = [json.loads(kept.items[row.submission_id].envelope)["type"] for row in (first, second)]
    assert types == ["carrier:parcel:moved", "carrier:parcel:amended"]
    assert view
    assert [event.description for event in view.public.events] == ["Arrived at our regional hub"]


def test_a_carrier_that_rewords_without_end_is_followed_for_a_while_only(house: House, ship: Ship) -> None:
    shipment = ship("ups")
    for length in range(1, 30):
        take(house, shipment, coded("Arrived at hub" + " again" * length))
    assert len(rows_of(house)) == 1 + store.MOST_AMENDMENTS


def test_the_older_parcel_of_a_number_is_not_ours(house: House, ship: Ship) -> None:
    shipment = ship("ups")
    applied = take(house, shipment, told("ups", (-24 * 400, "Delivered", "Cork")))
    assert (applied.news, applied.foreign) == (0, True)
    assert fresh(house, shipment).status is None
    mixed = told("ups", (-24 * 400, "Delivered", "Cork"), (1, "Picked up", "Galway"))
    assert take(house, shipment, mixed).news == 1
    assert fresh(house, shipment).status == "in_transit"


def test_every_event_three_times_in_any_order_leaves_one_state_and_one_notice(house: House, ship: Ship) -> None:
    lines = [
        (1.0, "Picked up", "Cork"),
        (5.0, "Arrived at hub", "Dublin"),
        (20.0, "Held by customs: documents missing", "Dublin"),
        (22.0, "Clearance delay, invoice required", "Dublin"),
    ]
    stands = set()
    for seed in range(3):
        shipment = ship("ups", number=f"A-{seed}")
        deck = lines * 3
        Random(seed).shuffle(deck)  # an order, no secret
        for one in deck:
            take(house, shipment, told("ups", one))
        there = fresh(house, shipment)
        with reading(house.db) as session:
            notices = list(session.scalars(select(Notice).where(Notice.shipment_id == shipment.id)))
        stands.add((there.status, there.reason, there.status_at, there.last_physical_at))
        assert len(notices) == 1
    assert len(stands) == 1
    assert len(rows_of(house)) == 3 * len(lines)
