"""`wayproof cbam` as an operator types it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from app import cli
from app.carbon import goods
from app.commands.opening import house_here
from app.models.brands import Brand

KEY = "/01/09521234543213"


def typed(*words: str, status: int = 0) -> Result:
    done = CliRunner().invoke(cli.wayproof, list(words))
    assert done.exit_code == status, done.output
    return done


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WAYPROOF_HOME", str(tmp_path / "home"))
    typed("migrate")
    typed("brand", "add", "ada", "--name", "Ada")
    (tmp_path / "products.csv").write_text("gtin,name,origin_country\n09521234543213,Bolt,TR\n")
    typed("table", "import", "products", str(tmp_path / "products.csv"))
    facts = {"cn_code": "73181552", "installation_name": "@works"}
    with house_here().db.begin() as session:
        brand = session.scalars(select(Brand)).one()
        goods.describe(session, brand, key=KEY, facts=facts, now=datetime(2026, 3, 2, tzinfo=UTC))
    return tmp_path


def test_the_table_is_written_and_what_is_missing_is_said(folder: Path) -> None:
    out = folder / "cbam.csv"
    said = typed("cbam", "--period", "2026-Q1", "--csv", str(out)).output
    assert f"{KEY} lacks net_mass_t, installation_operator" in said
    assert "1 rows of goods" in said
    line = out.read_text("utf-8").splitlines()[1]
    assert line.startswith(f"{KEY},2026-Q1,73181552,,TR,,'@works,,")
    assert typed("cbam", "--key", KEY, "--csv", str(out)).exit_code == 0
    assert "reporting_period" in out.read_text("utf-8")


def test_it_says_what_it_needs(folder: Path) -> None:
    assert "--csv FILE" in typed("cbam", status=1).output
    assert "a year such as 2026" in typed("cbam", "--csv", str(folder / "x"), "--period", "soon", status=1).output
