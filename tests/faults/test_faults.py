"""Every fault, made five times: nothing that was acknowledged is lost, and nothing else goes wrong."""

import pytest

from tests.faults.faults import FAULTS, Fault
from tests.faults.outcome import Impossible

COUNT = 5


LONG = ("demo", "letters-postgres")
"""Left to `make faults`; the second is here on SQLite."""


@pytest.mark.parametrize("fault", [each for each in FAULTS if each.name not in LONG], ids=lambda each: each.name)
def test_nothing_acknowledged_is_lost(fault: Fault) -> None:
    if "postgres" in fault.name or fault.name in ("server-kills", "cuts"):
        pytest.importorskip("pgserver", reason="no PostgreSQL: neither on the path nor in a wheel")
    try:
        outcome = fault.play(COUNT, 7)
    except Impossible as impossible:
        pytest.skip(str(impossible))
    assert outcome.held, outcome.line()
