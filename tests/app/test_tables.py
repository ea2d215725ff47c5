"""Tables of products, places and certificates, as an operator brings them in and takes them out."""

from pathlib import Path

import pytest

from tests.app.test_fsma_command import typed

PRODUCTS = """gtin,name,name:de,origin_country
09521234000013,=Coffee,Kaffee,ID
124,Wrong,,ID
09521234000020,Cherries,,Indonesia
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WAYPROOF_HOME", str(tmp_path / "home"))
    typed("migrate")
    typed("brand", "add", "ada", "--name", "Ada")
    return tmp_path


def put(folder: Path, kind: str, text: str, *words: str, status: int = 0) -> str:
    file = folder / f"{kind}.csv"
    file.write_text(text)
    return typed("table", "import", kind, str(file), *words, status=status).output


def test_every_bad_row_is_named_and_a_dry_run_keeps_nothing(folder: Path) -> None:
    said = put(folder, "products", PRODUCTS, "--dry-run", status=1)
    assert "row 3, gtin" in said
    assert "row 4, origin_country" in said
    assert "1 of 3 rows are right: nothing kept" in said
    out = folder / "out.csv"
    assert "0 products" in typed("table", "export", "products", str(out)).output
    put(folder, "products", PRODUCTS, status=1)
    assert "1 products" in typed("table", "export", "products", str(out)).output
    assert out.read_text().splitlines()[1].startswith("09521234000013,Kaffee,'=Coffee,")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_was_written_out_comes_in_again_and_changes_nothing(folder: Path, ending: str) -> None:
    put(folder, "locations", "key,name,latitude,longitude\n/414/9521234000303,-Roastery,-6.2,106.8\n")
    put(folder, "certificates", "key,name,issuer,valid_until\n/01/09521234000013,Organic,Body,2027-01-31\n")
    for kind in ("locations", "certificates"):
        out, again = folder / f"{kind}.{ending}", folder / f"{kind}-again.{ending}"
        typed("table", "export", kind, str(out))
        assert "1 of 1 rows are right" in typed("table", "import", kind, str(out)).output
        assert f"1 {kind}" in typed("table", "export", kind, str(again)).output


def test_a_wrong_head_is_named(folder: Path) -> None:
    assert "row 1, colour: there is no such column" in put(folder, "locations", "key,name,colour\n", status=1)
