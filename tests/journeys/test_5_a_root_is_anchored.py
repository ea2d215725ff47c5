"""The root of Ada's log goes onto a chain, the page names it, and another chain makes it lost."""

import json
from urllib.parse import quote

from app.db import reading
from contracts.registry import Registry, demo_chain
from ledger import anchor
from ledger.examine import examine
from tests.journeys import goods
from tests.journeys.conftest import HandClock
from tests.support.door import Door


def test_a_root_is_published_mined_and_shown(door: Door, clock: HandClock) -> None:
    door.post("/epcis/events", json=goods.event(clock(), bizStep="packing"))
    door.work()
    registry, log_id = demo_chain(), door.brand.log_id

    anchor.publish_latest(door.house.db, log_id, registry, clock())
    follow(door, registry, clock)

    with reading(door.house.db) as session:
        state = anchor.latest(session, log_id)
    assert state is not None
    assert state.state in ("mined", "safe", "final")
    kept = registry.latest(anchor.contract_key(f"wayproof/{door.brand.log_key}"))
    assert (kept.size, kept.root) == (state.size, state.root)

    page = door.get(goods.ITEM).text
    assert state.tx[2:12] in page  # the page names the transaction
    proof = door.get(f"/proofs?key={quote(goods.ITEM)}").json()["proofs"][0]
    lines = examine(json.dumps(proof).encode(), vkeys=[door.vkey])
    assert (lines.unchanged.state, lines.included.state, lines.signed.state) == ("valid", "valid", "valid")


def test_on_another_chain_the_anchor_is_lost_and_published_anew(door: Door, clock: HandClock) -> None:
    door.post("/epcis/events", json=goods.event(clock(), bizStep="packing"))
    door.work()
    first, log_id = demo_chain(), door.brand.log_id
    anchor.publish_latest(door.house.db, log_id, first, clock())
    follow(door, first, clock)

    second = demo_chain()  # the worker was killed, and its chain in memory with it
    anchor.follow_up(door.house.db, log_id, second, clock.forward(minutes=1))
    anchor.publish_latest(door.house.db, log_id, second, clock())
    follow(door, second, clock)

    assert second.latest(anchor.contract_key(f"wayproof/{door.brand.log_key}")).size > 0


def follow(door: Door, registry: Registry, clock: HandClock) -> None:
    for _ in range(3):
        anchor.follow_up(door.house.db, door.brand.log_id, registry, clock.forward(seconds=20))
