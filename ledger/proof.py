"""The one-file proof (`.wayproof.json`) and the tlog-proof text in it (c2sp.org/tlog-proof): writing, reading.

Reading refuses a wrong form and believes nothing; whether it is true is decided in `ledger.verify`.

{"format": "wayproof-proof/1", "entry": b64, "openings": [{"path", "salt": b64, "value": b64}],
 "tlog_proof": text, "log": {"origin", "vkey"}, "policy": null | tlog-policy text,
 "beside": [{"entry": b64, "index", "path": [b64]}], "anchor": null | {...} (ledger.anchor_claim)}
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ledger import canonical, note
from ledger.anchor_claim import read_hashes
from ledger.checkpoint import Checkpoint, parse_decimal
from ledger.fields import Opening
from ledger.note import b64, strict_b64
from ledger.steps import step

FORMAT = "wayproof-proof/1"
HEADER = "c2sp.org/tlog-proof@v1"
MAX_BESIDE = 256
MAX_FILE = 64 * 1024 * 1024
MAX_TLOG_PROOF = 512 * 1024

_PARTS = {"format", "entry", "openings", "tlog_proof", "log", "policy", "beside", "anchor"}


@dataclass(frozen=True)
class Beside:
    """Another entry under the same checkpoint, which explains the proven one: a key's registration, an erasure."""

    entry: bytes
    index: int
    path: tuple[bytes, ...]


@dataclass(frozen=True)
class OneFile:
    """A one-file proof, read but not believed."""

    entry: bytes
    openings: tuple[Opening, ...]
    origin: str
    vkey: str
    policy: str | None
    beside: tuple[Beside, ...]
    anchor: Mapping[str, Any] | None
    index: int
    path: tuple[bytes, ...]
    note: bytes
    checkpoint: Checkpoint


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
    policy: str | None = None,
    beside: Iterable[Beside] = (),
) -> dict[str, Any]:
    """The one-file proof as a JSON value.

    vkey and policy are a convenience: a careful reader pins them from elsewhere.
    """
    return {
        "format": FORMAT,
        "entry": b64(entry),
        "openings": [{"path": o.path, "salt": b64(o.salt), "value": b64(o.value)} for o in openings],
        "tlog_proof": tlog_proof,
        "log": {"origin": origin, "vkey": vkey},
        "policy": policy,
        "beside": [
            {"entry": b64(each.entry), "index": each.index, "path": [b64(one) for one in each.path]}
            for each in sorted(beside, key=lambda each: each.index)
        ],
        "anchor": None if anchor is None else dict(anchor),
    }


def read(data: bytes) -> OneFile:
    """The parts of a one-file proof (steps 2 to 7). Raises StepFailed for a wrong form."""
    with step(2, "PROOF_ENCODING"):
        parts = _parts(data)
        text = parts["tlog_proof"]
        if len(text) > MAX_TLOG_PROOF:
            raise ValueError("the tlog-proof is too long")
        note.check_text(text.encode())
        envelope, openings = strict_b64(parts["entry"]), tuple(_opening(each) for each in parts["openings"])
        beside = tuple(_beside(each) for each in parts["beside"])
        if any(one.index >= two.index for one, two in pairwise(beside)):
            raise ValueError("the entries beside are not in the order of their indexes")
        origin, vkey = parts["log"]["origin"], parts["log"]["vkey"]
    head, blank, rest = text.partition("\n\n")
    lines = head.split("\n")
    with step(3, "PROOF_VERSION"):
        if lines.pop(0) != HEADER:
            raise ValueError(f"this is not a {HEADER}")
    _skip_extra(lines)
    with step(4, "PROOF_INDEX"):
        index = _index(lines)
    with step(5, "PROOF_HASH"):
        path = read_hashes(lines)
    with step(5, "PROOF_TRUNCATED"):
        if not blank:
            raise ValueError("the proof ends before its checkpoint")
    checkpoint = read_checkpoint(rest.encode())
    policy, anchor = parts["policy"], parts["anchor"]
    return OneFile(
        envelope, openings, origin, vkey, policy, beside, anchor, index, path, rest.encode(), checkpoint
    )


def _parts(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_FILE:
        raise ValueError(f"a proof has at most {MAX_FILE} bytes")
    parts = canonical.read(data)
    if not isinstance(parts, dict) or parts.get("format") != FORMAT:
        raise ValueError(f"this is not a {FORMAT}")
    log = parts.get("log")
    if parts.keys() != _PARTS or not isinstance(log, dict) or log.keys() != {"origin", "vkey"}:
        raise ValueError("a part is missing or unknown")
    texts = (
        parts["entry"],
        parts["tlog_proof"],
        "" if parts["policy"] is None else parts["policy"],
        *log.values(),
    )
    lists = (parts["openings"], parts["beside"])
    if not all(isinstance(each, list) for each in lists) or not all(isinstance(each, str) for each in texts):
        raise ValueError("a part has a wrong form")
    if len(parts["beside"]) > MAX_BESIDE:
        raise ValueError(f"at most {MAX_BESIDE} entries may stand beside one")
    return parts


def _opening(value: Any) -> Opening:
    if not isinstance(value, dict) or value.keys() != {"path", "salt", "value"}:
        raise ValueError("an opening has a wrong form")
    if not all(isinstance(each, str) for each in value.values()):
        raise ValueError("an opening has a wrong form")
    return Opening(value["path"], strict_b64(value["salt"]), strict_b64(value["value"]))


def _beside(value: Any) -> Beside:
    if not isinstance(value, dict) or value.keys() != {"entry", "index", "path"}:
        raise ValueError("an entry beside has a wrong form")
    if type(value["entry"]) is not str or type(value["index"]) is not int:
        raise ValueError("an entry beside has a wrong form")
    return Beside(strict_b64(value["entry"]), value["index"], read_hashes(value["path"]))


def _skip_extra(lines: list[str]) -> None:
    with step(4, "PROOF_EXTRA"):
        if lines and lines[0].startswith("extra "):
            strict_b64(lines.pop(0).removeprefix("extra "))  # unauthenticated: only its form is looked at


def _index(lines: list[str]) -> int:
    if not lines or not lines[0].startswith("index "):
        raise ValueError("the proof has no index")
    return parse_decimal(lines.pop(0).removeprefix("index "))


def read_checkpoint(data: bytes) -> Checkpoint:
    """What a signed note says, its signatures not verified (steps 6 and 7). Raises StepFailed."""
    with step(6, "NOTE_MALFORMED"):
        text, _ = note.split_note(data)
    with step(7, "CHECKPOINT_MALFORMED"):
        return Checkpoint.parse(text.decode())
