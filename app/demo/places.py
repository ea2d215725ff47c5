"""Where the demo keeps its files under the home, and how they are read. Standard library only."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    """The files of a demo. What holds a secret is mode 0600."""

    home: Path

    @property
    def facts(self) -> Path:
        """What a person or a test needs to know: addresses, logins, keys, pids."""
        return self.home / "demo.json"

    @property
    def programs(self) -> Path:
        """What the supervisor starts, written by app/demo/prepare."""
        return self.home / "demo" / "programs.json"

    @property
    def world(self) -> Path:
        """What the outside world of the demo needs: its sensors, keys and ports."""
        return self.home / "demo" / "world.json"

    @property
    def story(self) -> Path:
        """What the seed made: ids and keys of the things that the steps act on, and passwords."""
        return self.home / "demo" / "story.json"

    @property
    def signing(self) -> Path:
        """The key that the demo's supplier signs its events with."""
        return self.home / "demo" / "supplier.key"

    @property
    def clock(self) -> Path:
        """How far ahead of the machine the demo's clock is, for processes without a database."""
        return self.home / "demo" / "clock.json"

    @property
    def edited(self) -> Path:
        """The original bytes of a ledger row that a step has edited."""
        return self.home / "demo" / "edited.json"

    @property
    def fleet(self) -> Path:
        return self.home / "demo" / "fleet"

    @property
    def carriers(self) -> Path:
        return self.home / "demo" / "carriers"

    @property
    def mailbox(self) -> Path:
        return self.home / "mailbox"

    @property
    def broker(self) -> Path:
        return self.home / "broker"

    @property
    def pids(self) -> Path:
        return self.home / "pids.json"

    @property
    def lock(self) -> Path:
        return self.home / "run.lock"

    def make(self) -> None:
        """Make the folders that are missing; the home itself is for its owner only."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (self.fleet, self.carriers, self.mailbox, self.home / "log"):
            folder.mkdir(parents=True, exist_ok=True)
