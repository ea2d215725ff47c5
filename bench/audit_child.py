"""One audit in a process of its own; prints its seconds, and the most megabytes that it and its children took."""

import resource
import sys
from pathlib import Path
from time import perf_counter

from app.db import make_db, make_engine
from ledger.audit import audit
from ledger.audit_jobs import jobs_for
from ledger.log import head_size

TRACKER_MB = 13  # the process by which Python's multiprocessing cleans up after the others


def main() -> int:
    path, log_id, vkey = sys.argv[1:]
    db = make_db(make_engine(f"sqlite:///{path}"))
    with db() as session:
        jobs = jobs_for(head_size(session, int(log_id)), None)
    started = perf_counter()
    findings = audit(db, int(log_id), [vkey], jobs=None)
    seconds = perf_counter() - started
    if findings:
        print(findings[0].sentence, file=sys.stderr)
        return 1
    scale = 1_000_000 if sys.platform == "darwin" else 1000
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    children = (jobs - 1) * child / scale + TRACKER_MB * (jobs > 1)  # of several the largest is known
    print(seconds, _own_mb(scale) + children)
    return 0


def _own_mb(scale: int) -> float:
    """The peak of this program alone: what Linux calls a process's peak begins with that of whoever started it."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1000
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale


if __name__ == "__main__":
    sys.exit(main())
