"""Many events stored at once say what the same events say that are stored one by one."""

from typing import Any

import pytest
from sqlalchemy import select

from app.brands.tenants import create_brand
from app.db import reading
from app.epcis.document import parse_document, parse_event
from app.epcis.event import Event
from app.models.brands import Brand, Partner
from app.models.products import Containment, EpcisEvent, EventKey, Passport
from app.provenance.capture import capture_event
from app.provenance.together import capture_new, seal_new
from ledger.entry import read
from ledger.tables import Submission
from tests.app.provenance.conftest import SAMPLES, Record, bare


def samples() -> list[Event]:
    """All events of the samples that are plain, each once, the last first: so that some packing comes late."""
    found = {}
    for file in sorted((SAMPLES / "valid").glob("*.jsonld")):
        for event in parse_document(file.read_bytes()).valid():
            if not event.error_declared:
                found.setdefault(event.event_id, event)
    return list(reversed(found.values()))


def rows(record: Record, brand: Brand) -> dict[str, list[Any]]:
    """What the brand's tables hold, without what no two brands can have in common."""
    with reading(record.db) as session:
        events = {each.id: each for each in session.scalars(select(EpcisEvent).filter_by(brand_id=brand.id))}
        named = session.scalars(select(EventKey).filter_by(brand_id=brand.id))
        passports = session.scalars(select(Passport).filter_by(brand_id=brand.id))
        stays = session.scalars(select(Containment).filter_by(brand_id=brand.id))
        inbox = {each.id: read(each.envelope) for each in session.scalars(select(Submission))}
        told = {each.event_id: inbox[each.submission_id] for each in events.values()}
        return {
            "events": sorted(
                (e.event_id, e.revision, e.event_time, e.read_point or "", e.document) for e in events.values()
            ),
            "entries": sorted(
                (name, sorted(map(str, each.body.items())), sorted(each.commitments))
                for name, each in told.items()
            ),
            "names": sorted((events[each.event].event_id, each.role, each.key) for each in named),
            "passports": sorted((e.key, e.level, e.gtin or "", e.lot_key or "", e.version > 0) for e in passports),
            "stays": sorted((e.parent_key, e.child_key, str(e.from_at), str(e.until_at)) for e in stays),
        }


def other(record: Record) -> Brand:
    brand_id = create_brand(record.db, record.keys, name="Cleo", slug="cleo", now=record.now)
    with reading(record.db) as session:
        return session.get_one(Brand, brand_id)


def at_once(record: Record, brand: Brand, events: list[Event], partner_id: str | None = None) -> bool:
    with record.db.begin() as session:
        return capture_new(session, brand, events, partner_id=partner_id, now=record.now)


def test_many_at_once_and_one_by_one_leave_the_same_behind(ada: Record) -> None:
    cleo, events = other(ada), samples()
    with ada.db.begin() as session:
        for event in events:
            capture_event(session, ada.brand, event, partner_id=None, now=ada.now)
    assert at_once(ada, cleo, events)
    single, together = rows(ada, ada.brand), rows(ada, cleo)
    assert together["stays"], "no sample packs anything"
    for kind, expected in single.items():
        assert together[kind] == expected, kind


def test_what_was_sealed_before_the_transaction_is_stored_as_if_it_were_sealed_in_it(ada: Record) -> None:
    cleo, first, *events = other(ada), *samples()
    for brand in (ada.brand, cleo):
        assert seal_new(ada.db, brand, [first, *events], partner_id=None, now=ada.now) is None, "it has no key"
        with ada.db.begin() as session:
            capture_event(session, brand, first, partner_id=None, now=ada.now)
    assert at_once(ada, ada.brand, events)
    sealed = seal_new(ada.db, cleo, events, partner_id=None, now=ada.now)
    assert sealed
    assert ada.count("epcis_event") == len(events) + 2
    with ada.db.begin() as session:
        assert capture_new(session, cleo, events, partner_id=None, now=ada.now, sealed=sealed)
    assert rows(ada, cleo) == rows(ada, ada.brand)


def test_what_is_not_plain_is_left_to_one_by_one(ada: Record) -> None:
    first, second = parse_event(bare("object_shipping")), parse_event(bare("aggregation_pack"))
    stranger = Partner(id="0" * 26, brand_id=other(ada).id, name="Dan", kind="supplier", created_at=ada.now)
    with ada.db.begin() as session:
        session.add(stranger)
    assert not at_once(ada, ada.brand, [first])
    assert not at_once(ada, ada.brand, [first, first])
    assert not at_once(ada, ada.brand, [first, second._replace(error_declared=True)])
    assert not at_once(ada, ada.brand, [first, second], partner_id=stranger.id)
    assert ada.count("epcis_event") == ada.count("passport") == 0
    ada.capture(bare("object_shipping"))
    assert not at_once(ada, ada.brand, [first, second])
    assert ada.count("epcis_event") == 1


@pytest.mark.parametrize("behaviour", ["at once", "one by one"])
def test_a_container_that_is_packed_twice_holds_both(ada: Record, behaviour: str) -> None:
    packed = [parse_event(bare("aggregation_pack", eventID=f"urn:x:{n}")) for n in (1, 2)]
    more = parse_event(
        bare("aggregation_pack", eventID="urn:x:3", childEPCs=["urn:epc:id:sgtin:9521234.000001.Z9"])
    )
    if behaviour == "at once":
        assert at_once(ada, ada.brand, [*packed, more])
    else:
        with ada.db.begin() as session:
            for event in (*packed, more):
                capture_event(session, ada.brand, event, partner_id=None, now=ada.now)
    with reading(ada.db) as session:
        held = sorted(row.child_key for row in session.scalars(select(Containment)))
    assert held == sorted({key for event in (packed[0], more) for role, key in event.names if role == "child"})
