"""The hash chain over a log's leaves: each entry's "previous hash". The tree is the truth; this is derived."""

from ledger.labelled import digest

_LABEL = "wayproof/chain/v1"


def start(origin: str) -> bytes:
    """What the first link hangs on: a hash of the log's origin, so that no two logs share a link."""
    return digest(_LABEL, origin.encode())


def link(origin: str, previous: bytes, leaf: bytes) -> bytes:
    """The link of an entry from the link before it and the entry's leaf hash."""
    return digest(_LABEL, origin.encode(), previous, leaf)
