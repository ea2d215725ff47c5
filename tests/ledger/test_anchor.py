"""The life of an anchor, on a chain of our own making that can be slow, forget, fork and be another one."""

from datetime import timedelta
from hashlib import sha256

import pytest

from app.db import reading
from ledger import anchor
from ledger.anchor import AnchorState, AnchorTarget, follow_up, newest_of, of_itself, publish_latest
from ledger.errors import RolledBack
from tests.support.chain import MINED_AT, Chain, Refused, Told, Unreachable
from tests.support.logs import OpenLog

LATER = timedelta(minutes=11)


@pytest.fixture
def chain() -> Chain:
    return Chain()


def newest(log: OpenLog) -> AnchorState:
    with reading(log.db) as session:
        found = of_itself(session, log.id)
    assert found is not None
    return found


def states(log: OpenLog) -> list[tuple[int, str]]:
    return [
        tuple(row) for row in log.rows("SELECT size, state FROM ledger_anchor WHERE log_id = :log ORDER BY id")
    ]


def test_a_checkpoint_goes_from_sent_to_final(ada: OpenLog, chain: Chain) -> None:
    target: AnchorTarget = chain
    assert publish_latest(ada.db, ada.id, target, ada.now) is None
    ada.fill(3)
    sent = publish_latest(ada.db, ada.id, target, ada.now)
    assert (sent.state, sent.size, sent.block_number) == ("sent", 3, None)
    follow_up(ada.db, ada.id, target, ada.now)
    assert newest(ada).state == "sent"
    chain.mine()
    for settled in ("mined", "safe", "final"):
        chain.settled = settled
        follow_up(ada.db, ada.id, target, ada.now)
        found = newest(ada)
        assert (found.state, found.block_number, found.block_time) == (settled, 0, MINED_AT)
    assert chain.blocks[0][2:] == (3, found.root)


def test_the_name_on_the_chain_is_random_and_stays_the_same(ada: OpenLog, cleo: OpenLog, chain: Chain) -> None:
    for log, first in ((ada, 0), (cleo, 0), (ada, 1)):
        log.fill(1, first=first)
        publish_latest(log.db, log.id, chain, log.now)
        chain.mine()
        follow_up(log.db, log.id, chain, log.now)
    names = [key for _, key, _, _ in chain.blocks]
    assert [len(each) for each in names] == [32, 32, 32]
    assert names[0] == names[2] != names[1]
    assert sha256(b"wayproof/ada1").digest() != names[0]


def test_a_name_that_a_stranger_took_first_is_given_up_for_another(ada: OpenLog, chain: Chain) -> None:
    ada.fill(1)
    chain.breaks = "taken"
    with pytest.raises(Refused):
        publish_latest(ada.db, ada.id, chain, ada.now)
    assert states(ada) == [(1, "lost")]
    chain.breaks = ""
    publish_latest(ada.db, ada.id, chain, ada.now)
    assert states(ada) == [(1, "lost"), (1, "sent")]
    (old,), (new,) = ada.rows("SELECT log_key FROM ledger_anchor WHERE log_id = :log ORDER BY id")
    assert bytes(old) != bytes(new)


def test_a_database_that_is_behind_its_anchor_anchors_nothing(ada: OpenLog, chain: Chain) -> None:
    ada.fill(1)
    publish_latest(ada.db, ada.id, chain, ada.now)
    chain.mine()
    follow_up(ada.db, ada.id, chain, ada.now)
    tx, key, _, _ = chain.blocks[0]
    chain.blocks.append((tx, key, 9, bytes(32)))  # anchored by the same service, before an old backup came back
    ada.fill(1, first=1)
    with pytest.raises(RolledBack, match="a tree of 9"):
        publish_latest(ada.db, ada.id, chain, ada.now)
    assert states(ada) == [(1, "mined")]


def test_the_same_checkpoint_is_sent_once_and_one_at_a_time(ada: OpenLog, chain: Chain) -> None:
    ada.fill(3)
    publish_latest(ada.db, ada.id, chain, ada.now)
    ada.fill(1, first=3)
    assert publish_latest(ada.db, ada.id, chain, ada.now) is None
    chain.mine()
    follow_up(ada.db, ada.id, chain, ada.now)
    assert publish_latest(ada.db, ada.id, chain, ada.now).size == 4
    chain.mine()
    follow_up(ada.db, ada.id, chain, ada.now)
    assert publish_latest(ada.db, ada.id, chain, ada.now) is None
    assert [size for size, _, _ in chain.sent] == [3, 4]


def test_two_logs_share_one_account_and_never_a_nonce(ada: OpenLog, cleo: OpenLog, chain: Chain) -> None:
    ada.fill(1)
    cleo.fill(1)
    chain.breaks = "before"  # both are rows before either is sent
    for log in (ada, cleo):
        with pytest.raises(Unreachable):
            publish_latest(log.db, log.id, chain, log.now)
    chain.breaks = ""
    follow_up(cleo.db, cleo.id, chain, cleo.now)
    follow_up(ada.db, ada.id, chain, ada.now)
    assert sorted(nonce for _, nonce, _ in chain.sent) == [0, 1]
    chain.mine()
    for log in (ada, cleo):
        follow_up(log.db, log.id, chain, log.now)
        assert newest(log).state == "mined"


def test_a_crash_before_sending_is_made_good(ada: OpenLog, chain: Chain) -> None:
    ada.fill(1)
    chain.breaks = "before"
    with pytest.raises(Unreachable):
        publish_latest(ada.db, ada.id, chain, ada.now)
    assert states(ada) == [(1, "prepared")]
    chain.breaks = ""
    assert publish_latest(ada.db, ada.id, chain, ada.now) is None
    follow_up(ada.db, ada.id, chain, ada.now)
    assert states(ada) == [(1, "sent")]
    assert chain.sent == [(1, 0, 0)]


def test_a_crash_after_sending_does_not_send_twice(ada: OpenLog, chain: Chain) -> None:
    ada.fill(1)
    chain.breaks = "after"
    with pytest.raises(Unreachable):
        publish_latest(ada.db, ada.id, chain, ada.now)
    chain.breaks = ""
    follow_up(ada.db, ada.id, chain, ada.now)  # the nonce is taken: perhaps by us
    assert states(ada) == [(1, "prepared")]
    chain.mine()
    follow_up(ada.db, ada.id, chain, ada.now)
    assert states(ada) == [(1, "mined")]
    assert len(chain.sent) == 1


def test_a_nonce_that_somebody_else_used_is_given_up_after_a_while(ada: OpenLog, chain: Chain) -> None:
    ada.fill(1)
    chain.breaks = "before"
    with pytest.raises(Unreachable):
        publish_latest(ada.db, ada.id, chain, ada.now)
    chain.breaks, chain.nonce = "", 5
    follow_up(ada.db, ada.id, chain, ada.now)
    assert chain.sent == []
    follow_up(ada.db, ada.id, chain, ada.now + LATER)
    assert chain.sent == [(1, 5, 0)]


def test_a_transaction_that_waits_too_long_is_replaced_with_a_higher_fee(ada: OpenLog, chain: Chain) -> None:
    ada.fill(1)
    publish_latest(ada.db, ada.id, chain, ada.now)
    follow_up(ada.db, ada.id, chain, ada.now + LATER / 2)
    for turn in (1, 2):
        follow_up(ada.db, ada.id, chain, ada.now + turn * LATER)
    assert chain.sent == [(1, 0, 0), (1, 0, 1), (1, 0, 2)]
    chain.mine()
    follow_up(ada.db, ada.id, chain, ada.now + 3 * LATER)
    assert states(ada) == [(1, "mined")]


def test_a_reorganisation_sends_the_anchor_back_and_out_again(ada: OpenLog, chain: Chain) -> None:
    ada.fill(1)
    publish_latest(ada.db, ada.id, chain, ada.now)
    chain.mine()
    follow_up(ada.db, ada.id, chain, ada.now)
    assert newest(ada).state == "mined"
    chain.fork()
    follow_up(ada.db, ada.id, chain, ada.now)
    found = newest(ada)
    assert (found.state, found.block_hash, found.block_time) == ("sent", None, None)
    chain.mine()
    follow_up(ada.db, ada.id, chain, ada.now)
    assert newest(ada).state == "mined"
    assert [nonce for _, nonce, _ in chain.sent] == [0, 0]


def test_a_reorganisation_of_two_blocks_leaves_no_gap_of_nonces(ada: OpenLog, chain: Chain) -> None:
    for first in (0, 1):
        ada.fill(1, first=first)
        publish_latest(ada.db, ada.id, chain, ada.now)
        chain.mine()
        follow_up(ada.db, ada.id, chain, ada.now)
    chain.fork(2)
    follow_up(ada.db, ada.id, chain, ada.now)
    assert states(ada) == [(1, "lost"), (2, "sent")]
    chain.mine()
    follow_up(ada.db, ada.id, chain, ada.now)
    assert (states(ada), chain.sent[-1][:2]) == ([(1, "lost"), (2, "mined")], (2, 0))


def test_two_nodes_that_contradict_each_other_take_an_anchor_back_and_send_nothing(
    ada: OpenLog, chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.fill(1)
    publish_latest(ada.db, ada.id, chain, ada.now)
    chain.mine()
    follow_up(ada.db, ada.id, chain, ada.now)
    with monkeypatch.context() as lie:
        lie.setattr(chain, "outcome", lambda *args: Told("pending", sources=0))
        follow_up(ada.db, ada.id, chain, ada.now)
        follow_up(ada.db, ada.id, chain, ada.now + 2 * LATER)
    assert (newest(ada).state, newest(ada).sources, newest(ada).block_hash) == ("sent", 0, None)
    assert len(chain.sent) == 1
    follow_up(ada.db, ada.id, chain, ada.now)
    assert (newest(ada).state, newest(ada).sources) == ("mined", 1)


def test_a_chain_that_stands_still_is_offered_more_up_to_a_bound_and_mines_once(
    ada: OpenLog, chain: Chain
) -> None:
    ada.fill(1)
    publish_latest(ada.db, ada.id, chain, ada.now)
    for turn in range(1, anchor.MAX_BUMPS + 5):
        follow_up(ada.db, ada.id, chain, ada.now + turn * LATER)
    assert {nonce for _, nonce, _ in chain.sent} == {0}
    assert max(bump for _, _, bump in chain.sent) == anchor.MAX_BUMPS
    chain.mine()
    follow_up(ada.db, ada.id, chain, ada.now)
    assert (newest(ada).state, len(chain.blocks)) == ("mined", 1)


def test_a_reorganisation_that_only_delays_the_transaction_does_not_send_it_again(
    ada: OpenLog, chain: Chain
) -> None:
    ada.fill(1)
    publish_latest(ada.db, ada.id, chain, ada.now)
    chain.mine()
    follow_up(ada.db, ada.id, chain, ada.now)
    chain.waiting[0] = chain.blocks.pop()
    follow_up(ada.db, ada.id, chain, ada.now)
    assert (newest(ada).state, newest(ada).block_hash) == ("sent", None)
    assert len(chain.sent) == 1


def test_an_older_anchor_that_is_forgotten_is_lost_when_a_newer_one_stands(ada: OpenLog, chain: Chain) -> None:
    for first in (0, 1):
        ada.fill(1, first=first)
        publish_latest(ada.db, ada.id, chain, ada.now)
        chain.mine()
        follow_up(ada.db, ada.id, chain, ada.now)
    del chain.blocks[0]
    follow_up(ada.db, ada.id, chain, ada.now)
    assert states(ada) == [(1, "lost"), (2, "mined")]
    assert len(chain.sent) == 2


def test_on_another_genesis_a_demo_is_lost_and_published_anew(ada: OpenLog, chain: Chain) -> None:
    ada.fill(1)
    publish_latest(ada.db, ada.id, chain, ada.now)
    chain.mine()
    chain.settled = "final"
    follow_up(ada.db, ada.id, chain, ada.now)
    ada.sql("UPDATE ledger_anchor SET finality = 'demo' WHERE log_id = :log")
    other = Chain(genesis="0xanother")
    follow_up(ada.db, ada.id, other, ada.now)
    assert newest(ada).state == "lost"
    assert publish_latest(ada.db, ada.id, other, ada.now).genesis == "0xanother"
    assert states(ada) == [(1, "lost"), (1, "sent")]
    assert newest(ada).state == "sent"


def test_what_is_final_on_one_chain_stays_so_when_another_answers(ada: OpenLog, chain: Chain) -> None:
    ada.fill(1)
    publish_latest(ada.db, ada.id, chain, ada.now)
    chain.mine()
    chain.settled = "final"
    follow_up(ada.db, ada.id, chain, ada.now)
    other = Chain(genesis="0xanother")
    assert publish_latest(ada.db, ada.id, other, ada.now).genesis == "0xanother"
    other.breaks = "chain"
    follow_up(ada.db, ada.id, chain, ada.now)  # the first chain answers again
    assert states(ada) == [(1, "final"), (1, "lost")]
    assert (newest(ada).state, newest(ada).genesis) == ("final", chain.genesis)


def test_a_refused_anchor_is_lost(ada: OpenLog, chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    ada.fill(1)
    publish_latest(ada.db, ada.id, chain, ada.now)
    monkeypatch.setattr(chain, "outcome", lambda *args: Told("refused"))
    follow_up(ada.db, ada.id, chain, ada.now)
    assert states(ada) == [(1, "lost")]


def test_a_node_that_does_not_answer_changes_nothing(ada: OpenLog, chain: Chain) -> None:
    ada.fill(1)
    publish_latest(ada.db, ada.id, chain, ada.now)
    chain.breaks = "chain"
    for act in (follow_up, publish_latest):
        with pytest.raises(Unreachable):
            act(ada.db, ada.id, chain, ada.now)
    assert states(ada) == [(1, "sent")]


def test_anchors_that_are_final_are_asked_about_no_more(ada: OpenLog, chain: Chain) -> None:
    for first in range(4):
        ada.fill(1, first=first)
        publish_latest(ada.db, ada.id, chain, ada.now)
        chain.mine()
        follow_up(ada.db, ada.id, chain, ada.now)
    chain.settled = "final"
    follow_up(ada.db, ada.id, chain, ada.now)
    assert [state for _, state in states(ada)] == ["final"] * 4
    chain.blocks.clear()
    follow_up(ada.db, ada.id, chain, ada.now)
    with reading(ada.db) as session:
        assert [each.size for each in newest_of(session, ada.id, 2)] == [4, 3]
    assert [state for _, state in states(ada)] == ["final"] * 4
