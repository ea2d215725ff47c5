"""Cases of what a reader brings: a pin, a policy with witnesses, times, and what was seen before."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from ledger import merkle
from ledger.cosignature import Cosigner
from ledger.note import ML_DSA_44, Signer
from ledger.trust import pin_of
from tests.vectors import forge
from tests.vectors.case import Case
from tests.vectors.forge import ADA, CLEO, Proof, b64, in_tree

W1 = Cosigner("example.com/wit", bytes(range(0x20, 0x40)))
W2 = Cosigner("wit.example.net/b", bytes(range(0x40, 0x60)))
W3 = Cosigner("wit.example.org/c", bytes(range(0x60, 0x80)))
STRANGER = Cosigner("example.com/wit", bytes(32))
LATTICE = Cosigner("wit.example.org/pq", bytes(range(32)), ML_DSA_44)
AT = 1_700_000_000
LOG = f"log {ADA.vkey}\n"
TRIO = (
    LOG
    + f"witness W1 {W1.vkey}\nwitness W2 {W2.vkey}\nwitness W3 {W3.vkey} https://wit.example.org\n"
    + "group trio 2 W1 W2 W3\nquorum trio\n"
)


def seen_by(*witnesses: Cosigner, at: int = AT, policy: str | None = None) -> Proof:
    """Entry 2 of 5, its checkpoint cosigned."""
    proof = in_tree(2, 5)
    lines = "".join(each.line(proof.checkpoint.text, datetime.fromtimestamp(at, UTC)) for each in witnesses)
    return replace(proof, policy=policy, rewrite=[lambda text: text + lines])


def cases() -> Iterator[Case]:
    """All of them."""
    yield from _pins()
    yield from _quorums()
    yield from _bad_cosignatures()
    yield from _times()
    yield from _bad_policies()
    yield from _in_the_file()
    yield from _remembered()


def _pins() -> Iterator[Case]:
    file = in_tree(2, 5).file()
    yield Case("pin: of the right key", file, "valid", None, {"pin": pin_of(ADA.vkey)})
    yield Case("pin: of another key", file, "invalid", None, {"pin": pin_of(CLEO.vkey)})
    yield Case(
        "pin: of an attacker's key",
        replace(in_tree(2, 5), signer=Signer(forge.ORIGIN, bytes(32))).file(),
        "invalid",
        None,
        {"pin": pin_of(ADA.vkey)},
    )
    for name, pin in (
        ("in capitals", pin_of(ADA.vkey).upper()),
        ("too short", "abc"),
        ("empty", ""),
        ("with a newline", pin_of(ADA.vkey) + "\n"),
        ("too long", pin_of(ADA.vkey) + "a"),
    ):
        yield Case(f"pin: {name}", file, "unknown", None, {"pin": pin})


def _quorums() -> Iterator[Case]:
    brought = {"policy": TRIO}
    yield Case("policy: two of three", seen_by(W1, W3).file(), "valid", None, brought)
    yield Case("policy: all of three", seen_by(W1, W2, W3).file(), "valid", None, brought)
    yield Case("policy: one of two needed", seen_by(W1).file(), "invalid", None, brought)
    yield Case("policy: nobody", in_tree(2, 5).file(), "invalid", None, brought)
    yield Case("policy: one witness twice", seen_by(W1, W1).file(), "invalid", None, brought)
    yield Case("policy: a stranger counts for nobody", seen_by(W1, STRANGER).file(), "invalid", None, brought)
    yield Case("policy: a witness that cosigned another size", _of_another_size(), "invalid", None, brought)
    yield Case(
        "policy: no witness asked for", seen_by(W1).file(), "valid", None, {"policy": LOG + "quorum none\n"}
    )
    yield Case(
        "policy: one witness by name",
        seen_by(W2).file(),
        "valid",
        None,
        {"policy": TRIO.replace("quorum trio", "quorum W2")},
    )
    nested = TRIO.replace(
        "group trio 2 W1 W2 W3\nquorum trio", "group pair all W1 W2\ngroup top any pair W3\nquorum top"
    )
    yield Case("policy: a group in a group", seen_by(W1, W2).file(), "valid", None, {"policy": nested})
    yield Case("policy: a group in a group, not met", seen_by(W1).file(), "invalid", None, {"policy": nested})
    yield Case(
        "policy: of another log",
        seen_by(W1, W2).file(),
        "invalid",
        None,
        {"policy": TRIO.replace(ADA.vkey, CLEO.vkey)},
    )
    yield Case("policy: and the right key", seen_by(W1, W2).file(), "valid", [ADA.vkey], brought)
    yield Case("policy: and another's key", seen_by(W1, W2).file(), "invalid", [CLEO.vkey], brought)
    yield Case(
        "policy: and the right pin", seen_by(W1, W2).file(), "valid", None, {**brought, "pin": pin_of(ADA.vkey)}
    )
    twice = TRIO.replace(LOG, LOG + f"log {CLEO.vkey}\n")
    yield Case("policy: of two logs", seen_by(W1, W2).file(), "valid", None, {"policy": twice})
    pq = TRIO.replace("witness W2", f"witness PQ {LATTICE.vkey}\nwitness W2").replace("W1 W2 W3", "W1 W2 W3 PQ")
    yield Case("policy: a kind of key that is not needed", seen_by(W1, W2).file(), "valid", None, {"policy": pq})
    yield Case(
        "policy: with comments, tabs and blank lines",
        seen_by(W1, W2).file(),
        "valid",
        None,
        {"policy": "# trust\n\n \t\n" + TRIO.replace(" ", "\t  ") + "  # end \x85 \u2028\n"},
    )


def _of_another_size() -> bytes:
    other = in_tree(2, 4).checkpoint.text
    line = W2.line(other, datetime.fromtimestamp(AT, UTC))
    return replace(seen_by(W1), rewrite=[*seen_by(W1).rewrite, lambda text: text + line]).file()


def _bad_cosignatures() -> Iterator[Case]:
    good = seen_by(W1, W2)

    def changed(change: object) -> bytes:
        def last_line(text: str) -> str:
            start = text.rindex(" ") + 1
            return text[:start] + b64(change(forge.unb64(text[start:-1]))) + "\n"  # type: ignore[operator]  # a lambda

        return replace(good, rewrite=[*good.rewrite, last_line]).file()

    ways = {
        "one bit off": lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]),
        "another time": lambda raw: raw[:4] + (AT + 1).to_bytes(8, "big") + raw[12:],
        "no time": lambda raw: raw[:4] + bytes(8) + raw[12:],
        "a time of 2^63": lambda raw: raw[:4] + (2**63).to_bytes(8, "big") + raw[12:],
        "too short": lambda raw: raw[:-1],
        "too long": lambda raw: raw + b"\0",
        "only an id": lambda raw: raw[:5],
    }
    for name, way in ways.items():
        yield Case(f"cosignature: {name}", changed(way), "invalid", None, {"policy": TRIO})
    timeless = seen_by(W1, W2, at=0)
    yield Case("cosignature: good, but of time 0", timeless.file(), "invalid", None, {"policy": TRIO})
    yield Case("cosignature: of a bad one that nobody asks for", changed(ways["one bit off"]), "valid", [ADA.vkey])


def _times() -> Iterator[Case]:
    file = seen_by(W1, W2).file()
    for name, state, brought in (
        ("just now", "valid", {"now": AT}),
        ("five minutes ahead", "valid", {"now": AT - 300}),
        ("from the future", "invalid", {"now": AT - 301}),
        ("as old as allowed", "valid", {"now": AT + 60, "oldest": 60}),
        ("too old to count", "invalid", {"now": AT + 61, "oldest": 60}),
        ("old, without a clock", "valid", {"oldest": 60}),
    ):
        yield Case(f"time: {name}", file, state, None, {"policy": TRIO, **brought})


def _bad_policies() -> Iterator[Case]:
    file = seen_by(W1, W2).file()
    two = f"witness W1 {W1.vkey}\nwitness W2 {W2.vkey}\n"
    for name, policy in {
        "empty": "",
        "no quorum": LOG,
        "two quorums": LOG + "quorum none\nquorum none\n",
        "no newline at the end": LOG + "quorum none",
        "carriage returns": TRIO.replace("\n", "\r\n"),
        "a zero byte": LOG + "#\0\nquorum none\n",
        "a delete character": LOG + "#\x7f\nquorum none\n",
        "an unknown word": LOG + "mirror x\nquorum none\n",
        "a word in capitals": LOG + "Quorum none\n",
        "a quorum of nobody known": LOG + "quorum W1\n",
        "a quorum before its witness": LOG + "quorum W1\n" + two,
        "a name twice": LOG + two + f"witness W1 {W3.vkey}\nquorum W1\n",
        "a key twice": LOG + two + f"witness W3 {W1.vkey}\nquorum W1\n",
        "a log twice": LOG + LOG + "quorum none\n",
        "a key of a log for a witness": LOG + f"witness W1 {CLEO.vkey}\nquorum W1\n",
        "a key of a witness for a log": f"log {W1.vkey}\nquorum none\n",
        "a member twice": LOG + two + "group g 1 W1 W1\nquorum g\n",
        "a member of two groups": LOG + two + "group g 1 W1\ngroup h 1 W1 W2\nquorum g\n",
        "a member unknown": LOG + two + "group g 1 W9\nquorum g\n",
        "a group of itself": LOG + two + "group g 1 g\nquorum g\n",
        "a group that needs nobody": LOG + two + "group g 0 W1\nquorum g\n",
        "a group that needs too many": LOG + two + "group g 3 W1 W2\nquorum g\n",
        "a group that needs Arabic digits": LOG + two + "group g ١ W1 W2\nquorum g\n",
        "a group that needs 01": LOG + two + "group g 01 W1 W2\nquorum g\n",
        "a group that needs 1_0": LOG + two + "group g 1_0 W1 W2\nquorum g\n",
        "a group without members": LOG + two + "group g 1\nquorum g\n",
        "a group named none": LOG + two + "group none 1 W1\nquorum none\n",
        "a witness named any": LOG + f"witness any {W1.vkey}\nquorum any\n",
        "a comment behind a line": LOG + "quorum none # nobody\n",
        "a key with a wrong id": LOG.replace("+", "+00000000", 1) + "quorum none\n",
        "a space of Unicode between": LOG.replace(" ", "\u2003") + "quorum none\n",
        "a byte order mark": "\ufeff" + LOG + "quorum none\n",
    }.items():
        yield Case(f"policy: {name}", file, "unknown", None, {"policy": policy})
    yield Case(
        "policy: a name with a byte order mark is a name",
        file,
        "valid",
        None,
        {"policy": TRIO.replace("trio", "\ufefftrio")},
    )


def _in_the_file() -> Iterator[Case]:
    """A policy that the file brings: it can tell who cosigned, and never makes anything valid."""
    keys = [ADA.vkey]
    yield Case("own policy: met", seen_by(W1, W2, policy=TRIO).file(), "valid", keys)
    yield Case("own policy: not met", seen_by(W1, policy=TRIO).file(), "valid", keys)
    yield Case("own policy: nothing else brought", seen_by(W1, W2, policy=TRIO).file(), "unknown")
    yield Case("own policy: no policy", seen_by(W1, policy="quorum").file(), "valid", keys)
    yield Case(
        "own policy: the reader's counts",
        seen_by(W1, policy=TRIO.replace("2 W1", "1 W1")).file(),
        "invalid",
        None,
        {"policy": TRIO},
    )
    bad = replace(seen_by(W1, policy=TRIO), rewrite=[lambda text: text + _forged(text)])
    yield Case("own policy: a forged cosignature", bad.file(), "invalid", keys)
    yield Case("own policy: from the future", seen_by(W1, policy=TRIO).file(), "invalid", keys, {"now": AT - 301})


def _forged(text: str) -> str:
    blob = W1.verifier.key_id + AT.to_bytes(8, "big") + bytes(64)
    return f"\u2014 {W1.verifier.name} {b64(blob)}\n"


def _remembered() -> Iterator[Case]:
    leaves = [merkle.leaf_hash(forge.envelope(number)) for number in range(9)]
    roots = {str(size): b64(merkle.root(leaves[:size])) for size in range(1, 10)}
    proof = in_tree(2, 7)
    keys, strange = [ADA.vkey], b64(bytes(32))
    for name, state, seen in (
        ("the same", "valid", {"7": roots["7"]}),
        ("the same, and a larger", "valid", {"7": roots["7"], "9": roots["9"]}),
        ("another root", "invalid", {"7": strange}),
        ("a smaller", "unknown", {"5": roots["5"]}),
        ("a larger", "unknown", {"9": roots["9"]}),
        ("beyond 2^53", "unknown", {str(2**53 + 1): strange}),
    ):
        yield Case(f"seen: {name}", proof.file(), state, keys, {"seen": seen})
    joined = replace(proof, anchor=forge.anchor(leaves[:7], 5))
    yield Case("seen: a smaller, joined by the anchor", joined.file(), "valid", keys, {"seen": {"5": roots["5"]}})
    yield Case("seen: another root at the anchored size", joined.file(), "invalid", keys, {"seen": {"5": strange}})
    yield Case(
        "seen: a smaller that the anchor is not of", joined.file(), "unknown", keys, {"seen": {"6": roots["6"]}}
    )
