"""`wayproof person` and `wayproof key`: who is in is listed, and is shut out only after a look."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text

from app.brands.keys import find_key, issue_key
from app.brands.people import add_person
from app.brands.sessions import open_session
from app.brands.tenants import create_brand, find_brand
from app.cli import wayproof
from app.db import reading
from app.house import House, open_house
from app.migrations.steps import newest
from app.models.brands import Brand, Person, StaffSession
from app.settings import load


@pytest.fixture
def house(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("WAYPROOF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WAYPROOF_DATABASE_URL", database_url)
    house = open_house(load())
    with house.db.begin() as session:  # the fixture's tables come without the mark that a migration leaves
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        session.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest()})
    for slug in ("ada", "cleo"):
        create_brand(house.db, house.keys, name=slug.title(), slug=slug, now=house.clock())
    return house


def run(*words: str) -> Result:
    return CliRunner().invoke(wayproof, [*words, "--brand", "ada"])


def add(house: House, login: str, role: str, slug: str = "ada") -> str:
    with house.db.begin() as session:
        given = {"login": login, "name": login.title(), "role": role, "password_hash": "x"}
        return add_person(session, brand(house, slug), **given, now=house.clock())


def brand(house: House, slug: str) -> Brand:
    with reading(house.db) as session:
        found = find_brand(session, slug)
        assert found is not None
        return found


def test_a_person_is_shut_out_everywhere_after_a_look_and_the_last_owner_stays(house: House) -> None:
    add(house, "ada", "owner")
    support = add(house, "sam", "support")
    add(house, "cleo", "owner", "cleo")
    with house.db.begin() as session:
        open_session(session, support, {}, house.clock())
    listed = run("person", "list").output
    assert "sam\tSam\tsupport\t-\tmay log in" in listed
    assert "cleo" not in listed
    assert "add --yes" in run("person", "end", "sam").output
    assert "is shut out and logged out everywhere" in run("person", "end", "SAM ", "--yes").output
    assert "nothing was changed" in run("person", "end", "sam", "--yes").output
    assert "sam\tSam\tsupport\t-\tshut out" in run("person", "list").output
    with reading(house.db) as session:
        assert session.scalars(select(StaffSession)).all() == []
    refused = run("person", "end", "ada", "--yes")
    assert refused.exit_code == 1
    assert "the last owner" in refused.output
    assert "nobody with the login 'cleo'" in run("person", "end", "cleo", "--yes").output
    with reading(house.db) as session:
        assert session.scalars(select(Person.login).where(Person.disabled_at.is_not(None))).all() == ["sam"]


def test_a_key_is_revoked_by_how_it_begins_or_by_its_name_and_is_never_shown(house: House) -> None:
    with house.db.begin() as session:
        ours = [
            issue_key(session, brand(house, "ada"), name=name, scopes=("events:write",), now=house.clock()).text
            for name in ("shop", "lab", "lab")
        ]
        theirs = issue_key(session, brand(house, "cleo"), name="mill", scopes=("events:read",), now=house.clock())
    begins = [each[:15] for each in ours]
    listed = run("key", "list").output
    assert f"{begins[0]}\tshop\t-\tevents:write\tnever used\tgood" in listed
    assert not [each for each in ours if each[16:] in listed]
    assert "mill" not in listed
    assert "2 keys are called 'lab'" in run("key", "revoke", "lab", "--yes").output
    assert "add --yes" in run("key", "revoke", "shop").output
    assert "is revoked" in run("key", "revoke", "shop", "--yes").output
    assert "was revoked on" in run("key", "revoke", "shop", "--yes").output
    assert "is revoked" in run("key", "revoke", ours[1], "--yes").output
    assert "is revoked" in run("key", "revoke", "lab", "--yes").output
    assert "no such key" in run("key", "revoke", theirs.text, "--yes").output
    with reading(house.db) as session:
        good = [find_key(session, each, house.clock()) is not None for each in (*ours, theirs.text)]
    assert good == [False, False, False, True]
