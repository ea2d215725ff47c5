"""What the demo wants of its simulated fleet, in a file that both sides read. No MQTT: a page imports this."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Steering:
    """What the demo wants of the fleet, by device name."""

    warm: frozenset[str] = frozenset()
    unplugged: frozenset[str] = frozenset()


def steer(state_dir: Path, *, warm: Sequence[str] = (), unplugged: Sequence[str] = ()) -> None:
    """Write `steer.json` whole, atomically."""
    state_dir.mkdir(parents=True, exist_ok=True)
    part = state_dir / f".steer.{os.getpid()}"
    part.write_text(json.dumps({"warm": sorted(warm), "unplugged": sorted(unplugged)}), "utf-8")
    part.replace(state_dir / "steer.json")


def steering(state_dir: Path) -> Steering:
    """What `steer.json` says; nothing when there is none."""
    path = state_dir / "steer.json"
    if not path.exists():
        return Steering()
    wishes = json.loads(path.read_text("utf-8"))
    return Steering(frozenset(wishes.get("warm", ())), frozenset(wishes.get("unplugged", ())))
