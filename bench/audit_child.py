"""One audit in a process of its own; prints its seconds, and the most megabytes that it and its children took."""

import resource
import sys
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
    own, child = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    children = (jobs - 1) * child / scale + TRACKER_MB * (jobs > 1)  # of several the largest is known
    print(seconds, own / scale + children)
    return 0


if __name__ == "__main__":
    sys.exit(main())
