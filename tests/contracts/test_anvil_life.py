"""The whole life of an anchor on a real node: reorganisations of one and two blocks, a chain that stands still."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.db import Db
from contracts.registry import Registry
from tests.contracts.bad_node import bad_node
from tests.contracts.chains import ADA, Anvil
from tests.support.anchors import open_directory_for_test, send
from tests.support.logs import OpenLog

pytestmark = pytest.mark.anvil

LATER = timedelta(minutes=11)


@pytest.fixture
def book(db: Db, tmp_path: Path, now: datetime) -> OpenLog:
    return open_directory_for_test(db, tmp_path, now)


def states(book: OpenLog) -> list[tuple[int, str, int | None]]:
    found = book.rows("SELECT size, state, nonce FROM ledger_anchor WHERE log_id = :log ORDER BY id")
    return [(int(size), str(state), nonce) for size, state, nonce in found]


def grow(book: OpenLog, registry: Registry, size: int) -> None:
    book.fill(1, first=size - 1)
    send(book, registry, book.now)


def follow(book: OpenLog, registry: Registry, now: datetime | None = None) -> None:
    from ledger.anchor import follow_up

    follow_up(book.db, book.id, registry, now or book.now)


def test_a_reorganisation_of_one_block_sends_the_anchor_again_with_its_nonce(
    book: OpenLog, anvil: Anvil, on_anvil: Registry
) -> None:
    grow(book, on_anvil, 1)
    follow(book, on_anvil)
    ((_, state, nonce),) = states(book)
    assert state == "mined"
    anvil.ask("evm_setAutomine", False)
    anvil.ask("anvil_reorg", 1, [])
    follow(book, on_anvil)
    assert states(book) == [(1, "sent", nonce)]
    anvil.ask("evm_mine")
    follow(book, on_anvil)
    assert states(book) == [(1, "mined", nonce)]


def test_a_reorganisation_of_two_blocks_loses_the_older_anchor_and_sends_the_newer_one(
    book: OpenLog, anvil: Anvil, on_anvil: Registry
) -> None:
    for size in (1, 2):
        grow(book, on_anvil, size)
        follow(book, on_anvil)
    assert [state for _, state, _ in states(book)] == ["mined", "mined"]
    anvil.ask("evm_setAutomine", False)
    anvil.ask("anvil_reorg", 2, [])
    for _ in range(3):
        follow(book, on_anvil)
        anvil.ask("evm_mine")
    follow(book, on_anvil)
    (_, older, _), (size, newer, _) = states(book)
    assert (older, size) == ("lost", 2)
    assert newer in ("mined", "safe")
    for _ in range(4):
        anvil.ask("evm_mine")
    follow(book, on_anvil)
    assert states(book)[-1][1] == "final"


def test_on_a_chain_that_stands_still_the_offer_grows_and_one_transaction_is_mined(
    book: OpenLog, anvil: Anvil, on_anvil: Registry
) -> None:
    anvil.ask("evm_setAutomine", False)
    before = on_anvil.next_nonce()
    grow(book, on_anvil, 1)
    for turn in (1, 2, 3):
        follow(book, on_anvil, book.now + turn * LATER)
    ((_, state, nonce),) = states(book)
    assert (state, nonce, on_anvil.next_nonce()) == ("sent", before, before + 1)
    assert book.rows("SELECT fee_bump FROM ledger_anchor") == [(3,)]
    anvil.ask("evm_mine")
    anvil.ask("evm_mine")
    follow(book, on_anvil, book.now + 4 * LATER)
    assert states(book) == [(1, "mined", nonce)]
    ((key,),) = book.rows("SELECT log_key FROM ledger_anchor")
    assert len(list(on_anvil.history(bytes(key)))) == 1


def test_a_node_that_goes_away_after_it_took_the_transaction_gets_no_second_one(
    book: OpenLog, anvil: Anvil, on_anvil: Registry
) -> None:
    from contracts.chain import ChainError
    from contracts.registry import connect

    with bad_node(anvil.url) as node:
        registry = connect(node.url, ADA, on_anvil.address)
        book.fill(1)

        def cut(method: str, result: object) -> object:
            return {"moon": True} if method == "eth_sendRawTransaction" else result

        node.change = cut  # the node takes it, and the answer is lost
        with pytest.raises(ChainError):
            send(book, registry, book.now)
        assert states(book)[0][1] == "prepared"
        node.change = None
        follow(book, registry)
    assert states(book)[0][1] == "mined"
    ((key,),) = book.rows("SELECT log_key FROM ledger_anchor")
    assert len(list(on_anvil.history(bytes(key)))) == 1
