"""The backtest of predictions on the delivery history of the corpus. No cases: its figures are the result.

With a `test.csv` beside `train.csv` the shipments of that later file are judged; without one, those promised from
2011-04-01 on, for which the corpus' page names the figures of the lane table.
"""

from datetime import date
from time import monotonic

from carriers.eta.backtest import walk
from carriers.eta.report import figures
from carriers.eta.table import read
from tests.conformance.manifest import Suite
from tests.conformance.score import Score

SINCE = date(2011, 4, 1)


def judge(suite: Suite) -> Score:
    started = monotonic()
    train, later = suite.folder / "train.csv", suite.folder / "test.csv"
    past = read(train.read_bytes(), train.name)
    test = read(later.read_bytes(), later.name) if later.exists() else []
    result = walk(past, test, None if test else SINCE.toordinal())
    return Score(detail=figures(result) | {"seconds": round(monotonic() - started, 1)})
