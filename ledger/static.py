"""A log written as static files (c2sp.org/tlog-tiles), for a web server or object store that needs nothing of us.

What is written is what `ledger.served` gives; a file that is there is never changed, but for `checkpoint`.
"""

from pathlib import Path

from ledger.checkpoint import Checkpoint
from ledger.errors import NotPublished
from ledger.mark import write_durably
from ledger.note import split_note
from ledger.served import checkpoint_file, tile_file
from ledger.snapshot import Db, snapshot
from ledger.tile_path import TilePath
from ledger.tiles import WIDTH


def write_files(db: Db, log_id: int, folder: Path) -> Checkpoint:
    """Write what is missing of the newest checkpoint's files, then the checkpoint itself, so that it never lies.

    Raises NotPublished before the first checkpoint.
    """
    with snapshot(db) as session:
        note = checkpoint_file(session, log_id)
        if note is None:
            raise NotPublished("the log has no published checkpoint yet")
        checkpoint = Checkpoint.parse(split_note(note)[0].decode())
        for path in tiles_of(checkpoint.size):
            target = folder / "tile" / str(path)
            if target.exists():
                continue
            content = tile_file(session, log_id, path)
            if content is None:
                raise NotPublished(f"tile/{path} cannot be read; `wayproof ledger audit` says why")
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(f"{target.name}.new")
            fresh.write_bytes(content)
            fresh.rename(target)
    write_durably(folder / "checkpoint", note.decode())
    return checkpoint


def tiles_of(size: int) -> list[TilePath]:
    """Every tile and bundle that a tree of this size has."""
    paths = []
    for level in (None, *range((size.bit_length() + 7) // 8)):
        full, width = divmod(size >> 8 * (level or 0), WIDTH)
        paths += [TilePath(level, number) for number in range(full)]
        paths += [TilePath(level, full, width)] if width else []
    return paths
