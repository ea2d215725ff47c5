"""A node that lies, lags, hangs or answers a page: an error to try again, or a lower state; no wrong anchor."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.chain import ChainError, open_chain
from contracts.finality import ByDepth
from contracts.registry import Registry
from tests.contracts.bad_node import bad_node
from tests.contracts.chains import ADA, LOG, Anvil, publish, root


@pytest.mark.parametrize("mode", ["html", "busy", "empty", "nonsense", "hang", "trickle", "flood"])
def test_a_node_that_answers_badly_is_an_error_to_try_again(mode: str) -> None:
    with bad_node(mode=mode) as node:
        chain = open_chain(node.url, ADA, within=0.5)
        for ask in (
            chain.identity,
            chain.next_nonce,
            lambda: chain.fees(0),
            lambda: chain.receipt("0x" + "ab" * 32),
        ):
            with pytest.raises(ChainError) as refusal:
                ask()
            assert not refusal.value.permanent


def test_what_a_page_says_is_not_repeated_at_length() -> None:
    with bad_node(mode="html") as node, pytest.raises(ChainError) as refusal:
        open_chain(node.url, ADA).identity()
    assert len(str(refusal.value)) < 400


@pytest.mark.anvil
def test_a_block_that_two_nodes_know_is_confirmed_and_by_one_is_a_single_source(
    anvil: Anvil, on_anvil: Registry
) -> None:
    tx = publish(on_anvil, 5)
    anvil.ask("anvil_mine", hex(8))
    assert on_anvil.outcome(tx, LOG, 5, root(5)).sources == 1
    with bad_node(anvil.url) as node:
        both = _with_second(anvil, on_anvil, node.url)
        outcome = both.outcome(tx, LOG, 5, root(5))
    assert (outcome.state, outcome.sources) == ("final", 2)


@pytest.mark.anvil
def test_two_nodes_that_contradict_each_other_leave_the_anchor_pending(anvil: Anvil, on_anvil: Registry) -> None:
    tx = publish(on_anvil, 5)
    anvil.ask("anvil_mine", hex(8))
    with bad_node(anvil.url) as node:
        node.change = _other_hash
        outcome = _with_second(anvil, on_anvil, node.url).outcome(tx, LOG, 5, root(5))
    assert (outcome.state, outcome.sources, outcome.block_hash) == ("pending", 0, None)


@pytest.mark.anvil
@pytest.mark.parametrize("mode", ["html", "hang"])
def test_a_second_node_that_is_away_lets_nothing_become_safe(anvil: Anvil, on_anvil: Registry, mode: str) -> None:
    tx = publish(on_anvil, 5)
    anvil.ask("anvil_mine", hex(8))
    with bad_node(anvil.url, mode) as node:
        outcome = _with_second(anvil, on_anvil, node.url).outcome(tx, LOG, 5, root(5))
    assert (outcome.state, outcome.sources) == ("mined", 1)


@pytest.mark.anvil
def test_a_second_node_that_lags_lets_nothing_become_safe_until_it_has_the_block(
    anvil: Anvil, on_anvil: Registry
) -> None:
    tx = publish(on_anvil, 5)
    anvil.ask("anvil_mine", hex(8))
    with bad_node(anvil.url) as node:
        both = _with_second(anvil, on_anvil, node.url)
        node.change = lambda method, result: None if method == "eth_getBlockByNumber" else result
        assert both.outcome(tx, LOG, 5, root(5)).state == "mined"
        node.change = None
        assert both.outcome(tx, LOG, 5, root(5)).state == "final"


@pytest.mark.anvil
def test_a_receipt_whose_block_is_not_the_chains_is_not_believed(anvil: Anvil, on_anvil: Registry) -> None:
    """A node behind a load balancer may hand out the receipt of one side and the block of the other."""
    tx = publish(on_anvil, 5)
    with bad_node(anvil.url) as node:
        node.change = _other_hash
        chain = open_chain(node.url, ADA, ByDepth(2, 4))
        assert chain.receipt(tx) is None


def _other_hash(method: str, result: Any) -> Any:
    return {**result, "hash": "0x" + "ab" * 32} if method == "eth_getBlockByNumber" and result else result


def _with_second(anvil: Anvil, registry: Registry, url: str) -> Registry:
    second = open_chain(url, ADA, within=0.5).web3
    return Registry(replace(registry._chain, second=second), registry.address)
