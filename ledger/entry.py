"""The envelope: the canonical JSON of one entry, whose bytes are the leaf of the tree.

It holds facts and commitments, never personal data; where entries are stored is not known here.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from ledger import canonical
from ledger.errors import EntryRefused, NotCanonical, Tampered

MAX_SIZE = 65_535  # the length of an entry is two bytes in a C2SP tlog-tiles entry bundle
_TYPE = re.compile(r"[a-z][a-z0-9_-]*(:[a-z][a-z0-9_-]*){2}", re.ASCII)
_KEYS = {"v", "log", "type", "recorded_at", "body", "commitments"}
_HEX_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Envelope(NamedTuple):
    """A read entry. recorded_at is our own claim, in UTC; commitments are hex hashes by path."""

    log: str
    type: str
    recorded_at: str
    body: dict[str, Any]
    commitments: dict[str, str]


def write(
    origin: str, entry_type: str, body: Mapping[str, Any], recorded_at: datetime, commitments: Mapping[str, str]
) -> bytes:
    """The bytes of an entry.

    Raises NotCanonical for a body outside the JSON profile, EntryRefused for a type that is not
    `source:subject:action` or for more than 65,535 bytes.
    """
    # Written in the order of the sorted keys, which is what `canonical.encode` would give for the whole.
    ending = _ending(origin, recorded_at, entry_type)
    written = b'{"body":%b,"commitments":%b,%b' % (
        canonical.encode(dict(body), ("body",)),
        canonical.encode(dict(commitments), ("commitments",)) if commitments else b"{}",
        ending,
    )
    if len(written) > MAX_SIZE:
        raise EntryRefused(
            f"the entry has {len(written)} bytes, the most is {MAX_SIZE}; keep the document in an opening"
        )
    return written


@lru_cache(maxsize=256)  # which many of the entries of a batch share
def _ending(origin: str, recorded_at: datetime, entry_type: str) -> bytes:
    if not _TYPE.fullmatch(entry_type):
        raise EntryRefused(f"the entry type {entry_type!r} is not of the form source:subject:action")
    return b'"log":%b,"recorded_at":"%b","type":"%b","v":1}' % (
        canonical.encode(origin, ("log",)),
        canonical.moment_text(recorded_at).encode(),
        entry_type.encode(),
    )


def read(data: bytes) -> Envelope:
    """The entry of these bytes. Raises Tampered when they are not exactly what `write` gives."""
    try:
        value = canonical.decode(data)
    except NotCanonical as error:
        raise Tampered(f"the entry is not canonical: {error}") from error
    if (
        not isinstance(value, dict)
        or value.keys() != _KEYS
        or type(value["v"]) is not int
        or value["v"] != 1
        or len(data) > MAX_SIZE
    ):
        raise Tampered("the entry is not an envelope of version 1")
    texts = all(isinstance(value[name], str) for name in ("log", "type", "recorded_at"))
    if not texts or not isinstance(value["body"], dict) or not _are_commitments(value["commitments"]):
        raise Tampered("a part of the entry has a wrong form")
    return Envelope(value["log"], value["type"], value["recorded_at"], value["body"], value["commitments"])


def _are_commitments(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(each, str) and _HEX_HASH.fullmatch(each) for each in value.values()
    )
