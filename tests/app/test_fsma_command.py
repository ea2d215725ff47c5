"""`wayproof fsma` as an operator types it, and the same sheet over HTTP."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from app import cli
from app.epcis.fsma import HEADER
from tests.app.provenance.test_fsma import RAW, harvest, some

EVIL = "https://id.gs1.org/01/09521234000020/10/=1+1"


def typed(*words: str, status: int = 0) -> Result:
    done = CliRunner().invoke(cli.wayproof, list(words))
    assert done.exit_code == status, done.output
    return done


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WAYPROOF_HOME", str(tmp_path / "home"))
    typed("migrate")
    typed("brand", "add", "ada", "--name", "Ada")
    events = [json.loads(each) for each in (harvest(), harvest("07:00", quantityList=some(EVIL)))]
    document = {
        "@context": [events[0]["@context"]],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-01T12:00:00Z",
        "epcisBody": {"eventList": [{k: v for k, v in each.items() if k != "@context"} for each in events]},
    }
    (tmp_path / "harvest.json").write_text(json.dumps(document))
    typed("import", str(tmp_path / "harvest.json"))
    return tmp_path


def test_the_sheet_is_written_as_csv_and_as_a_workbook_of_texts(folder: Path) -> None:
    csv, xlsx = folder / "sheet.csv", folder / "sheet.xlsx"
    said = typed("fsma", "--lot", RAW, "--lot", EVIL, "--csv", str(csv), "--xlsx", str(xlsx)).output
    assert said.startswith("2 rows of ")
    lines = csv.read_text("utf-8").splitlines()
    assert lines[0] == ",".join(HEADER)
    assert [line.split(",")[4] for line in lines[1:]] == ["RAW-1", "'=1+1"]
    book = load_workbook(xlsx)
    cells = [[cell.value or "" for cell in row] for row in book.active.iter_rows()]
    assert cells == [line.split(",") for line in lines]
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}


def test_it_says_what_is_missing(folder: Path) -> None:
    assert "--csv FILE" in typed("fsma", "--lot", RAW, status=1).output
