"""Ada's supplier sends events; they are entries of Ada's log, and Cleo, of another brand, sees nothing."""

import json
from urllib.parse import quote

import requests

from app.brands import tenants
from app.brands.keys import issue_key
from app.brands.tenants import brand_of
from app.web.rules import SCOPES
from ledger.verify import verify_bundle
from tests.journeys import goods
from tests.journeys.conftest import HandClock
from tests.support.door import Door


def test_a_document_becomes_events_and_entries(door: Door, clock: HandClock) -> None:
    sent = [
        goods.event(
            clock(), action="ADD", bizStep="commissioning", eventID="urn:uuid:11111111-1111-4111-8111-111111111111"
        ),
        goods.event(clock.forward(hours=2), bizStep="shipping", disposition="in_transit"),
    ]
    answer = door.post("/epcis/capture", json=goods.document(*sent))
    assert answer.status_code == 202
    job = answer.headers["Location"]
    assert door.ask(job.removeprefix(door.base)).json()["running"] is True

    door.work()

    done = door.ask(job.removeprefix(door.base)).json()
    assert (done["running"], done["success"]) == (False, True)
    stored = events_of(door.ask("/epcis/events"))
    assert {each["bizStep"] for each in stored} == {"commissioning", "shipping"}
    assert all(each["eventID"] and each["recordTime"] for each in stored)

    proofs = door.get(f"/proofs?key={quote(goods.ITEM)}").json()["proofs"]
    ids = {verify_bundle(json.dumps(each).encode(), vkeys=[door.vkey]).envelope.body["id"] for each in proofs}
    assert ids == {each["eventID"] for each in stored}


def test_one_wrong_event_of_a_document_keeps_all_of_it_out(door: Door, clock: HandClock) -> None:
    good, bad = goods.event(clock(), bizStep="packing"), goods.event(clock(), bizStep="teleporting")
    answer = door.post("/epcis/capture", json=goods.document(good, bad))
    door.work()
    job = door.ask(answer.headers["Location"].removeprefix(door.base)).json()
    assert (job["running"], job["success"]) == (False, False)
    assert "bizStep" in json.dumps(job["errors"])
    assert events_of(door.ask("/epcis/events")) == []
    assert door.get(goods.ITEM).status_code == 404


def test_the_same_event_twice_is_one(door: Door, clock: HandClock) -> None:
    event = goods.event(clock(), bizStep="packing", eventID="urn:uuid:22222222-2222-4222-8222-222222222222")
    assert door.post("/epcis/events", json=event).status_code == 201
    again = door.post("/epcis/events", json=event)
    assert again.status_code in (201, 409)
    changed = door.post("/epcis/events", json={**event, "bizStep": "shipping"})
    assert changed.status_code == 409
    assert len(events_of(door.ask("/epcis/events"))) == 1


def test_cleo_of_another_brand_sees_nothing(door: Door, clock: HandClock) -> None:
    made = door.post("/epcis/events", json=goods.event(clock(), bizStep="packing"))
    cleo = key_of_cleo(door)
    mine = {"Authorization": f"Bearer {cleo}"}
    assert events_of(requests.get(f"{door.base}/epcis/events", headers=mine, timeout=60)) == []
    assert (
        requests.get(
            door.base + made.headers["Location"].removeprefix(door.base), headers=mine, timeout=10
        ).status_code
        == 404
    )


def key_of_cleo(door: Door) -> str:
    house = door.house
    other = tenants.create_brand(house.db, house.keys, name="Cleo's", slug="cleo", now=house.clock())
    with house.db.begin() as session:
        key = issue_key(session, brand_of(session, other), name="cleo", scopes=SCOPES, now=house.clock())
    return key.text


def events_of(answer: requests.Response) -> list[dict[str, object]]:
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return found
