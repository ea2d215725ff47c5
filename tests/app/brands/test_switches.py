"""One switch for each thing that happens by itself, whole or by rule, on until a person stops it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.brands.switches import SUBJECTS, SwitchRefused, allowed, switches_of, turn
from app.brands.tenants import brand_of
from app.db import Db
from ledger.tables import Submission
from tests.support.shop import brand_id

__all__ = ["brand_id"]


def stop(db: Db, brand_id: str, now: datetime, **how: Any) -> bool:
    """Turn the switch of notices off, or as `how` says; whether that changed it."""
    given = {"subject": "notices", "on": False, "reason": "incident", "person_id": "ada", **how}
    with db.begin() as session:
        return turn(session, brand_of(session, brand_id), given.pop("subject"), now=now, **given) is not None


def entries(db: Db) -> list[bytes]:
    with db() as session:
        found = session.scalars(select(Submission.envelope).order_by(Submission.id))
        return [envelope for envelope in found if b"brands:switch:turned" in envelope]


def test_everything_is_on_until_somebody_stops_it(db: Db, brand_id: str) -> None:
    with db() as session:
        assert all(allowed(session, brand_id, subject, rule) for subject in SUBJECTS for rule in ("", "delay"))
        assert [row.subject for row in switches_of(session, brand_id)] == list(SUBJECTS)


@pytest.mark.parametrize(
    ("off", "asked", "answer"),
    [
        (("notices", ""), ("notices", ""), False),
        (("notices", ""), ("notices", "delay"), False),
        (("notices", ""), ("predictions", ""), True),
        (("notices", "delay"), ("notices", "delay"), False),
        (("notices", "delay"), ("notices", "recall"), True),
        (("notices", "delay"), ("notices", ""), True),
        (("compensation", "late:eu"), ("compensation", "late:eu"), False),
    ],
)
def test_a_whole_subject_or_one_rule_of_it_stops(
    db: Db, brand_id: str, now: datetime, off: tuple[str, str], asked: tuple[str, str], answer: bool
) -> None:
    assert stop(db, brand_id, now, subject=off[0], rule=off[1])
    with db() as session:
        assert allowed(session, brand_id, *asked) is answer
        assert allowed(session, "another brand", *asked)


def test_each_turn_is_an_entry_with_who_what_and_why_and_the_same_turn_is_none(
    db: Db, brand_id: str, now: datetime
) -> None:
    assert stop(db, brand_id, now)
    assert not stop(db, brand_id, now + timedelta(minutes=1), person_id="eve")
    assert stop(db, brand_id, now + timedelta(hours=1), on=True, reason="mended")
    assert not stop(db, brand_id, now + timedelta(hours=2), on=True, reason="mended")
    first, second = entries(db)
    assert b'"on":false,"person":"ada","reason":"incident","rule":"","subject":"notices"' in first
    assert b'"on":true' in second
    assert b'"reason":"mended"' in second
    with db() as session:
        assert allowed(session, brand_id, "notices")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"subject": "weather"}, "subject"),
        ({"rule": "Delay <b>"}, "rule"),
        ({"rule": "x" * 61}, "rule"),
        ({"reason": "because"}, "reason"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_is_no_switch_is_refused_with_the_field(
    db: Db, brand_id: str, now: datetime, wrong: dict[str, str], field: str
) -> None:
    with pytest.raises(SwitchRefused) as refused:
        stop(db, brand_id, now, **wrong)
    assert refused.value.field == field
    assert entries(db) == []
