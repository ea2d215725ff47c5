"""The walk through the past: nothing of the future gets in, and what it prints can be checked by hand."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import wayproof
from carriers.eta.backtest import OURS, Result, walk
from carriers.eta.table import Journey, read

SAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "deliveries.csv"
NEW_YEAR = date(2025, 1, 1).toordinal()


@pytest.fixture(scope="module")
def sample() -> list[Journey]:
    return read(SAMPLE.read_bytes(), SAMPLE.name)


@pytest.fixture(scope="module")
def judged(sample: list[Journey]) -> Result:
    return walk(sample, [], NEW_YEAR)


def test_the_sample_is_judged_better_than_by_guessing(judged: Result) -> None:
    ours = judged.row(OURS)
    assert (ours.auc or 0) > 0.7
    assert (ours.brier or 1) < (judged.row("running base rate").brier or 0)
    assert 0.7 < judged.cover < 0.9


def test_a_later_table_is_judged_like_the_later_part_of_one(sample: list[Journey], judged: Result) -> None:
    before = [each for each in sample if each.scheduled < NEW_YEAR]
    later = [each for each in sample if each.scheduled >= NEW_YEAR]
    assert walk(before, later) == judged


def test_what_comes_later_changes_nothing_that_was_said_before(sample: list[Journey]) -> None:
    """Deliveries from March on are moved by years; the shipments of January and February are told the same."""
    march = date(2025, 3, 1).toordinal()
    changed = [replace(e, delivered=e.delivered + 999) if (e.delivered or 0) >= march else e for e in sample]
    settled = {each.id for each in sample if each.delivered and each.delivered < march}

    def winter(journeys: list[Journey]) -> Result:
        early = [each for each in journeys if NEW_YEAR <= each.scheduled < march and each.id in settled]
        wanted = {each.id for each in early}
        return walk([each for each in journeys if each.id not in wanted], early)

    assert winter(sample) == winter(changed)


def test_rows_without_mode_and_new_vendors_are_judged_too(sample: list[Journey]) -> None:
    strange = Journey("strange", NEW_YEAR + 40, NEW_YEAR + 42, vendor="never seen before")
    assert walk(sample, [strange]).journeys == 1


def test_open_shipments_are_not_scored_and_teach_nothing(sample: list[Journey], judged: Result) -> None:
    still_open = Journey("open", NEW_YEAR + 5, None, country="BR", mode="air", route="hub")
    assert walk([*sample, still_open], [], NEW_YEAR) == judged


def test_the_command_prints_ours_beside_every_plain_way() -> None:
    said = CliRunner().invoke(wayproof, ["eta", "backtest", "--train", str(SAMPLE), "--since", "2025-01-01"])
    assert said.exit_code == 0
    for name in ("running base rate", "last 90 days", "vendor x mode", "lane", "ours", "promise", "lane median"):
        assert name in said.output


def test_the_figures_come_as_json_too(judged: Result) -> None:
    said = CliRunner().invoke(
        wayproof, ["eta", "backtest", "--train", str(SAMPLE), "--since", "2025-01-01", "--json"]
    )
    told = json.loads(said.output)
    assert told["auc_promise"] == round(judged.row(OURS).auc or 0, 4)
    assert told["baseline_lane"].keys() >= {"auc_promise", "auc_minus7", "auc_day", "brier", "mae_days"}


def test_a_shipment_told_in_two_ways_is_refused(tmp_path: Path) -> None:
    lines = SAMPLE.read_text("utf-8").splitlines()
    other = tmp_path / "later.csv"
    other.write_text("\n".join([lines[0], lines[1].replace("2024-01-08", "2024-02-08", 1)]) + "\n", "utf-8")
    said = CliRunner().invoke(wayproof, ["eta", "backtest", "--train", str(SAMPLE), "--test", str(other)])
    assert said.exit_code == 1
    assert "told in two ways" in said.output
