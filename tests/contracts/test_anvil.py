"""What only a real node shows: pending transactions, replacement by nonce, reorganisations. On Anvil, from npm."""

import pytest

from contracts import build
from contracts.chain import ChainError, open_chain
from contracts.finality import ByTag
from contracts.registry import Registry, connect, deploy_registry
from tests.contracts.chains import ADA, CLEO, LOG, Anvil, publish, root, running_anvil

POOR = "0x" + "5a" * 32
"""The key of an account that has never had any money."""

pytestmark = pytest.mark.anvil


def test_a_deployed_registry_is_found_again_by_its_address(anvil: Anvil, on_anvil: Registry):
    publish(on_anvil, 5)
    again = connect(anvil.url, ADA, on_anvil.address)
    assert again.latest(LOG).size == 5
    assert not again.demo
    assert again.chain() == on_anvil.chain()
    assert again.chain().chain_id == 31337


def test_connecting_without_address_deploys(anvil: Anvil):
    registry = connect(anvil.url, ADA, None)
    publish(registry, 5)
    assert registry.latest(LOG).root == root(5)


def test_a_restart_without_address_finds_what_was_deployed_before(anvil: Anvil):
    first = connect(anvil.url, ADA, None)
    publish(first, 5)
    assert connect(anvil.url, ADA, "").address == first.address
    assert connect(anvil.url, CLEO, None).address != first.address


def test_a_stranger_is_refused_and_the_size_never_shrinks(anvil: Anvil, on_anvil: Registry):
    publish(on_anvil, 5)
    with pytest.raises(ChainError, match="belongs to another account"):
        publish(connect(anvil.url, CLEO, on_anvil.address), 6)
    with pytest.raises(ChainError, match="not above"):
        publish(on_anvil, 4)
    call = on_anvil._contract.functions.publish(LOG, 4, root(4))
    with pytest.raises(ChainError, match="the contract refuses") as refusal:
        on_anvil._chain.send(call, on_anvil.next_nonce())
    assert refusal.value.permanent


def test_a_sent_publication_is_pending_until_a_block_takes_it(anvil: Anvil, on_anvil: Registry):
    anvil.ask("evm_setAutomine", False)
    tx = publish(on_anvil, 5)
    assert on_anvil.outcome(tx, LOG, 5, root(5)).state == "pending"
    anvil.ask("evm_mine")
    assert on_anvil.outcome(tx, LOG, 5, root(5)).state == "mined"


def test_sending_the_same_twice_is_one_transaction(anvil: Anvil, on_anvil: Registry):
    anvil.ask("evm_setAutomine", False)
    nonce = on_anvil.next_nonce()
    assert on_anvil.publish(LOG, 5, root(5), nonce, 0) == on_anvil.publish(LOG, 5, root(5), nonce, 0)


def test_the_same_nonce_with_a_higher_fee_replaces_and_either_hash_leads_to_the_outcome(
    anvil: Anvil, on_anvil: Registry
):
    anvil.ask("evm_setAutomine", False)
    nonce = on_anvil.next_nonce()
    first = on_anvil.publish(LOG, 5, root(5), nonce, 0)
    assert on_anvil.next_nonce() == nonce + 1
    second = on_anvil.publish(LOG, 5, root(5), nonce, 1)
    assert first != second
    assert on_anvil.next_nonce() == nonce + 1
    anvil.ask("evm_mine")
    for asked in (first, second, ""):
        outcome = on_anvil.outcome(asked, LOG, 5, root(5))
        assert (outcome.state, outcome.tx) == ("mined", second)
    assert len(list(on_anvil.history(LOG))) == 1


def test_a_replacement_is_raised_until_the_node_takes_it(anvil: Anvil, on_anvil: Registry):
    anvil.ask("evm_setAutomine", False)
    nonce = on_anvil.next_nonce()
    on_anvil.publish(LOG, 5, root(5), nonce, 3)
    tx = on_anvil.publish(LOG, 5, root(5), nonce, 1)  # as if the fees had fallen since the first sending
    anvil.ask("evm_mine")
    assert on_anvil.outcome(tx, LOG, 5, root(5)).state == "mined"


def test_a_reorganisation_takes_the_anchor_back_and_the_same_nonce_publishes_it_again(
    anvil: Anvil, on_anvil: Registry
):
    nonce = on_anvil.next_nonce()
    tx = on_anvil.publish(LOG, 5, root(5), nonce, 0)
    assert on_anvil.outcome(tx, LOG, 5, root(5)).state == "mined"
    anvil.ask("evm_setAutomine", False)
    anvil.ask("anvil_reorg", 1, [])
    assert on_anvil.outcome(tx, LOG, 5, root(5)).state in ("unknown", "pending")
    assert on_anvil.latest(LOG).size == 0
    again = on_anvil.publish(LOG, 5, root(5), nonce, 1)
    anvil.ask("evm_mine")
    assert on_anvil.outcome(again, LOG, 5, root(5)).state == "mined"


def test_an_anchor_becomes_safe_and_final_by_depth(anvil: Anvil, on_anvil: Registry):
    tx = publish(on_anvil, 5)
    states = []
    for _ in range(4):
        anvil.ask("evm_mine")
        states.append(on_anvil.outcome(tx, LOG, 5, root(5)).state)
    assert states == ["mined", "safe", "safe", "final"]


def test_an_anchor_becomes_safe_and_final_by_the_tags_of_the_node(anvil: Anvil, on_anvil: Registry):
    tx = publish(on_anvil, 5)
    by_tag = connect(anvil.url, ADA, on_anvil.address, ByTag())
    states = []
    for blocks in (1, 31, 32):  # Anvil: safe is 32 blocks behind, finalized 64
        anvil.ask("anvil_mine", hex(blocks))
        states.append(by_tag.outcome(tx, LOG, 5, root(5)).state)
    assert states == ["mined", "safe", "final"]


def test_the_time_at_which_an_anchor_will_be_final_is_foretold_from_the_chains_own_pace(
    anvil: Anvil, on_anvil: Registry
):
    tx = publish(on_anvil, 5)
    for _ in range(3):
        anvil.ask("evm_increaseTime", 60)
        anvil.ask("evm_mine")
    outcome = on_anvil.outcome(tx, LOG, 5, root(5))  # final at depth 4, of which the newest blocks took 60 s each
    assert outcome.state == "safe"
    assert outcome.final_by is not None
    assert outcome.block_time is not None
    assert 180 <= (outcome.final_by - outcome.block_time).total_seconds() <= 300


def test_on_a_chain_without_fees_an_account_without_money_anchors(npm_packages: None):
    program = str(build.NODE / "node_modules" / ".bin" / "anvil")
    with running_anvil(program, "--gas-price", "0", "--base-fee", "0") as free:
        registry = deploy_registry(open_chain(free.url, POOR, free=True))
        tx = publish(registry, 5)
        assert registry.outcome(tx, LOG, 5, root(5)).state == "mined"
        assert registry._chain.fees(3) == {"gasPrice": 0}
