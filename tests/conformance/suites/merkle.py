"""RFC 6962 proofs and roots."""

from base64 import b64decode

from ledger import merkle
from ledger.errors import Tampered
from tests.conformance import manifest
from tests.conformance.manifest import Suite
from tests.conformance.score import Score


def judge(suite: Suite) -> Score:
    score = Score()
    for name, case in manifest.proofs(suite, "inclusion"):
        score.judge(name, expected=not case["wantErr"], accepted=_accepts(_inclusion, case))
    for name, case in manifest.proofs(suite, "consistency"):
        score.judge(name, expected=not case["wantErr"], accepted=_accepts(_consistency, case))
    for case in manifest.roots(suite):
        score.judge(case["id"], expected=True, accepted=_root(case))
    return score


def _accepts(check, case) -> bool:  # type: ignore[no-untyped-def]
    try:
        check(case)
    except (Tampered, ValueError):
        return False
    return True


def _bytes(values: list[str] | None) -> list[bytes]:
    return [b64decode(value) for value in values or []]


def _inclusion(case: dict) -> None:
    merkle.verify_inclusion(
        b64decode(case["leafHash"]),
        case["leafIdx"],
        case["treeSize"],
        _bytes(case["proof"]),
        b64decode(case["root"]),
    )


def _consistency(case: dict) -> None:
    merkle.verify_consistency(
        case["size1"], case["size2"], _bytes(case["proof"]), b64decode(case["root1"]), b64decode(case["root2"])
    )


def _root(case: dict) -> bool:
    if "leaf_inputs" in case:
        leaves = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in case["leaf_inputs"]]
        return merkle.root(leaves).hex() == case["root"]
    if "leaf_input" in case:
        return merkle.leaf_hash(bytes.fromhex(case["leaf_input"])).hex() == case["hash"]
    node = merkle.node_hash(bytes.fromhex(case["left"]), bytes.fromhex(case["right"]))
    return node.hex() == case["hash"]
