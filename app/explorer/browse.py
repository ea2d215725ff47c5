"""The public explorer's reading: a brand's log, some of its entries, one entry with what proves it. No page here.

Whether a brand's log may be walked is its setting `explorer` ("open", which is the default, or "closed").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from app.explorer.public import PUBLIC
from app.models.brands import Brand, Partner
from app.models.products import Certificate, EpcisEvent, EventKey, Recall
from app.provenance import signers
from app.provenance.events import bundles
from app.support import pasted
from ledger import anchored, browse, merkle
from ledger.anchor_state import AnchorState
from ledger.browse import Joined, Placed
from ledger.entry import Envelope, read
from ledger.erase import erasures_of
from ledger.erasure import verify_erasure
from ledger.errors import Tampered
from ledger.evidence import Evidence, Item
from ledger.fields import Opening
from ledger.log import evidence, head_size, indexes
from ledger.note import Verifier
from ledger.said import Said

PUBLIC_CLASS = "public:"
MOST_FOUND = 50

_EVENT: Table = EpcisEvent.__table__  # type: ignore[assignment]
_KEY: Table = EventKey.__table__  # type: ignore[assignment]
_CERTIFICATE: Table = Certificate.__table__  # type: ignore[assignment]
_RECALL: Table = Recall.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class LogFace:
    """A log as its page shows it: how many entries, the newest signed state, the newest anchor."""

    brand: Brand
    size: int
    signed: Evidence
    anchor: AnchorState | None


@dataclass(frozen=True)
class Line:
    """An entry in a list. envelope: None for one that cannot be read any more."""

    index: int
    envelope: Envelope | None
    leaf: bytes


@dataclass(frozen=True)
class Promised:
    """A value that an entry commits to. state: opened (with its value), withheld, erased (by entry `by`), gone."""

    path: str
    kind: str
    state: str
    value: bytes | None = None
    by: int | None = None


@dataclass(frozen=True)
class EntryFace:
    """One entry with what proves it. way: from its hash to the root; empty while it is under no signed state.

    state: ok (the way leads to the signed root), bad, pending. said: who signed what it says, or, as a text, what
    is wrong with that signature.
    """

    index: int
    submission_id: int
    envelope: Envelope | None
    public: bool
    leaf: bytes
    promised: tuple[Promised, ...]
    signed: Evidence
    way: tuple[Joined, ...]
    state: str
    said: Said | str | None = None


def find_brand(session: Session, log_key: str) -> Brand | None:
    """The brand of this log, unless it keeps its explorer closed."""
    brand = session.scalar(select(Brand).where(Brand.log_key == log_key))
    return brand if brand and brand.settings.get("explorer", "open") != "closed" else None


def log_face(session: Session, brand: Brand) -> LogFace:
    """Where the log of a brand stands."""
    signed = evidence(session, brand.log_id, [])
    return LogFace(brand, head_size(session, brand.log_id), signed, anchored.latest(session, brand.log_id))


def lines(session: Session, brand: Brand, end: int, count: int) -> list[Line]:
    """The `count` entries before the index `end`, the newest first."""
    placed = browse.entries(session, brand.log_id, max(0, end - count), end)
    return [_line(each) for each in reversed(placed)]


def entry_face(session: Session, brand: Brand, index: int) -> EntryFace | None:
    """The entry of this index, or None."""
    placed = browse.entries(session, brand.log_id, index, index + 1)
    if not placed:
        return None
    found = evidence(session, brand.log_id, [placed[0].submission_id])
    item = found.items[placed[0].submission_id]
    line = _line(placed[0])
    way, state = _way(line.leaf, item, found)
    public = line.envelope is not None and line.envelope.type in PUBLIC
    promised: tuple[Promised, ...] = ()
    if line.envelope and public:
        there = browse.stored_paths(session, item.submission_id)
        gone = line.envelope.commitments.keys() - there
        erased = _erased(session, brand.log_id, index, found) if gone else {}
        promised = _promised(line.envelope, item.openings, there, erased)
    said = signers.of_item(session, brand.log_id, item) if public else None
    return EntryFace(
        index, item.submission_id, line.envelope, public, line.leaf, promised, found, way, state, said
    )


def proof_of(session: Session, brand: Brand, index: int) -> dict[str, Any] | None:
    """The one-file proof of an entry of a public kind, with the values that everybody may see and no other."""
    face = entry_face(session, brand, index)
    if face is None or not face.public:
        return None
    made = bundles(session, brand.id, [face.submission_id])
    return made[0] if made else None  # none while it is under no signed state


def search(session: Session, brand: Brand, text: str) -> list[int]:
    """The indexes of entries that a text means: an index, a leaf's hash in hex, or whatever names a thing."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 8:
        number = int(text)
        return [number] if number < head_size(session, brand.log_id) else []
    if len(text) == merkle.HASH_SIZE * 2 and set(text.lower()) <= set("0123456789abcdef"):
        place = browse.place_of(session, brand.log_id, bytes.fromhex(text))
        return [] if place is None else [place]
    return _about(session, brand, pasted.keys(text))


def partner_name(session: Session, brand: Brand, partner_id: object) -> str:
    """A partner of this brand by name, as its passports show it."""
    if not isinstance(partner_id, str):
        return ""
    query = select(Partner.name).where(Partner.brand_id == brand.id, Partner.id == partner_id)
    return session.scalar(query) or partner_id


def _about(session: Session, brand: Brand, keys: Sequence[str]) -> list[int]:
    """The public entries about these things, the newest first."""
    if not keys:
        return []
    named = (
        select(_EVENT.c.submission_id)
        .join(_KEY, _KEY.c.event == _EVENT.c.id)
        .where(_KEY.c.brand_id == brand.id, _KEY.c.key.in_(keys))
        .order_by(_EVENT.c.id.desc())
        .limit(MOST_FOUND)
    )
    found = set(session.connection().execute(named).scalars())
    for table in (_CERTIFICATE, _RECALL):
        query = select(table.c.submission_id).where(table.c.brand_id == brand.id, table.c.key.in_(keys))
        found |= set(session.connection().execute(query.limit(MOST_FOUND)).scalars())
    return sorted(indexes(session, found).values(), reverse=True)


def _line(placed: Placed) -> Line:
    try:
        envelope = read(placed.envelope)
    except Tampered:
        envelope = None
    return Line(placed.index, envelope, merkle.leaf_hash(placed.envelope))


def _erased(session: Session, log_id: int, index: int, found: Evidence) -> dict[str, int]:
    """Which values of an entry the log says it erased, each with the index of the entry that says so."""
    named: dict[str, int] = {}
    about = erasures_of(session, log_id, [index]).get(index, ())
    verifiers = [Verifier.parse(found.vkey)] if found.vkey else []
    for item in evidence(session, log_id, about).items.values():
        try:
            erasure = verify_erasure(read(item.envelope or b""), verifiers)
        except Tampered:
            continue
        if erasure and erasure.index == index and item.index is not None:
            named |= dict.fromkeys(erasure.paths, item.index)
    return named


def _promised(
    envelope: Envelope, openings: Sequence[Opening], there: set[str], erased: Mapping[str, int]
) -> tuple[Promised, ...]:
    """What an entry of a public kind commits to; only values of the public class leave this function."""
    values = {each.path: each.value for each in openings}
    found = []
    for path in sorted(envelope.commitments):
        kind = path.partition(":")[0] if ":" in path else "withheld"
        if path not in there and path in erased:
            found.append(Promised(path, kind, "erased", by=erased[path]))
        elif path not in there:
            found.append(Promised(path, kind, "gone"))
        elif path.startswith(PUBLIC_CLASS):
            found.append(Promised(path, kind, "opened", values.get(path)))
        else:
            found.append(Promised(path, kind, "withheld"))
    return tuple(found)


def _way(leaf: bytes, item: Item, found: Evidence) -> tuple[tuple[Joined, ...], str]:
    if item.status == "damaged":
        return (), "bad"
    if item.index is None or item.path is None or found.size is None or found.root is None:
        return (), "pending"
    way = tuple(browse.way_up(leaf, item.index, found.size, item.path))
    try:
        merkle.verify_inclusion(leaf, item.index, found.size, item.path, found.root)
    except Tampered:
        return way, "bad"
    return way, "ok"
