#!/usr/bin/env python3
"""Checks Wayproof proof files and whole exported logs offline, without service or network.

One file; it needs Python 3.9+ and `cryptography` only.

    python3 wayproof_verify.py FILE... [--pin PIN] [--key VKEY]... [--policy FILE] [--seen FILE] [--json]

The steps have the numbers and names that every verifier of Wayproof uses (its docs/verify.md). A result is valid,
invalid or unknown; what could not be checked is never valid. Exit status: 0 nothing is invalid, 1 something is,
2 the call itself was wrong. The chain is not asked here: an anchor stays a claim.

This file reads the formats on its own and shares no line with the service: free to copy, made to be read.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import sys
import time
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

try:  # newer releases know ML-DSA; without it a key of that kind counts as one that could not be checked
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
except ImportError:
    MLDSA44PublicKey = None

ED25519, COSIGNATURE, ML_DSA = 1, 4, 6
KEY_SIZES = {ED25519: 32, COSIGNATURE: 32, ML_DSA: 1312}
LIMIT = 2**63
PARTS = {"format", "entry", "openings", "tlog_proof", "log", "policy", "beside", "anchor"}
FIRM = ("mined", "safe", "final")
AHEAD = 300  # seconds that the clock of a witness may be ahead of the reader's


class Refused(Exception):
    """A step failed; or, where `unknown` is set, could not be made."""

    def __init__(self, step, error, sentence, unknown=False):
        super().__init__(f"step {step} {error}: {sentence}")
        self.step, self.error, self.unknown = step, error, unknown


@contextmanager
def step(number, error):
    """Whatever goes wrong inside is a refusal by this step."""
    try:
        yield
    except Refused:
        raise
    except (ValueError, RecursionError) as failure:
        raise Refused(number, error, str(failure)) from failure


def need(condition, sentence):
    if not condition:
        raise ValueError(sentence)


# ---- reading: everything has one spelling ---------------------------------------------------------


def unb64(text):
    """RFC 4648 section 4 with padding; no blanks, no loose bits at the end."""
    need(isinstance(text, str) and re.fullmatch(r"[A-Za-z0-9+/]*={0,2}", text), "this is not base64")
    data = base64.b64decode(text)
    need(base64.b64encode(data).decode() == text, "this base64 has a second spelling")
    return data


def unb64_hash(text):
    data = unb64(text)
    need(len(data) == 32, "a hash has 32 bytes")
    return data


def hashes(value):
    need(isinstance(value, list) and len(value) <= 63, "a path is a list of at most 63 hashes")
    return [unb64_hash(each) for each in value]


def decimal(text):
    need(re.fullmatch(r"0|[1-9][0-9]{0,18}", text) and int(text) < LIMIT, "not a decimal number below 2^63")
    return int(text)


def is_whole(value):
    return type(value) is int


def are_texts(*values):
    return all(isinstance(each, str) for each in values)


def has_keys(value, keys):
    return isinstance(value, dict) and value.keys() == set(keys)


def _members(pairs):
    found = dict(pairs)
    need(len(found) == len(pairs), "a key occurs twice")
    return found


def _no_fraction(text):
    raise ValueError(f"{text[:20]} is not a whole number")


def _walk(value, depth):
    if isinstance(value, str):
        value.encode()  # half a surrogate pair raises a ValueError
    elif is_whole(value):
        need(abs(value) < 2**53, "a number is out of bounds")
    elif isinstance(value, (dict, list)):
        need(depth < 64, "nested deeper than 64 levels")
        if isinstance(value, dict):
            need(all(key.isascii() for key in value), "a key is not ASCII")
            value = list(value.values())
        for each in value:
            _walk(each, depth + 1)


def strict_json(data):
    """JSON in any layout: whole numbers within 2^53, ASCII keys, none twice, no byte order mark."""
    text = data.decode("utf-8")
    value = json.loads(text, object_pairs_hook=_members, parse_float=_no_fraction, parse_constant=_no_fraction)
    _walk(value, 0)
    return value


def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def strict_canonical(data):
    value = strict_json(data)
    need(canonical(value) == data, "these are not the canonical bytes of the value")
    return value


# ---- hashes (RFC 6962, RFC 9162) ------------------------------------------------------------------


def leaf_hash(entry):
    return sha256(b"\0" + entry).digest()


def node_hash(left, right):
    return sha256(b"\1" + left + right).digest()


def labelled(label, *parts):
    """A hash over parts, each preceded by its length as eight bytes."""
    return sha256(b"".join(len(each).to_bytes(8, "big") + each for each in (label.encode(), *parts))).digest()


def path_length(index, size):
    inner = (index ^ (size - 1)).bit_length()
    return inner + bin(index >> inner).count("1")


def root_of(leaf, index, size, path):
    """The root that a path of the right length leads to."""
    fn, sn, found = index, size - 1, leaf
    for each in path:
        if fn & 1 or fn == sn:
            found = node_hash(each, found)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_hash(found, each)
        fn, sn = fn >> 1, sn >> 1
    return found


def check_consistency(old_size, size, path, old_root, root):
    need(1 <= old_size <= size, "no proof leads from one size to the other")
    if old_size == size:
        need(not path and old_root == root, "one size has two roots")
        return
    need(path, "the consistency path is empty")
    first, *rest = path if old_size & (old_size - 1) else [old_root, *path]
    fn, sn, old, new = old_size - 1, size - 1, first, first
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    for each in rest:
        need(sn, "the consistency path is too long")
        if fn & 1 or fn == sn:
            old, new = node_hash(each, old), node_hash(each, new)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node_hash(new, each)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0 and old == old_root and new == root, "the consistency path does not join the two roots")


# ---- keys and signatures (c2sp.org/signed-note) ---------------------------------------------------

SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
PRIME = 2**255 - 19
EIGHTH = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
WEAK = (0, 1, PRIME - 1, EIGHTH, PRIME - EIGHTH)  # points under which one signature fits any text


class Key:
    """A public key with its name. A signature line matches by name and id."""

    def __init__(self, vkey, kinds=(ED25519,)):
        found = re.fullmatch(r"([^+]+)\+([0-9a-f]{8})\+(.+)", vkey, re.DOTALL)
        need(found, "a verifier key is written name+id+key")
        self.name, self.id, encoded = found.groups()
        need(is_key_name(self.name), "a key name has no blank and no plus")
        blob = unb64(encoded)
        need(blob and blob[0] in kinds and len(blob) == 1 + KEY_SIZES[blob[0]], "a key of another kind or length")
        self.kind, self.public = blob[0], blob[1:]
        y = int.from_bytes(self.public[:32], "little") % 2**255
        need(self.kind == ML_DSA or (y < PRIME and y not in WEAK), "a weak key")
        digest = sha256(self.name.encode() + b"\n" + blob).hexdigest()
        need(digest[:8] == self.id, "the id is not the one of the name and key")
        self.whole = (self.name, self.id, blob)

    def is_good(self, text, signature):
        """Whether this Ed25519 key signed the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True

    @property
    def can_check(self):
        if self.kind != ML_DSA:
            return True
        try:
            return MLDSA44PublicKey is not None and bool(MLDSA44PublicKey.from_public_bytes(self.public))
        except (UnsupportedAlgorithm, ValueError):
            return False

    def cosigned_at(self, note, blob):
        """The time of a good cosignature (c2sp.org/tlog-cosignature)."""
        need(
            len(blob) == 8 + (2420 if self.kind == ML_DSA else 64),
            f"the cosignature of {self.name} has a wrong length",
        )
        at = int.from_bytes(blob[:8], "big")
        need(at < LIMIT, f"the cosignature of {self.name} has a time beyond 2^63")
        if self.kind == ML_DSA:
            names = [self.name.encode(), note.origin.encode()]
            need(all(1 <= len(each) <= 255 for each in names), "a name is too long to be cosigned")
            name, origin = (bytes([len(each)]) + each for each in names)
            tree = bytes(8) + note.size.to_bytes(8, "big") + note.root
            try:
                key = MLDSA44PublicKey.from_public_bytes(self.public)
                key.verify(blob[8:], b"subtree/v1\n\0" + name + blob[:8] + origin + tree)
            except (InvalidSignature, ValueError) as error:
                raise ValueError(f"the cosignature of {self.name} is wrong") from error
        else:
            good = self.is_good(f"cosignature/v1\ntime {at}\n".encode() + note.text, blob[8:])
            need(good, f"the cosignature of {self.name} is wrong")
        return at


def is_key_name(name):
    return bool(name) and not any(each in SPACES or each == "+" or each < " " for each in name)


def pin_of(vkey):
    """The first 20 letters of the key's hash in base32: short enough to print and to compare."""
    return base64.b32encode(sha256(vkey.encode()).digest()).decode().lower()[:20]


def tell_apart(keys):
    known = {}
    for key in keys:
        need(known.setdefault(key.whole[:2], key.whole) == key.whole, "two keys cannot be told apart")
    return keys


def read_keys(vkeys):
    need(vkeys, "no verifier key is given")
    return tell_apart([Key(each) for each in vkeys])


class Note:
    """A signed checkpoint, its signatures not verified (steps 6 and 7)."""

    def __init__(self, data):
        with step(6, "NOTE_MALFORMED"):
            need(len(data) <= 256 * 1024, "a note has at most 256 KiB")
            text, blank, lines = data.rpartition(b"\n\n")  # the last empty line divides
            need(blank and lines.endswith(b"\n"), "the note has no signatures, or no end")
            lines = lines[:-1].decode().split("\n")
            need(len(lines) <= 64, "a note has at most 64 signatures")
            self.text, self.signatures = text + b"\n", [self._signature(each) for each in lines]
        with step(7, "CHECKPOINT_MALFORMED"):
            origin, size, root, *more = self.text.decode().split("\n")[:-1] + [""] * (3 - self.text.count(b"\n"))
            need(origin and all([size, root, *more]), "a checkpoint has three lines or more, none of them empty")
            self.origin, self.size, self.root = origin, decimal(size), unb64_hash(root)
            need(self.size or self.root == sha256(b"").digest(), "the root is not one of size 0")

    @staticmethod
    def _signature(line):
        found = re.fullmatch("\u2014 ([^ ]+) (.*)", line, re.DOTALL)
        need(found and is_key_name(found[1]), "a signature line is malformed")
        blob = unb64(found[2])
        need(len(blob) >= 5, "a signature line holds no signature")
        return found[1], blob[:4].hex(), blob[4:]

    def lines_of(self, keys):
        """(key, signature) for every line of one of these keys."""
        known = {key.whole[:2]: key for key in keys}
        return [(known[name, key_id], blob) for name, key_id, blob in self.signatures if (name, key_id) in known]


# ---- policies (c2sp.org/tlog-policy) --------------------------------------------------------------


class Policy:
    """Which logs and how many witnesses are trusted."""

    def __init__(self, text):
        need(len(text.encode()) <= 256 * 1024 and text.endswith("\n"), "a policy ends in a newline")
        need(not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text), "a policy has no control characters")
        self.logs, self.witnesses, self.groups = [], {}, {}
        self.taken, quorums = set(), []
        for line in text[:-1].split("\n"):
            word, *rest = re.split(r"[ \t]+", line.strip(" \t")) if line.strip(" \t") else ["#"]
            if word == "log" and len(rest) in (1, 2):
                self.logs.append(self._key(rest[0], (ED25519, ML_DSA), self.logs))
            elif word == "witness" and len(rest) in (2, 3):
                self._define(rest[0])
                self.witnesses[rest[0]] = self._key(rest[1], (COSIGNATURE, ML_DSA), self.witnesses.values())
            elif word == "group" and len(rest) >= 3:
                self._group(*rest)
            elif word == "quorum" and len(rest) == 1:
                need(rest[0] == "none" or self._knows(rest[0]), "the quorum is not defined on an earlier line")
                quorums.append(None if rest[0] == "none" else rest[0])
            else:
                need(word.startswith("#"), f"{word[:20]!r} is no line of a policy")
        need(len(quorums) == 1, "a policy names one quorum")
        self.quorum = quorums[0]
        tell_apart([*self.logs, *self.witnesses.values()])

    @staticmethod
    def _key(vkey, kinds, others):
        key = Key(vkey, kinds)
        need(all(each.public != key.public for each in others), "a public key is listed twice")
        return key

    def _knows(self, name):
        return name in self.witnesses or name in self.groups

    def _define(self, name):
        need(name not in ("log", "witness", "group", "quorum", "none", "any", "all"), "a word of the format")
        need(not self._knows(name), "a name is defined twice")

    def _group(self, name, count, *members):
        self._define(name)
        for each in members:
            need(self._knows(each) and each not in self.taken, "a member is unknown, or is in two groups")
            self.taken.add(each)
        needed = {"all": len(members), "any": 1}.get(count)
        needed = decimal(count) if needed is None else needed
        need(1 <= needed <= len(members), "a group cannot need so many")
        self.groups[name] = (needed, members)

    def is_satisfied(self, names):
        holding = set(names)
        for name, (needed, members) in self.groups.items():
            if sum(each in holding for each in members) >= needed:
                holding.add(name)
        return self.quorum is None or self.quorum in holding

    def witnessed(self, note, now, oldest):
        """Steps 10 and 11: times of known witnesses by name, and the names of those that could not be checked."""
        names = {key.whole: name for name, key in self.witnesses.items()}
        seen, unable = {}, set()
        with step(10, "COSIGNATURE_INVALID"):
            for key, blob in note.lines_of(self.witnesses.values()):
                name = names[key.whole]
                if not key.can_check:
                    unable.add(name)
                    continue
                at = key.cosigned_at(note, blob)
                need(at, f"the cosignature of {name} has no time")
                seen[name] = max(at, seen.get(name, 0))
        with step(11, "COSIGNATURE_FUTURE"):
            need(now is None or all(at <= now + AHEAD for at in seen.values()), "a cosignature is from the future")
        if now is not None and oldest is not None:
            seen = {name: at for name, at in seen.items() if at >= now - oldest}
        return seen, unable


# ---- the proof file -------------------------------------------------------------------------------


class Proof:
    """A one-file proof, read but not believed (steps 2 to 7)."""

    def __init__(self, data):
        with step(2, "PROOF_ENCODING"):
            need(len(data) <= 64 * 1024 * 1024, "a proof has at most 64 MiB")
            parts = strict_json(data)
            need(isinstance(parts, dict) and parts.get("format") == "wayproof-proof/1", "not a wayproof-proof/1")
            need(
                has_keys(parts, PARTS) and has_keys(parts["log"], {"origin", "vkey"}),
                "a part is missing or unknown",
            )
            self.origin, self.vkey, text = parts["log"]["origin"], parts["log"]["vkey"], parts["tlog_proof"]
            self.policy, self.anchor = parts["policy"], parts["anchor"]
            need(
                are_texts(self.origin, self.vkey, text, "" if self.policy is None else self.policy),
                "a part has a wrong form",
            )
            need(len(text) <= 512 * 1024 and not re.search(r"[\x00-\x09\x0b-\x1f]", text), "no plain text")
            self.entry = unb64(parts["entry"])
            self.openings = [self._opening(each) for each in self._list(parts["openings"])]
            self.beside = [self._beside(each) for each in self._list(parts["beside"])]
            places = [index for _, index, _ in self.beside]
            need(len(places) <= 256 and places == sorted(set(places)), "the entries beside are not in order")
        head, blank, note = text.partition("\n\n")
        version, *lines = head.split("\n")
        with step(3, "PROOF_VERSION"):
            need(version == "c2sp.org/tlog-proof@v1", "this is not a tlog-proof of version 1")
        with step(4, "PROOF_EXTRA"):
            if lines and lines[0].startswith("extra "):
                unb64(lines.pop(0)[6:])
        with step(4, "PROOF_INDEX"):
            need(lines and lines[0].startswith("index "), "the proof has no index")
            self.index = decimal(lines.pop(0)[6:])
        with step(5, "PROOF_HASH"):
            self.path = hashes(lines)
        with step(5, "PROOF_TRUNCATED"):
            need(blank, "the proof ends before its checkpoint")
        self.note = Note(note.encode())

    @staticmethod
    def _list(value):
        need(isinstance(value, list), "a part has a wrong form")
        return value

    @staticmethod
    def _opening(value):
        need(
            has_keys(value, {"path", "salt", "value"}) and are_texts(value["path"]), "an opening has a wrong form"
        )
        return value["path"], unb64(value["salt"]), unb64(value["value"])

    @staticmethod
    def _beside(value):
        need(has_keys(value, {"entry", "index", "path"}) and is_whole(value["index"]), "an entry has a wrong form")
        return unb64(value["entry"]), value["index"], hashes(value["path"])


class Trust:
    """What the reader brings (step 1); `seen` holds the roots that were shown before, by size, of each log."""

    def __init__(self, vkeys=None, pin=None, policy=None, now=None, oldest=None, seen=None):
        try:
            need(pin is None or re.fullmatch("[a-z2-7]{20}", pin), "a pin is 20 letters a-z and digits 2-7")
            self.keys = None if vkeys is None else read_keys(vkeys)
            self.policy = None if policy is None else Policy(policy)
        except ValueError as error:
            raise Refused(1, "POLICY_INVALID", str(error), unknown=True) from error
        self.pin, self.now, self.oldest, self.seen = pin, now, oldest, seen or {}
        self.is_pinned = not (self.keys is None and pin is None and policy is None)


def verify(data, trust):
    """What a proof proves, as a dictionary; raises Refused for the first step that fails."""
    proof = Proof(data)
    doubts = [] if trust.is_pinned else [Refused(1, "TRUST_ANCHOR_UNPINNED", "the key came with the file", True)]
    keys, seen, quorum = check_signed(proof, trust, doubts)
    note = proof.note
    entry = check_standing(note, proof.entry, proof.index, proof.path, proof.openings)
    others = [(index, check_standing(note, data, index, path)) for data, index, path in proof.beside]
    with step(14, "SAID_INVALID"):
        said = who_said(proof, entry, others)
    with step(14, "ERASURE_INVALID"):
        erased = {path for _, other in others for path in erased_paths(proof, other, keys)}
    claim = check_anchor(proof)
    check_seen(note, claim, trust.seen.get(note.origin, {}), doubts)
    hidden = set(entry["commitments"]) - {path for path, _, _ in proof.openings}
    covered = claim is not None and proof.index < claim["size"] and claim["state"] in FIRM
    return {
        "state": "unknown" if doubts else "valid",
        "step": doubts[0].step if doubts else None,
        "error": doubts[0].error if doubts else None,
        "origin": note.origin,
        "index": str(proof.index),
        "size": str(note.size),
        "root": note.root.hex(),
        "leaf": leaf_hash(proof.entry).hex(),
        "pinned": trust.is_pinned,
        "seen": [[name, str(at)] for name, at in seen.items()],
        "quorum": quorum,
        "said": said,
        "erased": sorted(hidden & erased),
        "withheld": sorted(hidden - erased),
        "anchored": covered,
        "doubts": [str(each) for each in doubts],
        "entry": entry,
        "anchor": proof.anchor if covered else None,
        "pin": pin_of(proof.vkey),
    }


def check_signed(proof, trust, doubts):
    """Steps 8 to 12: the log's keys, times by witness, and the quorum: valid only by the reader's own policy."""
    note = proof.note
    with step(8, "ORIGIN_UNKNOWN"):
        need(proof.origin == note.origin, "the checkpoint is of another log")
    with step(8, "PIN_MISMATCH"):
        need(
            trust.pin is None or pin_of(proof.vkey) == trust.pin,
            f"the pin of the file's key is {pin_of(proof.vkey)}",
        )
    keys = trust.keys or []
    if trust.keys is None and (trust.policy is None or trust.pin is not None):
        with step(8, "KEY_MALFORMED"):
            keys = read_keys([proof.vkey])
    if keys:
        check_signature(note, keys, doubts)
    policy = trust.policy
    if policy is None:
        try:
            policy = None if proof.policy is None else Policy(proof.policy)
        except ValueError:
            return keys, {}, "unknown"
        seen = {} if policy is None else policy.witnessed(note, trust.now, trust.oldest)[0]
        return keys, seen, "none" if policy is None else "unknown"  # any file can name witnesses of its own
    keys = keys + [each for each in policy.logs if each.kind == ED25519]
    check_signature(note, policy.logs, doubts)
    if any(each.step == 9 for each in doubts):
        return keys, {}, "unknown"
    seen, unable = policy.witnessed(note, trust.now, trust.oldest)
    if policy.is_satisfied(seen):
        return keys, seen, "none" if policy.quorum is None else "valid"
    missing = Refused(12, "QUORUM_NOT_MET", f"{len(seen)} witnesses of the policy have cosigned", True)
    missing.unknown = policy.is_satisfied({*seen, *unable})
    if not missing.unknown:
        raise missing
    doubts.append(missing)
    return keys, {}, "unknown"


def check_signature(note, keys, doubts):
    own = [each for each in keys if each.name == note.origin]  # the key of one log cannot speak for another
    with step(8, "ORIGIN_UNKNOWN"):
        need(own, f"no given key is one of {note.origin}")
    found = [(key, blob) for key, blob in note.lines_of(own) if key.can_check]
    with step(9, "LOG_SIGNATURE_INVALID"):
        for key, blob in found:
            if key.kind == ML_DSA:
                key.cosigned_at(note, blob)
            else:
                need(key.is_good(note.text, blob), f"the signature of {key.name} is wrong")
    if not found:
        missing = Refused(9, "LOG_SIGNATURE_MISSING", "no known key signed this note", True)
        missing.unknown = not all(each.can_check for each in own)
        if not missing.unknown:
            raise missing
        doubts.append(missing)


def check_standing(note, data, index, path, openings=()):
    """Steps 13 to 15: the entry of these bytes stands at its place under the checkpoint."""
    with step(13, "INDEX_OUT_OF_RANGE"):
        need(0 <= index < note.size, f"there is no entry {index} in a log of {note.size}")
    with step(13, "PROOF_LENGTH"):
        need(len(path) == path_length(index, note.size), "the path has not the length of its place")
    with step(14, "ENTRY_MISMATCH"):
        entry = read_envelope(data)
        need(entry["log"] == note.origin, "the entry is of another log")
        for name, salt, value in openings:
            found = labelled("wayproof/commitment/v1", note.origin.encode(), name.encode(), salt, value).hex()
            need(entry["commitments"].get(name) == found, f"{name!r} is not what the entry commits to")
    with step(15, "ROOT_MISMATCH"):
        need(root_of(leaf_hash(data), index, note.size, path) == note.root, "the path leads to another root")
    return entry


def read_envelope(data):
    entry = strict_canonical(data)
    whole = has_keys(entry, {"v", "log", "type", "recorded_at", "body", "commitments"})
    need(whole and is_whole(entry["v"]) and entry["v"] == 1 and len(data) <= 65535, "not an envelope of version 1")
    need(are_texts(entry["log"], entry["type"], entry["recorded_at"]), "a part of the entry has a wrong form")
    need(isinstance(entry["body"], dict) and isinstance(entry["commitments"], dict), "a part has a wrong form")
    for each in entry["commitments"].values():
        need(are_texts(each) and re.fullmatch("[0-9a-f]{64}", each), "a commitment is no hash")
    return entry


# ---- who said it, what was erased (step 14) -------------------------------------------------------

FORMS = {
    "partner:key:registered": {"partner", "name", "vkey", "proof"},
    "partner:key:rotated": {"partner", "old", "vkey", "proof", "signature"},
    "partner:key:revoked": {"partner", "key", "reason"},
}


class PartnerKey:
    """A key of a partner: good for entries behind `first` and before `until`."""

    def __init__(self, partner, called, key, first):
        self.partner, self.called, self.key, self.first, self.until = partner, called, key, first, LIMIT

    def is_good_at(self, index):
        return self.first < index < self.until


def partner_keys(others):
    """The keys that entries beside the proven one tell of, in the order of their places."""
    known = []
    for index, entry in others:
        if entry["type"] not in FORMS:
            continue
        body = entry["body"]
        need(
            has_keys(body, FORMS[entry["type"]]) and are_texts(*body.values()), "an entry about a key is malformed"
        )
        partner, old_id = body["partner"], body.get("old", body.get("key"))
        old = find_key(known, partner, old_id, index)
        if old_id is not None and old is None:
            continue  # of a key that is not shown here: its successor stays unknown
        if "vkey" in body:
            text = f"wayproof/partner-key/v1\n{entry['log']}\n{partner}\n{body['vkey']}\n".encode()
            need(
                old is None or old.key.is_good(text, unb64(body["signature"])),
                f"a rotation of {partner} is forged",
            )
            key = Key(body["vkey"])
            need(key.is_good(text, unb64(body["proof"])), f"a key of partner {partner} is forged")
            known.append(PartnerKey(partner, old.called if old else body["name"], key, index))
        if old:
            old.until = index
    return known


def find_key(known, partner, key_id, index):
    of_it = (each for each in known if (each.partner, each.key.id) == (partner, key_id))
    return next((each for each in of_it if each.is_good_at(index)), None)


def who_said(proof, entry, others):
    """[partner, key, name, state, why] of who signed the event itself, or None."""
    known = partner_keys(others)
    body, origin = entry["body"], proof.note.origin
    if "signed" not in body:
        return None
    signed = body["signed"]
    formed = has_keys(signed, {"by", "key", "said", "signature"}) and are_texts(*signed.values())
    need(formed and re.fullmatch("[0-9a-f]{64}", signed["said"]), "the signature of a partner has a wrong form")
    partner, key_id = signed["by"], signed["key"]
    need(partner == body.get("partner"), f"partner {partner} signed, but the entry is of another")
    found = find_key(known, partner, key_id, proof.index)
    if found is None:
        ever = any((each.partner, each.key.id) == (partner, key_id) for each in known)
        need(not ever, f"partner {partner} signed with a key that was not good at this entry")
        return [partner, key_id, "", "unknown", "key"]
    text = f"wayproof/signed-event/v1\n{origin}\n{signed['said']}\n".encode()
    need(
        found.key.is_good(text, unb64(signed["signature"])), f"the event of {found.called}: the signature is wrong"
    )
    values = {path: value for path, _, value in proof.openings}
    parts = [path for path in entry["commitments"] if path.rpartition(":")[2] == "document"]
    if not parts or not values.keys() >= {"commercial:nonce", *parts}:
        return [partner, key_id, found.called, "unknown", "withheld"]
    nonce, event = values["commercial:nonce"], {}
    need(len(nonce) == 32, "the nonce has 32 bytes")
    for path in parts:
        part = json.loads(values[path].decode("utf-8"), object_pairs_hook=_members)
        need(isinstance(part, dict) and not event.keys() & part.keys(), "the parts of the event do not join")
        event.update(part)
    again = labelled("wayproof/said/v1", origin.encode(), nonce, jcs(event).encode()).hex()
    need(again == signed["said"], f"what {found.called} (partner {partner}) signed was changed")
    return [partner, key_id, found.called, "valid", ""]


def jcs(value, depth=0):
    """RFC 8785: foreign JSON in its one text."""
    need(depth < 64 or not isinstance(value, (dict, list)), "nested deeper than 64 levels")
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        members = ",".join(f"{jcs(name)}:{jcs(value[name], depth + 1)}" for name in names)
        return f"{{{members}}}"
    if isinstance(value, list):
        return f"[{','.join(jcs(each, depth + 1) for each in value)}]"
    if isinstance(value, bool) or value is None or isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False)
        text.encode()
        return text
    return jcs_number(value)


def jcs_number(value):
    """Number::toString of ECMAScript. Python finds the same shortest digits."""
    if is_whole(value) and abs(value) < 2**53:
        return str(value)
    need(abs(value) < 2**1024, "a number that no double holds")
    near = float(value)
    need(near == near and abs(near) != float("inf"), "a number that no double holds")
    digits, _, exponent = f"{abs(near)!r}".partition("e")
    whole, _, fraction = digits.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if not digits:
        return "0"
    if len(digits) <= point <= 21:
        text = digits + "0" * (point - len(digits))
    elif 0 < point <= 21:
        text = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{digits}"
    else:
        text = f"{digits[0]}{'.' * (len(digits) > 1)}{digits[1:]}e{point - 1:+d}"
    text = "-" * (near < 0) + text
    need(near == value or text == str(value), "a whole number that no double holds")
    return text


def erased_paths(proof, other, keys):
    """The paths whose openings the log says, signed, that it deleted."""
    body = other["body"]
    if other["type"] != "ledger:opening:erased":
        return []
    texts = ("leaf", "reason", "basis", "by", "key", "signature")
    formed = has_keys(body, {*texts, "index", "paths"}) and are_texts(*(body[name] for name in texts))
    need(formed and is_whole(body["index"]) and isinstance(body["paths"], list), "an erasure has a wrong form")
    need(re.fullmatch("[0-9a-f]{8}", body["key"]), "an erasure has a wrong form")
    need(body["paths"] and are_texts(*body["paths"]), "an erasure names no paths")
    told = canonical({name: value for name, value in body.items() if name not in ("key", "signature")})
    text = f"wayproof/erasure/v1\n{sha256(told).hexdigest()}\n".encode()
    signature = unb64(body["signature"])
    known = [each for each in keys if (each.name, each.id) == (other["log"], body["key"])]
    need(all(each.is_good(text, signature) for each in known), "the signature of an erasure is wrong")
    if not known or body["index"] != proof.index:
        return []
    need(body["leaf"] == leaf_hash(proof.entry).hex(), "an erasure names another leaf")
    return body["paths"]


# ---- the anchor and what was seen before (step 16) ------------------------------------------------


def check_anchor(proof):
    """The claim of the anchor, its root shown to begin the signed tree; None where there is none."""
    value, note = proof.anchor, proof.note
    if value is None:
        return None
    with step(16, "ANCHOR_MALFORMED"):
        maybe = ("chain_id", "genesis", "tx", "block_hash", "block_time", "finality")
        keys = {*maybe, "target", "state", "root", "size", "consistency", "directory", "block_number"}
        need(has_keys(value, keys) and are_texts(value["target"], value["state"]), "the anchor has a wrong form")
        need(all(value[name] is None or are_texts(value[name]) for name in maybe), "the anchor has a wrong form")
        need(value["block_number"] is None or is_whole(value["block_number"]), "the anchor has a wrong form")
        need(value["target"] in ("evm", "file") and is_whole(value["size"]), "the anchor has a wrong form")
        size, root, path = value["size"], unb64_hash(value["root"]), hashes(value["consistency"])
        place = None if value["directory"] is None else read_directory(value["directory"])
    with step(16, "INCONSISTENT"):
        check_consistency(size, note.size, path, root, note.root)
    with step(16, "ANCHOR_MISMATCH"):
        if place:
            entry, index, path, top, top_root = place
            head = read_envelope(entry)
            told = {"origin": note.origin, "size": size, "root": value["root"]}
            need(head["type"] == "directory:head:recorded", "the directory's entry is no head")
            need(canonical(head["body"]) == canonical(told), "the directory's entry is of another head")
            need(0 <= index < top and len(path) == path_length(index, top), "the directory has no such place")
            need(root_of(leaf_hash(entry), index, top, path) == top_root, "the path leads to another root")
    return {"size": size, "root": root, "state": value["state"]}


def read_directory(value):
    need(has_keys(value, {"entry", "index", "path", "size", "root"}), "the directory has a wrong form")
    need(is_whole(value["index"]) and is_whole(value["size"]), "the directory has a wrong form")
    return unb64(value["entry"]), value["index"], hashes(value["path"]), value["size"], unb64_hash(value["root"])


def check_seen(note, claim, seen, doubts):
    """A second root at a size that was seen is a second story; what cannot be joined to it is a doubt."""
    if not seen:
        return
    if seen.get(note.size, note.root) != note.root:
        raise Refused(16, "EQUIVOCATION", f"at size {note.size} the log once had another root")
    if claim and seen.get(claim["size"], claim["root"]) != claim["root"]:
        raise Refused(16, "INCONSISTENT", f"at size {claim['size']} the log once had another root")
    newest = max(seen)
    if note.size in seen or (claim and claim["size"] == newest):
        return
    if note.size < newest:
        doubts.append(Refused(16, "ROLLBACK_SUSPECTED", f"size {newest} was seen before", True))
    else:
        doubts.append(Refused(16, "CONSISTENCY_MISSING", f"nothing joins size {note.size} to {newest}", True))


# ---- a whole log in one file (wayproof-log/1) -----------------------------------------------------


class Log:
    """An exported log, read but not believed (steps 2 to 7): lines in one order, each in one spelling."""

    policy = None

    def __init__(self, data):
        with step(2, "EXPORT_ENCODING"):
            need(not re.search(rb"[\x00-\x09\x0b-\x1f]", data), "no plain text")
            body, digest = data[:-72].decode(), data[-72:].decode()
            need(digest == f"sha256 {sha256(body.encode()).hexdigest()}\n", "the file is not whole")
            head, found, note = body.partition("\ncheckpoint\n")
            need(found, "the file holds no checkpoint")
        version, *lines = head.split("\n")
        with step(3, "EXPORT_VERSION"):
            need(version == "wayproof-log/1", "this is not a wayproof-log/1")
        with step(4, "EXPORT_LINE"):
            need([each.split(" ")[0] for each in lines[:2]] == ["origin", "key"], "origin or key is missing")
            self.origin, self.vkey = lines[0][7:], lines[1][4:]
            self.entries = [unb64(each[6:]) for each in lines[2:] if each.startswith("entry ")]
            self.openings = [self._opening(each) for each in lines[2 + len(self.entries) :]]
            places = [(index, path) for index, path, _, _ in self.openings]
            need(places == sorted(set(places)), "the openings are not in order")
        self.note = Note(note.encode())

    @staticmethod
    def _opening(line):
        words = line.split(" ", 4)
        need(len(words) == 5 and words[0] == "opening", "a line is unknown, or not in its place")
        return decimal(words[1]), words[4], unb64(words[2]), unb64(words[3])


def verify_log(data, trust):
    """What an export proves: these are all the entries under the checkpoint, in their order. Raises Refused."""
    log = Log(data)
    note = log.note
    doubts = [] if trust.is_pinned else [Refused(1, "TRUST_ANCHOR_UNPINNED", "the key came with the file", True)]
    _, seen, quorum = check_signed(log, trust, doubts)
    with step(8, "KEY_MALFORMED"):
        own = read_keys([log.vkey])
    check_signature(note, own, doubts)  # also where others are trusted: the file must fit together
    with step(13, "EXPORT_SIZE"):
        need(
            len(log.entries) == note.size, f"it holds {len(log.entries)} entries, the checkpoint is of {note.size}"
        )
    with step(14, "ENTRY_MISMATCH"):
        check_all_entries(log)
    leaves = [leaf_hash(each) for each in log.entries]
    with step(15, "ROOT_MISMATCH"):
        need(tree_root(leaves) == note.root, "the entries do not give the root that was signed")
    for size, root in trust.seen.get(note.origin, {}).items():
        if size > note.size:
            doubts.append(Refused(16, "ROLLBACK_SUSPECTED", f"size {size} was seen before", True))
        elif tree_root(leaves[:size]) != root:
            raise Refused(16, "EQUIVOCATION", f"at size {size} the log once had another root")
    return {
        "state": "unknown" if doubts else "valid",
        "step": doubts[0].step if doubts else None,
        "error": doubts[0].error if doubts else None,
        "origin": note.origin,
        "size": str(note.size),
        "root": note.root.hex(),
        "openings": len(log.openings),
        "pinned": trust.is_pinned,
        "seen": [[name, str(at)] for name, at in seen.items()],
        "quorum": quorum,
        "doubts": [str(each) for each in doubts],
        "pin": pin_of(log.vkey),
    }


def check_all_entries(log):
    shown = {}
    for index, path, salt, value in log.openings:
        need(index < len(log.entries), f"there is no entry {index} that a value could be of")
        shown.setdefault(index, []).append((path, salt, value))
    for index, data in enumerate(log.entries):
        entry = read_envelope(data)
        need(entry["log"] == log.origin, f"entry {index} is of another log")
        for path, salt, value in shown.get(index, ()):
            found = labelled("wayproof/commitment/v1", log.origin.encode(), path.encode(), salt, value).hex()
            need(entry["commitments"].get(path) == found, f"{path!r} is not what entry {index} commits to")


def tree_root(row):
    """RFC 6962: pairs become nodes, an odd one at the end waits; the root of nothing is the hash of no bytes."""
    row = list(row) or [sha256(b"").digest()]
    while len(row) > 1:
        paired = [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
        row = paired + row[len(paired) * 2 :]
    return row[0]


def tell_log(found):
    seen = ", ".join(f"{name} at {moment(at)}" for name, at in found["seen"]) or "no witness"
    yield f"unchanged: valid ({found['openings']} values are shown, each the one committed to)"
    yield f"included: valid (all {found['size']} entries of {found['origin']}, in their order)"
    lacking = [each for each in found["doubts"] if each.startswith("step 9")]
    yield f"signed: unknown ({lacking[0]})" if lacking else "signed: valid"
    yield f"seen: {'valid' if found['quorum'] == 'valid' else 'unknown'} ({seen})"
    yield f"pinned: {'valid' if found['pinned'] else 'unknown'} (the pin of the key in the file is {found['pin']})"
    yield from (f"unknown: {each}" for each in found["doubts"])


# ---- the command ----------------------------------------------------------------------------------


def proofs_in(data):
    """The proofs of a file, which is one, or holds a list of them; a whole log stays as it is."""
    if is_log(data):
        return [data]
    try:
        value = strict_json(data)
    except (ValueError, RecursionError):
        return [data]
    if isinstance(value, dict) and isinstance(value.get("proofs"), list):
        return [json.dumps(each).encode() for each in value["proofs"]]
    return [data]


def is_log(data):
    return data.startswith(b"wayproof-log/")


def tell(found):
    """The results in plain words, each on its own line."""
    if "entry" not in found:
        yield from tell_log(found)
        return
    said, anchor = found["said"], found["anchor"]
    seen = ", ".join(f"{name} at {moment(at)}" for name, at in found["seen"]) or "no witness"
    lacking = [each for each in found["doubts"] if each.startswith("step 9")]
    yield "unchanged: valid"
    yield f"included: valid (entry {found['index']} of {found['size']} in {found['origin']})"
    yield f"signed: unknown ({lacking[0]})" if lacking else "signed: valid"
    if said:
        yield f"said: {said[3]} (by {said[2] or 'a key that is not shown'}, partner {said[0]})"
    yield f"seen: {'valid' if found['quorum'] == 'valid' else 'unknown'} ({seen})"
    yield f"how old: recorded at {found['entry']['recorded_at']}, as the log itself says"
    if anchor:
        block = f"block {anchor['block_number']} of chain {anchor['chain_id']}, at {anchor['block_time']}"
        yield f"anchored: unknown ({block}, was not asked)"
    else:
        yield "anchored: unknown (no anchor covers this entry)"
    yield from (f"erased, commitment intact: {path}" for path in found["erased"])
    yield from (f"withheld: {path}" for path in found["withheld"])
    yield f"pinned: {'valid' if found['pinned'] else 'unknown'} (the pin of the key in the file is {found['pin']})"
    yield from (f"unknown: {each}" for each in found["doubts"])


def moment(seconds):
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(min(int(seconds), 2**35)))


def load_seen(path):
    if not path or not os.path.exists(path):
        return {}
    logs = json.loads(Path(path).read_bytes())["logs"]
    return {origin: {int(size): unb64(root) for size, root in sizes.items()} for origin, sizes in logs.items()}


def save_seen(path, seen):
    """Step 17: remember the sizes and roots, for the next time."""
    logs = {
        origin: {str(size): base64.b64encode(root).decode() for size, root in sizes.items()}
        for origin, sizes in seen.items()
    }
    draft = Path(f"{path}.new")
    draft.write_text(json.dumps({"format": "wayproof-seen/1", "logs": logs}, indent=1), "utf-8")
    draft.replace(path)


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Check Wayproof proof files offline.")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--key", "--vkey", action="append", dest="vkeys", metavar="VKEY", help="a key to trust")
    parser.add_argument("--pin", help="20 letters, printed beside the code")
    parser.add_argument("--policy", metavar="FILE", help="a tlog-policy: which logs and witnesses to trust")
    parser.add_argument("--seen", "--last-seen", metavar="FILE", help="remember roots here and compare with them")
    parser.add_argument("--json", action="store_true", help="one JSON object a proof instead of words")
    asked = parser.parse_args(arguments)
    try:
        policy = None if asked.policy is None else Path(asked.policy).read_bytes().decode("utf-8")
        pin = asked.pin and asked.pin.replace(" ", "").lower()  # it is printed in groups
        trust = Trust(asked.vkeys, pin, policy, int(time.time()), None, load_seen(asked.seen))
        files = [(name, Path(name).read_bytes()) for name in asked.files]
    except (OSError, ValueError, KeyError, Refused) as error:
        parser.error(str(error))
    worst = 0
    for name, data in files:
        for proof in proofs_in(data):
            try:
                found = verify_log(proof, trust) if is_log(proof) else verify(proof, trust)
            except Refused as refused:
                worst = 1
                found = {
                    "state": "invalid",
                    "step": refused.step,
                    "error": refused.error,
                    "sentence": str(refused),
                }
            print(json.dumps({"file": name, **found}) if asked.json else f"{name}: {found['state']}")
            if not asked.json:
                print(
                    "".join(
                        f"  {each}\n" for each in ([found["sentence"]] if "sentence" in found else tell(found))
                    )
                )
            if found["state"] != "invalid" and trust.is_pinned:
                trust.seen.setdefault(found["origin"], {})[int(found["size"])] = bytes.fromhex(found["root"])
    if asked.seen:
        try:
            save_seen(asked.seen, trust.seen)
        except OSError as error:
            print(f"step 17 STATE_NOT_SAVED: {error}", file=sys.stderr)
    return worst


if __name__ == "__main__":
    sys.exit(main())
