"""The life of an anchor, on a chain of our own making that can be slow, forget, fork and be another one."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from app.db import reading
from ledger import anchor
from ledger.anchor import AnchorState, AnchorTarget, contract_key, follow_up, latest, publish_latest
from ledger.log import bundle
from ledger.verify import verify_bundle
from tests.support.logs import OpenLog

MINED_AT = datetime.fromisoformat("2026-03-02T09:31:00+00:00")
LATER = timedelta(minutes=11)


@dataclass(frozen=True)
class Identity:
    chain_id: int
    genesis: str


@dataclass(frozen=True)
class Told:
    state: str
    block_hash: str | None = None
    block_number: int | None = None
    block_time: datetime | None = None


class Unreachable(Exception):
    pass


@dataclass
class Chain:
    """A chain with one contract and one account. Transactions wait until `mine`."""

    genesis: str = "0xgenesis"
    waiting: dict[int, tuple[str, bytes, int, bytes]] = field(default_factory=dict)
    blocks: list[tuple[str, bytes, int, bytes]] = field(default_factory=list)
    nonce: int = 0
    sent: list[tuple[int, int, int]] = field(default_factory=list)
    settled: str = "mined"
    breaks: str = ""

    def chain(self) -> Identity:
        if self.breaks == "chain":
            raise Unreachable
        return Identity(7, self.genesis)

    def next_nonce(self) -> int:
        while self.nonce in self.waiting:
            self.nonce += 1
        return self.nonce

    def publish(self, log_key: bytes, size: int, root: bytes, nonce: int, fee_bump: int) -> str:
        if self.breaks == "before":
            raise Unreachable
        tx = f"0x{log_key[:2].hex()}/{size}/{nonce}/{fee_bump}"
        self.waiting[nonce] = (tx, log_key, size, root)
        self.sent.append((size, nonce, fee_bump))
        if self.breaks == "after":
            raise Unreachable
        return tx

    def outcome(self, tx: str, log_key: bytes, size: int, root: bytes) -> Told:
        for number, block in enumerate(self.blocks):
            if block[1:] == (log_key, size, root):
                return Told(self.settled, f"0xblock{number}", number, MINED_AT)
        return Told("pending" if any(each[0] == tx for each in self.waiting.values()) else "unknown")

    def mine(self) -> None:
        for nonce in sorted(self.waiting):
            self.blocks.append(self.waiting.pop(nonce))
            self.nonce = nonce + 1

    def fork(self) -> None:
        """The newest block is gone, and its transaction with it."""
        self.blocks.pop()
        self.nonce -= 1


@pytest.fixture
def chain() -> Chain:
    return Chain()


def newest(log: OpenLog) -> AnchorState:
    with reading(log.db) as session:
        found = latest(session, log.id)
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
    assert chain.blocks[0][1:] == (contract_key("wayproof/ada1"), 3, found.root)


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


def test_on_another_genesis_everything_is_lost_and_published_anew(ada: OpenLog, chain: Chain) -> None:
    ada.fill(1)
    publish_latest(ada.db, ada.id, chain, ada.now)
    chain.mine()
    chain.settled = "final"
    follow_up(ada.db, ada.id, chain, ada.now)
    other = Chain(genesis="0xanother")
    follow_up(ada.db, ada.id, other, ada.now)
    assert newest(ada).state == "lost"
    assert publish_latest(ada.db, ada.id, other, ada.now).genesis == "0xanother"
    assert states(ada) == [(1, "lost"), (1, "sent")]
    assert newest(ada).state == "sent"


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


def test_a_proof_carries_the_anchor_joined_to_its_checkpoint(ada: OpenLog, chain: Chain) -> None:
    ids = ada.fill(5)
    publish_latest(ada.db, ada.id, chain, ada.now)
    chain.mine()
    follow_up(ada.db, ada.id, chain, ada.now)
    ids += ada.fill(4, first=5)
    with reading(ada.db) as session:
        old, new = (
            json.dumps(bundle(session, ada.id, each, latest(session, ada.id))).encode()
            for each in (ids[2], ids[7])
        )
    confirmed = verify_bundle(old, vkeys=[ada.signer.vkey], check_anchor=lambda claim: None)
    assert (confirmed.anchored, confirmed.size, confirmed.anchor.size) == ("valid", 9, 5)
    assert verify_bundle(new, vkeys=[ada.signer.vkey], check_anchor=lambda claim: None).anchored == "unknown"


def test_only_the_newest_anchors_are_asked_about(ada: OpenLog, chain: Chain) -> None:
    for first in range(6):
        ada.fill(1, first=first)
        publish_latest(ada.db, ada.id, chain, ada.now)
        chain.mine()
        follow_up(ada.db, ada.id, chain, ada.now)
    chain.settled = "final"
    follow_up(ada.db, ada.id, chain, ada.now)
    assert [state for _, state in states(ada)].count("final") == anchor.FOLLOWED
