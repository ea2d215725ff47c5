"""A head of Ada's log goes into the directory and with it to a chain; the page names it, and so does a proof."""

import json
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from app.anchoring import open_directory
from app.db import reading
from contracts.registry import Registry, demo_chain
from ledger import anchor, directory, merkle
from ledger.anchor import AnchorState
from ledger.anchor_claim import read_anchor
from ledger.anchor_file import FileTarget, read_anchors
from ledger.checkpoint import open_checkpoint
from ledger.examine import examine
from ledger.proof import b64
from tests.journeys import goods
from tests.journeys.conftest import HandClock
from tests.support.anchors import anchor_house
from tests.support.door import Door

Target = TypeVar("Target", Registry, FileTarget)


def test_a_root_is_published_mined_and_shown(door: Door, clock: HandClock) -> None:
    registry = packed_and_anchored(door, clock, demo_chain())
    state = newest(door)
    assert state.state in ("mined", "safe", "final")
    assert state.directory is not None
    published = [(each.size, each.root) for each in registry.history(name_on_chain(door, registry))]
    assert (state.directory.size, state.directory.root) in published

    page = door.get(goods.ITEM).text
    assert state.tx[2:12] in page  # the page names the transaction
    proof = door.get(f"/proofs?key={quote(goods.ITEM)}").json()["proofs"][0]
    lines = examine(json.dumps(proof).encode(), vkeys=[door.vkey])
    assert (lines.unchanged.state, lines.included.state, lines.signed.state) == ("valid", "valid", "valid")


def test_a_proof_leads_step_by_step_to_what_the_chain_holds(door: Door, clock: HandClock) -> None:
    registry = packed_and_anchored(door, clock, demo_chain())
    proof = door.get(f"/proofs?key={quote(goods.ITEM)}").json()["proofs"][0]
    claim = read_anchor(proof["anchor"])
    held = claim.directory
    assert held is not None
    merkle.verify_inclusion(merkle.leaf_hash(held.entry), held.index, held.size, held.path, held.root)
    said = directory.read_head(held.entry)
    assert (said.origin, said.size, b64(said.root)) == (door.vkey.split("+")[0], claim.size, b64(claim.root))
    event = registry.find(name_on_chain(door, registry), held.size)
    assert event is not None
    assert (event.root, event.tx, event.block.hash) == (held.root, claim.tx, claim.block_hash)
    assert claim.finality == "demo"


def test_on_another_chain_the_anchor_is_lost_and_published_anew(door: Door, clock: HandClock) -> None:
    packed_and_anchored(door, clock, demo_chain())
    before = newest(door)
    second = packed_and_anchored(door, clock, demo_chain())  # the worker was killed, its chain in memory with it
    assert newest(door).genesis == second.chain().genesis != before.genesis


def test_a_house_without_a_chain_writes_its_heads_into_a_file(
    door: Door, clock: HandClock, tmp_path: Path
) -> None:
    directory_id, signer = open_directory(door.house)
    packed_and_anchored(door, clock, FileTarget(tmp_path / "anchors.txt", door.house.db, directory_id))
    claim = read_anchor(door.get(f"/proofs?key={quote(goods.ITEM)}").json()["proofs"][0]["anchor"])
    assert (claim.target, claim.state, claim.block_time) == ("file", "final", None)
    said = [
        open_checkpoint(note, [signer.verifier]) for note in read_anchors((tmp_path / "anchors.txt").read_bytes())
    ]
    assert claim.published in [(each.size, each.root) for each in said]


def packed_and_anchored(door: Door, clock: HandClock, target: Target) -> Target:
    door.post("/epcis/events", json=goods.event(clock(), bizStep="packing"))
    door.work()
    for _ in range(3):
        clock.forward(minutes=11)
        anchor_house(door.house, target)
    return target


def newest(door: Door) -> AnchorState:
    with reading(door.house.db) as session:
        state = anchor.latest(session, door.brand.log_id)
    assert state is not None
    return state


def name_on_chain(door: Door, registry: Registry) -> bytes:
    with reading(door.house.db) as session:
        key = anchor.log_key_of(session, open_directory(door.house)[0], registry.chain())
    assert key is not None
    return key
