"""From openings to one case at the desk, which comes again only with what is new."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.brands.tenants import brand_of, create_brand
from app.db import Db, reading
from app.epcis.document import parse_event
from app.models.scanning import ItemSignal, ScannedItem
from app.models.shipments import Case
from app.provenance.capture import capture_event
from app.provenance.passports import standing
from app.scanning import store
from app.scanning.buffer import Opening, hour_of
from app.support import cases
from app.suspects import judge, raising

GTIN = "09506000134352"
ITEM, OTHER = f"/01/{GTIN}/21/A1", f"/01/{GTIN}/21/NEVER"
HOUR = timedelta(hours=1)
Open = Callable[..., None]


@pytest.fixture
def brand_id(db: Db, tmp_path: Path, now: datetime) -> str:
    (tmp_path / "keys").mkdir()
    brand_id = create_brand(db, tmp_path / "keys", name="Ada", slug="ada", now=now)
    capture(db, brand_id, now, "commissioning", now - timedelta(days=9), action="ADD")
    return brand_id


def capture(db: Db, brand_id: str, now: datetime, step: str, at: datetime, **more: object) -> None:
    event = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "ObjectEvent",
        "eventTime": at.isoformat(),
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "bizStep": step,
        "epcList": [f"https://id.gs1.org{ITEM}"],
        **more,
    }
    with db.begin() as session:
        parsed = parse_event(json.dumps(event).encode())
        capture_event(session, brand_of(session, brand_id), parsed, partner_id=None, now=now)


@pytest.fixture
def opened(db: Db, brand_id: str, now: datetime) -> Open:
    def open_in(*countries: str, key: str = ITEM, hour: int = 0, verdict: str = "", count: int = 1) -> None:
        """Opened once an hour, in these countries one after the other."""
        for place, country in enumerate(countries):
            at = hour_of(now) + (hour + place) * HOUR
            store.write(db, {Opening(brand_id, key, at, country, verdict=verdict): count})

    return open_in


def kinds(db: Db) -> list[list[str]]:
    with reading(db) as session:
        return [row.facts["signals"] for row in session.scalars(select(Case).order_by(Case.id))]


def test_an_ordinary_life_opens_no_case(db: Db, opened: Open, now: datetime) -> None:
    opened(*["DE", "FR", ""] * 20, count=7)
    opened("DE", verdict="replayed")
    assert judge.judge_due(db, now) == 1
    assert judge.judge_due(db, now) == 0
    assert kinds(db) == []


def test_two_continents_within_an_hour_are_one_case_whose_signal_is_an_entry(
    db: Db, brand_id: str, opened: Open, now: datetime
) -> None:
    opened("DE", "BR")
    with reading(db) as session:
        before = standing(session, ITEM)
    judge.judge_due(db, now)
    opened("DE", "BR", hour=10)
    judge.judge_due(db, now + 12 * HOUR)
    assert kinds(db) == [["travelled"]]
    with reading(db) as session:
        (signal,) = session.scalars(select(ItemSignal)).all()
        assert signal.submission_id
        assert raising.shown_kinds(session, brand_id, ITEM) == {"travelled"}
        after = standing(session, ITEM)
    assert before is not None
    assert after is not None
    assert after.version > before.version  # the page is made anew


def test_an_item_opened_after_its_end_is_a_case(db: Db, brand_id: str, opened: Open, now: datetime) -> None:
    capture(db, brand_id, now, "destroying", now - 2 * HOUR, disposition="destroyed")
    opened("DE")
    judge.judge_due(db, now)
    assert kinds(db) == [["retired"]]


def test_an_unknown_serial_is_a_case_only_where_serials_are_given_and_more_than_a_typing_error(
    db: Db, brand_id: str, opened: Open, now: datetime
) -> None:
    opened("", "", key=OTHER)
    opened("", "", "", key="/01/09521234000013/21/NO-SERIALS-HERE")
    judge.judge_due(db, now)
    assert kinds(db) == []
    opened("", key=OTHER, hour=5)
    judge.judge_due(db, now)
    assert kinds(db) == [["unknown"]]
    with reading(db) as session:
        assert standing(session, OTHER) is None  # a case makes no passport


def test_who_opens_made_up_serials_does_not_bury_the_desk(db: Db, opened: Open, now: datetime) -> None:
    for number in range(judge.MOST_UNKNOWN_A_DAY + 3):
        opened("", "", "", key=f"{OTHER}{number}")
    judge.judge_due(db, now)
    assert len(kinds(db)) == judge.MOST_UNKNOWN_A_DAY


def test_a_closed_case_comes_again_only_with_what_happened_since(
    db: Db, brand_id: str, opened: Open, now: datetime
) -> None:
    opened("DE", "BR")
    judge.judge_due(db, now)
    with db.begin() as session:
        (case,) = session.scalars(select(Case)).all()
        cases.close(session, brand_id=brand_id, case_id=case.id, person_id="p", now=now + 2 * HOUR)
    opened("DE", hour=4)
    judge.judge_due(db, now + 5 * HOUR)
    assert len(kinds(db)) == 1
    with reading(db) as session:
        assert raising.shown_kinds(session, brand_id, ITEM) == frozenset()  # the page is silent again
    opened("BR", hour=5)
    judge.judge_due(db, now + 6 * HOUR)
    assert len(kinds(db)) == 2
    with reading(db) as session:
        assert raising.shown_kinds(session, brand_id, ITEM) == {"travelled"}


def test_one_brand_never_meets_the_items_of_another(
    db: Db, tmp_path: Path, brand_id: str, opened: Open, now: datetime
) -> None:
    cleo = create_brand(db, tmp_path / "keys", name="Cleo", slug="cleo", now=now)
    store.write(db, {Opening(cleo, ITEM, hour_of(now), "BR"): 1})
    opened("DE")
    judge.judge_due(db, now)
    assert kinds(db) == []
    with reading(db) as session:
        assert len(session.scalars(select(ScannedItem)).all()) == 2
