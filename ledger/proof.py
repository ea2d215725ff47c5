"""The one-file proof (`.wayproof.json`) and the tlog-proof text in it (c2sp.org/tlog-proof): writing, reading.

Reading refuses a wrong form and believes nothing; whether it is true is decided in `ledger.verify`.

{"format": "wayproof-proof/1", "entry": b64, "openings": [{"path", "salt": b64, "value": b64}],
 "tlog_proof": text, "log": {"origin", "vkey"}, "anchor": null | {...}}
"""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ledger import canonical, merkle, note
from ledger.anchor_state import AnchorState
from ledger.checkpoint import Checkpoint, parse_decimal
from ledger.errors import Tampered
from ledger.fields import Opening
from ledger.note import strict_b64

FORMAT = "wayproof-proof/1"
HEADER = "c2sp.org/tlog-proof@v1"
MAX_PATH = 63
MAX_FILE = 64 * 1024 * 1024
MAX_TLOG_PROOF = 512 * 1024

_PARTS = {"format", "entry", "openings", "tlog_proof", "log", "anchor"}


@dataclass(frozen=True)
class AnchorClaim:
    """What a proof says of an anchor. Only asking the chain can confirm it."""

    size: int
    root: bytes
    chain_id: str
    genesis: str
    state: str
    tx: str
    block_hash: str | None
    block_number: int | None
    block_time: str | None


@dataclass(frozen=True)
class OneFile:
    """A one-file proof, read but not believed."""

    entry: bytes
    openings: tuple[Opening, ...]
    origin: str
    vkey: str
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


@contextmanager
def step(number: int) -> Iterator[None]:
    """Say in the text of a refusal which step it is of."""
    try:
        yield
    except (Tampered, ValueError) as error:
        raise Tampered(f"step {number}: {error}") from error


def read(data: bytes) -> OneFile:
    """The parts of a one-file proof (steps 2 to 7). Raises Tampered for a wrong form."""
    with step(2):
        parts = _parts(data)
        text = parts["tlog_proof"]
        if len(text) > MAX_TLOG_PROOF:
            raise ValueError("the tlog-proof is too long")
        note.check_text(text.encode())
        envelope, openings = strict_b64(parts["entry"]), tuple(_opening(each) for each in parts["openings"])
        origin, vkey = parts["log"]["origin"], parts["log"]["vkey"]
    head, blank, rest = text.partition("\n\n")
    lines = head.split("\n")
    with step(3):
        if lines.pop(0) != HEADER:
            raise ValueError(f"this is not a {HEADER}")
    with step(4):
        index = _index(lines)
    with step(5):
        path = _path(lines)
        if not blank:
            raise ValueError("the proof ends before its checkpoint")
    checkpoint = read_checkpoint(rest.encode())
    anchor = parts["anchor"]
    return OneFile(envelope, openings, origin, vkey, anchor, index, path, rest.encode(), checkpoint)


def _parts(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_FILE:
        raise ValueError(f"a proof has at most {MAX_FILE} bytes")
    parts = canonical.read(data)
    if not isinstance(parts, dict) or parts.get("format") != FORMAT:
        raise ValueError(f"this is not a {FORMAT}")
    log, openings = parts.get("log"), parts.get("openings")
    if parts.keys() != _PARTS or not isinstance(log, dict) or log.keys() != {"origin", "vkey"}:
        raise ValueError("a part is missing or unknown")
    texts = (parts["entry"], parts["tlog_proof"], *log.values())
    if not isinstance(openings, list) or not all(isinstance(each, str) for each in texts):
        raise ValueError("a part has a wrong form")
    return parts


def _opening(value: Any) -> Opening:
    if not isinstance(value, dict) or value.keys() != {"path", "salt", "value"}:
        raise ValueError("an opening has a wrong form")
    if not all(isinstance(each, str) for each in value.values()):
        raise ValueError("an opening has a wrong form")
    return Opening(value["path"], strict_b64(value["salt"]), strict_b64(value["value"]))


def _index(lines: list[str]) -> int:
    if lines and lines[0].startswith("extra "):
        strict_b64(lines.pop(0).removeprefix("extra "))  # unauthenticated, so only its form is looked at
    if not lines or not lines[0].startswith("index "):
        raise ValueError("the proof has no index")
    return parse_decimal(lines.pop(0).removeprefix("index "))


def _path(lines: list[str]) -> tuple[bytes, ...]:
    if len(lines) > MAX_PATH:
        raise ValueError(f"a proof has at most {MAX_PATH} hashes")
    path = tuple(strict_b64(line) for line in lines)
    if any(len(each) != merkle.HASH_SIZE for each in path):
        raise ValueError(f"a hash has {merkle.HASH_SIZE} bytes")
    return path


def read_checkpoint(data: bytes) -> Checkpoint:
    """What a signed note says, its signatures not verified (steps 6 and 7). Raises Tampered."""
    with step(6):
        text, _ = note.split_note(data)
    with step(7):
        return Checkpoint.parse(text.decode())


def read_anchor(value: Any) -> tuple[AnchorClaim, list[bytes]]:
    """An anchor record and its consistency path. Raises ValueError for a wrong form."""
    named = {"chain_id": str, "genesis": str, "state": str, "tx": str, "size": int, "root": str}
    optional = {"block_hash": str, "block_number": int, "block_time": str}
    if not isinstance(value, dict) or value.keys() != named.keys() | optional.keys() | {"consistency"}:
        raise ValueError("the anchor has a wrong form")
    right = all(type(value[name]) is kind for name, kind in named.items())
    right = right and all(value[name] is None or type(value[name]) is kind for name, kind in optional.items())
    path = value["consistency"]
    if not right or not isinstance(path, list) or not all(isinstance(each, str) for each in path):
        raise ValueError("the anchor has a wrong form")
    given = {name: value[name] for name in (named | optional) if name != "root"}
    return AnchorClaim(root=strict_b64(value["root"]), **given), [strict_b64(each) for each in path]
