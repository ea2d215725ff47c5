"""`make conformance`: judges every suite of a corpus, prints a line per suite, writes var/conformance.json.

The exit status is 0 whatever the scores are; it is 1 only when this harness itself breaks.
"""

import argparse
import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import structlog

from tests.conformance import manifest
from tests.conformance.manifest import Suite
from tests.conformance.score import Score
from tests.conformance.suites import (
    carriers,
    digital_links,
    epc_tds,
    epcis_documents,
    epcis_hash,
    eta,
    exceptions,
    jcs,
    merkle,
    ntag424,
    sensors,
    tlog,
    traceability,
    tracking_numbers,
)

JUDGES: dict[str, Callable[[Suite], Score]] = {
    "carriers": carriers.judge,
    "carriers/exceptions": exceptions.judge,
    "digital-link": digital_links.judge,
    "epc-tds": epc_tds.judge,
    "epcis-documents": epcis_documents.judge,
    "epcis-hash": epcis_hash.judge,
    "eta": eta.judge,
    "fsma204": traceability.judge,
    "jcs": jcs.judge,
    "merkle": merkle.judge,
    "ntag424": ntag424.judge,
    "sensors": sensors.judge,
    "tlog": tlog.judge,
    "tracking-numbers": tracking_numbers.judge,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make conformance")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--only", help="judge this suite alone")
    parser.add_argument("--out", type=Path, default=Path("var/conformance.json"))
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    if not given.corpus.is_dir():
        print(f"{given.corpus} is no folder; name one with CORPUS=", file=sys.stderr)
        return 1
    results = {}
    for suite in manifest.find(given.corpus):
        if given.only in (None, suite.key):
            results[suite.key] = _line(suite)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


def _line(suite: Suite) -> dict:
    started = monotonic()
    result = _judged(suite).as_json()
    print(
        f"{suite.key:22} {result['passed']:4} / {result['total']:<4} false accepts {result['false_accepts']},"
        f" false rejects {result['false_rejects']}  ({monotonic() - started:.1f} s)"
        f"{'' if suite.key in JUDGES else '  not built yet'}",
        flush=True,
    )
    for failure in result["detail"].get("failures", ()):
        print(f"    {failure}")
    return result


def _judged(suite: Suite) -> Score:
    if suite.key in JUDGES:
        return JUDGES[suite.key](suite)
    total = manifest.size(suite)
    return Score(total=total, wrong=total, detail={"built": False})


if __name__ == "__main__":
    sys.exit(main())
