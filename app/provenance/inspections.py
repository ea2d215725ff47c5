"""Inspections of a lot, item or product: what was measured within which limits, and how it ended.

A correction is an inspection of its own that names the one it takes the place of; nothing is overwritten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.gs1 import identifiers
from app.ids import new_id
from app.models.brands import Brand
from app.models.quality import Inspection
from app.provenance.errors import Refused
from app.provenance.facts import inspection_body
from app.provenance.superseding import supersede
from app.provenance.texts import digest, line, number
from app.provenance.touch import touch
from app.record import about_event, record
from app.texts import marked as _

STAGES = ("incoming", "in_process", "final", "pre_shipment", "laboratory")
RESULTS = ("pass", "fail", "conditional")
LEVELS = ("product", "lot", "item", "unit")

_MOST_MEASURES = 50
_MOST_VALUES = 200
_AHEAD = timedelta(minutes=5)  # how far a clock elsewhere may be before ours


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that was measured: the values of a sample, and the limits they must keep. Numbers are text."""

    name: str
    values: Sequence[str]
    unit: str | None = None
    sample: int | None = None
    low: str | None = None
    high: str | None = None

    def keeps(self) -> bool | None:
        """Whether every value keeps the limits; None where there are none."""
        if self.low is None and self.high is None:
            return None
        low, high = (None if each is None else Decimal(each) for each in (self.low, self.high))
        found = [Decimal(each) for each in self.values]
        return all((low is None or low <= each) and (high is None or each <= high) for each in found)


def add(
    session: Session,
    brand: Brand,
    *,
    identifier: str,
    stage: str,
    name: str,
    inspector: str,
    inspected_at: datetime,
    measures: Sequence[Measure] = (),
    result: str | None = None,
    condition: str | None = None,
    inspector_name: str | None = None,
    file_sha256: str | None = None,
    supersedes: str | None = None,
    now: datetime,
) -> Inspection:
    """Record an inspection. Its result follows from the limits, where there are limits.

    `inspector` is an organisation or a role. The name of a person, `inspector_name`, is only committed to: its
    value can be erased. `condition` says on what a conditional pass depends. Raises Refused; AlreadyCorrected when
    the one to correct has a correction.
    """
    key = identifiers.canonical(identifier)
    if identifiers.level(key) not in LEVELS:
        raise Refused("key", _("must be a product, lot, item or logistic unit"))
    if stage not in STAGES:
        raise Refused("stage", _("must be one of %(these)s"), these=", ".join(STAGES))
    _require_lines(name=name, inspector=inspector, inspector_name=inspector_name)
    line("condition", condition, 400)
    if inspected_at > now + _AHEAD:
        raise Refused("inspected_at", _("must not be in the future"))
    _check(measures)
    row = Inspection(
        id=new_id(),
        brand_id=brand.id,
        key=key,
        stage=stage,
        name=name,
        measures=[_stored(each) for each in measures],
        result=judged(measures, result, condition),
        condition=condition,
        inspector=inspector,
        inspected_at=inspected_at,
        file_sha256=digest(file_sha256),
        supersedes_id=supersedes,
        created_at=now,
    )
    if supersedes is not None:
        rule = _("must be an inspection of the same thing, stage and name")
        supersede(session, row, ("key", "stage", "name"), "inspection", rule)
    _write(session, brand, row, inspector_name, now)
    touch(session, brand.id, [key], now)
    return row


def _require_lines(**texts: str | None) -> None:
    for field, text in texts.items():
        line(field, text, 120)


def _write(session: Session, brand: Brand, row: Inspection, inspector_name: str | None, now: datetime) -> None:
    """Put the inspection into the log; the name of a person only as a commitment."""
    receipt = record(
        session,
        brand.log_id,
        EntryType.INSPECTION_RECORDED,
        inspection_body(row),
        now=now,
        openings={"personal:inspector_name": inspector_name.encode()} if inspector_name else {},
        person=about_event(f"inspection:{row.id}") if inspector_name else "",
    )
    row.submission_id = receipt.submission_id
    session.add(row)


def judged(measures: Sequence[Measure], stated: str | None, condition: str | None = None) -> str:
    """The result: what follows from the limits, and what was stated where they leave it open. Raises Refused."""
    if stated is not None and stated not in RESULTS:
        raise Refused("result", _("must be one of %(these)s"), these=", ".join(RESULTS))
    kept = [each.keeps() for each in measures]
    if stated == "conditional":
        if condition is None:
            raise Refused("condition", _("say on what the conditional pass depends"))
        return stated
    broken = next((each for each, keeps in zip(measures, kept, strict=True) if keeps is False), None)
    if broken is not None:
        if stated == "pass":
            outside = _("is pass, but %(name)s is outside its limits; state fail or conditional")
            raise Refused("result", outside, name=broken.name)
        return "fail"
    if kept and None not in kept:
        if stated == "fail":
            raise Refused("result", _("is fail, but every value is within its limits; correct a value or a limit"))
        return "pass"
    if stated is None:
        raise Refused("result", _("must be stated, because not every measurement has limits"))
    return stated


def _check(measures: Sequence[Measure]) -> None:
    if len(measures) > _MOST_MEASURES:
        raise Refused("measures", _("must be at most %(most)s measurements"), most=_MOST_MEASURES)
    for place, each in enumerate(measures):
        at = f"measures/{place}"
        line(f"{at}/name", each.name, 120)
        line(f"{at}/unit", each.unit, 20)
        if not 0 < len(each.values) <= _MOST_VALUES:
            raise Refused(f"{at}/values", _("must be 1 to %(most)s values"), most=_MOST_VALUES)
        for value in each.values:
            number(f"{at}/values", value)
        low, high = number(f"{at}/low", each.low), number(f"{at}/high", each.high)
        if low is not None and high is not None and high < low:
            raise Refused(f"{at}/high", _("must not be below low"))
        if each.sample is not None and not len(each.values) <= each.sample <= 10**9:
            raise Refused(f"{at}/sample", _("is the size of the sample, so at least the number of values"))


def _stored(measure: Measure) -> dict[str, Any]:
    return {
        "name": measure.name,
        "unit": measure.unit,
        "sample": measure.sample or len(measure.values),
        "low": measure.low,
        "high": measure.high,
        "values": list(measure.values),
    }


def of_brand(
    session: Session, brand_id: str, *, after: str = "", limit: int, key: str = ""
) -> Sequence[Inspection]:
    """Inspections, the oldest first, from behind the id `after` on; of one thing, where `key` names it."""
    asked = select(Inspection).where(Inspection.brand_id == brand_id, Inspection.id > after)
    if key:
        asked = asked.where(Inspection.key == key)
    return session.scalars(asked.order_by(Inspection.id).limit(limit)).all()


def newest(session: Session, brand_id: str, *, limit: int) -> Sequence[Inspection]:
    """The inspections that were recorded last, the newest first."""
    asked = select(Inspection).where(Inspection.brand_id == brand_id)
    return session.scalars(asked.order_by(Inspection.id.desc()).limit(limit)).all()
