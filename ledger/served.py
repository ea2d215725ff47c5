"""What the world may read of a log, as the files of C2SP tlog-tiles: checkpoint, tiles of hashes, entry bundles.

Only what a published checkpoint implies is there: full tiles within the newest one, and a partial tile when some
checkpoint was published that ends in it. No HTTP here.
"""

from sqlalchemy import Table, exists, func, select
from sqlalchemy.orm import Session

from ledger.checkpoint import MAX_SIZE
from ledger.tables import Log, PublishedCheckpoint
from ledger.tile_path import TilePath
from ledger.tiles import WIDTH, read_entries, read_tile

_LOG: Table = Log.__table__  # type: ignore[assignment]
_CHECKPOINT: Table = PublishedCheckpoint.__table__  # type: ignore[assignment]


def find_log(session: Session, log_key: str) -> int | None:
    """The id of the log of this public name."""
    found = session.connection().execute(select(_LOG.c.id).where(_LOG.c.log_key == log_key)).scalar()
    return None if found is None else int(found)


def checkpoint_file(session: Session, log_id: int) -> bytes | None:
    """The newest published checkpoint, a signed note; None before the first."""
    newest = select(_CHECKPOINT.c.note).where(_CHECKPOINT.c.log_id == log_id).order_by(_CHECKPOINT.c.size.desc())
    note = session.connection().execute(newest.limit(1)).scalar()
    return None if note is None else str(note).encode()


def tile_file(session: Session, log_id: int, path: TilePath) -> bytes | None:
    """A tile or an entry bundle of exactly this width; None where no published checkpoint implies it."""
    if not _is_implied(session, log_id, path):
        return None
    if path.level is None:
        return read_entries(session, log_id, path.number, path.width)
    return read_tile(session, log_id, path.level, path.number, path.width)


def _is_implied(session: Session, log_id: int, path: TilePath) -> bool:
    """Whether a published size s has this tile: floor(s / 256^level) reaches its end, or lies exactly there."""
    span = WIDTH ** (path.level or 0)
    first = (path.number * WIDTH + path.width) * span
    if first > MAX_SIZE:
        return False
    sizes = select(_CHECKPOINT.c.size).where(_CHECKPOINT.c.log_id == log_id)
    if path.width == WIDTH:
        newest = session.connection().execute(select(func.max(sizes.subquery().c.size))).scalar()
        return newest is not None and int(newest) >= first
    ends_here = sizes.where(_CHECKPOINT.c.size.between(first, first + span - 1))
    return bool(session.connection().execute(select(exists(ends_here))).scalar())
