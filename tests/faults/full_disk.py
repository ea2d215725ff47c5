"""The disk is full: a clear refusal, nothing half-written, and work goes on when there is room again.

Run as a program it is the service on the small disk; it prints what happened as JSON.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.brands import tenants
from app.brands.keys import issue_key
from app.db import reading
from app.house import open_house
from app.migrations.steps import upgrade
from app.models.brands import Brand
from app.settings import load
from app.web.build import create_app
from app.web.rules import SCOPES
from ledger.audit import audit
from ledger.integrator import integrate_due
from tests.faults.demo_writers import event
from tests.faults.outcome import Impossible, Outcome
from tests.support.demo import ROOT

SIZE_MB = 24
FILLER_MB = 12  # the room that is made must do for the log to take over all that waits
STORAGE_FULL = 507
MOUNT = 'mount -t tmpfs -o size="$1"m,mode=700 tmpfs "$2" && shift 2 && exec "$@"'


def full_disk(count: int) -> Outcome:
    """`count` times on a small tmpfs of its own: fill it by events until one is refused, make room, go on."""
    told: dict[str, int] = {"acknowledged": 0, "lost": 0, "failed": 0}
    for _ in range(count):
        with tempfile.TemporaryDirectory() as folder:
            found = json.loads(_on_small_disk(Path(folder)))
        for name in told:
            told[name] += found[name]
    detail = f"{told['acknowledged']} events acknowledged before and after; a tmpfs of {SIZE_MB} MB"
    return Outcome("disk full", count, told["lost"], told["failed"], detail)


def _on_small_disk(folder: Path) -> str:
    """Run this file as a program in a mount namespace of its own. Raises Impossible where none may be made."""
    namespace = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    program = [sys.executable, "-P", "-m", "tests.faults.full_disk", str(folder)]
    command = [*namespace, "sh", "-c", MOUNT, "sh", str(SIZE_MB), str(folder), *program]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    if "mount:" in done.stderr or "unshare:" in done.stderr:
        raise Impossible(f"no small disk can be mounted here: {done.stderr.strip().splitlines()[0]}")
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()[-1]


def fill(folder: Path) -> dict[str, int]:
    """The story on the small disk: what was acknowledged, lost, and went otherwise than it should."""
    filler = folder / "filler"
    filler.write_bytes(bytes(FILLER_MB * 1_000_000))
    settings = load(home=folder / "var")
    settings.home.mkdir()
    upgrade(settings.database)
    house = open_house(settings)
    now = house.clock()
    brand_id = tenants.create_brand(house.db, house.keys, name="Ada's Orchard", slug="ada", now=now)
    with house.db.begin() as session:
        key = issue_key(session, session.get_one(Brand, brand_id), name="faults", scopes=SCOPES, now=now).text
    client = create_app(house).test_client()

    def send(told: dict[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": told["eventID"]}
        return client.post("/epcis/events", json=told, headers=headers)

    acknowledged, refused, answer = [], _large("D0"), None
    for number in range(5000):
        refused = _large(f"D{number}")
        answer = send(refused)
        if answer.status_code != 201:
            break
        acknowledged.append(refused["eventID"])
    failed = answer is None or answer.status_code != STORAGE_FULL or not answer.get_json()["detail"]
    failed += _half_written(house, acknowledged)
    filler.unlink()
    again = send(refused)
    failed += again.status_code != 201
    acknowledged.append(refused["eventID"])
    with reading(house.db) as session:
        brand = session.get_one(Brand, brand_id)
    while integrate_due(house.db, brand.log_id, owner="one", clock=house.clock):
        pass
    failed += len(audit(house.db, brand.log_id, [tenants.signer_of(house.keys, brand).vkey]))
    stored = _stored(house)
    return {"acknowledged": len(acknowledged), "lost": len(set(acknowledged) - stored), "failed": int(failed)}


def _large(serial: str) -> dict[str, Any]:
    """An event of some 20 kB, so that a small disk is full soon."""
    return {
        **event(serial),
        "ex:note": "n" * 20_000,
        "@context": [event(serial)["@context"], {"ex": "https://example.org/"}],
    }


def _half_written(house: Any, acknowledged: list[str]) -> int:
    """Events that are stored and were not acknowledged."""
    return len(_stored(house) - set(acknowledged))


def _stored(house: Any) -> set[str]:
    with reading(house.db) as session:
        return set(session.scalars(text("SELECT event_id FROM epcis_event")))


if __name__ == "__main__":
    print(json.dumps(fill(Path(sys.argv[1]))))
