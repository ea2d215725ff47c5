"""The evidence file (`wayproof-evidence/1`): writing and checking, offline. Pure; what it tells is in evidence.

{"format", "evidence": {...}, "note": a signed note over the SHA-256 of the canonical evidence,
 "log": {"origin", "vkey"}, "proofs": [one-file proofs of every entry that the evidence names]}
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from ledger import canonical, entry, merkle, note, proof
from ledger.errors import StepFailed, Tampered
from ledger.note import Signer, Verifier
from ledger.trust import Trust, pin_of, read_keys

FORMAT = "wayproof-evidence/1"
_PARTS = {"format", "evidence", "note", "log", "proofs"}


def sign(evidence: Mapping[str, Any], proofs: Sequence[Mapping[str, Any]], signer: Signer) -> bytes:
    """The file, signed with the key of the brand's log."""
    return canonical.encode(
        {
            "format": FORMAT,
            "evidence": dict(evidence),
            "note": signer.sign(_text(evidence, signer.name)),
            "log": {"origin": signer.name, "vkey": signer.vkey},
            "proofs": [dict(each) for each in proofs],
        }
    )


def is_evidence(data: bytes) -> bool:
    """Whether a file says that it is evidence; nothing of it is believed."""
    try:
        value = canonical.read(data)
    except ValueError:
        return False
    return isinstance(value, dict) and value.get("format") == FORMAT


def check(data: bytes, trust: Trust) -> dict[str, Any]:
    """The evidence, when a believed key signed it and it tells of its entries what they say. Raises Tampered.

    Whether those entries are in the log is for the proofs to say, which are verified as any other.
    """
    parts = _read(data)
    evidence, origin = parts["evidence"], parts["log"]["origin"]
    opened = note.open_note(parts["note"].encode(), _keys(parts["log"], trust))
    if opened.text != _text(evidence, origin):
        raise Tampered("the evidence is not what was signed")
    proven = dict(_entries(parts["proofs"]))
    for told in evidence["entries"]:
        body = proven.get(told["leaf"])
        if body is None:
            raise Tampered(f"there is no proof of the entry {told['leaf'][:16]}")
        wrong = [name for name, value in told["says"].items() if body.get(name) != value]
        if wrong:
            raise Tampered(f"the entry {told['leaf'][:16]} says another {wrong[0].replace('_', ' ')}")
    return evidence  # type: ignore[no-any-return]  # a JSON object


def leaf(envelope: bytes) -> str:
    """By what an entry is named in the evidence: its leaf hash."""
    return merkle.leaf_hash(envelope).hex()


def _text(evidence: Mapping[str, Any], origin: str) -> str:
    """What is signed. Its first line is no origin, so that it can never be taken for a checkpoint."""
    return f"{FORMAT}\n{origin}\n{sha256(canonical.encode(dict(evidence))).hexdigest()}\n"


def _read(data: bytes) -> dict[str, Any]:
    try:
        parts = canonical.read(data)
    except ValueError as error:
        raise Tampered(f"this is not JSON as evidence is written: {error}") from error
    if not isinstance(parts, dict) or parts.keys() != _PARTS or parts["format"] != FORMAT:
        raise Tampered("a part of the evidence is missing or unknown")
    log, evidence = parts["log"], parts["evidence"]
    fine = isinstance(log, dict) and log.keys() == {"origin", "vkey"} and isinstance(parts["note"], str)
    fine = fine and all(isinstance(each, str) for each in log.values()) and isinstance(parts["proofs"], list)
    fine = fine and isinstance(evidence, dict) and _is_list_of_entries(evidence.get("entries"))
    if not fine:
        raise Tampered("a part of the evidence has a wrong form")
    return parts


def _is_list_of_entries(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, dict) and isinstance(each.get("leaf"), str) and isinstance(each.get("says"), dict)
        for each in value
    )


def _keys(log: Mapping[str, str], trust: Trust) -> Sequence[Verifier]:
    """The keys that the reader brought, else the one in the file, with the pin that the reader brought."""
    if trust.pin is not None and pin_of(log["vkey"]) != trust.pin:
        raise Tampered(f"the pin of the file's key is {pin_of(log['vkey'])}, not {trust.pin}")
    if trust.keys is not None:
        return trust.keys
    if trust.policy is not None and trust.pin is None:
        return [each for each in trust.policy.logs if each.kind == note.ED25519]
    try:
        return read_keys([log["vkey"]])
    except ValueError as error:
        raise Tampered(str(error)) from error


def _entries(proofs: Iterable[Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    for each in proofs:
        try:
            envelope = proof.read(canonical.encode(each)).entry
            yield leaf(envelope), dict(entry.read(envelope).body)
        except (ValueError, StepFailed) as error:
            raise Tampered(f"a proof in the evidence can't be read: {error}") from error
