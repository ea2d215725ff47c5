"""The hash chain over a log's leaves: each entry's "previous hash". The tree is the truth; this is derived."""

from ledger.labelled import begun, digest
from ledger.labelled import prefix as labelled_prefix

_LABEL = "wayproof/chain/v1"
_LENGTH = (32).to_bytes(8, "big")  # of a hash


def start(origin: str) -> bytes:
    """What the first link hangs on: a hash of the log's origin, so that no two logs share a link."""
    return digest(_LABEL, origin.encode())


def link(origin: str, previous: bytes, leaf: bytes) -> bytes:
    """The link of an entry from the link before it and the entry's leaf hash."""
    return digest(_LABEL, origin.encode(), previous, leaf)


class Links:
    """The links of one log, one after the other: what `link` gives, without hashing the origin every time."""

    def __init__(self, origin: str, last: bytes) -> None:
        self.last = last
        self._begun = begun(_LABEL, origin.encode())

    def add(self, leaf: bytes) -> bytes:
        """The link of the next entry."""
        hashing = self._begun.copy()
        hashing.update(_LENGTH + self.last + _LENGTH + leaf)
        self.last = hashing.digest()
        return self.last


def prefix(origin: str) -> bytes:
    """What every link of a log hashes first, before the link before it and the leaf."""
    return labelled_prefix(_LABEL, origin.encode())
