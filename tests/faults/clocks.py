"""The machine's clock jumps a day ahead and a day back: order, places and verification do not follow it."""

import json
import random
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from ledger.integrator import integrate_due, publish_due
from ledger.log import accept, bundle, head_size, indexes
from ledger.snapshot import snapshot
from ledger.verify import verify_bundle
from tests.faults.outcome import Outcome
from tests.faults.server_kills import Line, now
from tests.faults.site import database

JUMPS = (timedelta(days=1), timedelta(days=-1), timedelta())


def clock_jumps(engine: str, count: int, seed: int) -> Outcome:
    """`count` jumps; after each an entry is submitted, integrated by the integrator of that clock, and signed."""
    moments = random.Random(seed)
    with tempfile.TemporaryDirectory() as name, database(Path(name), engine) as url:
        line = Line(url, Path(name))
        submissions = []
        for number in range(count):
            jump = JUMPS[number] if number < 2 else moments.choice(JUMPS)
            submissions.append(_submit(line, now() + jump))
            # One of the same clock goes on with its own lease; another one must not wait for it.
            _integrate(line, f"integrator of {jump}", now() + jump)
        unordered, unproven = _judge(line, submissions)
        with snapshot(line.db) as session:
            size = head_size(session, line.log_id)
        findings = line.findings()
        line.close()
    return Outcome(
        f"clock a day ahead and a day back, {engine}",
        count,
        max(0, count - size),
        unordered + unproven + findings,
        f"{size} entries, {unordered} out of the order of acceptance, {unproven} without a proof that verifies",
    )


def _submit(line: Line, at: datetime) -> int:
    with line.db.begin() as session:
        return accept(session, line.log_id, "test:thing:happened", {}, now=at).submission_id


def _integrate(line: Line, owner: str, at: datetime) -> None:
    integrate_due(line.db, line.log_id, owner=owner, clock=lambda: at)
    publish_due(line.db, line.log_id, line.signer, at)


def _judge(line: Line, submissions: list[int]) -> tuple[int, int]:
    """How many entries are out of order, and how many have no proof that verifies."""
    with snapshot(line.db) as session:
        placed = indexes(session, submissions)
        order = [placed.get(each) for each in submissions]
        proofs = [bundle(session, line.log_id, each) for each in submissions if each in placed]
    for proof in proofs:
        verify_bundle(json.dumps(proof).encode(), vkeys=[line.signer.vkey])
    unordered = sum(at != number for number, at in enumerate(order))
    return unordered, len(submissions) - len(proofs)
