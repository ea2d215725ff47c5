"""The contract itself, on a chain in memory: who may publish what, and what stays."""

import contextlib
from dataclasses import replace
from typing import Any

import pytest

from contracts.artifact import artifact
from contracts.chain import Chain, ChainError, open_chain
from contracts.demo import open_demo_chain
from contracts.finality import ByDepth, ByTag, Heights
from contracts.registry import NOBODY, Registry, connect, demo_chain, deploy_registry
from tests.contracts.chains import LOG, OTHER_LOG, publish, root

STRANGER = "0x" + f"{2:064x}"  # the second account of eth-tester


def cleos(registry: Registry) -> Registry:
    """The same contract, spoken to by Cleo, who owns nothing."""
    from eth_account import Account

    return Registry(replace(registry._chain, account=Account.from_key(STRANGER)), registry.address)


def call(registry: Registry, function: str, *arguments: Any) -> None:
    """Call a function of the contract from the registry's account, past every check of Registry."""
    chain = registry._chain
    chain.send(registry._contract.get_function_by_name(function)(*arguments), chain.next_nonce())


def test_a_published_root_is_read_back(demo: Registry):
    tx = publish(demo, 5)
    head = demo.latest(LOG)
    assert (head.size, head.root) == (5, root(5))
    outcome = demo.outcome(tx, LOG, 5, root(5))
    assert outcome.state == "mined"
    assert outcome.tx == tx
    assert outcome.block_number == head.block_number
    assert outcome.block_time is not None
    assert outcome.block_time.tzinfo is not None


def test_a_log_without_publication_has_size_zero_and_no_owner(demo: Registry):
    head = demo.latest(LOG)
    assert (head.size, head.root, head.owner) == (0, bytes(32), NOBODY)
    assert list(demo.history(LOG)) == []


def test_a_stranger_cannot_publish_for_anothers_log(demo: Registry):
    publish(demo, 5)
    with pytest.raises(ChainError, match="belongs to another account") as refusal:
        publish(cleos(demo), 6)
    assert refusal.value.permanent
    with pytest.raises(ChainError, match="the contract refuses"):
        call(cleos(demo), "publish", LOG, 6, root(6))
    assert demo.latest(LOG).root == root(5)


def test_a_stranger_may_have_a_log_of_her_own(demo: Registry):
    publish(demo, 5)
    publish(cleos(demo), 3, OTHER_LOG)
    assert demo.latest(LOG).size == 5
    assert demo.latest(OTHER_LOG).size == 3


@pytest.mark.parametrize("size", [4, 5])
def test_the_size_never_shrinks_and_a_published_root_cannot_be_changed(demo: Registry, size: int):
    publish(demo, 5)
    with pytest.raises(ChainError, match="not above") as refusal:
        demo.publish(LOG, size, root(99), demo.next_nonce())
    assert refusal.value.permanent
    with pytest.raises(ChainError, match="the contract refuses"):
        call(demo, "publish", LOG, size, root(99))
    assert demo.latest(LOG).root == root(5)


def test_every_published_root_stays_in_the_history(demo: Registry):
    for size in (1, 4, 9):
        publish(demo, size)
        publish(demo, size, OTHER_LOG)
    assert [(each.size, each.root) for each in demo.history(LOG)] == [(9, root(9)), (4, root(4)), (1, root(1))]
    found = demo.find(LOG, 4)
    assert found is not None
    assert found.root == root(4)
    assert demo.find(LOG, 5) is None


def test_ownership_passes_in_two_steps_only(demo: Registry):
    publish(demo, 5)
    cleo = cleos(demo)
    with pytest.raises(ChainError):
        call(cleo, "acceptOwnership", LOG)
    with pytest.raises(ChainError):
        call(cleo, "offerOwnership", LOG, cleo._chain.account.address)
    call(demo, "offerOwnership", LOG, cleo._chain.account.address)
    publish(demo, 6)  # an offer alone changes nothing
    call(cleo, "acceptOwnership", LOG)
    publish(cleo, 7)
    with pytest.raises(ChainError):
        publish(demo, 8)
    with pytest.raises(ChainError):
        call(cleo, "acceptOwnership", LOG)  # the offer is used up


def test_an_offer_can_be_withdrawn(demo: Registry):
    publish(demo, 5)
    cleo = cleos(demo)
    call(demo, "offerOwnership", LOG, cleo._chain.account.address)
    call(demo, "offerOwnership", LOG, NOBODY)
    with pytest.raises(ChainError):
        call(cleo, "acceptOwnership", LOG)


def test_nobody_can_take_a_log_that_was_never_published(demo: Registry):
    with pytest.raises(ChainError):
        call(demo, "acceptOwnership", LOG)


def test_after_a_crash_the_contract_is_asked(demo: Registry):
    tx = publish(demo, 5)
    publish(demo, 6)
    outcome = demo.outcome("", LOG, 5, root(5))
    assert (outcome.state, outcome.tx) == ("mined", tx)


def test_what_was_never_sent_is_unknown(demo: Registry):
    publish(demo, 5)
    assert demo.outcome("", LOG, 6, root(6)).state == "unknown"
    assert demo.outcome("0x" + "ab" * 32, LOG, 6, root(6)).state == "unknown"


def test_a_publication_that_had_no_effect_is_refused(demo: Registry):
    publish(demo, 5)
    chain = demo._chain
    refused = demo._contract.functions.publish(LOG, 5, root(99)).build_transaction(
        {"from": chain.account.address, "nonce": demo.next_nonce(), "gas": 100_000, "chainId": 131277322940537}
        | chain.fees(0)
    )
    signed = chain.account.sign_transaction(refused)
    with contextlib.suppress(*chain.failures):  # eth-tester mines it, and says so at once
        chain.web3.eth.send_raw_transaction(signed.raw_transaction)
    assert demo.outcome(signed.hash.to_0x_hex(), LOG, 5, root(99)).state == "refused"
    assert demo.outcome("", LOG, 5, root(99)).state == "refused"
    assert demo.latest(LOG).root == root(5)


def test_a_receipt_of_another_publication_proves_nothing(demo: Registry):
    tx = publish(demo, 5)
    assert demo.outcome(tx, LOG, 5, root(6)).state == "refused"
    assert demo.outcome(tx, LOG, 4, root(5)).state == "refused"
    assert demo.outcome(tx, OTHER_LOG, 5, root(5)).state == "refused"


def test_publishing_costs_what_one_slot_and_an_event_cost(demo: Registry):
    publish(demo, 5)
    tx = publish(demo, 6)
    assert demo._chain.web3.eth.get_transaction_receipt(tx)["gasUsed"] < 40_000  # type: ignore[arg-type]


def test_the_demo_chain_says_that_it_is_one_and_never_calls_its_newest_block_final(demo: Registry):
    tx = publish(demo, 1)
    assert demo.demo
    assert demo.outcome(tx, LOG, 1, root(1)).state == "mined"
    by_tag = Registry(replace(demo._chain, finality=ByTag()), demo.address)
    assert by_tag.outcome(tx, LOG, 1, root(1)).state == "mined"


def test_depth_makes_a_block_safe_and_then_final(demo: Registry):
    tx = publish(demo, 1)
    shallow = Registry(replace(demo._chain, finality=ByDepth(safe=1, final=2)), demo.address)
    states = []
    for size in (2, 3):
        publish(demo, size)
        states.append(shallow.outcome(tx, LOG, 1, root(1)).state)
    assert states == ["safe", "final"]


def test_tags_settle_a_block_only_where_they_mean_something():
    heights = Heights(latest=100, safe=68, finalized=36)
    assert [ByTag().settled(block, heights) for block in (36, 37, 68, 69)] == ["final", "safe", "safe", "mined"]
    assert ByTag().settled(5, Heights(latest=5, safe=5, finalized=5)) == "mined"


def test_two_demo_chains_are_two_chains(demo: Registry):
    assert demo.chain() == demo.chain()
    assert demo.chain() != demo_chain().chain()


def test_an_address_with_other_code_is_refused():
    from contracts.registry import require_code

    chain = open_demo_chain()
    with pytest.raises(ChainError, match="not the AnchorRegistry"):
        require_code(Registry(chain, "0x" + "11" * 20))
    require_code(deploy_registry(chain))


def test_the_deployed_code_is_the_committed_one(demo: Registry):
    code = demo._chain.web3.eth.get_code(demo.address).to_0x_hex()  # type: ignore[arg-type]
    assert code == artifact("AnchorRegistry").deployed_bytecode


def test_a_wrong_key_and_a_wrong_address_say_so():
    with pytest.raises(ChainError, match="32 bytes in hex"):
        open_chain("http://127.0.0.1:1", "not a key")
    with pytest.raises(ChainError, match="not the address"):
        Registry(open_demo_chain(), "0x12")


def test_a_node_that_does_not_answer_is_an_error_to_try_again():
    with pytest.raises(ChainError) as refusal:
        connect("http://127.0.0.1:1", STRANGER, "0x" + "11" * 20)
    assert not refusal.value.permanent


def test_nothing_is_sent_above_the_fee_ceiling(demo: Registry):
    mean: Chain = replace(demo._chain, fee_ceiling=1)
    with pytest.raises(ChainError, match="ceiling"):
        publish(Registry(mean, demo.address), 5)
    assert demo.latest(LOG).size == 0
