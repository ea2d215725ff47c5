"""Named places at which a process can be made to die, so that tests can kill it between any two steps.

Off, and a call that returns at once, until `arm` is called with a folder; the house does that once at the start of
a process, and only when WAYPROOF_FAIL_POINTS names a folder that exists. What to repair is not decided here.

A point is set by a file of its name in that folder, also while the process runs. Its text: `COUNT`, or
`COUNT PROGRAM` for only the process whose command line holds that word (`web`, `work`, `listen`). The process that
passes the point for the COUNT-th time since the file was there renames the file to `NAME.hit.PID` and is gone by
SIGKILL, in the middle of what it did: no handler runs, nothing is flushed. The rename is atomic, so one file ends
one process. Hits are counted by the files found; set the point anew by writing the file again.

    accept.begun          accept was called, nothing is written
    accept.written        the submission is in the inbox, the caller's transaction is open
    accept.committed      the transaction is durable, the caller has no answer yet
    group.written         all works of a group are written, their transaction is open
    group.committed       the group is durable, nobody who waits has been told
    integrate.claimed     the lease is held, nothing is read
    integrate.grown       the batch is hashed onto the head, no transaction is open
    integrate.written     entries, openings, tiles and head are written, the transaction is open
    integrate.committed   they are durable, nothing is signed
    sign.begun            the head may be signed, the mark is locked
    sign.signed           the checkpoint is signed, the high-water mark is not raised
    sign.marked           the mark is raised, the checkpoint is not stored
    publish.written       the checkpoint is stored, its transaction is open
    publish.committed     it is durable
"""

import os
import signal
import sys
from collections import Counter
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

POINTS = (
    "accept.begun",
    "accept.written",
    "accept.committed",
    "group.written",
    "group.committed",
    "integrate.claimed",
    "integrate.grown",
    "integrate.written",
    "integrate.committed",
    "sign.begun",
    "sign.signed",
    "sign.marked",
    "publish.written",
    "publish.committed",
)

_ACCEPTED = "ledger_accepted"

_folder: Path | None = None
_passed: Counter[tuple[str, int]] = Counter()


def arm(folder: Path) -> None:
    """Let the files of this folder end this process. Raises ValueError when it is no folder."""
    global _folder
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder; fail points are for tests, leave WAYPROOF_FAIL_POINTS empty")
    _folder = folder
    if not event.contains(Session, "after_commit", _after_commit):
        event.listen(Session, "after_commit", _after_commit)


def disarm() -> None:
    """Nothing ends this process any more."""
    global _folder
    _folder = None


def reach(name: str) -> None:
    """Die here when the point of this name is set; else nothing."""
    if _folder is not None:
        _look(_folder, name)


def accepted(session: Session) -> None:
    """The submission is written: `accept.written` now, and `accept.committed` when the caller commits."""
    if _folder is not None:
        session.info[_ACCEPTED] = True
        _look(_folder, "accept.written")


def _after_commit(session: Session) -> None:
    if session.get_nested_transaction() is None and session.info.pop(_ACCEPTED, False):
        reach("accept.committed")


def _look(folder: Path, name: str) -> None:
    path = folder / name
    try:
        with path.open() as file:
            words, set_at = file.read().split(), os.fstat(file.fileno()).st_mtime_ns
    except FileNotFoundError:
        return
    if words[1:] and words[1] not in sys.argv:
        return
    _passed[name, set_at] += 1
    if _passed[name, set_at] < int(words[0] if words else 1):
        return
    try:
        path.rename(path.with_name(f"{name}.hit.{os.getpid()}"))
    except FileNotFoundError:  # another process was ended by it
        return
    os.kill(os.getpid(), signal.SIGKILL)
