"""`make bench`: each figure beside its limit of the same run; writes var/bench.json, says what was missed.

`python -m bench NAME...` measures only these; `--leaves N` makes the large log smaller, and says so.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import (
    answer_parsing,
    browser_check,
    bulk_import,
    capture_jobs,
    damaged_codes,
    detection,
    digital_link,
    event_capture,
    event_hash,
    event_import,
    group_door,
    label_sheets,
    large_log,
    own_transactions,
    passport_page,
    peers,
    polling_plan,
    postgres_writers,
    recall,
)
from bench.figure import Figure

MEASURES: dict[str, Callable[[Path], Iterable[Figure]]] = {
    "event_capture": event_capture.measure,
    "event_hash": event_hash.measure,
    "capture_jobs": capture_jobs.measure,
    "passport_page": passport_page.measure,
    "own_transactions": own_transactions.measure,
    "group_door": group_door.measure,
    "postgres_writers": postgres_writers.measure,
    "bulk_import": bulk_import.measure,
    "event_import": event_import.measure,
    "digital_link": digital_link.measure,
    "large_log": large_log.measure,
    "recall": recall.measure,
    "browser_check": browser_check.measure,
    "answer_parsing": answer_parsing.measure,
    "detection": detection.measure,
    "label_sheets": label_sheets.measure,
    "damaged_codes": damaged_codes.measure,
    "polling_plan": polling_plan.measure,
}
LEAVES = 1_000_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("only", nargs="*", choices=[[], *MEASURES], metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--leaves", type=int, default=LEAVES, help="of the large log, for a quick look")
    given = parser.parse_args()
    chosen = MEASURES | {"large_log": partial(large_log.measure, leaves=given.leaves)}
    print(f"peers: {peers.install() or 'installed'}", flush=True)
    figures = []
    for name in given.only or MEASURES:
        with TemporaryDirectory(prefix="wayproof-bench-") as folder:
            for figure in chosen[name](Path(folder)):
                print(figure.line(), flush=True)
                figures.append(figure)
    if given.leaves != LEAVES:
        print(f"the large log had {given.leaves:,} leaves and not {LEAVES:,}: its figures are no results")
    _write(figures)
    missed = [figure.figure for figure in figures if not figure.holds]
    print(f"floors missed: {'; '.join(missed)}" if missed else "every floor holds")
    return 0


def _write(figures: list[Figure]) -> None:
    out = Path("var/bench.json")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps([figure.as_json() for figure in figures], indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
