"""Cases of what stands beside an entry: keys of partners, erasures; and of the directory behind an anchor."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from ledger import entry, erasure, fields, merkle, said
from ledger.anchor_claim import DirectoryPlace
from ledger.checkpoint import Checkpoint
from ledger.fields import Opening
from ledger.note import Signer
from ledger.proof import Beside
from tests.vectors import forge
from tests.vectors.case import Case
from tests.vectors.forge import ADA, CLEO, FIRST_AT, ORIGIN, Proof, b64

BEN, LATER, OTHER = (Signer("ben.example", bytes([seed]) * 32) for seed in (7, 8, 9))
NONCE = bytes(range(32))
PUBLIC = '{"type": "ObjectEvent", "eventID": "urn:uuid:1", "q": [{"quantity": 2.50, "uom": "KGM"}], "é": 1e21}'
COMMERCIAL = (
    '{"bizLocation": "\\u00c7e\\u015fme", "deep": [1.0, -0.0, 1e-7, 5e-324, 123456789012345680000, null, true]}'
)
KEYS = [ADA.vkey]


def cases() -> Iterator[Case]:
    """All of them."""
    yield from _signed()
    yield from _wrongly_signed()
    yield from _beside()
    yield from _erased()
    yield from _directories()


def a_log(entries: Mapping[int, bytes], index: int, shown: list[Opening], *beside: int) -> Proof:
    """A proof of entry `index` in a log of nine, in which these entries stand, with some of them beside."""
    datas = [entries.get(number) or forge.envelope(number) for number in range(9)]
    leaves = [merkle.leaf_hash(each) for each in datas]
    others = [Beside(datas[each], each, tuple(merkle.inclusion_path(leaves, each))) for each in beside]
    checkpoint = Checkpoint(ORIGIN, 9, merkle.root(leaves))
    return Proof(datas[index], shown, index, merkle.inclusion_path(leaves, index), checkpoint, beside=others)


def opened(values: Mapping[str, str | bytes]) -> list[Opening]:
    """Openings with fixed salts."""
    pairs = ((path, each if isinstance(each, bytes) else each.encode()) for path, each in sorted(values.items()))
    return [Opening(path, sha256(path.encode()).digest(), value) for path, value in pairs]


def written(
    kind: str, body: Mapping[str, Any], openings: list[Opening] | None = None, origin: str = ORIGIN
) -> bytes:
    """An entry of this body."""
    kept = {each.path: fields.commit(origin, each).hex() for each in openings or ()}
    return entry.write(origin, kind, body, FIRST_AT, kept)


def registered(key: Signer, partner: str = "ben", **changed: Any) -> bytes:
    proof = b64(key.signature(said.key_text(ORIGIN, partner, key.vkey)))
    return written(
        said.REGISTERED, {"partner": partner, "name": "Ben Brokers", "vkey": key.vkey, "proof": proof, **changed}
    )


def rotated(old: Signer, new: Signer, **changed: Any) -> bytes:
    text = said.key_text(ORIGIN, "ben", new.vkey)
    proof, signature = b64(new.signature(text)), b64(old.signature(text))
    body = {
        "partner": "ben",
        "old": old.verifier.key_id.hex(),
        "vkey": new.vkey,
        "proof": proof,
        "signature": signature,
    }
    return written(said.ROTATED, {**body, **changed})


def revoked(key: Signer) -> bytes:
    return written(said.REVOKED, {"partner": "ben", "key": key.verifier.key_id.hex(), "reason": "lost"})


def parts(**changed: str | bytes) -> list[Opening]:
    values: dict[str, str | bytes] = {
        "public:document": PUBLIC,
        "commercial:document": COMMERCIAL,
        "commercial:nonce": NONCE,
    }
    return opened({**values, **{name.replace("_", ":"): value for name, value in changed.items()}})


def event(
    key: Signer = BEN, shown: list[Opening] | None = None, signed_by: Signer | None = None, **changed: Any
) -> bytes:
    """An event that Ben signed as he sent it: what its openings hold."""
    openings = parts() if shown is None else shown
    document = said.event_of([PUBLIC.encode(), COMMERCIAL.encode()])
    hashed = said.event_hash(ORIGIN, NONCE, document)
    signature = b64((signed_by or key).signature(said.event_text(ORIGIN, hashed)))
    signed = {"by": "ben", "key": key.verifier.key_id.hex(), "said": hashed.hex(), "signature": signature}
    body = {"id": "urn:uuid:1", "partner": "ben", "signed": {**signed, **changed}}
    return written("epcis:event:captured", body, openings)


def samples() -> list[Proof]:
    """Good proofs that have something beside them, to be damaged."""
    signed = {1: registered(BEN), 2: rotated(BEN, LATER), 4: event(LATER)}
    return [a_log(signed, 4, parts(), 1, 2), a_log({7: erased()}, 4, forge.openings(4)[:1], 7)]


def _signed() -> Iterator[Case]:
    start = {1: registered(BEN), 4: event()}
    yield Case("said: by Ben, all shown", a_log(start, 4, parts(), 1).file(), "valid", KEYS)
    yield Case("said: by Ben, nothing shown", a_log(start, 4, [], 1).file(), "valid", KEYS)
    yield Case("said: by Ben, one part shown", a_log(start, 4, parts()[1:], 1).file(), "valid", KEYS)
    yield Case("said: by a key that is not shown", a_log(start, 4, parts()).file(), "valid", KEYS)
    changed = {1: registered(BEN), 2: rotated(BEN, LATER), 4: event(LATER)}
    yield Case("said: by the next key", a_log(changed, 4, parts(), 1, 2).file(), "valid", KEYS)
    yield Case("said: by the next key, the first not shown", a_log(changed, 4, parts(), 2).file(), "valid", KEYS)
    ended = {1: registered(BEN), 4: event(), 6: revoked(BEN)}
    yield Case("said: by a key that was revoked later", a_log(ended, 4, parts(), 1, 6).file(), "valid", KEYS)
    again = {1: registered(BEN), 2: revoked(BEN), 3: registered(BEN), 4: event()}
    yield Case("said: by a key that was registered again", a_log(again, 4, parts(), 1, 2, 3).file(), "valid", KEYS)
    renamed = {1: registered(BEN, name="Ben\u2028 \u202e Brokers"), 4: event()}
    yield Case("said: by a partner with an odd name", a_log(renamed, 4, parts(), 1).file(), "valid", KEYS)


def _wrongly_signed() -> Iterator[Case]:
    def case(name: str, entries: Mapping[int, bytes], *beside: int, shown: list[Opening] | None = None) -> Case:
        return Case(
            f"said: {name}",
            a_log(entries, 4, parts() if shown is None else shown, *beside).file(),
            "invalid",
            KEYS,
        )

    first = {1: registered(BEN)}
    yield case("signed by another's key", {**first, 4: event(signed_by=OTHER)}, 1)
    yield case("revoked before", {**first, 2: revoked(BEN), 4: event()}, 1, 2)
    yield case("rotated before", {**first, 2: rotated(BEN, LATER), 4: event()}, 1, 2)
    yield case("registered after", {6: registered(BEN), 4: event()}, 6)
    yield case("registered without possession", {1: registered(BEN, proof=b64(bytes(64))), 4: event()}, 1)
    yield case(
        "registered for another partner",
        {1: registered(BEN, partner="ben", proof=b64(BEN.signature(b"x"))), 4: event()},
        1,
    )
    yield case(
        "rotated by a stranger",
        {**first, 2: rotated(BEN, LATER, signature=b64(OTHER.signature(b"x"))), 4: event(LATER)},
        1,
        2,
    )
    yield case("a registration of wrong form", {1: registered(BEN, more="x"), 4: event()}, 1)
    yield case("a registered key that is weak", {1: registered(BEN, vkey="ben+00000000+AQ=="), 4: event()}, 1)
    for name, change in {
        "another partner than the entry's": {"by": "cleo"},
        "a hash in capitals": {"said": "A" * 64},
        "a hash too short": {"said": "aa"},
        "a number for a signature": {"signature": 1},
        "a signature with loose bits": {"signature": "AB=="},
        "one member more": {"more": ""},
        "another hash": {"said": "00" * 32},
    }.items():
        yield case(name, {**first, 4: event(**change)}, 1)
    for name, change in {
        "a field changed by the operator": {"public_document": PUBLIC.replace("2.50", "2.51")},
        "a field added by the operator": {"commercial_document": COMMERCIAL.replace("{", '{"more": 1, ', 1)},
        "a field in two parts": {"commercial_document": COMMERCIAL.replace("{", '{"type": "ObjectEvent", ', 1)},
        "a field twice in a part": {"public_document": PUBLIC.replace("{", '{"type": "x", ', 1)},
        "a part that is a list": {"public_document": "[]"},
        "a part that is no JSON": {"public_document": "{"},
        "a part with NaN": {"public_document": PUBLIC.replace("2.50", "NaN")},
        "a part with a number too large": {"public_document": PUBLIC.replace("1e21", "1e400")},
        "a part with a whole number that no double holds": {
            "public_document": PUBLIC.replace("1e21", str(2**53 + 1))
        },
        "a part with half a surrogate pair": {"public_document": PUBLIC.replace("KGM", "\\ud800")},
        "a part with a byte order mark": {"public_document": b"\xef\xbb\xbf" + PUBLIC.encode()},
        "a part in UTF-16": {"public_document": PUBLIC.encode("utf-16")},
        "a part in wrong UTF-8": {"public_document": b'{"\xff":1}'},
        "a part 70 levels deep": {"public_document": '{"a":' + "[" * 70 + "]" * 70 + "}"},
        "another nonce": {"commercial_nonce": bytes(32)},
        "a nonce too short": {"commercial_nonce": NONCE[:31]},
    }.items():
        shown = parts(**change)
        yield case(name, {**first, 4: event(shown=shown)}, 1, shown=shown)
    respelled = parts(public_document=json.dumps(json.loads(PUBLIC), indent=1, sort_keys=True))
    proof = a_log({**first, 4: event(shown=respelled)}, 4, respelled, 1)
    yield Case("said: a part in another layout, which says the same", proof.file(), "valid", KEYS)


def _beside() -> Iterator[Case]:
    entries = {1: registered(BEN), 2: rotated(BEN, LATER), 4: event(LATER)}
    good = a_log(entries, 4, parts(), 1, 2)
    one, two = good.beside

    def with_(name: str, *beside: Beside, state: Any = "invalid") -> Case:
        value = {**good.value(), "beside": replace(good, beside=[]).value()["beside"]}
        value["beside"] = [
            {"entry": b64(e.entry), "index": e.index, "path": [b64(p) for p in e.path]} for e in beside
        ]
        return Case(f"beside: {name}", forge.as_file(value), state, KEYS)

    yield with_("in the wrong order", two, one)
    yield with_("one twice", one, one)
    yield with_("at another place", replace(one, index=0), two)
    yield with_("outside", replace(one, index=-1), two)
    yield with_("beyond the end", one, replace(two, index=9))
    yield with_("with a shorter path", replace(one, path=one.path[1:]), two)
    yield with_("with another path", replace(one, path=two.path), two)
    yield with_("an entry that is not in the tree", replace(one, entry=registered(OTHER)), two)
    yield with_("an entry of another log", replace(one, entry=forge.envelope(1, origin=CLEO.name)), two)
    yield with_(
        "any other entry says nothing",
        one,
        two,
        Beside(forge.envelope(5), 5, tuple(_path(entries, 5))),
        state="valid",
    )
    value = good.value()
    for name, beside in {
        "null": None,
        "an object": {},
        "a text": ["x"],
        "without a path": [{"entry": "", "index": 1}],
        "an index as text": [{**value["beside"][0], "index": "1"}],
        "an index that is true": [{**value["beside"][0], "index": True}],
        "257 entries": [value["beside"][0]] * 257,
    }.items():
        yield Case(f"beside: {name}", forge.as_file({**value, "beside": beside}), "invalid", KEYS)
    for name, policy in (("a number", 7), ("a list", []), ("false", False)):
        yield Case(f"file: {name} for a policy", forge.as_file({**value, "policy": policy}), "invalid", KEYS)


def _path(entries: Mapping[int, bytes], index: int) -> list[bytes]:
    datas = [entries.get(number) or forge.envelope(number) for number in range(9)]
    return merkle.inclusion_path([merkle.leaf_hash(each) for each in datas], index)


def erased(
    signer: Signer = ADA,
    index: int = 4,
    leaf: bytes | None = None,
    paths: tuple[str, ...] = ("note/text",),
    **changed: Any,
) -> bytes:
    """An erasure entry of entry 4, members of its body changed after it was signed."""
    own = merkle.leaf_hash(forge.envelope(4)) if leaf is None else leaf
    body = erasure.write_body(signer, index, own, paths, reason="request", basis="gdpr-17", by="system")
    return written(erasure.ERASED, {**body, **changed})


def changed(**members: Any) -> bytes:
    """An erasure entry of entry 4 with some members that no honest one has."""
    return written(erasure.ERASED, {**json.loads(erased())["body"], **members})


def _erased() -> Iterator[Case]:
    shown = forge.openings(4)
    rest = [each for each in shown if each.path != "note/text"]

    def case(name: str, entry: bytes, state: Any, openings: list[Opening] = rest) -> Case:
        return Case(f"erasure: {name}", a_log({7: entry}, 4, openings, 7).file(), state, KEYS)

    yield case("of one path", erased(), "valid")
    yield case("of all paths", erased(paths=("document", "note/text")), "valid", [])
    yield case("of a path that is still shown", erased(), "valid", shown)
    yield case("of a path that was never there", erased(paths=("other",)), "valid")
    yield case("of another entry", erased(index=5), "valid")
    yield case("by a key that is not known", erased(Signer(ORIGIN, bytes(32))), "valid")
    yield case("of another leaf", erased(leaf=bytes(32)), "invalid")
    yield case("with a forged signature", erased(signature=b64(bytes(64))), "invalid")
    yield case("with loose bits", erased(signature="AB=="), "invalid")
    yield case("with a reason changed", erased(reason="other"), "invalid")
    yield case("of no path", erased(paths=()), "invalid")
    yield case("with one member more", erased(more=""), "invalid")
    yield case("with a number for a name", erased(by_whom=7), "invalid")
    yield case("with a number for a path", changed(paths=[1]), "invalid")
    yield case("with an index as text", changed(index="4"), "invalid")
    yield case("with a key in capitals", erased(key="ABCDEF00"), "invalid")


def _directories() -> Iterator[Case]:
    leaves = [merkle.leaf_hash(forge.envelope(number)) for number in range(9)]
    proof = forge.in_tree(2, 9)
    directory = "wayproof/directory"

    def head(
        origin: str = ORIGIN, size: Any = 6, root: bytes | None = None, kind: str = "directory:head:recorded"
    ) -> bytes:
        body = {"origin": origin, "size": size, "root": b64(merkle.root(leaves[:6]) if root is None else root)}
        return entry.write(directory, kind, body, FIRST_AT, {})

    def placed(own: bytes, **changed: Any) -> dict[str, Any]:
        heads = [merkle.leaf_hash(each) for each in (head(CLEO.name), own, head(size=5))]
        place = DirectoryPlace(own, 1, tuple(merkle.inclusion_path(heads, 1)), 3, merkle.root(heads))
        return forge.anchor(leaves, 6, replace(place, **changed))

    def case(name: str, anchor: dict[str, Any], state: Any = "invalid") -> Case:
        return Case(f"directory: {name}", replace(proof, anchor=anchor).file(), state, KEYS)

    good = placed(head())
    yield case("a head of this log", good, "valid")
    yield case("a head of this log, in a file", {**good, "target": "file", "chain_id": None, "tx": None}, "valid")
    yield case("of another log", placed(head(CLEO.name)))
    yield case("of another size", placed(head(size=5)))
    yield case("of a size that is true", placed(head(size=True)))
    yield case("of another root", placed(head(root=bytes(32))))
    yield case("another kind of entry", placed(head(kind="epcis:event:captured")))
    yield case("at another place", placed(head(), index=0))
    yield case("outside", placed(head(), index=3))
    yield case("before the start", placed(head(), index=-1))
    yield case("another size of it", placed(head(), size=5))
    yield case("another root of it", placed(head(), root=bytes(32)))
    yield case("no path", placed(head(), path=()))
    for name, value in {
        "a list": [],
        "an empty object": {},
        "a text": "x",
        "an empty text": "",
        "zero": 0,
        "an index as text": {**good["directory"], "index": "1"},
        "a size that is true": {**good["directory"], "size": True},
        "a number for an entry": {**good["directory"], "entry": 1},
        "a root of 31 bytes": {**good["directory"], "root": b64(bytes(31))},
        "one member more": {**good["directory"], "more": 1},
    }.items():
        yield case(name, {**good, "directory": value})
    for name, change in (("another target", {"target": "moon"}), ("a number for finality", {"finality": 1})):
        yield Case(f"anchor: {name}", replace(proof, anchor={**good, **change}).file(), "invalid", KEYS)
