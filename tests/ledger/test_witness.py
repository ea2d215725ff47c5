"""A witness: the worked request byte for byte, each refusal in its order, and no way back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from ledger import merkle, witness
from ledger.checkpoint import Checkpoint
from ledger.cosignature import Cosigner, verify_cosignature
from ledger.errors import Tampered
from ledger.note import ML_DSA_44, Signer, b64, open_note, split_note
from ledger.witness import SIZE, Answer, Request, Witness, write_request

AT = datetime.fromtimestamp(1700000000, UTC)
LOG = Signer("example.com/demo", bytes(range(32)))
CLEO = Signer("example.com/cleo", bytes(range(64, 96)))
WIT = Cosigner("example.com/wit", bytes(range(0x20, 0x40)))
LEAVES = [merkle.leaf_hash(each) for each in (b"a", b"b", b"c", b"d", b"e")]
HASH = "de1869b560eb8469162d30ccc5af90955fc2d30dfb731bb006945f173119d5db"


def at(size: int, leaves: list[bytes] = LEAVES) -> Checkpoint:
    return Checkpoint(LOG.name, size, merkle.root(leaves[:size]))


def body(old: int, size: int, by: Signer = LOG, path: list[bytes] | None = None) -> bytes:
    if path is None:
        path = merkle.consistency_path(LEAVES[:size], old) if old else []
    return write_request(old, path, by.sign(at(size).text).encode())


@pytest.fixture
def wit(tmp_path: Path) -> Witness:
    return Witness([WIT], [LOG.verifier], tmp_path)


def test_the_worked_request_comes_out_byte_for_byte() -> None:
    assert len(body(3, 4)) == 321
    assert sha256(body(3, 4)).hexdigest() == "e3fa0a88b5d501d5b25ffbf4de5dc23527db9dff8ff0fa840fa07f8e2074e0d1"
    read = Request.parse(body(3, 4))
    assert (read.old, read.checkpoint, len(read.path)) == (3, at(4), 3)


def test_a_log_is_taken_from_nothing_and_cosigned_as_it_grows(wit: Witness) -> None:
    for old, size in ((0, 0), (0, 3), (3, 3), (3, 4), (4, 5)):
        answer = wit.add_checkpoint(body(old, size), AT)
        assert (answer.status, answer.body) == (200, WIT.line(at(size).text, AT)), answer
    note = wit.checkpoint(HASH)
    assert note == (LOG.sign(at(5).text) + WIT.line(at(5).text, AT)).encode()
    name, blob = split_note(note)[1][1]
    assert name == "example.com/wit"
    assert verify_cosignature(WIT.verifier, at(5).text.encode(), at(5), blob[4:]) == 1700000000


def test_the_refusals_come_in_the_order_of_the_specification(wit: Witness) -> None:
    assert wit.add_checkpoint(body(0, 3), AT).status == 200
    path = merkle.consistency_path(LEAVES[:4], 3)
    other = Signer(LOG.name, bytes(32))
    failing = LOG.line(at(5).text)
    stranger = LOG.sign(at(4).text).encode() + CLEO.line(at(4).text).encode()
    forked = LOG.sign(at(3, LEAVES[::-1]).text).encode()
    cleos = CLEO.sign(Checkpoint(CLEO.name, 9, bytes(32)).text).encode()
    refused = [
        (400, b""),
        (400, body(3, 4)[1:]),
        (400, body(3, 4).replace(b"old 3", b"old 03")),
        (400, body(3, 4).replace(b"old 3\n", b"old 3 \n")),
        (400, write_request(3, path * 22, LOG.sign(at(4).text).encode())),
        (400, body(3, 4, path=[b"short"])),
        (400, body(3, 4)[:-1]),
        (400, body(3, 4).replace(b"\n4\n", b"\n04\n")),
        (400, write_request(9, path, cleos)[:-3]),
        (404, write_request(10, path, cleos)),
        (403, body(9, 4, by=other, path=path)),
        (403, write_request(9, path, LOG.sign(at(4).text).encode() + failing.encode())),
        (400, body(5, 4, path=path)),
        (409, body(4, 4)),
        (409, body(0, 4, path=path)),
        (409, write_request(0, [], forked)),
        (422, write_request(3, [], forked)),
        (422, body(3, 4, path=[])),
        (422, body(3, 4, path=path[::-1])),
        (422, body(3, 3, path=path)),
    ]
    for status, request in refused:
        answer = wit.add_checkpoint(request, AT)
        assert answer.status == status, (status, request, answer)
        if status == 409:
            assert answer == Answer(409, "3\n", SIZE)
    assert wit.add_checkpoint(write_request(3, path, stranger), AT).status == 200


def test_from_nothing_needs_no_proof_and_takes_none(wit: Witness) -> None:
    """The rule of size 0 in its own layer: the general proof from 0 is refused, the witness starts with it."""
    with pytest.raises(Tampered):
        merkle.verify_consistency(0, 3, [], merkle.EMPTY_ROOT, at(3).root)
    assert wit.add_checkpoint(body(0, 3, path=[LEAVES[0]]), AT).status == 422
    wrong_root = Checkpoint(LOG.name, 0, LEAVES[0])
    assert wit.add_checkpoint(write_request(0, [], LOG.sign(wrong_root.text).encode()), AT).status == 422
    assert wit.add_checkpoint(body(0, 3), AT).status == 200


def test_what_was_signed_but_does_not_follow_is_kept_as_evidence(wit: Witness, tmp_path: Path) -> None:
    wit.add_checkpoint(body(0, 3), AT)
    forked = LOG.sign(at(3, LEAVES[::-1]).text).encode()
    for _ in range(2):
        wit.add_checkpoint(write_request(3, [], forked), AT)
    (kept,) = tmp_path.rglob("refused-*")
    assert open_note(kept.read_bytes(), [LOG.verifier]).text == at(3, LEAVES[::-1]).text
    for number in range(40):
        other = Checkpoint(LOG.name, 3, sha256(b"%d" % number).digest())
        wit.add_checkpoint(write_request(3, [], LOG.sign(other.text).encode()), AT)
    assert len(list(tmp_path.rglob("refused-*"))) == witness.MAX_EVIDENCE


def test_a_restarted_witness_remembers_and_a_stranger_sees_nothing(wit: Witness, tmp_path: Path) -> None:
    wit.add_checkpoint(body(0, 4), AT)
    again = Witness([WIT], [LOG.verifier], tmp_path)
    assert again.add_checkpoint(body(3, 4), AT).body == "4\n"
    assert again.checkpoint(HASH.upper()) is None
    assert again.checkpoint("../" + HASH) is None
    assert Witness([WIT], [CLEO.verifier], tmp_path).checkpoint(HASH) is None
    (tmp_path / HASH / "checkpoint").write_text("damaged")
    with pytest.raises(Tampered):
        again.add_checkpoint(body(4, 5), AT)


def test_requests_that_overlap_never_take_it_back(wit: Witness) -> None:
    wit.add_checkpoint(body(0, 1), AT)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda size: wit.add_checkpoint(body(1, size), AT), [2, 3, 4, 5] * 4))
    assert [each.status for each in answers].count(200) == 1
    assert {each.status for each in answers} == {200, 409}
    won = next(size for size, each in zip([2, 3, 4, 5] * 4, answers, strict=True) if each.status == 200)
    assert Request.parse(b"old 0\n\n" + (wit.checkpoint(HASH) or b"")).checkpoint.size == won


def test_two_kinds_of_cosignature_and_a_changed_key_of_the_log(tmp_path: Path) -> None:
    lattice = Cosigner("example.com/wit", bytes(32), ML_DSA_44)
    new = Signer(LOG.name, bytes(range(96, 128)))
    wit = Witness([WIT, lattice], [LOG.verifier, new.verifier], tmp_path)
    lines = wit.add_checkpoint(body(0, 3), AT).body.split("\n")
    assert [line.split(" ")[1] for line in lines[:-1]] == ["example.com/wit"] * 2
    assert wit.add_checkpoint(body(3, 4, by=new), AT).status == 200
    text = at(5).text + "an extension\n"
    extended = write_request(4, merkle.consistency_path(LEAVES, 4), LOG.sign(text).encode())
    assert wit.add_checkpoint(extended, AT).body.startswith(WIT.line(text, AT))
    assert b64(LEAVES[0])
