"""What every lot of a product needs before it may be packed, and how it stands. Unknown is never passed.

The judging is pure (`judge`); the owner's list of required checks is written here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.gs1 import identifiers
from app.ids import new_id
from app.models.brands import Brand, Partner
from app.models.quality import RequiredCheck
from app.provenance.errors import Refused
from app.provenance.facts import check_body
from app.provenance.inspections import STAGES
from app.provenance.texts import line
from app.record import record
from app.texts import marked as _

State = Literal["failed", "missing", "expired", "conditional", "passed"]

KINDS = ("inspection", "certificate", "audit")
ORDER: tuple[State, ...] = ("failed", "missing", "expired", "conditional", "passed")
"""The worst first: so they are shown, and so they are told."""

_LONGEST_AGE = 3660
_LENGTHS = (8, 12, 13, 14)  # of a GTIN


@dataclass(frozen=True, slots=True)
class Standing:
    """How one required check stands for one thing, and the row that says so (None while it is missing)."""

    check: Any
    state: State
    row: Any = None


def require(
    session: Session,
    brand: Brand,
    *,
    kind: str,
    name: str,
    gtin: str | None = None,
    category: str | None = None,
    stage: str | None = None,
    partner: str | None = None,
    max_age_days: int | None = None,
    conditional_ok: bool = False,
    person_id: str | None = None,
    now: datetime,
) -> RequiredCheck:
    """Require a check of every lot of a product, or of a category. Raises Refused."""
    if (gtin is None) == (category is None):
        raise Refused("gtin", _("name a product by its GTIN, or a category, and not both"))
    if gtin is not None and not (len(gtin) in _LENGTHS and identifiers.elements_of(f"/01/{gtin.zfill(14)}")):
        raise Refused("gtin", _("must be 8, 12, 13 or 14 digits with the right check digit"))
    if kind not in KINDS:
        raise Refused("kind", _("must be one of %(these)s"), these=", ".join(KINDS))
    if (kind == "inspection") != (stage is not None) or (stage is not None and stage not in STAGES):
        raise Refused("stage", _("belongs to an inspection, and is one of %(these)s"), these=", ".join(STAGES))
    if (kind == "audit") != (partner is not None):
        raise Refused("partner", _("belongs to an audit: the supplier who is audited"))
    if partner is not None and not _is_partner(session, brand.id, partner):
        raise Refused("partner", _("must be the id of one of your partners"))
    line("name", name, 120)
    line("category", category, 40)
    if max_age_days is not None and not 1 <= max_age_days <= _LONGEST_AGE:
        raise Refused("max_age_days", _("must be 1 to %(most)s"), most=_LONGEST_AGE)
    row = RequiredCheck(
        id=new_id(),
        brand_id=brand.id,
        gtin=gtin.zfill(14) if gtin else None,
        category=category,
        kind=kind,
        stage=stage,
        name=name,
        partner_id=partner,
        max_age_days=max_age_days,
        conditional_ok=conditional_ok,
        created_at=now,
    )
    body = {**check_body(row), "person": person_id}
    row.submission_id = record(session, brand.log_id, EntryType.CHECK_REQUIRED, body, now=now).submission_id
    session.add(row)
    return row


def end(session: Session, brand: Brand, check_id: str, *, person_id: str | None, now: datetime) -> bool:
    """Require a check no more; it stays in the log. False when there is none of this id that still holds."""
    mine = update(RequiredCheck).where(RequiredCheck.brand_id == brand.id, RequiredCheck.id == check_id)
    done = session.connection().execute(mine.where(RequiredCheck.ended_at.is_(None)).values(ended_at=now))
    if done.rowcount == 1:
        record(session, brand.log_id, EntryType.CHECK_ENDED, {"check": check_id, "person": person_id}, now=now)
    return done.rowcount == 1


def listed(session: Session, brand_id: str, *, after: str = "", limit: int) -> Sequence[RequiredCheck]:
    """The checks that hold now, the oldest first, from behind the id `after` on."""
    asked = select(RequiredCheck).where(RequiredCheck.brand_id == brand_id, RequiredCheck.ended_at.is_(None))
    return session.scalars(asked.where(RequiredCheck.id > after).order_by(RequiredCheck.id).limit(limit)).all()


def get(session: Session, brand_id: str, check_id: str) -> RequiredCheck | None:
    """A required check of this brand by its id, one that has ended too."""
    return session.scalar(
        select(RequiredCheck).where(RequiredCheck.brand_id == brand_id, RequiredCheck.id == check_id)
    )


def judge(
    checks: Iterable[Any],
    keys: Sequence[str],
    *,
    inspections: Iterable[Any],
    certificates: Iterable[Any],
    audits: Iterable[Any],
    today: date,
) -> list[Standing]:
    """How each check stands for the thing of these own `keys`, the item, then its lot. The worst first. Pure.

    An inspection counts for the thing it was made of: the newest of the item and the newest of its lot, and of
    those two the worse one. One of the product as such says nothing about a lot.
    """
    by_kind: Mapping[str, list[Any]] = {
        "inspection": [row for row in inspections if row.superseded_by is None],
        "certificate": list(certificates),
        "audit": [row for row in audits if row.superseded_by is None],
    }
    found = [_stand(check, keys, by_kind[check.kind], today) for check in checks]
    return sorted(found, key=lambda each: (ORDER.index(each.state), each.check.name, each.check.id))


def _stand(check: Any, keys: Sequence[str], rows: list[Any], today: date) -> Standing:
    if check.kind == "certificate":
        return _certified(check, [row for row in rows if same(row.kind or row.name, check.name)], today)
    if check.kind == "audit":
        mine = [row for row in rows if row.partner_id == check.partner_id and same(row.scheme, check.name)]
        newest = max(mine, key=lambda row: (row.audited_on, row.id), default=None)
        return _judged(check, newest, newest and newest.audited_on, newest and newest.valid_until, today)
    found = []
    for key in keys:
        mine = [row for row in rows if row.key == key and row.stage == check.stage and same(row.name, check.name)]
        if newest := max(mine, key=lambda row: (row.inspected_at, row.id), default=None):
            found.append(_judged(check, newest, newest.inspected_at.date(), None, today))
    return min(found, key=lambda each: ORDER.index(each.state), default=Standing(check, "missing"))


def _judged(check: Any, row: Any, on: date | None, until: date | None, today: date) -> Standing:
    """A row with a result. One that failed has failed, however old it is."""
    if row is None or on is None:
        return Standing(check, "missing")
    if row.result == "fail":
        return Standing(check, "failed", row)
    too_old = check.max_age_days is not None and today - on > timedelta(days=check.max_age_days)
    if too_old or (until is not None and until < today):
        return Standing(check, "expired", row)
    if row.result != "pass" and not check.conditional_ok:
        return Standing(check, "conditional", row)
    return Standing(check, "passed", row)


def _certified(check: Any, rows: list[Any], today: date) -> Standing:
    begun = [row for row in rows if row.valid_from is None or row.valid_from <= today]
    newest = max(begun, key=lambda row: (row.valid_until or date.max, row.id), default=None)
    if newest is None:
        return Standing(check, "missing")
    since = newest.valid_from or newest.created_at.date()
    too_old = check.max_age_days is not None and today - since > timedelta(days=check.max_age_days)
    over = newest.valid_until is not None and newest.valid_until < today
    return Standing(check, "expired" if over or too_old else "passed", newest)


def same(one: str, other: str) -> bool:
    """Whether two names are one, however they are written."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _is_partner(session: Session, brand_id: str, partner: str) -> bool:
    known = select(Partner.id).where(Partner.brand_id == brand_id, Partner.id == partner)
    return session.scalar(known) is not None
