"""Policies: the worked example, every malformed one, and who must have signed."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import policy
from ledger.checkpoint import Checkpoint
from ledger.cosignature import Cosigner
from ledger.errors import Tampered, Unsure
from ledger.merkle import leaf_hash, root
from ledger.note import ML_DSA_44, Signer, Verifier

LOG = Signer("example.com/demo", bytes(range(32)))
CLEO = Signer("example.com/cleo", bytes(range(96, 128)))
W1 = Cosigner("example.com/wit", bytes(range(0x20, 0x40)))
W2 = Cosigner("wit.example.net/b", bytes(range(0x40, 0x60)))
W3 = Cosigner("wit.example.org/c", bytes(range(0x60, 0x80)))
AT = datetime.fromtimestamp(1700000000, UTC)
TEXT = Checkpoint("example.com/demo", 4, root([leaf_hash(each) for each in (b"a", b"b", b"c", b"d")])).text
WRITTEN = """# two of three
log example.com/demo+0a3e8996+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4
witness W1 example.com/wit+3e8d1b18+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X
witness W2 wit.example.net/b+1002a99c+BCVDuS/xCVURR2rcg2nbbdyTNmWhGXjdoUBO4QZsqVWd
witness W3 wit.example.org/c+87956d88+BBdFU7RW3d/GkI7KscEB/mqyHiuqBhd5W31DpjSCmT/V
group trio 2 W1 W2 W3
quorum trio
"""
OTHER = Cosigner("wit.example.net/d", bytes(32))


def signed(*lines: str, text: str = TEXT, by: Signer = LOG) -> bytes:
    return (by.sign(text) + "".join(lines)).encode()


def test_the_worked_policy_is_read() -> None:
    read = policy.parse(WRITTEN)
    assert [each.vkey for each in read.logs] == [LOG.vkey]
    assert read.witnesses["W1"].key.vkey == W1.vkey
    assert read.groups["trio"] == policy.Group(2, ("W1", "W2", "W3"))
    assert read.quorum == "trio"
    assert policy.parse(WRITTEN.encode()) == read


def test_two_of_three_are_enough_and_one_is_not() -> None:
    two_of_three = policy.parse(WRITTEN)
    one, two = signed(W1.line(TEXT, AT)), signed(W1.line(TEXT, AT), W3.line(TEXT, AT))
    with pytest.raises(Tampered, match=r"^step 12: 1 of 3 witnesses"):
        policy.check(one, two_of_three)
    opened = policy.open_signed(two, two_of_three)
    assert opened.checkpoint == Checkpoint.parse(TEXT)
    assert opened.by == (LOG.vkey,)
    assert [(each.witness, each.at) for each in opened.seen] == [("W1", 1700000000), ("W3", 1700000000)]
    assert policy.check(one, policy.parse(WRITTEN.replace("quorum trio", "quorum W1"))).size == 4
    assert policy.check(signed(), policy.parse(WRITTEN.replace("quorum trio", "quorum none"))).size == 4


def test_the_same_witness_twice_counts_once_with_its_newest_time() -> None:
    later = AT + timedelta(hours=1)
    both = signed(W1.line(TEXT, later), W1.line(TEXT, AT))
    with pytest.raises(Tampered, match=r"step 12"):
        policy.check(both, policy.parse(WRITTEN))
    seen = policy.open_signed(both, policy.parse(WRITTEN.replace("quorum trio", "quorum W1"))).seen
    assert [each.at for each in seen] == [1700003600]


def test_groups_hold_groups() -> None:
    nested = WRITTEN.replace("group trio 2 W1 W2 W3", "group pair any W2 W3\ngroup trio all W1 pair")
    read = policy.parse(nested)
    assert read.satisfied(frozenset({"W1", "W3"}))
    assert not read.satisfied(frozenset({"W2", "W3"}))
    deep = "".join(f"group g{at} any {f'g{at - 1}' if at else 'W1'}\n" for at in range(5000))
    read = policy.parse(WRITTEN.replace("group trio 2 W1 W2 W3\nquorum trio\n", deep + "quorum g4999\n"))
    assert read.satisfied(frozenset({"W1"}))
    assert not read.satisfied(frozenset())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("quorum trio\n", ""),
        ("quorum trio\n", "quorum trio\nquorum trio\n"),
        ("quorum trio\n", "quorum trio"),
        ("quorum trio\n", "quorum trio\r\n"),
        ("quorum trio", "quorum nobody"),
        ("quorum trio", "quorum trio # all of them"),
        ("quorum trio", "quorum"),
        ("quorum trio", "\x0bquorum trio"),
        ("quorum trio", "Quorum trio"),
        ("quorum trio", "quorum trio\nlogs none"),
        ("trio 2", "trio 0"),
        ("trio 2", "trio 4"),
        ("trio 2", "trio 02"),
        ("trio 2", "trio +2"),
        ("trio 2", "trio most"),
        ("trio 2 W1 W2 W3", "trio 2"),
        ("trio 2 W1 W2 W3", "trio any none"),
        ("trio 2 W1 W2 W3", "trio 2 W1 W1 W3"),
        ("trio 2 W1 W2 W3", "trio 2 W1 W2 W4"),
        ("trio 2 W1 W2 W3", "trio 2 W1 W2 trio"),
        ("group trio 2 W1 W2 W3", "group one any W1\ngroup trio 2 W1 W2 W3"),
        ("group trio", "group W1"),
        ("group trio 2", "group none 2"),
        ("witness W2", "witness W1"),
        ("witness W2", "witness group"),
        ("witness W2 wit", "witness wit"),
        ("BCVDuS", "ACVDuS"),
        ("1002a99c", "1002a99d"),
        ("1002a99c", "1002A99C"),
        ("log example", "log url example"),
        ("log example.com/demo", "log"),
        ("# two", "two"),
        ("# two", "# \x00two"),
        ("# two", "# \x7ftwo"),
        ("witness W2 " + W2.vkey, "witness W2 " + Cosigner("else.example", bytes(range(0x20, 0x40))).vkey),
        ("witness W2 " + W2.vkey, "witness W2 " + LOG.vkey),
        ("log " + LOG.vkey, "log " + LOG.vkey + "\nlog " + Signer("example.com/else", bytes(range(32))).vkey),
        ("log " + LOG.vkey, "log " + W1.vkey),
    ],
)
def test_a_malformed_policy_is_no_policy(old: str, new: str) -> None:
    assert old in WRITTEN
    with pytest.raises(Unsure, match=r"^step 1: "):
        policy.parse(WRITTEN.replace(old, new))


def test_blanks_comments_addresses_and_foreign_letters_are_read() -> None:
    loose = WRITTEN.replace(" ", " \t ").replace("W1", "Zürich").replace("quorum", "\n \t# über\n  quorum")
    loose = loose.replace(LOG.vkey, LOG.vkey + " https://example.com/demo").replace("# \t two", "#two")
    read = policy.parse(loose)
    assert list(read.witnesses) == ["Zürich", "W2", "W3"]
    octets = policy.parse(WRITTEN.encode().replace(b"W1", b"\xff").replace(b"W2", b"\xfe"))
    assert len(octets.witnesses) == 3
    with_url = policy.parse(WRITTEN.replace(W2.vkey, W2.vkey + " https://wit.example.net"))
    assert with_url.witnesses["W2"].url == "https://wit.example.net"


def test_a_policy_that_is_too_large_is_not_read() -> None:
    with pytest.raises(Unsure):
        policy.parse("#" * policy.MAX_POLICY + "\n" + WRITTEN)


def test_the_policy_decides_which_log_speaks_and_a_stranger_is_ignored() -> None:
    alone = policy.parse(policy.write([LOG.vkey], {}, "none"))
    with pytest.raises(Tampered, match=r"^step 8: the policy lists no log 'example.com/cleo'"):
        policy.check(signed(text=TEXT.replace("demo", "cleo"), by=CLEO), alone)
    with pytest.raises(Tampered, match=r"^step 9"):
        policy.check(signed(by=CLEO), alone)
    both = policy.parse(policy.write([LOG.vkey, CLEO.vkey], {}, "none"))
    with pytest.raises(Tampered, match=r"^step 9: no listed key of example.com/demo"):
        policy.check(signed(by=CLEO), both)
    assert policy.check(signed(CLEO.line(TEXT), OTHER.line(TEXT, AT)), alone).size == 4


def test_a_known_line_that_fails_refuses_the_note_and_names_its_step() -> None:
    free = policy.parse(WRITTEN.replace("quorum trio", "quorum none"))
    wrong_log = Signer("example.com/demo", bytes(range(32))).line(TEXT.replace("\n4\n", "\n5\n"))
    with pytest.raises(Tampered, match=r"^step 9: the signature of example.com/demo"):
        policy.check(signed(wrong_log), free)
    wrong_witness = W2.line(TEXT.replace("\n4\n", "\n5\n"), AT)
    with pytest.raises(Tampered, match=r"^step 10: the signature of wit.example.net/b"):
        policy.check(signed(wrong_witness), free)
    with pytest.raises(Tampered, match=r"^step 10: .* has no time"):
        policy.check(signed(W2.line(TEXT, datetime.fromtimestamp(0, UTC))), free)
    with pytest.raises(Tampered, match=r"^step 6"):
        policy.check(signed()[:-1], free)
    with pytest.raises(Tampered, match=r"^step 7"):
        policy.check(signed(text="example.com/demo\n04\nx\n"), free)


def test_the_clock_is_asked_only_where_it_is_given() -> None:
    free = policy.parse(WRITTEN.replace("quorum trio", "quorum W1"))
    note = signed(W1.line(TEXT, AT))
    with pytest.raises(Tampered, match=r"^step 11: .* from the future"):
        policy.check(note, free, now=AT - timedelta(hours=1))
    assert policy.check(note, free, now=AT - timedelta(minutes=4)).size == 4
    assert policy.check(note, free, now=AT + timedelta(days=2), oldest=timedelta(days=3)).size == 4
    with pytest.raises(Tampered, match=r"^step 12"):
        policy.check(note, free, now=AT + timedelta(days=2), oldest=timedelta(days=1))


def test_a_kind_of_key_that_cannot_be_checked_here_is_unknown_and_never_a_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lattice = Cosigner("example.com/wit", bytes(range(32)), ML_DSA_44)
    asked = policy.parse(policy.write([LOG.vkey], {"W": lattice.vkey, "W1": W1.vkey}, "all"))
    note = signed(W1.line(TEXT, AT), lattice.line(TEXT, AT))
    assert [each.witness for each in policy.open_signed(note, asked).seen] == ["W1", "W"]
    monkeypatch.setattr(policy, "can_verify", lambda key: key.kind != ML_DSA_44)
    with pytest.raises(Unsure, match=r"^step 12"):
        policy.check(note, asked)
    with pytest.raises(Tampered, match=r"^step 12"):
        policy.check(signed(W1.line(TEXT, AT)), asked)
    either = policy.parse(policy.write([LOG.vkey], {"W": lattice.vkey, "W1": W1.vkey}, "any"))
    assert policy.check(note, either).size == 4


def test_two_keys_that_a_line_cannot_tell_apart_are_no_policy() -> None:
    twin = Verifier(W2.verifier.name, W2.verifier.key_id, Cosigner("x", bytes(32)).verifier.public, 4)
    draft = policy._Draft()
    draft.witnesses = {"W2": policy.Witness(W2.verifier), "twin": policy.Witness(twin)}
    draft.quorums = [None]
    with pytest.raises(ValueError, match="two different keys"):
        draft.finish()


def test_a_written_policy_reads_back_and_a_wrong_one_is_not_written() -> None:
    text = policy.write([LOG.vkey], {"W1": W1.vkey, "W2": W2.vkey}, "1")
    assert policy.parse(text).groups["witnesses"] == policy.Group(1, ("W1", "W2"))
    assert policy.parse(policy.write([LOG.vkey], {"W1": W1.vkey}, "none")).quorum is None
    for quorum in ("3", "some", ""):
        with pytest.raises(Unsure):
            policy.write([LOG.vkey], {"W1": W1.vkey, "W2": W2.vkey}, quorum)


@given(st.binary(max_size=200))
def test_no_bytes_bring_the_reader_down(data: bytes) -> None:
    for whole in (data, WRITTEN.encode() + data, data + WRITTEN.encode()):
        with suppress(Unsure):
            policy.parse(whole)
