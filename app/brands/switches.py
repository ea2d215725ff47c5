"""One switch per brand, subject and rule that stops what the house does by itself. Each change is an entry.

Nothing is stopped here: whoever predicts, writes or compensates asks `allowed` first.
"""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.models.brands import Brand
from app.models.care import Switch
from app.record import record

SUBJECTS = ("predictions", "notices", "compensation")
REASONS = ("incident", "wrong_figures", "wrong_texts", "budget", "maintenance", "mended", "other")

_RULE = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,59}")


class SwitchRefused(ValueError):
    """What was sent about a switch is wrong; `field` names it, the text says how to mend it."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule


def allowed(session: Session, tenant_id: str, subject: str, rule: str = "") -> bool:
    """Whether this may happen by itself: neither the whole subject nor this rule of it is switched off.

    `subject` is one of SUBJECTS; `rule` a code of that subject's own, such as the kind of a notice.
    """
    asked = select(Switch.on).where(
        Switch.brand_id == tenant_id, Switch.subject == subject, Switch.rule.in_({"", rule})
    )
    return all(session.scalars(asked))


def turn(
    session: Session,
    brand: Brand,
    subject: str,
    rule: str = "",
    *,
    on: bool,
    reason: str,
    person_id: str | None,
    now: datetime,
) -> Switch | None:
    """Set a switch; the entry names who, what and why. As it stands already, nothing changes and None is returned.

    Raises SwitchRefused.
    """
    _check(subject, rule, reason)
    session.scalars(select(Brand.id).where(Brand.id == brand.id).with_for_update()).one()  # one change at a time
    row = session.get(Switch, (brand.id, subject, rule), populate_existing=True)
    if on == (row is None or row.on):
        return None
    row = row or Switch(brand_id=brand.id, subject=subject, rule=rule)
    row.on, row.reason, row.person_id, row.changed_at = on, reason, person_id, now
    session.add(row)
    body = {"subject": subject, "rule": rule, "on": on, "reason": reason, "person": person_id}
    record(session, brand.log_id, EntryType.SWITCH_TURNED, body, now=now)
    return row


def switches_of(session: Session, brand_id: str) -> list[Switch]:
    """Every switch of a brand, those never touched included: each whole subject first, then its rules."""
    touched = {
        (row.subject, row.rule): row for row in session.scalars(select(Switch).where(Switch.brand_id == brand_id))
    }
    places = sorted({*touched, *((subject, "") for subject in SUBJECTS)}, key=_place)
    return [touched.get(place) or _untouched(brand_id, *place) for place in places]


def _place(place: tuple[str, str]) -> tuple[int, str]:
    return SUBJECTS.index(place[0]), place[1]


def _untouched(brand_id: str, subject: str, rule: str) -> Switch:
    return Switch(brand_id=brand_id, subject=subject, rule=rule, on=True, reason="")


def _check(subject: str, rule: str, reason: str) -> None:
    if subject not in SUBJECTS:
        raise SwitchRefused("subject", f"must be one of {', '.join(SUBJECTS)}")
    if rule and not _RULE.fullmatch(rule):
        raise SwitchRefused("rule", "is a code such as delay: small letters, digits, and _ . : -; empty for all")
    if reason not in REASONS:
        raise SwitchRefused("reason", f"must be one of {', '.join(REASONS)}")
