"""`make faults`: break everything on purpose, count what was acknowledged and is gone; writes var/faults.json."""

import argparse
import json
import random
import sys
import time
from pathlib import Path

from tests.faults.faults import FAULTS, Fault
from tests.faults.outcome import Outcome

OUT = Path("var/faults.json")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make faults")
    parser.add_argument("--count", type=int, help="make each fault so often, instead of its own number of times")
    parser.add_argument("--seed", type=int, help="of the moments, to see the same run again")
    parser.add_argument("--only", metavar="NAME", action="append", help=f"of {', '.join(f.name for f in FAULTS)}")
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else random.randrange(10**6)
    print(f"--seed {seed} gives these moments again", flush=True)
    outcomes = [played(f, given.count or f.count, seed) for f in FAULTS if not given.only or f.name in given.only]
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps([each.as_json() for each in outcomes], indent=1) + "\n", "utf-8")
    print(f"{OUT} holds these lines")
    return 0 if outcomes and all(each.held for each in outcomes) else 1


def played(fault: Fault, count: int, seed: int) -> Outcome:
    """Make the fault and tell of it; a run that breaks off is a failure of its own."""
    began = time.monotonic()
    try:
        outcome = fault.play(count, seed)
    except Exception as error:
        outcome = Outcome(fault.name, count, 0, 1, f"broken off: {type(error).__name__}: {error}"[:2000])
    print(f"{outcome.line()} ({time.monotonic() - began:.0f} s)", flush=True)
    return outcome


if __name__ == "__main__":
    sys.exit(main())
