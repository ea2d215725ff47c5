"""What is left after the kills, asked through the doors that users have, and of the database itself."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sqlalchemy import create_engine, text

from ledger.verify import verify_bundle
from tests.faults.demo_writers import GTIN, Partner, Sensor
from tests.support.demo import ROOT, Demo, get

SETTLED_WITHIN_S = 180.0
"""A job whose worker was killed waits for its claim to run out."""


@dataclass
class Verdict:
    """Counts; all but the first two must be zero."""

    events: int = 0
    readings: int = 0
    events_lost: int = 0
    events_without_proof: int = 0
    events_twice: int = 0
    readings_lost: int = 0
    readings_twice: int = 0
    audit_findings: int = 0

    @property
    def clean(self) -> bool:
        return not (
            self.events_lost
            or self.events_without_proof
            or self.events_twice
            or self.readings_lost
            or self.readings_twice
            or self.audit_findings
        )


def judge(demo: Demo, partner: Partner, sensor: Sensor) -> Verdict:
    """Look for everything that was acknowledged."""
    verdict = Verdict(events=len(partner.acknowledged), readings=len(sensor.receipted))
    _settle(demo, partner)
    vkeys = [log["vkey"] for log in demo.facts["logs"]]
    for told in partner.acknowledged:
        verdict.events_lost += not _readable(demo, told)
        verdict.events_without_proof += not _proven(demo, told, vkeys)
    verdict.events_twice = _count(demo, "SELECT count(*) - count(DISTINCT event_id) FROM epcis_event")
    _judge_readings(demo, sensor, verdict)
    verdict.audit_findings = _audit(demo)
    return verdict


def _settle(demo: Demo, partner: Partner) -> None:
    """Wait until the newest of what was acknowledged can be read and proven, or the time is over."""
    deadline = time.monotonic() + SETTLED_WITHIN_S
    vkeys = [log["vkey"] for log in demo.facts["logs"]]
    for told in reversed(partner.acknowledged):
        while not (_readable(demo, told) and _proven(demo, told, vkeys)):
            if time.monotonic() > deadline:
                return
            time.sleep(0.5)


def _readable(demo: Demo, told: dict[str, Any]) -> bool:
    key = {"Authorization": f"Bearer {demo.facts['api_key']}"}
    status, body = get(f"{demo.facts['base_url']}/epcis/events?MATCH_epc={quote(told['epcList'][0], '')}", key)
    return status == 200 and told["eventID"].encode() in body


def _proven(demo: Demo, told: dict[str, Any], vkeys: list[str]) -> bool:
    """Whether the passport of the item has a proof of this very event that verifies with the pinned key."""
    serial = told["epcList"][0].rpartition("/")[2]
    status, body = get(f"{demo.facts['base_url']}/proofs?key={quote(f'/01/{GTIN}/21/{serial}', '')}")
    if status != 200:
        return False
    found = (verify_bundle(json.dumps(p).encode(), vkeys=vkeys) for p in json.loads(body)["proofs"])
    return any(proof.envelope.body.get("id") == told["eventID"] for proof in found)


def _judge_readings(demo: Demo, sensor: Sensor, verdict: Verdict) -> None:
    stored = _rows(demo, STORED, boot=sensor.boot)
    counts = {row.seq: row.times for row in stored}
    verdict.readings_lost = len(sensor.receipted - counts.keys())
    verdict.readings_twice = sum(1 for times in counts.values() if times > 1)


# One row for each value is the primary key's doing; a reading stored twice would stand under two moments.
STORED = "SELECT seq, count(*) AS times FROM reading WHERE boot = :boot AND metric = 'temperature' GROUP BY seq"


def _count(demo: Demo, query: str) -> int:
    return int(_rows(demo, query)[0][0])


def _rows(demo: Demo, query: str, **given: object) -> list[Any]:
    engine = create_engine(demo.facts["database_url"])
    with engine.connect() as connection:
        rows = list(connection.execute(text(query), given))
    engine.dispose()
    return rows


def _audit(demo: Demo) -> int:
    """0 when `wayproof ledger audit` finds nothing; its output is printed otherwise."""
    done = subprocess.run(
        [sys.executable, "-m", "app", "ledger", "audit"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "WAYPROOF_HOME": str(demo.home)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        print(done.stdout, done.stderr)
    return done.returncode
