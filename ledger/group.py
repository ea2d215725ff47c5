"""The group door: many callers, one writer thread, many of their works in one commit; each waits for its own.

A commit costs a flush of the disk, however much is in it, so under many callers a group is many times faster than
one transaction each. Nothing here knows what is written; `submissions` is the door of ledger submissions.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, Full, Queue
from threading import Lock, Thread
from typing import Generic, TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

from ledger import failpoints
from ledger.bulk import Wish, accept_each
from ledger.errors import LedgerError
from ledger.log import Receipt
from ledger.snapshot import Db

Given = TypeVar("Given")
Result = TypeVar("Result")

LARGEST = 256
"""Works in one commit at most, so that nobody waits for an endless group."""

WAITING = 4096
"""Works that may wait; past that a caller is told at once that the door is crowded."""


class Crowded(LedgerError):
    """More is waiting at the group door than it can take; try again in a moment."""


class Closed(LedgerError):
    """The group door was closed; nothing of this was written."""


@dataclass(slots=True)
class _Work(Generic[Given, Result]):
    given: Given
    done: "Future[Result]" = field(default_factory=Future)


class Group(Generic[Given, Result]):
    """Writes what callers bring, in groups, each group in one transaction; to be called from many threads.

    `write(session, given)` writes all of a group and gives for each its result, or the error that is only this
    caller's, for whom it must have written nothing. Where it raises instead, nothing of the group is written, and
    each work is tried once more alone; unless the database itself is away, or the commit fails: then all callers
    of the group get that error. One thread, started by the first caller, so a door may be made before a fork.
    """

    def __init__(
        self,
        db: Db,
        write: Callable[[Session, Sequence[Given]], Sequence[Result | Exception]],
        *,
        largest: int = LARGEST,
        waiting: int = WAITING,
    ) -> None:
        self._db = db
        self._write = write
        self._largest = largest
        self._queue: Queue[_Work[Given, Result] | None] = Queue(waiting)
        self._door = Lock()
        self._writer: Thread | None = None
        self._closed = False

    def submit(self, given: Given) -> Result:
        """Wait until this is durable, and give its result.

        Raises this work's own error, the error of the group's commit, Crowded, or Closed.
        """
        return self.bring(given).result()

    def bring(self, given: Given) -> "Future[Result]":
        """The same for a caller who waits later. Raises Crowded or Closed."""
        work: _Work[Given, Result] = _Work(given)
        with self._door:
            if self._closed:
                raise Closed("the group door is closed")
            if self._writer is None:
                self._writer = Thread(target=self._run, name="group door", daemon=True)
                self._writer.start()
            try:
                self._queue.put_nowait(work)
            except Full:
                raise Crowded(f"{self._queue.maxsize} works wait at the group door; try again") from None
        return work.done

    def close(self) -> None:
        """Let in nobody else, write what waits, and end the writer. Safe to call twice."""
        with self._door:
            first, self._closed = not self._closed, True
        if self._writer is not None:
            if first:
                self._queue.put(None)
            self._writer.join()

    def __enter__(self) -> "Group[Given, Result]":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        while group := self._next_group():
            try:
                self._commit(group)
            except Exception as error:
                if len(group) == 1 or _is_away(error):
                    _fail(group, error)
                else:
                    self._try_alone(group)

    def _next_group(self) -> list[_Work[Given, Result]]:
        """Wait for one work, and take with it all that came meanwhile; empty when the door is closed."""
        group = []
        work = self._queue.get()
        while work is not None:
            group.append(work)
            if len(group) == self._largest:
                break
            try:
                work = self._queue.get_nowait()
            except Empty:
                break
        if work is None and group:
            self._queue.put(None)  # the end, to be found again after this group
        return group

    def _commit(self, group: list[_Work[Given, Result]]) -> None:
        with self._db.begin() as session:
            outcomes = self._write(session, [work.given for work in group])
            failpoints.reach("group.written")
        failpoints.reach("group.committed")
        for work, outcome in zip(group, outcomes, strict=True):
            if isinstance(outcome, Exception):
                work.done.set_exception(outcome)
            else:
                work.done.set_result(outcome)

    def _try_alone(self, group: list[_Work[Given, Result]]) -> None:
        """One of them cannot be written, and nothing was: find out which, and write the others."""
        for work in group:
            try:
                self._commit([work])
            except Exception as its_own:
                _fail([work], its_own)


def submissions(db: Db, *, largest: int = LARGEST, waiting: int = WAITING) -> Group[Wish, Receipt]:
    """The group door of the ledger: each caller brings one submission and gets its receipt, durable."""
    return Group(db, accept_each, largest=largest, waiting=waiting)


def _is_away(error: Exception) -> bool:
    """Whether the database itself failed: gone, full or locked, and no single work is to blame."""
    return isinstance(error, DBAPIError) and (
        isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated
    )


def _fail(group: Sequence[_Work[Given, Result]], error: Exception) -> None:
    for work in group:
        work.done.set_exception(error)
