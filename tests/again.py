"""What runs beside other programs in real time is tried once more when it fails, and is named at the end.

A browser and the whole demo share two cores with everything else. What holds at the second attempt is a race to
look into, not a change to refuse. All other tests have one attempt.
"""

from pathlib import Path

import pytest

WHOLE_PROGRAMS = {"test_run.py", "test_docs.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("browser") or Path(item.path).name in WHOLE_PROGRAMS:
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    again = terminalreporter.stats.get("rerun", [])
    if not again:
        return
    terminalreporter.section("failed at the first attempt")
    for report in sorted(again, key=lambda report: report.nodeid):
        last = str(report.longrepr).strip().splitlines()[-1:]
        terminalreporter.line(f"{report.nodeid}: {''.join(last)}")
