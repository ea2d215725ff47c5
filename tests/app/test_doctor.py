"""What the doctor says of a log that may not be signed."""

import shutil
from pathlib import Path

from sqlalchemy import select

from app.brands import tenants
from app.db import reading
from app.doctor import Finding, Health, examine
from app.entries import EntryType
from app.house import House, open_house
from app.models.brands import Brand
from app.settings import Settings, load
from ledger.integrator import integrate_due, publish_due
from ledger.log import accept
from tests.conftest import NOW
from tests.support import schema


def go_on(house: House, number: int) -> None:
    """One more entry, with its place and under a signed head."""
    with reading(house.db) as session:
        brand = session.scalars(select(Brand)).one()
    with house.db.begin() as session:
        accept(session, brand.log_id, EntryType.KEY_REVOKED, {"key": number}, now=NOW)
    while integrate_due(house.db, brand.log_id, owner="test", clock=lambda: NOW):
        pass
    publish_due(house.db, brand.log_id, tenants.signer_of(house.keys, brand), NOW)


def about_the_log(settings: Settings) -> list[Finding]:
    return [finding for finding in examine(settings) if finding.what in ("signing of ada", "key of ada")]


def test_an_old_backup_in_the_place_of_the_database_is_named_with_its_remedy(tmp_path: Path) -> None:
    settings = load(home=tmp_path / "home")
    house = open_house(settings)
    schema.create(settings.database)
    tenants.create_brand(house.db, house.keys, name="Ada", slug="ada", now=NOW)
    go_on(house, 1)
    house.db.kw["bind"].dispose()
    place, backup, newest = settings.home / "wayproof.db", tmp_path / "backup.db", tmp_path / "newest.db"
    shutil.copy(place, backup)
    go_on(house, 2)
    house.db.kw["bind"].dispose()
    assert [each.health for each in about_the_log(settings)] == [Health.WELL]
    shutil.copy(place, newest)

    shutil.copy(backup, place)
    (finding,) = about_the_log(settings)
    assert (finding.what, finding.health) == ("signing of ada", Health.BROKEN)
    assert "was signed at size 3, the database holds 2" in finding.said
    assert "newest database" in finding.remedy

    shutil.copy(newest, place)
    assert [each.health for each in about_the_log(settings)] == [Health.WELL]
