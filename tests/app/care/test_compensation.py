"""Compensation is given once for a promise that is broken for certain, and no budget is ever passed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.brands.switches import turn
from app.brands.tenants import brand_of
from app.care import compensation
from app.care.breach import Breach, breach_of
from app.care.compensation import RuleRefused, RuleTerms
from app.db import Db, reading
from app.models.amends import Compensation, CompensationRule
from app.models.shipments import Case, Promise, Shipment
from tests.support.shop import ship

FIVE = RuleTerms("code", 500, "EUR", 1, 90, 5000)
LATE = Breach(2, "delivered_late")
FRIDAY = date(2026, 3, 6)


def day(number: int) -> date:
    return date(2026, 3, number)


@pytest.mark.parametrize(
    ("today", "delivered", "offered", "confirmed", "breach"),
    [
        (6, None, None, True, None),
        (7, None, None, False, None),
        (7, None, None, True, Breach(1, "window_passed")),
        (9, 6, None, True, None),
        (9, 8, None, False, Breach(2, "delivered_late")),
        (9, 8, 6, True, None),
        (9, None, 6, True, None),
        (9, None, 7, True, Breach(3, "window_passed")),
    ],
)
def test_a_promise_is_broken_only_for_certain(
    today: int, delivered: int | None, offered: int | None, confirmed: bool, breach: Breach | None
) -> None:
    found = breach_of(
        FRIDAY,
        today=day(today),
        delivered_on=day(delivered) if delivered else None,
        offered_on=day(offered) if offered else None,
        confirmed=confirmed,
    )
    assert found == breach


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "coffee"}, "kind"),
        ({"amount_minor": 0}, "amount"),
        ({"budget_minor": 499}, "budget"),
        ({"currency": "eur"}, "currency"),
        ({"min_days_late": 0}, "days"),
        ({"valid_days": 0}, "days"),
    ],
)
def test_a_rule_that_nobody_can_mean_is_refused(change: dict[str, object], field: str) -> None:
    with pytest.raises(RuleRefused) as refused:
        RuleTerms(**{**vars(FIVE), **change}).check()  # type: ignore[arg-type]
    assert refused.value.field == field


def ruled(db: Db, brand_id: str, now: datetime, *terms: RuleTerms) -> list[str]:
    with db.begin() as session:
        brand = brand_of(session, brand_id)
        return [compensation.set_rule(session, brand, each, person_id="owner", now=now).id for each in terms]


def give(db: Db, shipment: Shipment, now: datetime, breach: Breach = LATE) -> Compensation | None:
    with db.begin() as session:
        promise = session.scalars(select(Promise).where(Promise.shipment_id == shipment.id)).one()
        return compensation.give(session, session.get_one(Shipment, shipment.id), promise, breach, now)


def test_a_broken_promise_gives_once(db: Db, brand_id: str, now: datetime) -> None:
    (rule,) = ruled(db, brand_id, now, FIVE)
    shipment = ship(db, brand_id, now)
    given = give(db, shipment, now)
    assert given
    assert (given.amount_minor, given.currency, given.valid_until) == (
        500,
        "EUR",
        (now + timedelta(days=90)).date(),
    )
    assert len(given.code) == 14
    assert give(db, shipment, now) is None
    with reading(db) as session:
        assert session.get_one(CompensationRule, rule).spent_minor == 500


def test_the_rule_for_the_longest_delay_that_fits_comes_first(db: Db, brand_id: str, now: datetime) -> None:
    ruled(db, brand_id, now, FIVE, RuleTerms("credit", 1500, "EUR", 5, 90, 9000))
    short, long = (ship(db, brand_id, now, number=f"A-{n}") for n in (1, 2))
    assert getattr(give(db, short, now, Breach(4, "delivered_late")), "amount_minor", None) == 500
    assert getattr(give(db, long, now, Breach(5, "delivered_late")), "kind", None) == "credit"


def test_a_switch_and_the_end_of_a_rule_stop_it(db: Db, brand_id: str, now: datetime) -> None:
    one, two = ruled(db, brand_id, now, FIVE, FIVE)
    with db.begin() as session:
        brand = brand_of(session, brand_id)
        turn(session, brand, "compensation", one, on=False, reason="budget", person_id=None, now=now)
        assert compensation.end_rule(session, brand, two, person_id="owner", now=now)
        assert not compensation.end_rule(session, brand, two, person_id="owner", now=now)
    assert give(db, ship(db, brand_id, now), now) is None
    with db.begin() as session:
        turn(
            session,
            brand_of(session, brand_id),
            "compensation",
            one,
            on=True,
            reason="mended",
            person_id=None,
            now=now,
        )
    assert give(db, ship(db, brand_id, now, number="A-2"), now)


def test_the_cap_holds_when_a_hundred_give_at_once(db: Db, brand_id: str, now: datetime) -> None:
    """A budget of ten, a hundred broken promises, twenty threads."""
    (rule,) = ruled(db, brand_id, now, FIVE)
    shipments = [ship(db, brand_id, now, number=f"A-{n}") for n in range(100)]
    with ThreadPoolExecutor(20) as pool:
        given = [each for each in pool.map(lambda shipment: give(db, shipment, now), shipments) if each]
    assert len(given) == 10
    with reading(db) as session:
        assert session.get_one(CompensationRule, rule).spent_minor == 5000
        assert session.scalar(select(func.count()).select_from(Compensation)) == 10
        assert [case.kind for case in session.scalars(select(Case))] == ["budget"]


def test_two_who_give_for_one_promise_give_once(db: Db, brand_id: str, now: datetime) -> None:
    (rule,) = ruled(db, brand_id, now, FIVE)
    shipment = ship(db, brand_id, now)
    with ThreadPoolExecutor(8) as pool:
        given = [each for each in pool.map(lambda _: give(db, shipment, now), range(8)) if each]
    assert len(given) == 1
    with reading(db) as session:
        assert session.get_one(CompensationRule, rule).spent_minor == 500
