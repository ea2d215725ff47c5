"""One audit in a process of its own; prints its seconds, and the most megabytes that it and its children took."""

import resource
import sys
from time import perf_counter

from app.db import make_db, make_engine
from ledger.audit import audit


def main() -> int:
    path, log_id, vkey = sys.argv[1:]
    db = make_db(make_engine(f"sqlite:///{path}"))
    started = perf_counter()
    findings = audit(db, int(log_id), [vkey], jobs=None)
    seconds = perf_counter() - started
    if findings:
        print(findings[0].sentence, file=sys.stderr)
        return 1
    scale = 1_000_000 if sys.platform == "darwin" else 1000
    peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(seconds, sum(peaks) / scale)
    return 0


if __name__ == "__main__":
    sys.exit(main())
