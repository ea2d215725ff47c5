"""`make bench`: each figure beside its limit of the same run; writes var/bench.json, says what was missed."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import event_capture, passport_page


def main() -> int:
    figures = []
    for measure in (event_capture.measure, passport_page.measure):
        with TemporaryDirectory(prefix="wayproof-bench-") as folder:
            for figure in measure(Path(folder)):
                print(figure.line(), flush=True)
                figures.append(figure)
    out = Path("var/bench.json")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps([figure.as_json() for figure in figures], indent=1) + "\n", "utf-8")
    missed = [figure.figure for figure in figures if figure.ratio < figure.floor]
    print(f"floors missed: {', '.join(missed)}" if missed else "every floor holds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
