"""Restoring a backup to a new place, and what came out of it: audited, and compared with what was signed.

Nothing that exists is ever written over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.backups import engines, manifest
from app.backups.engines import BackupError, Progress
from app.backups.manifest import LogState, Manifest
from app.backups.take import copy_keys
from app.brands.tenants import key_file
from app.db import make_db, make_engine, reading
from app.migrations.steps import upgrade
from ledger.audit import audit
from ledger.errors import RolledBack
from ledger.log import KnownLog, logs
from ledger.mark import Mark, read_mark
from ledger.note import Signer
from ledger.rotation import load_keys


@dataclass(frozen=True)
class Judged:
    """A restored log. signed: the size that was last signed, as far as anybody here knows; 0 when nothing was.

    findings are sentences; none says that every value is what was recorded.
    """

    origin: str
    size: int
    signed: int
    findings: tuple[str, ...]

    @property
    def lost(self) -> int:
        """How many entries were signed and are not in the copy."""
        return max(0, self.signed - self.size)


def restore(folder: Path, url: str, progress: Progress) -> Manifest:
    """Fill an empty database at `url` from a backup and bring it to the schema of this release.

    The files are compared with the manifest first. Raises BackupError.
    """
    found = manifest.read(folder)
    if (found.engine == "sqlite") != engines.is_sqlite(url):
        raise BackupError(f"the backup is of {found.engine}; {engines.shown(url)} is not")
    engines.load(folder / manifest.DATABASE, url, progress)
    upgrade(url)
    return found


def restore_keys(source: Path, target: Path) -> None:
    """Copy private keys into a new folder that its owner alone may read. Raises BackupError when it has some."""
    if target.exists() and any(target.iterdir()):
        raise BackupError(f"{target} holds keys already; a restore goes to a new place only")
    copy_keys(source, target)


def judge(url: str, expected: Sequence[LogState], keys: Path | None, progress: Progress) -> list[Judged]:
    """Audit every log of a restored database; compare each with what the manifest and the key's mark say.

    `keys` is a folder of keys as they are today: their marks know checkpoints that the backup may be too old for.
    """
    engine = make_engine(url)
    db = make_db(engine)
    try:
        with reading(db) as session:
            stored = {each.head.origin: each for each in logs(session)}
        judged = []
        for state in expected:
            log = stored.pop(state.origin, None)
            if log is None:
                judged.append(Judged(state.origin, 0, state.size, ("the log is not in the copy",)))
                continue
            signed = max(_marked(keys, state.log_key), state.size)
            # A mark that is ahead says only that the copy is older, which is a loss and no changed value.
            mark = _mark(keys, state.log_key) if log.head.size >= signed else None
            found = audit(db, log.id, _vkeys(keys, state, log), progress, high_water=mark)
            judged.append(Judged(state.origin, log.head.size, signed, tuple(each.sentence for each in found)))
        return judged + [Judged(origin, each.head.size, 0, ()) for origin, each in stored.items()]
    finally:
        engine.dispose()


def _vkeys(keys: Path | None, state: LogState, log: KnownLog) -> list[str]:
    """The public keys to audit with: those of the key files where we have them, else those of the manifest."""
    path = key_file(keys, state.log_key) if keys else None
    own = load_keys(path).dated if path and path.exists() else []
    return list(dict.fromkeys([*own, *(state.vkeys or log.vkeys)]))


def _mark(keys: Path | None, log_key: str) -> bytes | None:
    return read_mark(key_file(keys, log_key)) if keys else None


def _marked(keys: Path | None, log_key: str) -> int:
    """The size that the mark beside the key says was signed last."""
    path = key_file(keys, log_key) if keys else None
    if path is None or not path.exists():
        return 0
    try:
        last = Mark(Signer.load(path)).last()
    except RolledBack:
        return 0  # the audit names the damaged mark
    return last.size if last else 0
