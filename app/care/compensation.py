"""Compensation: a brand's rules with a budget, and what is given once for a promise that is broken for certain."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.brands.switches import allowed
from app.care.breach import Breach
from app.entries import EntryType
from app.ids import new_id
from app.models.amends import Compensation, CompensationRule
from app.models.brands import Brand
from app.models.shipments import Customer, Order, Promise, Shipment
from app.record import about_customer, record
from app.support.cases import open_case

KINDS = ("code", "credit")
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that looks like another
_BUDGET_DUE = timedelta(days=1)


class RuleRefused(ValueError):
    """A rule can't be set like this; `field` names what is wrong, the text how to mend it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class RuleTerms:
    """What a rule says: what is given, from how many days on, until when it is good, and how much in all."""

    kind: str
    amount_minor: int
    currency: str
    min_days_late: int
    valid_days: int
    budget_minor: int

    def check(self) -> None:
        """Raise RuleRefused for a rule that nobody can mean."""
        if self.kind not in KINDS:
            raise RuleRefused("kind", f"choose one of {', '.join(KINDS)}")
        if self.amount_minor < 1:
            raise RuleRefused("amount", "give more than nothing")
        if self.budget_minor < self.amount_minor:
            raise RuleRefused("budget", "the budget must be enough for one")
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise RuleRefused("currency", "is three capital letters, such as EUR")
        if not (1 <= self.min_days_late <= 365 and 1 <= self.valid_days <= 1825):
            raise RuleRefused("days", "late from 1 to 365 days; good for 1 to 1825 days")


def set_rule(
    session: Session, brand: Brand, terms: RuleTerms, *, person_id: str, now: datetime
) -> CompensationRule:
    """Add a rule; an entry names its terms and who set it. Raises RuleRefused."""
    terms.check()
    rule = CompensationRule(
        id=new_id(), brand_id=brand.id, **vars(terms), spent_minor=0, active=True, created_at=now
    )
    rule.submission_id = _record_rule(session, brand, rule, person_id, now)
    session.add(rule)
    return rule


def end_rule(session: Session, brand: Brand, rule_id: str, *, person_id: str, now: datetime) -> bool:
    """End a rule for good; what it gave stays. False when the brand has no such rule that is active."""
    mine = select(CompensationRule).where(CompensationRule.brand_id == brand.id, CompensationRule.id == rule_id)
    rule = session.scalar(mine.where(CompensationRule.active).with_for_update())
    if rule is None:
        return False
    rule.active = False
    _record_rule(session, brand, rule, person_id, now)
    return True


def rules_of(session: Session, brand_id: str) -> Sequence[CompensationRule]:
    """Every rule of a brand, the active ones first."""
    mine = select(CompensationRule).where(CompensationRule.brand_id == brand_id)
    order = CompensationRule.active.desc(), CompensationRule.min_days_late.desc(), CompensationRule.id
    return session.scalars(mine.order_by(*order)).all()


def given_for(session: Session, promise_id: str) -> Compensation | None:
    """What was given for this promise."""
    return session.scalar(select(Compensation).where(Compensation.promise_id == promise_id))


def of_shipment(session: Session, shipment_id: str) -> Sequence[Compensation]:
    """Everything that was given about a shipment."""
    mine = select(Compensation).where(Compensation.shipment_id == shipment_id)
    return session.scalars(mine.order_by(Compensation.given_at)).all()


def is_expected(session: Session, brand_id: str) -> bool:
    """Whether some rule of the brand would give something for a day's delay, were it confirmed."""
    return bool(_rules(session, brand_id, days_late=1))


def give(
    session: Session, shipment: Shipment, promise: Promise, breach: Breach, now: datetime
) -> Compensation | None:
    """Give what the rules say for a broken promise, once; None when it was given, or nothing is to be given.

    The rule for the longest delay that fits comes first. A budget is never passed, whoever gives at the same time:
    it is taken by one conditional update. Where all are spent, support gets a case.
    """
    if given_for(session, promise.id):
        return None
    customer_id = session.get_one(Order, shipment.order_id).customer_id
    if session.get_one(Customer, customer_id).erased_at:
        return None
    rules = _rules(session, shipment.brand_id, breach.days_late)
    for rule in rules:
        try:
            with session.begin_nested():
                if _spend(session, rule):
                    return _give(session, shipment, promise, breach, rule, customer_id, now)
        except IntegrityError:  # another worker gave it between our look and our insert
            return None
    if rules:
        _say_spent(session, shipment, rules[0], now)
    return None


def _rules(session: Session, brand_id: str, days_late: int) -> list[CompensationRule]:
    fitting = [each for each in rules_of(session, brand_id) if each.active and each.min_days_late <= days_late]
    return [rule for rule in fitting if allowed(session, brand_id, "compensation", rule.id)]


def _spend(session: Session, rule: CompensationRule) -> bool:
    """Take one amount out of the budget; False when it would not be enough."""
    left = CompensationRule.spent_minor + CompensationRule.amount_minor <= CompensationRule.budget_minor
    take = update(CompensationRule).where(CompensationRule.id == rule.id, CompensationRule.active, left)
    spent = take.values(spent_minor=CompensationRule.spent_minor + CompensationRule.amount_minor)
    done = session.execute(spent.execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    session.expire(rule, ["spent_minor"])
    return bool(done.rowcount)


def _give(
    session: Session,
    shipment: Shipment,
    promise: Promise,
    breach: Breach,
    rule: CompensationRule,
    customer_id: str,
    now: datetime,
) -> Compensation:
    given = Compensation(
        id=new_id(),
        brand_id=shipment.brand_id,
        rule_id=rule.id,
        promise_id=promise.id,
        shipment_id=shipment.id,
        customer_id=customer_id,
        kind=rule.kind,
        amount_minor=rule.amount_minor,
        currency=rule.currency,
        code=new_code(),
        valid_until=(now + timedelta(days=rule.valid_days)).date(),
        days_late=breach.days_late,
        given_at=now,
    )
    given.submission_id = _record(session, given, breach, now)
    session.add(given)
    session.flush()
    return given


def new_code() -> str:
    """Twelve characters in groups of four, 58 random bits: nobody guesses one, everybody can type it."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return "-".join(letters[at : at + 4] for at in range(0, 12, 4))


def _record(session: Session, given: Compensation, breach: Breach, now: datetime) -> int:
    """The code is worth money: the entry is only committed to it."""
    body = {
        "compensation": given.id,
        "rule": given.rule_id,
        "shipment": given.shipment_id,
        "promise": given.promise_id,
        "kind": given.kind,
        "amount_minor": given.amount_minor,
        "currency": given.currency,
        "days_late": breach.days_late,
        "breach": breach.how,
    }
    return record(
        session,
        session.get_one(Brand, given.brand_id).log_id,
        EntryType.COMPENSATION_GIVEN,
        body,
        now=now,
        openings={"personal:code": given.code.encode()},
        person=about_customer(given.customer_id),
    ).submission_id


def _record_rule(session: Session, brand: Brand, rule: CompensationRule, person_id: str, now: datetime) -> int:
    names = ["kind", "amount_minor", "currency", "min_days_late", "valid_days", "budget_minor", "active"]
    body: dict[str, Any] = {name: getattr(rule, name) for name in names}
    body |= {"rule": rule.id, "person": person_id}
    return record(session, brand.log_id, EntryType.COMPENSATION_RULED, body, now=now).submission_id


def _say_spent(session: Session, shipment: Shipment, rule: CompensationRule, now: datetime) -> None:
    open_case(
        session,
        brand_id=shipment.brand_id,
        kind="budget",
        subject=f"rule:{rule.id}",
        shipment_id=None,
        priority=3,
        facts={"budget_minor": rule.budget_minor, "currency": rule.currency},
        due_at=now + _BUDGET_DUE,
        now=now,
    )
