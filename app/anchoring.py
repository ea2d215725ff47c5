"""Which chain the logs are anchored on, and when. The life of an anchor is in ledger/anchor."""

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select

from app.db import reading
from app.house import House
from app.models.brands import Brand
from app.settings import Settings
from ledger import anchor

if TYPE_CHECKING:
    from contracts.registry import Registry

PERIOD_S = 5.0
"""How often anchors on their way are looked after."""

DEMO_EVERY = timedelta(seconds=20)

log = structlog.get_logger()


def wanted(settings: Settings) -> bool:
    """Whether there is a chain: one that is configured, or the demo's in memory."""
    return bool(settings.chain_url) or settings.demo


class Anchoring:
    """Publishes the newest root of each log and follows what was published. Connects at its first run."""

    def __init__(self) -> None:
        self._registry: Registry | None = None

    def anchor_due(self, house: House, _owner: str) -> int:
        """One round over all logs; 0, because there is nothing to hurry for."""
        if self._registry is None:
            self._registry = _connect(house.settings)
        for log_id in _logs(house):
            try:
                self._anchor(house, log_id, self._registry)
            except Exception:  # a log whose anchor is refused must not hold up the others
                log.exception("anchors.stuck", log=log_id)
        return 0

    def _anchor(self, house: House, log_id: int, registry: "Registry") -> None:
        every = DEMO_EVERY if registry.demo else timedelta(minutes=house.settings.anchor_minutes)
        anchor.follow_up(house.db, log_id, registry, house.clock())
        if _is_due(house, log_id, every):
            anchor.publish_latest(house.db, log_id, registry, house.clock())


def _connect(settings: Settings) -> "Registry":
    from contracts.registry import (
        connect,
        demo_chain,
    )  # web3 takes seconds and 60 MB; only a worker with a chain pays

    if not settings.chain_url:
        return demo_chain()
    return connect(settings.chain_url, settings.chain_key.get_secret_value(), settings.chain_registry)


def _is_due(house: House, log_id: int, every: timedelta) -> bool:
    """Whether the last root has settled long enough for the next one; one that is on its way is waited for."""
    with reading(house.db) as session:
        last = anchor.latest(session, log_id)
    if last is None or last.state == "lost":
        return True
    return last.block_time is not None and house.clock() - last.block_time >= every


def _logs(house: House) -> list[int]:
    with reading(house.db) as session:
        return list(session.scalars(select(Brand.log_id).order_by(Brand.log_id)))
