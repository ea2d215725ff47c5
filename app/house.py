"""What every process of the house holds: settings, database, clock. Doors and loops get it whole."""

from dataclasses import dataclass
from pathlib import Path

from app.clock import Clock, SteeredClock, system_clock
from app.db import Db, make_db, make_engine
from app.ring import FileRing
from app.settings import Settings
from ledger import failpoints
from ledger.vault import hand_ring


@dataclass(frozen=True)
class House:
    """The opened house. `keys` is the folder of private keys (mode 0700)."""

    settings: Settings
    db: Db
    clock: Clock
    keys: Path


def open_house(settings: Settings) -> House:
    """Make the folders and open the database; neither migrates nor starts anything."""
    if settings.fail_points:
        failpoints.arm(Path(settings.fail_points))
    settings.home.mkdir(parents=True, exist_ok=True)
    settings.keys.mkdir(mode=0o700, exist_ok=True)
    db = make_db(make_engine(settings.database), hand_ring({}, FileRing(settings.keys)))
    return House(settings, db, SteeredClock(db) if settings.demo else system_clock, settings.keys)
