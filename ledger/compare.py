"""Which of the values of one entry was changed, when they disagree. Pure: no database, no order of reading.

The hash of an entry is stored, or follows, in several places: envelope → leaf hash → tile, and chain. The one that
stands alone is the one that was changed by hand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger import chain, entry, fields, merkle
from ledger.errors import Tampered
from ledger.fields import Opening


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was recorded. index: the first entry concerned, None when it is of no entry.

    what: envelope, leaf, opening, signer, chain, missing, moved, inserted, tile, head, checkpoint, high-water,
    inbox, or the name of what a view looks at.
    """

    index: int | None
    what: str
    sentence: str


@dataclass(frozen=True)
class Stored:
    """An entry as its row holds it."""

    submission_id: int
    envelope: bytes
    leaf_hash: bytes
    chain: bytes


@dataclass(frozen=True)
class Judged:
    """The leaf that the tree is believed to have at this place (None: unknown), and what is wrong, if anything."""

    leaf: bytes | None
    finding: Finding | None = None


def judge(index: int, row: Stored, in_tile: bytes | None, chained: bool, belongs_at: int | None) -> Judged:
    """Compare envelope, leaf hash, tile and chain of one entry.

    in_tile: the hash that the tile has here; None when the tile itself is missing. chained: the chain's link
    fits the envelope. belongs_at: where else in the tiles the envelope's hash stands.
    """
    hashed, column = merkle.leaf_hash(row.envelope), row.leaf_hash
    if hashed == column and in_tile in (hashed, None):
        return Judged(hashed)
    if hashed == in_tile:
        return _found(hashed, index, "leaf", "its stored leaf hash is not the hash of its envelope")
    if belongs_at is not None and belongs_at != index:
        return _found(in_tile, index, "moved", f"what is stored here was recorded as entry {belongs_at}")
    if hashed == column and chained:
        return _found(hashed, index, "tile", "its hash in the tile was changed")
    if hashed == column:
        return _found(in_tile, index, "envelope", "it was replaced: tile and chain hold the hash of another one")
    sentence = "its envelope was changed: it has not the hash that was recorded"
    return _found(in_tile or column, index, "envelope", sentence)


def read_own(index: int, row: Stored, origin: str) -> entry.Envelope | Finding:
    """The entry of a row, or what is wrong with its form or its log."""
    try:
        envelope = entry.read(row.envelope)
    except Tampered as error:
        return Finding(index, "envelope", f"Entry {index}: {error}.")
    if envelope.log != origin:
        return Finding(index, "envelope", f"Entry {index}: it is of the log {envelope.log!r}.")
    return envelope


def wrong_values(origin: str, commitments: Mapping[str, str], openings: Sequence[Opening]) -> list[str]:
    """A sentence for each value that was added, or is not the one committed to."""
    sentences = []
    for each in openings:
        try:
            fields.verify_opening(origin, each, commitments)
        except Tampered as error:
            sentences.append(str(error))
    return sentences


def gone_values(commitments: Mapping[str, str], openings: Sequence[Opening]) -> list[str]:
    """The paths of the values that are committed to and not there."""
    return sorted(commitments.keys() - {each.path for each in openings})


class Chain:
    """Follows the chain of a log through one changed link, so that one change gives one finding."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._before: list[bytes] = [chain.start(origin)]

    def fits(self, leaf: bytes, link: bytes) -> bool:
        """Whether this link follows the links before it for this leaf."""
        return any(chain.link(self._origin, before, leaf) == link for before in self._before)

    def go_on(self, leaf: bytes | None, link: bytes | None) -> None:
        """Step over an entry. Where its link does not fit, the next one may follow the stored or the right one."""
        ways = [] if link is None else [link]
        if leaf is not None and (link is None or not self.fits(leaf, link)):
            ways.append(chain.link(self._origin, self._before[-1], leaf))
        self._before = ways or self._before

    @property
    def standing(self) -> Sequence[bytes]:
        """The links that the next entry may follow."""
        return tuple(self._before)

    def stand_at(self, *links: bytes) -> None:
        """Go on behind entries that were found right, the last of which has one of these links."""
        self._before = list(links)

    def ends_with(self, link: bytes) -> bool:
        """Whether the entries stepped over end in this link."""
        return link in self._before


def _found(leaf: bytes | None, index: int, what: str, sentence: str) -> Judged:
    return Judged(leaf, Finding(index, what, f"Entry {index}: {sentence}."))
