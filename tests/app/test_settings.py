"""Settings are refused with a sentence that names them, and each one stands in the README's table."""

from pathlib import Path

import pytest

from app.settings import Settings, SettingsError, load

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "high"),
        ("PORT", "70000"),
        ("BASE_URL", "proof.example.com"),
        ("WEB_WORKERS", "0"),
        ("LOG_LEVEL", "LOUD"),
        ("DEMO", "perhaps"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"WAYPROOF_{name}", value)
    with pytest.raises(SettingsError, match=f"WAYPROOF_{name}: "):
        load()


def test_all_wrong_values_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYPROOF_PORT", "high")
    monkeypatch.setenv("WAYPROOF_LOG_LEVEL", "LOUD")
    with pytest.raises(SettingsError, match=r"WAYPROOF_PORT: .*; WAYPROOF_LOG_LEVEL: "):
        load()


def test_the_database_is_a_file_in_the_home_when_none_is_set(tmp_path: Path) -> None:
    assert load(home=tmp_path).database == f"sqlite:///{tmp_path / 'wayproof.db'}"


def test_a_secret_is_not_shown_when_settings_are_printed() -> None:
    assert "0xsecret" not in repr(Settings(chain_key="0xsecret"))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_stands_in_the_readme(name: str) -> None:
    row = next((line for line in README.read_text().splitlines() if f"`WAYPROOF_{name.upper()}`" in line), None)
    assert row is not None, f"WAYPROOF_{name.upper()} is missing from the table of settings"
    assert row.count("|") >= 4
