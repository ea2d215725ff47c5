"""JSON canonicalisation: equal bytes, or a refusal that names a rule of the ledger's profile."""

import json

from ledger.canonical import NotCanonical, encode
from tests.conformance import manifest
from tests.conformance.manifest import Suite
from tests.conformance.score import Score


def judge(suite: Suite) -> Score:
    score, refused = Score(), {}
    for name, given, expected in manifest.pairs(suite):
        value = json.loads(given)
        try:
            right = encode(value) == expected
        except NotCanonical as refusal:
            score.judge(name, expected=True, accepted=_breaks(value), why=f"refused without reason: {refusal}")
            refused[name] = str(refusal)
            continue
        score.judge(name, expected=False, accepted=not right, why="other bytes")
    score.detail["refused"] = refused
    return score


def _breaks(value: object) -> bool:
    """Whether a value really lies outside the profile: a float, a key outside ASCII, a number too large."""
    if isinstance(value, dict):
        return any(not key.isascii() or _breaks(member) for key, member in value.items())
    if isinstance(value, list):
        return any(map(_breaks, value))
    return isinstance(value, float) or (isinstance(value, int) and abs(value) > 2**53 - 1)
