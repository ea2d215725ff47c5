"""The one-file proof (`.wayproof.json`) and the tlog-proof text inside it (c2sp.org/tlog-proof). Checks nothing.

{"format": "wayproof-proof/1", "entry": b64, "openings": [{"path", "salt": b64, "value": b64}],
 "tlog_proof": text, "log": {"origin", "vkey"}, "anchor": null | {...}}
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ledger import canonical
from ledger.anchor_state import AnchorState
from ledger.fields import Opening

FORMAT = "wayproof-proof/1"
HEADER = "c2sp.org/tlog-proof@v1"
MAX_PATH = 63


def write(index: int, path: Iterable[bytes], checkpoint: str) -> str:
    """The tlog-proof text: header, index, the hashes (sibling first), an empty line, the signed checkpoint."""
    return "\n".join([HEADER, f"index {index}", *map(b64, path), "", checkpoint])


def bundle(
    entry: bytes,
    openings: Iterable[Opening],
    tlog_proof: str,
    origin: str,
    vkey: str,
    anchor: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """The one-file proof as a JSON value. vkey is a convenience: a careful reader pins the key from elsewhere."""
    return {
        "format": FORMAT,
        "entry": b64(entry),
        "openings": [{"path": o.path, "salt": b64(o.salt), "value": b64(o.value)} for o in openings],
        "tlog_proof": tlog_proof,
        "log": {"origin": origin, "vkey": vkey},
        "anchor": None if anchor is None else dict(anchor),
    }


def anchor_record(anchor: AnchorState, consistency: Sequence[bytes]) -> dict[str, Any]:
    """An anchor as a JSON value. consistency leads from the anchored tree to the proof's checkpoint."""
    at = anchor.block_time
    return {
        "size": anchor.size,
        "root": b64(anchor.root),
        "consistency": [b64(each) for each in consistency],
        "chain_id": str(anchor.chain_id),  # a demo chain's id may be larger than a JSON integer may be
        "genesis": anchor.genesis,
        "state": anchor.state,
        "tx": anchor.tx,
        "block_hash": anchor.block_hash,
        "block_number": anchor.block_number,
        "block_time": at and canonical.moment_text(at),
    }


def b64(data: bytes) -> str:
    """Base64 with padding (RFC 4648 section 4)."""
    return base64.b64encode(data).decode()
