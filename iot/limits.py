"""Rules as rows: which limits hold for a device, and since when. Judging by them is done in iot/judging."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal, InvalidOperation

from sqlalchemy import select
from sqlalchemy.orm import Session

from iot.reading import SILENT_AFTER, micros
from iot.rules import Limits
from iot.stretches import InForce
from iot.tables import Rule
from iot.units import UnitMismatch, convert


class RuleRefused(ValueError):
    """These limits make no sense; the text says why."""


def checked(*, low: str | None, high: str | None, clear_margin: str, delay_s: int, unit: str, sent: str) -> Limits:
    """Limits from decimal text in `unit`, for a device that sends `sent`. Raises RuleRefused."""
    bottom, top, margin = _decimal(low), _decimal(high), _decimal(clear_margin)
    assert margin is not None
    if bottom is None and top is None:
        raise RuleRefused("set a low limit, a high limit or both")
    if margin < 0 or delay_s < 0:
        raise RuleRefused("the clear margin and the delay are not negative")
    if bottom is not None and top is not None and bottom + margin > top - margin:
        raise RuleRefused("between the limits there must be room for a value that is clear of both by the margin")
    try:
        convert(Decimal(0), sent, unit)
    except UnitMismatch as error:
        raise RuleRefused(f"the device sends {sent}; set the limits in that unit") from error
    return Limits(bottom, top, unit, margin, delay_s * 1_000_000)


def _decimal(text: str | None) -> Decimal | None:
    try:
        number = None if text is None else Decimal(text)
    except InvalidOperation as error:
        raise RuleRefused(f"{text!r} is no decimal number") from error
    if number is not None and not (number.is_finite() and abs(number.adjusted()) < 12 and len(str(number)) <= 20):
        raise RuleRefused(f"{text!r} is no limit within reach")
    return number


def put(
    session: Session,
    *,
    brand_id: str,
    device_id: int,
    metric: str,
    limits: Limits,
    from_at: datetime,
    now: datetime,
) -> int:
    """Write the rule of a metric and retire the one before; its id. Raises RuleRefused when that began later."""
    if before := current(session, device_id, metric):
        if before.from_at >= from_at:
            raise RuleRefused(f"the rule before holds since {before.from_at.isoformat()}; begin later than that")
        before.retired_at = from_at
    rule = Rule(
        brand_id=brand_id,
        device_id=device_id,
        metric=metric,
        kind=limits.kind,
        low=None if limits.low is None else str(limits.low),
        high=None if limits.high is None else str(limits.high),
        unit=limits.unit,
        clear_margin=str(limits.margin),
        delay_s=limits.delay // 1_000_000,
        from_at=from_at,
        created_at=now,
    )
    session.add(rule)
    session.flush()
    return rule.id


def note_submission(session: Session, rule_id: int, submission_id: int) -> None:
    """Remember under which submission the log holds this rule."""
    session.get_one(Rule, rule_id).submission_id = submission_id


def put_silence(
    session: Session, *, brand_id: str, device_id: int, expected_interval_s: int, now: datetime
) -> None:
    """Write the rule that a device with this interval must be heard; on by default for every device."""
    longest = str(SILENT_AFTER * expected_interval_s)
    rule = Rule(brand_id=brand_id, device_id=device_id, metric="", kind="silence", high=longest, unit="SEC")
    rule.from_at = rule.created_at = now
    session.add(rule)
    session.flush()


def current(session: Session, device_id: int, metric: str) -> Rule | None:
    """The rule that holds for a metric."""
    found = select(Rule).where(Rule.device_id == device_id, Rule.metric == metric, Rule.retired_at.is_(None))
    return session.scalar(found)


def of_device(session: Session, device_id: int) -> list[Rule]:
    """Every rule of a device over values, retired ones too, oldest first; without the rule of silence."""
    found = select(Rule).where(Rule.device_id == device_id, Rule.kind != "silence").order_by(Rule.from_at)
    return list(session.scalars(found))


def in_force(session: Session, device_ids: Collection[int]) -> list[tuple[int, str, str | None, str | None, str]]:
    """(device, metric, low, high, unit) of every limit that holds now, for these devices."""
    columns = (Rule.device_id, Rule.metric, Rule.low, Rule.high, Rule.unit)
    found = select(*columns).where(
        Rule.device_id.in_(device_ids), Rule.kind != "silence", Rule.retired_at.is_(None)
    )
    return [(device, metric, low, high, unit) for device, metric, low, high, unit in session.execute(found)]


def limits_of(rule: Rule) -> Limits:
    """The row as a value that judges."""
    low, high = (None if text is None else Decimal(text) for text in (rule.low, rule.high))
    return Limits(low, high, rule.unit, Decimal(rule.clear_margin), rule.delay_s * 1_000_000)


def law(rule: Rule) -> InForce:
    """The limits of a rule and the time they hold."""
    until = None if rule.retired_at is None else micros(rule.retired_at)
    return InForce(micros(rule.from_at), until, limits_of(rule))
