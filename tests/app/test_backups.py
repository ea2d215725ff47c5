"""A backup is taken while the house runs, restored to a new place, and never passes for more than it is."""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner, Result
from sqlalchemy import text

from app import cli
from app.backups import engines, manifest
from app.backups.engines import BackupError
from app.backups.restore import judge, restore
from app.backups.take import log_states, take
from app.brands.tenants import create_brand, signer_of
from app.db import Db, make_db, make_engine, reading
from app.entries import EntryType
from app.house import House
from app.migrations import steps
from app.models.brands import Brand
from app.settings import Settings
from app.work import grow_logs
from ledger.errors import RolledBack
from ledger.log import accept
from ledger.publisher import publish_due


def silent(done: int, total: int) -> None:
    assert 0 <= done <= total


@pytest.fixture
def house(db: Db, database_url: str, tmp_path: Path, now: datetime) -> House:
    keys = tmp_path / "home" / "keys"
    keys.mkdir(parents=True, mode=0o700)
    settings = Settings(home=tmp_path / "home", database_url=database_url)
    house = House(settings, db, lambda: now, keys)
    with db.begin() as session:
        context = MigrationContext.configure(session.connection())
        context.stamp(ScriptDirectory(str(Path(steps.__file__).parent)), "head")
    create_brand(db, keys, name="Ada Tea", slug="ada", now=now)
    grow(house, 5)
    return house


def ada(house: House) -> Brand:
    with reading(house.db) as session:
        return session.query(Brand).one()


def grow(house: House, count: int) -> None:
    """More entries, each with a place and under a signed checkpoint."""
    brand = ada(house)
    for _ in range(count):
        with house.db.begin() as session:
            accept(session, brand.log_id, EntryType.KEY_REVOKED, {"key": "k"}, now=house.clock())
    grow_logs(house, "one")


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[str]:
    """An empty database of the same engine."""
    if engines.is_sqlite(database_url):
        yield f"sqlite:///{tmp_path / 'new' / 'wayproof.db'}"
        return
    made = engines.make_beside(database_url, f"new_{tmp_path.name}".lower()[:60])
    try:
        yield made
    finally:
        engines.drop(made)


def wayproof(house: House, *words: str) -> Result:
    env = {"WAYPROOF_HOME": str(house.settings.home), "WAYPROOF_DATABASE_URL": house.settings.database}
    return CliRunner().invoke(cli.wayproof, words, env=env)


def test_a_restored_house_holds_every_entry_and_passes_its_audit(house: House, place: str, tmp_path: Path) -> None:
    taken = take(house.settings.database, tmp_path / "copy", house.clock(), silent)
    assert restore(tmp_path / "copy", place, silent) == taken
    assert log_states(place) == log_states(house.settings.database)
    (judged,) = judge(place, taken.logs, house.keys, silent)
    assert (judged.size, judged.signed, judged.lost, judged.findings) == (6, 6, 0, ())


def test_an_old_copy_says_what_was_signed_since_and_signs_nothing(
    house: House, place: str, tmp_path: Path
) -> None:
    taken = take(house.settings.database, tmp_path / "copy", house.clock(), silent)
    grow(house, 3)
    restore(tmp_path / "copy", place, silent)
    (judged,) = judge(place, taken.logs, house.keys, silent)
    assert (judged.size, judged.signed, judged.lost, judged.findings) == (6, 9, 3, ())
    engine = make_engine(place)
    brand = ada(house)
    restored = make_db(engine)
    with restored.begin() as session:
        accept(session, brand.log_id, EntryType.KEY_REVOKED, {"key": "other"}, now=house.clock())
    with pytest.raises(RolledBack):
        publish_due(restored, brand.log_id, signer_of(house.keys, brand), house.clock())
    engine.dispose()


def test_a_value_that_was_changed_before_the_copy_is_found_in_it(house: House, place: str, tmp_path: Path) -> None:
    with house.db.begin() as session:
        session.execute(text('UPDATE ledger_entry SET leaf_hash = chain WHERE "index" = 3'))
    taken = take(house.settings.database, tmp_path / "copy", house.clock(), silent)
    restore(tmp_path / "copy", place, silent)
    (judged,) = judge(place, taken.logs, house.keys, silent)
    assert any("3" in sentence for sentence in judged.findings)


def test_a_log_that_is_gone_from_the_copy_is_named(house: House, tmp_path: Path) -> None:
    (state,) = log_states(house.settings.database)
    other = manifest.LogState("wayproof/other", "other", 4, None, ())
    judged = {each.origin: each for each in judge(house.settings.database, [state, other], house.keys, silent)}
    assert judged["wayproof/other"].findings == ("the log is not in the copy",)
    assert judged["wayproof/other"].lost == 4
    assert judged[state.origin].findings == ()


def test_nothing_that_exists_is_written_over(house: House, tmp_path: Path) -> None:
    database = house.settings.database
    take(database, tmp_path / "copy", house.clock(), silent)
    with pytest.raises(BackupError, match="exists"):
        take(database, tmp_path / "copy", house.clock(), silent)
    with pytest.raises(BackupError, match=r"new place|empty database"):
        restore(tmp_path / "copy", database, silent)


def test_a_copy_that_was_cut_off_leaves_no_folder_of_its_name(house: House, tmp_path: Path) -> None:
    def cut(done: int, total: int) -> None:
        raise KeyboardInterrupt

    url = (
        house.settings.database if engines.is_sqlite(house.settings.database) else "postgresql://127.0.0.1:1/none"
    )
    with pytest.raises((KeyboardInterrupt, Exception)):  # what ends it does not matter
        take(url, tmp_path / "copy", house.clock(), cut)
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith("copy")] == []


@pytest.mark.parametrize("spoil", ["dump", "size", "format", "name", "missing", "deep", "not json"])
def test_a_spoiled_backup_is_refused_before_anything_is_made(
    house: House, place: str, tmp_path: Path, spoil: str
) -> None:
    folder = tmp_path / "copy"
    take(house.settings.database, folder, house.clock(), silent)
    path = folder / manifest.NAME
    said = json.loads(path.read_text())
    if spoil == "dump":
        with (folder / manifest.DATABASE).open("r+b") as file:
            file.seek(100)
            file.write(b"\xff")
    elif spoil == "size":
        said["logs"][0]["size"] = "6"
    elif spoil == "format":
        said["format"] = "wayproof-backup/9"
    elif spoil == "name":
        said["files"] = {"../home/keys": "00", **said["files"]}
    elif spoil == "missing":
        (folder / manifest.DATABASE).unlink()
    if spoil in ("deep", "not json"):
        path.write_text("[" * 100_000 if spoil == "deep" else "{")
    else:
        path.write_text(json.dumps(said))
    with pytest.raises(BackupError):
        restore(folder, place, silent)
    assert (
        not Path(place.removeprefix("sqlite:///")).exists()
        if engines.is_sqlite(place)
        else engines.is_empty(place)
    )


def test_a_backup_of_one_engine_is_not_poured_into_the_other(house: House, tmp_path: Path) -> None:
    take(house.settings.database, tmp_path / "copy", house.clock(), silent)
    sqlite = engines.is_sqlite(house.settings.database)
    with pytest.raises(BackupError, match="the backup is of"):
        restore(
            tmp_path / "copy", "postgresql://127.0.0.1:1/x" if sqlite else f"sqlite:///{tmp_path}/x.db", silent
        )


def test_the_keys_go_to_a_shelf_of_their_own_that_only_the_owner_reads(house: House, tmp_path: Path) -> None:
    said = wayproof(house, "backup", str(tmp_path / "copy"), "--keys-to", str(tmp_path / "shelf"))
    assert said.exit_code == 0, said.output
    assert {each.name for each in (tmp_path / "copy").iterdir()} == {manifest.NAME, manifest.DATABASE}
    kept = {each.name for each in (tmp_path / "shelf").iterdir()}
    assert kept == {each.name for each in house.keys.iterdir() if not each.name.startswith(".")}
    assert (tmp_path / "shelf").stat().st_mode & 0o077 == 0
    assert all(each.stat().st_mode & 0o077 == 0 for each in (tmp_path / "shelf").iterdir())


def test_the_drill_says_what_would_be_lost_and_leaves_nothing(house: House, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    said = wayproof(house, "drill", "--scratch", str(scratch))
    assert said.exit_code == 0, said.output
    assert "6 entries, every stored value is what was recorded" in said.output
    assert "lost if this house were gone now: 0 entries" in said.output
    assert [line.split(":")[0] for line in said.output.splitlines()[1:4]] == ["backup", "restore", "audit"]
    assert list(scratch.iterdir()) == []


def test_a_drill_of_a_changed_log_fails_with_the_entry_named(house: House, tmp_path: Path) -> None:
    with house.db.begin() as session:
        session.execute(text('UPDATE ledger_entry SET leaf_hash = chain WHERE "index" = 2'))
    said = wayproof(house, "drill", "--scratch", str(tmp_path))
    assert said.exit_code == 1
    assert "Entry 2" in said.output


def test_a_home_is_made_of_a_backup_and_its_keys(house: House, place: str, tmp_path: Path) -> None:
    copy, shelf, home = tmp_path / "copy", tmp_path / "shelf", tmp_path / "new"
    wayproof(house, "backup", str(copy), "--keys-to", str(shelf))
    words = ["restore", str(copy), "--to", str(home), "--keys", str(shelf)]
    words += [] if engines.is_sqlite(place) else ["--database-url", place]
    said = CliRunner().invoke(cli.wayproof, words, env={"WAYPROOF_HOME": str(tmp_path / "elsewhere")})
    assert said.exit_code == 0, said.output
    assert "every stored value is what was recorded" in said.output
    moved = House(
        Settings(home=home, database_url="" if engines.is_sqlite(place) else place),
        make_db(make_engine(place)),
        house.clock,
        home / "keys",
    )
    grow(moved, 1)
    assert log_states(place)[0].size == 7
    moved.db.kw["bind"].dispose()
    again = CliRunner().invoke(cli.wayproof, words, env={"WAYPROOF_HOME": str(tmp_path / "elsewhere")})
    assert again.exit_code == 1
    assert "not empty" in again.output
    shutil.rmtree(home)
