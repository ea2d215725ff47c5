"""Asking witnesses: published with whoever answered, or only with the quorum, and never past one that is ahead."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.db import reading
from ledger import policy
from ledger.checkpoint import Checkpoint
from ledger.cosignature import Cosigner
from ledger.errors import RolledBack
from ledger.merkle import EMPTY_ROOT
from ledger.policy import Policy
from ledger.publisher import publish_due
from ledger.witness import Answer, Witness
from ledger.witnessing import TRIES, WitnessAhead, release_due, stands
from tests.support.logs import OpenLog, open_for_test

NOW = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = [Cosigner(f"example.com/w{number}", bytes([number]) * 32) for number in range(3)]


@dataclass
class Net:
    """Three witnesses behind addresses; what is in `down` does not answer, what is in `says` answers so."""

    witnesses: dict[str, Witness]
    log: OpenLog
    down: set[str] = field(default_factory=set)
    says: dict[str, Callable[[bytes], tuple[int, bytes]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, url: str, body: bytes) -> tuple[int, bytes]:
        name = url.removeprefix("http://").removesuffix("/add-checkpoint")
        self.asked.append(name)
        if name in self.down:
            raise TimeoutError("no answer")
        if name in self.says:
            return self.says[name](body)
        answer: Answer = self.witnesses[name].add_checkpoint(body, self.log.now)
        return answer.status, answer.body.encode()


@pytest.fixture
def net(ada: OpenLog, tmp_path: Path) -> Net:
    trusted = [ada.signer.verifier]
    return Net({f"w{at}": Witness([key], trusted, tmp_path / f"w{at}") for at, key in enumerate(KEYS)}, ada)


def asking(quorum: str) -> Policy:
    lines = [f"witness w{at} {key.vkey} http://w{at}" for at, key in enumerate(KEYS)]
    return policy.parse("\n".join([*lines, f"group trio {quorum} w0 w1 w2", "quorum trio\n"]))


def grow(log: OpenLog, entries: int = 1) -> None:
    for number in range(entries):
        log.accept(number)
    log.integrate()
    publish_due(log.db, log.id, log.signer, log.now, hold=True)


def release(net: Net, quorum: str = "2", required: bool = False, later: int = 0) -> bool:
    now = net.log.now + timedelta(seconds=later)
    return release_due(net.log.db, net.log.id, asking(quorum), net, now, required=required)


def published(net: Net, quorum: str) -> list[str]:
    wanted = policy.parse(f"log {net.log.signer.vkey}\n" + _text(asking(quorum)))
    signed = policy.open_signed(net.log.evidence().checkpoint.encode(), wanted)
    return [each.witness for each in signed.seen]


def _text(wanted: Policy) -> str:
    lines = [f"witness {name} {each.key.vkey}" for name, each in wanted.witnesses.items()]
    return "\n".join([*lines, f"group trio {wanted.groups['trio'].needed} w0 w1 w2", "quorum trio\n"])


def standing(net: Net) -> list[tuple[str, int]]:
    with reading(net.log.db) as session:
        return [(each.state, each.size) for each in stands(session, net.log.id)]


def test_a_checkpoint_is_published_with_the_cosignatures_of_all(ada: OpenLog, net: Net) -> None:
    grow(ada, 3)
    assert ada.evidence().checkpoint is None
    assert release(net, "all", required=True)
    assert published(net, "all") == ["w0", "w1", "w2"]
    grow(ada, 4)
    assert ada.evidence().size == 3
    assert release(net, "all", required=True)
    assert published(net, "all") == ["w0", "w1", "w2"]
    assert standing(net) == [("seen", 7)] * 3
    assert len(net.asked) == 6  # the sizes are remembered, so nobody had to answer 409
    assert not release(net, "all", required=True)


def test_where_the_quorum_is_required_nothing_is_published_below_it(ada: OpenLog, net: Net) -> None:
    net.down = {"w1", "w2"}
    grow(ada)
    assert not release(net, required=True)
    assert ada.evidence().checkpoint is None
    assert standing(net) == [("seen", 1), ("silent", 0), ("silent", 0)]
    net.down = {"w2"}
    assert not release(net, required=True, later=5)
    assert net.asked.count("w1") == 1  # left alone for a while
    assert release(net, required=True, later=60)
    assert published(net, "2") == ["w0", "w1"]


def test_where_it_is_not_required_the_log_goes_on_and_adds_what_comes_later(ada: OpenLog, net: Net) -> None:
    net.down = {"w0", "w1", "w2"}
    grow(ada)
    assert release(net)
    assert ada.evidence().size == 1
    net.down = set()
    assert not release(net, later=60)
    assert published(net, "all") == ["w0", "w1", "w2"]


def test_a_witness_that_was_asked_by_another_way_is_caught_up_with(ada: OpenLog, net: Net) -> None:
    grow(ada, 2)
    release(net)
    ada.sql("DELETE FROM ledger_witness WHERE log_id = :log")
    grow(ada, 2)
    assert release(net, "all", required=True)
    assert len(net.asked) == 9  # each answered 409 with its size, and then 200


def test_a_witness_that_is_ahead_stops_everything(ada: OpenLog, net: Net) -> None:
    grow(ada, 2)
    release(net)
    net.says["w1"] = lambda body: (409, b"9\n")
    grow(ada)
    for _ in range(2):
        with pytest.raises(WitnessAhead, match=r"example\.com/w1"):
            release(net)
    assert ada.evidence().size == 2
    assert standing(net)[1] == ("ahead", 9)
    del net.says["w1"]
    assert release(net, later=60)  # it was found out why, and mended
    assert ada.evidence().size == 3


@pytest.mark.parametrize(
    "answer",
    [
        (200, b""),
        (200, b"nonsense"),
        (200, KEYS[2].line(Checkpoint("wayproof/ada1", 0, EMPTY_ROOT).text, NOW).encode()),
        (403, b"no"),
        (500, b""),
        (409, b""),
        (409, b"01\n"),
        (409, b"\xd9\xa3\n"),
    ],
)
def test_an_answer_that_is_no_cosignature_counts_for_nothing(
    ada: OpenLog, net: Net, answer: tuple[int, bytes]
) -> None:
    net.says["w2"] = lambda body: answer
    grow(ada)
    assert not release(net, "all", required=True)
    assert standing(net) == [("seen", 1), ("seen", 1), ("refused", 0)]


def test_a_witness_that_changes_its_size_at_each_try_is_left(ada: OpenLog, net: Net) -> None:
    sizes = iter(range(100))
    net.says["w2"] = lambda body: (409, b"%d\n" % next(sizes))
    grow(ada, 5)
    assert release(net)
    assert net.asked.count("w2") == TRIES
    assert published(net, "2") == ["w0", "w1"]


def test_a_log_that_grows_while_witnesses_are_asked_is_published_all_the_same(ada: OpenLog, net: Net) -> None:
    grow(ada)
    witness = net.witnesses["w0"]

    def grow_meanwhile(body: bytes) -> tuple[int, bytes]:
        del net.says["w0"]
        grow(ada)
        answer = witness.add_checkpoint(body, ada.now)
        return answer.status, answer.body.encode()

    net.says["w0"] = grow_meanwhile
    assert release(net, "all", required=True)
    assert ada.evidence().size == 1
    assert release(net, "all", required=True)
    assert ada.evidence().size == 2


def test_without_witnesses_what_was_held_is_published_at_once(ada: OpenLog, net: Net) -> None:
    grow(ada)
    ada.publish()
    assert ada.evidence().size == 1
    assert ada.rows("SELECT count(*) FROM ledger_signed") == [(0,)]
    assert not ada.publish()


def test_nothing_is_signed_beside_what_is_held(ada: OpenLog, net: Net) -> None:
    grow(ada, 2)
    ada.sql("UPDATE ledger_signed SET root = :other WHERE log_id = :log", other=bytes(32))
    with pytest.raises(RolledBack):
        grow(ada)


def test_a_witness_of_ada_does_not_look_after_cleo(ada: OpenLog, net: Net, tmp_path: Path) -> None:
    cleo = open_for_test(ada.db, tmp_path, "cleo2", ada.now)
    grow(cleo)
    assert not release_due(cleo.db, cleo.id, asking("2"), net, ada.now, required=True)
    with reading(ada.db) as session:
        assert {each.detail for each in stands(session, cleo.id)} == {"it answered 404"}
    assert standing(net) == []
