"""What tests do with anchors: one round of the worker's, with a target and a directory of their own."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.anchoring import follow_round, grow_directory, open_directory
from app.db import Db, reading
from app.house import House
from ledger import anchor, directory
from ledger.anchor import AnchorState, AnchorTarget, follow_up, publish_latest
from tests.support.logs import OpenLog, open_for_test


def anchor_house(house: House, target: AnchorTarget) -> None:
    """What the worker does each round: heads into the directory, the directory's head to the target."""
    directory_id, signer = open_directory(house)
    grow_directory(house, directory_id, signer, "test")
    follow_round(house, directory_id, target)


def follow_house(house: House, target: AnchorTarget) -> None:
    """Ask the target what became of what was sent."""
    follow_up(house.db, open_directory(house)[0], target, house.clock())


def open_directory_for_test(db: Db, folder: Path, now: datetime) -> OpenLog:
    """A directory with its key in a file of the folder."""
    return open_for_test(db, folder, "directory-1", now)


def record(log: OpenLog, now: datetime) -> int:
    """Put the heads of all grown logs into this directory, and sign it; how many there were."""
    found = directory.record_due(log.db, log.id, now, timedelta(minutes=10))
    while log.integrate():
        pass
    log.publish()
    return found


def send(log: OpenLog, target: Any, now: datetime) -> None:
    """Send the directory's newest head, and see what became of what was sent before."""
    follow_up(log.db, log.id, target, now)
    publish_latest(log.db, log.id, target, now)


def latest(log: OpenLog) -> AnchorState | None:
    """The newest anchor that holds a head of this log."""
    with reading(log.db) as session:
        return anchor.latest(session, log.id)
