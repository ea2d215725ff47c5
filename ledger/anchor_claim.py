"""What a one-file proof says of an anchor, written and read: its form only. Whether it is true, the chain decides.

{"target": "evm" or "file", "size", "root": b64, "consistency": [b64], "directory": null | {"entry": b64, "index",
 "path": [b64], "size", "root": b64}, "chain_id", "genesis", "state", "tx", "block_hash", "block_number",
 "block_time", "finality"}; size and root are of the log, the directory's are what the target holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger import canonical, merkle
from ledger.anchor_state import FIRM, AnchorState, Target
from ledger.note import b64, strict_b64

_TEXTS = ("target", "root", "state")
_MAYBE_TEXTS = ("chain_id", "genesis", "tx", "block_hash", "block_time", "finality")
_KEYS = {*_TEXTS, *_MAYBE_TEXTS, "size", "consistency", "directory", "block_number"}
_DIRECTORY_KEYS = {"entry", "index", "path", "size", "root"}


@dataclass(frozen=True)
class DirectoryPlace:
    """Where the directory log, whose entries are the heads of all logs, holds a head of this one."""

    entry: bytes
    index: int
    path: tuple[bytes, ...]
    size: int
    root: bytes


@dataclass(frozen=True)
class AnchorClaim:
    """What a proof says of an anchor. Only asking the chain can confirm it.

    size and root: the head of the log that is anchored. consistency: from it to the proof's checkpoint.
    """

    target: str
    size: int
    root: bytes
    consistency: tuple[bytes, ...]
    directory: DirectoryPlace | None
    chain_id: str | None
    genesis: str | None
    state: str
    tx: str | None
    block_hash: str | None
    block_number: int | None
    block_time: str | None
    finality: str | None

    @property
    def published(self) -> tuple[int, bytes]:
        """The size and root that the target itself holds: the directory's, or the log's own without one."""
        return (self.directory.size, self.directory.root) if self.directory else (self.size, self.root)

    @property
    def is_firm(self) -> bool:
        """Whether it claims to stand in a block, and not only to be on its way."""
        return self.state in FIRM


def write_anchor(
    anchor: AnchorState,
    consistency: Sequence[bytes],
    *,
    target: Target = "evm",
    directory: DirectoryPlace | None = None,
    finality: str | None = None,
) -> dict[str, Any]:
    """An anchor as a JSON value. consistency leads from the anchored head of the log to the proof's checkpoint."""
    at = anchor.block_time
    return {
        "target": target,
        "size": anchor.size,
        "root": b64(anchor.root),
        "consistency": [b64(each) for each in consistency],
        "directory": directory and _write_directory(directory),
        "chain_id": str(anchor.chain_id),  # a demo chain's id may be larger than a JSON integer may be
        "genesis": anchor.genesis,
        "state": anchor.state,
        "tx": anchor.tx,
        "block_hash": anchor.block_hash,
        "block_number": anchor.block_number,
        "block_time": at and canonical.moment_text(at),
        "finality": finality,
    }


def _write_directory(place: DirectoryPlace) -> dict[str, Any]:
    path = [b64(each) for each in place.path]
    return {
        "entry": b64(place.entry),
        "index": place.index,
        "path": path,
        "size": place.size,
        "root": b64(place.root),
    }


def read_anchor(value: Any) -> AnchorClaim:
    """The claim of an anchor in a proof. Raises ValueError for a wrong form."""
    if not isinstance(value, dict) or value.keys() != _KEYS:
        raise ValueError("the anchor has a wrong form")
    texts = all(type(value[name]) is str for name in _TEXTS)
    texts = texts and all(value[name] is None or type(value[name]) is str for name in _MAYBE_TEXTS)
    number = value["block_number"]
    if not texts or value["target"] not in ("evm", "file") or not (number is None or type(number) is int):
        raise ValueError("the anchor has a wrong form")
    facts = {name: value[name] for name in ("target", "state", *_MAYBE_TEXTS)}
    return AnchorClaim(
        size=_whole(value, "size"),
        root=_hash(value["root"]),
        consistency=read_hashes(value["consistency"]),
        directory=None if value["directory"] is None else _read_directory(value["directory"]),
        block_number=number,
        **facts,
    )


def _read_directory(value: Any) -> DirectoryPlace:
    if not isinstance(value, dict) or value.keys() != _DIRECTORY_KEYS or type(value["entry"]) is not str:
        raise ValueError("the anchor's place in the directory has a wrong form")
    return DirectoryPlace(
        strict_b64(value["entry"]),
        _whole(value, "index"),
        read_hashes(value["path"]),
        _whole(value, "size"),
        _hash(value["root"]),
    )


def read_hashes(value: Any) -> tuple[bytes, ...]:
    """The hashes of a JSON list, at most 63. Raises ValueError for a wrong form."""
    if not isinstance(value, list) or len(value) > 63:
        raise ValueError("a path is a list of at most 63 hashes")
    return tuple(_hash(each) for each in value)


def _hash(value: Any) -> bytes:
    data = strict_b64(value) if type(value) is str else b""
    if len(data) != merkle.HASH_SIZE:
        raise ValueError(f"a hash has {merkle.HASH_SIZE} bytes")
    return data


def _whole(value: Mapping[str, Any], name: str) -> int:
    number: Any = value[name]
    if type(number) is not int:
        raise ValueError(f"{name} is not a whole number")
    return number
