"""Where the heads of all logs are anchored, and when. The life of an anchor is in ledger/anchor.

Each interval the newest signed head of every log that has grown goes into the directory log, and the directory's
own head goes to the target: a chain, or a file. Everything verifies without.
"""

from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal

import structlog
from sqlalchemy.orm import Session

from app.brands.tenants import key_file, log_origin
from app.db import reading
from app.house import House
from app.ids import new_id
from app.settings import Settings, SettingsError
from ledger import anchor, anchor_check, directory
from ledger.anchor import AnchorState
from ledger.anchor_file import FileTarget
from ledger.integrator import integrate_due, publish_due
from ledger.note import Signer

if TYPE_CHECKING:
    from contracts.registry import Registry

PERIOD_S = 15.0
"""How often anchors on their way are looked after; a node may ask money for each question."""

DEMO_PERIOD_S = 5.0
DEMO_EVERY = timedelta(seconds=20)
CHECK_PERIOD_S = 60.0

log = structlog.get_logger()

Kind = Literal["none", "file", "evm", "demo"]


def kind(settings: Settings) -> Kind:
    """What the settings ask for. Raises SettingsError where they contradict each other."""
    if settings.anchor == "evm" and not settings.chain_url:
        raise SettingsError("WAYPROOF_ANCHOR is evm: set WAYPROOF_CHAIN_URL to the JSON-RPC address of a node")
    if settings.anchor in ("none", "file"):
        return settings.anchor
    return "evm" if settings.chain_url else "demo" if settings.demo else "none"


def interval(settings: Settings) -> timedelta:
    """The time between two anchors."""
    return DEMO_EVERY if kind(settings) == "demo" else timedelta(minutes=settings.anchor_minutes)


def wrong_with(session: Session, log_id: int) -> list[str]:
    """What the last comparison found wrong with this log, or with the directory that its anchors rest on."""
    found = directory.find(session)
    mine = {log_id, found.log_id if found else log_id}
    return [each.sentence for each in anchor_check.findings(session) if each.log_id in mine]


def newest_anchors(session: Session, limit: int) -> list[AnchorState]:
    """The newest anchors of all logs together, newest first. Their sizes count every brand: they are nobody's."""
    found = directory.find(session)
    return anchor.newest_of(session, found.log_id, limit) if found else []


def file_of(settings: Settings) -> Path:
    """Where the anchor file is."""
    return Path(settings.anchor_file) if settings.anchor_file else settings.home / "anchors.txt"


class Anchoring:
    """Anchors the directory and compares what was anchored. Connects at its first run.

    Both jobs speak to one target, one at a time: the demo's chain lives in this process and knows no threads.
    """

    def __init__(self) -> None:
        self._target: anchor.AnchorTarget | None = None
        self._turn = Lock()

    def anchor_due(self, house: House, owner: str) -> int:
        """One round; 0, because there is nothing to hurry for. Raises what the target raises."""
        directory_id, signer = open_directory(house)
        # Before the target is asked, which may be away: heads wait in the directory then, not outside it.
        grow_directory(house, directory_id, signer, owner)
        with self._turn:
            follow_round(house, directory_id, self._connected(house, directory_id))
        return 0

    def check_due(self, house: House, _owner: str) -> int:
        """Compare what was anchored with the logs of today, each log once an hour."""
        with reading(house.db) as session:
            found = directory.find(session)
        if found is None:
            return 0
        with self._turn:
            done = anchor_check.check_due(house.db, self._connected(house, found.log_id), house.clock())
        with reading(house.db) as session:
            for each in anchor_check.findings(session) if done else ():
                log.error("anchors.finding", origin=each.origin, finding=each.sentence)
        return 0

    def _connected(self, house: House, directory_id: int) -> anchor.AnchorTarget:
        if self._target is None:
            self._target = connect(house, directory_id)
        return self._target


def open_directory(house: House) -> tuple[int, Signer]:
    """The directory log and its key, made where there is none yet.

    Raises FileNotFoundError when the log is there and its key is not: nothing else may sign for it.
    """
    with reading(house.db) as session:
        found = directory.find(session)
    if found is None:
        signer = _new_key(house.keys)
        with house.db.begin() as session:
            found = directory.find(session) or directory.open_directory(session, signer.name, house.clock())
    return found.log_id, Signer.load(key_file(house.keys, found.log_key))


def _new_key(keys: Path) -> Signer:
    """The directory's key, on the disk before the directory is; one that a crash left without a log is taken."""
    left = sorted(keys.glob(f"{directory.KEY_PREFIX}*.key"))
    if left:
        return Signer.load(left[0])
    log_key = directory.KEY_PREFIX + new_id()
    return Signer.create(key_file(keys, log_key), log_origin(log_key))


def grow_directory(house: House, directory_id: int, signer: Signer, owner: str) -> None:
    """Put the heads of grown logs into the directory, where the interval has passed, and sign its own head."""
    directory.record_due(house.db, directory_id, house.clock(), interval(house.settings))
    while integrate_due(house.db, directory_id, owner=owner, clock=house.clock):
        pass
    publish_due(house.db, directory_id, signer, house.clock())


def follow_round(house: House, directory_id: int, target: anchor.AnchorTarget) -> None:
    """See what became of what was sent, and send the directory's newest head. Raises what the target raises."""
    tick = getattr(target, "tick", None)
    if tick is not None:
        tick()
    anchor.follow_up(house.db, directory_id, target, house.clock())
    anchor.publish_latest(house.db, directory_id, target, house.clock())


def connect(house: House, directory_id: int) -> anchor.AnchorTarget:
    """The target that the settings name. Raises what it raises when it can't be reached."""
    settings = house.settings
    if kind(settings) == "file":
        return FileTarget(file_of(settings), house.db, directory_id)
    return _chain(settings)


def _chain(settings: Settings) -> "Registry":
    # web3 takes seconds and 60 MB; only a worker with a chain pays
    from contracts.finality import ByDepth, ByTag
    from contracts.registry import connect as connect_registry
    from contracts.registry import demo_chain

    if kind(settings) == "demo":
        return demo_chain()
    depth = ByDepth(safe=(settings.chain_depth + 1) // 2, final=settings.chain_depth)
    return connect_registry(
        settings.chain_url,
        settings.chain_key.get_secret_value(),
        settings.chain_registry,
        ByTag(depth),
        second_url=settings.chain_second_url,
        free=settings.chain_free,
    )
