"""The named cases: every part of a proof corrupted once, and what looks odd but is good.

`python -m tests.vectors.cases` writes proofs.json; a test says when it is stale.
"""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ledger import canonical, fields, merkle
from ledger.checkpoint import Checkpoint
from ledger.fields import Opening
from ledger.note import Signer, Verifier
from tests.vectors import forge, told, trusted
from tests.vectors.case import Case
from tests.vectors.forge import ADA, CLEO, ORIGIN, as_file, b64, in_huge_tree, in_tree

FILE = Path(__file__).parent / "proofs.json"
ORDER = 2**252 + 27742317777372353535851937790883648493


def every() -> list[Case]:
    """All cases; the names are unique."""
    return [
        *_good(),
        *_with_pins(),
        *_bad_texts(),
        *_bad_trees(),
        *_bad_entries(),
        *_bad_openings(),
        *_bad_files(),
        *_anchored(),
        *_weak_keys(),
        *trusted.cases(),
        *told.cases(),
    ]


def _weak_keys() -> Iterator[Case]:
    """Keys that are no proper points: with a point of small order, one signature fits any text."""
    points = {
        "the neutral point": bytes([1]) + bytes(31),
        "the point of order 2": (2**255 - 20).to_bytes(32, "little"),
        "a point of order 4": bytes(32),
        "a point of order 8": bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
        "the neutral point, spelled y + p": (2**255 - 18).to_bytes(32, "little"),
        "the neutral point with a sign": bytes([1]) + bytes(30) + b"\x80",
        "no point": bytes([2]) + bytes(31),
    }
    for name, point in points.items():
        key = Verifier.of(ORIGIN, point)
        for how, start in (("", bytes([1]) + bytes(31)), (" and as R", point)):
            line = b64(key.key_id + start + bytes(32))

            def signed(text: str, line: str = line) -> str:
                return text[: text.rindex(" ") + 1] + line + "\n"

            yield Case(
                f"key: {name}{how}", replace(in_tree(2, 5), vkey=key.vkey, rewrite=[signed]).file(), "invalid"
            )


def _good() -> Iterator[Case]:
    for index, size in (
        (0, 1),
        (0, 2),
        (1, 2),
        (2, 3),
        (5, 7),
        (7, 8),
        (8, 9),
        (254, 300),
        (256, 300),
        (299, 300),
    ):
        yield Case(f"entry {index} of {size}", in_tree(index, size).file(), "unknown")
    for index, size in ((2**53 + 1, 2**60), (2**53 + 1, 2**53 + 5), (2**63 - 2, 2**63 - 1), (0, 2**62)):
        yield Case(
            f"entry {index} of {size}, beyond what a plain number holds",
            in_huge_tree(index, size).file(),
            "unknown",
        )
    proof = in_tree(2, 5)
    yield Case("one opening erased", replace(proof, openings=proof.openings[:1]).file(), "unknown")
    yield Case("all openings erased", replace(proof, openings=[]).file(), "unknown")
    yield Case(
        "the file in another layout", json.dumps(proof.value(), indent=2, sort_keys=True).encode(), "unknown"
    )
    yield Case(
        "an unknown key signed too", _rewritten(lambda text: text + CLEO.sign("x\n").split("\n\n")[1]), "unknown"
    )
    yield Case("an extension line in the checkpoint", _extended(), "unknown")
    checkpoint = proof.checkpoint.text
    for name, odd_line in (("U+0085", "a\x85b"), ("U+2028", "a\u2028b"), ("a form feed's look-alike", "\u240c")):
        signed = _with_checkpoint(f"{checkpoint}{odd_line}\n")
        yield Case(f"an extension line with {name}, which ends no line", signed, "unknown")
    marked = _rewritten(lambda text: text + "\u2014 a\ufeffb AAAAAAAA\n")
    yield Case("a key name with U+FEFF, which is no space", marked, "unknown")
    odd = {"a": -(2**53) + 1, "b": [], "c": {}, "d": ['\b\t\n\f\r"\\/\x1f', None, True], "__proto__": {"x": 0}}
    yield Case("odd values that are canonical", _own(forge.envelope(2, odd)), "unknown")
    deep: Any = 0
    for _ in range(62):
        deep = [deep]
    yield Case("64 levels deep", _own(forge.envelope(2, {"deep": deep})), "unknown")
    empty = Opening("document", b"", b"")
    kept = {"document": fields.commit(ORIGIN, empty).hex()}
    own = _written(commitments=kept)
    yield Case("an empty value with an empty salt", in_tree(2, 5, own, [empty]).file(), "unknown")


def _with_pins() -> Iterator[Case]:
    proof = in_tree(2, 5)
    yield Case("the right key pinned", proof.file(), "valid", [ADA.vkey])
    yield Case("one of two pinned keys", proof.file(), "valid", [CLEO.vkey, ADA.vkey])
    yield Case("another key pinned", proof.file(), "invalid", [CLEO.vkey])
    yield Case("no key pinned at all", proof.file(), "unknown", [])
    namesake = Signer(ORIGIN, bytes(32))
    yield Case("a key of the same name pinned", proof.file(), "invalid", [namesake.vkey])
    yield Case("signed by another's key under another's name", replace(proof, signer=CLEO).file(), "invalid")
    yield Case("signed by another's key, pinned", replace(proof, signer=CLEO).file(), "invalid", [CLEO.vkey])
    yield Case("a pin with a wrong id", proof.file(), "unknown", [ADA.vkey.replace("+", "+00000000", 1)])
    yield Case("a pin that is no key", proof.file(), "unknown", ["here is no key"])
    blob = b"\x02" + ADA.verifier.public
    yield Case(
        "a pin of an unknown kind", proof.file(), "unknown", [f"{ORIGIN}+{ADA.verifier.key_id.hex()}+{b64(blob)}"]
    )
    yield Case("the file's own key is another's", replace(proof, vkey=CLEO.vkey).file(), "invalid")
    yield Case("the file's own key is broken", replace(proof, vkey="x").file(), "invalid")
    yield Case(
        "the file's own key is broken, the right one pinned", replace(proof, vkey="x").file(), "valid", [ADA.vkey]
    )


def _bad_texts() -> Iterator[Case]:
    """The tlog-proof text, its note and its checkpoint."""
    changes: dict[str, Callable[[str], str]] = {
        "another version": lambda t: t.replace("@v1", "@v2", 1),
        "an extra with loose bits": lambda t: t.replace("index 2\n", "extra Zh==\nindex 2\n", 1),
        "the checkpoint cut off": lambda t: t.split("\n\n")[0],
        "no version": lambda t: t.split("\n", 1)[1],
        "a blank before the version": lambda t: " " + t,
        "a byte order mark": lambda t: "\ufeff" + t,
        "carriage returns": lambda t: t.replace("\n", "\r\n"),
        "a tab": lambda t: t.replace("index ", "index\t", 1),
        "a zero byte": lambda t: t + "\0",
        "no index": lambda t: t.replace("index 2\n", "", 1),
        "an empty index": lambda t: t.replace("index 2\n", "index \n", 1),
        "another index": lambda t: t.replace("index 2\n", "index 3\n", 1),
        "an index of the size": lambda t: t.replace("index 2\n", "index 5\n", 1),
        "an index far outside": lambda t: t.replace("index 2\n", "index 9223372036854775807\n", 1),
        "an index of 2^63": lambda t: t.replace("index 2\n", "index 9223372036854775808\n", 1),
        "an index of 2^64 + 2": lambda t: t.replace("index 2\n", "index 18446744073709551618\n", 1),
        "a negative index": lambda t: t.replace("index 2\n", "index -2\n", 1),
        "an index with a sign": lambda t: t.replace("index 2\n", "index +2\n", 1),
        "an index with a leading zero": lambda t: t.replace("index 2\n", "index 02\n", 1),
        "an index with an underscore": lambda t: t.replace("index 2\n", "index 0_2\n", 1),
        "an index in Arabic digits": lambda t: t.replace("index 2\n", "index ٢\n", 1),
        "an index with a blank": lambda t: t.replace("index 2\n", "index 2 \n", 1),
        "an index with a point": lambda t: t.replace("index 2\n", "index 2.0\n", 1),
        "an index in hex": lambda t: t.replace("index 2\n", "index 0x2\n", 1),
        "no empty line after the path": lambda t: t.replace("\n\n", "\n", 1),
        "two empty lines after the path": lambda t: t.replace("\n\n", "\n\n\n", 1),
        "a line without a hash in the path": lambda t: t.replace("index 2\n", "index 2\nAAAA\n", 1),
        "the path's first hash twice": lambda t: _lines(t, lambda lines: lines.insert(2, lines[2])),
        "the path's first hash gone": lambda t: _lines(t, lambda lines: lines.pop(2)),
        "two hashes of the path exchanged": lambda t: _lines(t, lambda lines: lines.insert(2, lines.pop(3))),
        "one hash too many": lambda t: t.replace("\n\n", "\n" + b64(bytes(32)) + "\n\n", 1),
        "64 hashes": lambda t: t.replace("\n\n", ("\n" + b64(bytes(32))) * 62 + "\n\n", 1),
        "a blank in a hash": lambda t: _lines(t, lambda lines: _put(lines, 2, lines[2][:8] + " " + lines[2][8:])),
        "loose bits in a hash": lambda t: _lines(t, lambda lines: _put(lines, 2, _loose(lines[2]))),
        "a hash without padding": lambda t: _lines(t, lambda lines: _put(lines, 2, lines[2].rstrip("="))),
        "a hash in the web alphabet": lambda t: _lines(t, lambda lines: _put(lines, 2, "_" + lines[2][1:])),
        "the end cut off": lambda t: t[:-1],
        "the last line cut off": lambda t: t[: t.rindex("\u2014")],
        "a newline too many": lambda t: t + "\n",
        "nothing": lambda t: "",
        "only a note": lambda t: t.split("\n\n", 1)[1],
        "a bad signature": lambda t: _signature(t, lambda raw: raw[:20] + bytes([raw[20] ^ 1]) + raw[21:]),
        "a signature of all zeros": lambda t: _signature(t, lambda raw: raw[:4] + bytes(64)),
        "a signature that is too short": lambda t: _signature(t, lambda raw: raw[:-1]),
        "a signature that is too long": lambda t: _signature(t, lambda raw: raw + b"\0"),
        "a second form of the signature": lambda t: _signature(t, _malleable),
        "another key id": lambda t: _signature(t, lambda raw: bytes(4) + raw[4:]),
        "an empty signature": lambda t: _signature(t, lambda raw: raw[:4]),
        "loose bits in the signature": lambda t: t[: t.rindex(" ") + 1] + _loose(t[t.rindex(" ") + 1 : -1]) + "\n",
        "another dash": lambda t: t.replace("\u2014", "-"),
        "two blanks after the name": lambda t: t[: t.rindex(" ")] + " " + t[t.rindex(" ") :],
        "a good and a bad signature of one key": lambda t: (
            t + _signature(t, lambda r: r[:-1] + b"\0").split("\n")[-2] + "\n"
        ),
        "a key name with a next line (U+0085)": lambda t: t + "\u2014 a\x85b AAAAAAAA\n",
        "a key name with a space of its own": lambda t: t + "\u2014 a\u2028b AAAAAAAA\n",
        "a key name with a plus": lambda t: t + "\u2014 a+b AAAAAAAA\n",
        "65 signatures": lambda t: t + "\u2014 a AAAAAAAA\n" * 64,
        "another size": lambda t: t.replace(f"{ORIGIN}\n5\n", f"{ORIGIN}\n6\n", 1),
        "another origin": lambda t: t.replace(f"{ORIGIN}\n5\n", "wayproof/zzzz\n5\n", 1),
        "a note of two parts": lambda t: t.replace(f"{ORIGIN}\n5\n", f"{ORIGIN}\n\n5\n", 1),
    }
    for name, change in changes.items():
        yield Case(f"text: {name}", _rewritten(change), "invalid")
    for name, text in _signed_nonsense().items():
        yield Case(f"checkpoint: {name}", _with_checkpoint(text), "invalid")


def _signed_nonsense() -> dict[str, str]:
    """Texts that the right key did sign, and that are no checkpoint of this tree."""
    good = in_tree(2, 5).checkpoint
    root = b64(good.root)
    return {
        "size with a leading zero": f"{ORIGIN}\n05\n{root}\n",
        "negative size": f"{ORIGIN}\n-5\n{root}\n",
        "size of 2^63": f"{ORIGIN}\n9223372036854775808\n{root}\n",
        "size zero with another root": f"{ORIGIN}\n0\n{root}\n",
        "size zero": Checkpoint(ORIGIN, 0, merkle.EMPTY_ROOT).text,
        "smaller size": f"{ORIGIN}\n2\n{root}\n",
        "other size": f"{ORIGIN}\n9\n{root}\n",
        "root of 31 bytes": f"{ORIGIN}\n5\n{b64(good.root[:31])}\n",
        "root with loose bits": f"{ORIGIN}\n5\n{_loose(root)}\n",
        "other root": f"{ORIGIN}\n5\n{b64(bytes(32))}\n",
        "two lines": f"{ORIGIN}\n5\n",
        "another log's origin": f"{CLEO.name}\n5\n{root}\n",
    }


def _bad_trees() -> Iterator[Case]:
    proof = in_tree(2, 5)
    yield Case(
        "tree: an entry of another place", replace(proof, entry=forge.envelope(3), openings=[]).file(), "invalid"
    )
    yield Case("tree: a path in the other order", replace(proof, path=proof.path[::-1]).file(), "invalid")
    yield Case("tree: no path", replace(proof, path=[]).file(), "invalid")
    yield Case("tree: a node taken for a leaf", replace(proof, path=proof.path[1:]).file(), "invalid")
    yield Case("tree: a right path of another size", replace(proof, path=in_tree(2, 4).path).file(), "invalid")
    last = in_tree(4, 5)
    yield Case("tree: the last leaf doubled", replace(last, path=[*last.path, *last.path]).file(), "invalid")
    for bit in (53, 62):
        huge = in_huge_tree(2**53 + 1, 2**60)
        yield Case(f"tree: index off by 2^{bit}", replace(huge, index=huge.index ^ 1 << bit).file(), "invalid")
    huge = in_huge_tree(2**53 + 1, 2**60)
    yield Case("tree: an index that rounds to the right one", replace(huge, index=2**53).file(), "invalid")


def _bad_entries() -> Iterator[Case]:
    """Entries that a dishonest log did put into its tree: inclusion is right, the entry is not one."""
    good = forge.envelope(2)
    one = b'{"a":1}'
    bodies = {
        "a blank": b'{"a": 1}',
        "a repeated key": b'{"a":1,"a":1}',
        "a fraction": b'{"a":1.5}',
        "a whole number with a point": b'{"a":1.0}',
        "an exponent": b'{"a":1e3}',
        "minus zero": b'{"a":-0}',
        "a leading zero": b'{"a":01}',
        "2^53": b'{"a":9007199254740992}',
        "2^53 + 1": b'{"a":9007199254740993}',
        "a very large number": b'{"a":100000000000000000000000000}',
        "not a number": b'{"a":NaN}',
        "keys in another order": b'{"b":1,"a":1}',
        "an escape that is not needed": b'{"a":"\\u0041"}',
        "a slash escaped": b'{"a":"\\/"}',
        "an escape in capitals": b'{"a":"\\u001F"}',
        "half a surrogate pair": b'{"a":"\\ud800"}',
        "half a surrogate pair as bytes": b'{"a":"\xed\xa0\x80"}',
        "a key that is not ASCII": '{"ä":1}'.encode(),
        "a byte that is not UTF-8": b'{"a":"\xff"}',
        "an overlong byte": b'{"a":"\xc0\xaf"}',
        "a control character": b'{"a":"\x01"}',
        "a comma too many": b'{"a":1,}',
        "65 levels": b'{"a":' + b"[" * 63 + b"]" * 63 + b"}",
        "a list": b"[]",
        "nothing": b"null",
    }
    with_body = _written(body=json.loads(one))
    for name, body in bodies.items():
        yield Case(f"entry: a body with {name}", _own(with_body.replace(one, body)), "invalid")
    yield Case("entry: a byte order mark", _own(b"\xef\xbb\xbf" + good), "invalid")
    yield Case("entry: a newline at the end", _own(good + b"\n"), "invalid")
    yield Case("entry: empty", _own(b""), "invalid")
    yield Case("entry: text", _own(b'"entry"'), "invalid")
    yield Case("entry: another log's", _own(forge.envelope(2, origin=CLEO.name)), "invalid")
    yield Case("entry: version 2", _own(_written(v=2)), "invalid")
    yield Case("entry: version as text", _own(_written(v="1")), "invalid")
    yield Case("entry: a new key", _own(_written(z=0)), "invalid")
    yield Case("entry: a number for a type", _own(_written(type=1)), "invalid")
    yield Case("entry: no time", _own(_written(recorded_at=None)), "invalid")
    for name, kept in {
        "in capitals": {"document": "AB" * 32},
        "too short": {"document": "ab" * 31},
        "a number": {"document": 7},
        "a newline after": {"document": "ab" * 32 + "\n"},
    }.items():
        yield Case(f"entry: a commitment, {name}", _own(_written(commitments=kept), []), "invalid")
    yield Case("entry: commitments as a list", _own(_written(commitments=[]), []), "invalid")


def _bad_openings() -> Iterator[Case]:
    proof = in_tree(2, 5)
    document, note = proof.openings
    forged = {
        "another value": replace(document, value=document.value + b" "),
        "an empty value": replace(document, value=b""),
        "another salt": replace(document, salt=bytes(32)),
        "a longer salt": replace(document, salt=document.salt + document.value[:1], value=document.value[1:]),
        "another path": replace(document, path="note/text"),
        "an unknown path": replace(document, path="nothing"),
        "a path of every object": replace(document, path="__proto__"),
        "a path that is a method": replace(document, path="toString"),
        "another entry's value": forge.openings(3)[0],
    }
    for name, opening in forged.items():
        yield Case(f"opening: {name}", replace(proof, openings=[opening, note]).file(), "invalid")
    elsewhere = Opening("document", document.salt, b"x")
    kept = {"document": fields.commit(CLEO.name, elsewhere).hex()}
    yield Case("opening: committed for another log", _own(_written(commitments=kept), [elsewhere]), "invalid")


def _bad_files() -> Iterator[Case]:
    value = in_tree(2, 5).value()
    text = as_file(value).decode()
    files: dict[str, bytes] = {
        "empty": b"",
        "not JSON": b"proof",
        "a list": as_file([value]),
        "null": b"null",
        "a byte order mark": b"\xef\xbb\xbf" + text.encode(),
        "UTF-16": text.encode("utf-16"),
        "a repeated key": text.replace('{"format"', '{"format": "wayproof-proof/1", "format"', 1).encode(),
        "another format": as_file({**value, "format": "wayproof-proof/2"}),
        "no format": as_file({k: v for k, v in value.items() if k != "format"}),
        "no entry": as_file({k: v for k, v in value.items() if k != "entry"}),
        "no tlog_proof": as_file({k: v for k, v in value.items() if k != "tlog_proof"}),
        "no log": as_file({k: v for k, v in value.items() if k != "log"}),
        "no openings": as_file({k: v for k, v in value.items() if k != "openings"}),
        "a number for an entry": as_file({**value, "entry": 7}),
        "an entry with blanks": as_file({**value, "entry": value["entry"][:8] + "\n" + value["entry"][8:]}),
        "an entry with one byte changed": as_file({**value, "entry": _flipped(value["entry"])}),
        "a number for a proof": as_file({**value, "tlog_proof": 7}),
        "half a surrogate in the proof": as_file({**value, "tlog_proof": value["tlog_proof"] + "\ud800"}),
        "openings as an object": as_file({**value, "openings": {}}),
        "an opening that is text": as_file({**value, "openings": ["document"]}),
        "an opening without salt": as_file({**value, "openings": [{"path": "document", "value": ""}]}),
        "a salt with loose bits": as_file({**value, "openings": [{**value["openings"][0], "salt": "AB=="}]}),
        "a number for a key": as_file({**value, "log": {**value["log"], "vkey": 7}}),
        "no key": as_file({**value, "log": {"origin": ORIGIN}}),
        "another origin beside the key": as_file({**value, "log": {**value["log"], "origin": CLEO.name}}),
        "cut off": text.encode()[:-10],
        "something after it": text.encode() + b"{}",
        "a fraction": text.replace('"anchor": null', '"anchor": {"size": 1.5}', 1).encode(),
        "a deep list": text.replace('"anchor": null', '"anchor": ' + "[" * 70 + "]" * 70, 1).encode(),
    }
    for name, data in files.items():
        yield Case(f"file: {name}", data, "invalid")


def _anchored() -> Iterator[Case]:
    """Proofs that bring an anchor: its root must be a beginning of the signed tree."""
    leaves = [merkle.leaf_hash(forge.envelope(number)) for number in range(9)]
    proof = in_tree(2, 9)
    for size in (1, 2, 3, 4, 8, 9):
        yield Case(
            f"anchor: at size {size} of 9", replace(proof, anchor=forge.anchor(leaves, size)).file(), "unknown"
        )
    good = forge.anchor(leaves, 6)
    hashes = good["consistency"]
    yield Case("anchor: only sent yet", replace(proof, anchor={**good, "state": "sent"}).file(), "unknown")
    yield Case("anchor: no block yet", replace(proof, anchor={**good, "block_number": None}).file(), "unknown")
    forged: dict[str, dict[str, Any]] = {
        "another root": {"root": b64(bytes(32))},
        "another size": {"size": 5},
        "size zero": {"size": 0},
        "a negative size": {"size": -6},
        "a size above the checkpoint's": {"size": 10},
        "the checkpoint's size": {"size": 9},
        "no path": {"consistency": []},
        "a path that is too short": {"consistency": hashes[:-1]},
        "a path that is too long": {"consistency": [*hashes, hashes[0]]},
        "a path in another order": {"consistency": hashes[::-1]},
        "a path with loose bits": {"consistency": [_loose(hashes[0]), *hashes[1:]]},
        "a root of 31 bytes": {"root": b64(bytes(31))},
        "a number for a chain": {"chain_id": 1},
        "a text for a block": {"block_number": "7"},
        "a truth for a size": {"size": True},
        "a text for a path": {"consistency": hashes[0]},
        "numbers for a path": {"consistency": [1, 2]},
        "a new member": {"note": ""},
    }
    for name, change in forged.items():
        yield Case(f"anchor: {name}", replace(proof, anchor={**good, **change}).file(), "invalid")
    without = {key: value for key, value in good.items() if key != "genesis"}
    yield Case("anchor: a member missing", replace(proof, anchor=without).file(), "invalid")


def _rewritten(change: Callable[[str], str]) -> bytes:
    return replace(in_tree(2, 5), rewrite=[change]).file()


def _with_checkpoint(text: str) -> bytes:
    """A proof whose checkpoint is this text, signed by the right key."""
    return _rewritten(lambda proof: proof[: proof.index("\n\n") + 2] + ADA.sign(text))


def _extended() -> bytes:
    return _with_checkpoint(in_tree(2, 5).checkpoint.text + "an extension line\n")


def _own(own: bytes, openings: list[Opening] | None = None) -> bytes:
    """A proof of an entry that stands in the tree, whatever it says."""
    return in_tree(2, 5, own, [] if openings is None else openings).file()


def _written(**changed: Any) -> bytes:
    """An envelope with some members changed; canonical, but perhaps no envelope."""
    return canonical.encode({**canonical.decode(forge.envelope(2)), **changed})


def _lines(text: str, change: Callable[[list[str]], object]) -> str:
    lines = text.split("\n")
    change(lines)
    return "\n".join(lines)


def _put(lines: list[str], at: int, line: str) -> None:
    lines[at] = line


def _loose(text: str) -> str:
    """The same bytes in a second spelling: the bits that base64 leaves over are set."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    kept = text.rstrip("=")
    spelled = kept[:-1] + alphabet[alphabet.index(kept[-1]) | 1] + "=" * (len(text) - len(kept))
    assert spelled != text
    return spelled


def _signature(text: str, change: Callable[[bytes], bytes]) -> str:
    at = text.rindex(" ") + 1
    return text[:at] + b64(change(base64.b64decode(text[at:-1]))) + "\n"


def _malleable(raw: bytes) -> bytes:
    """The signature with S + L for S, which verifies unless S is compared with L."""
    s = int.from_bytes(raw[36:], "little") + ORDER
    return raw[:36] + s.to_bytes(32, "little")


def _flipped(text: str) -> str:
    raw = bytearray(base64.b64decode(text))
    raw[40] ^= 1
    return b64(bytes(raw))


def write() -> None:
    """Write proofs.json anew."""
    lines = ",\n".join(json.dumps(case.as_json()) for case in every())
    FILE.write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    write()
