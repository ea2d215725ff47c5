"""Inspections, audits of suppliers, required checks and how they stand, over HTTP."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import reading
from app.models.quality import Audit, Inspection, RequiredCheck
from app.provenance import audits, clearance, inspections, required, suppliers
from app.web.api.door import door
from app.web.api.fields import Decimal, Key, Moment
from app.web.api.paging import PageQuery, page
from app.web.body import Answer, Body, Query
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.problems import found
from app.web.rules import machine

bp = door("quality", "Quality")

_LINE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"  # one line that is not blank
ShortLine = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=_LINE)]
LongLine = Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=_LINE)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=_LINE)]
Id = Annotated[str, StringConstraints(pattern="^[0-9A-Za-z]{26}$")]
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Unit = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=r"^[^\s\x00-\x1f\x7f]+$")]
Stage = Literal["incoming", "in_process", "final", "pre_shipment", "laboratory"]
Result = Literal["pass", "fail", "conditional"]
Count = Annotated[int, Field(ge=0, le=10_000)]


class MeasureIn(Body):
    """One thing that was measured. Numbers are decimal text; `sample` is how many pieces were looked at."""

    name: ShortLine
    values: Annotated[list[Decimal], Field(min_length=1, max_length=200)]
    unit: Unit | None = None
    sample: Annotated[int, Field(ge=1, le=10**9)] | None = None
    low: Decimal | None = None
    high: Decimal | None = None


class InspectionIn(Body):
    """An inspection. The result follows from the limits; state it where a measurement has none.

    `inspector` is an organisation or a role; the name of a person goes into `inspector_name` and is only committed
    to. `supersedes` is the id of the inspection that this one corrects.
    """

    key: Key
    stage: Stage
    name: ShortLine
    inspector: ShortLine
    inspected_at: Moment
    measures: Annotated[list[MeasureIn], Field(max_length=50)] = []
    result: Result | None = None
    condition: LongLine | None = None
    inspector_name: ShortLine | None = None
    file_sha256: Sha256 | None = None
    supersedes: Id | None = None


class InspectionOut(Answer):
    """An inspection and the submission that proves it; `superseded_by` is its correction."""

    id: str
    key: str
    stage: str
    name: str
    measures: list[dict[str, Any]]
    result: str
    condition: str | None
    inspector: str
    inspected_at: Moment
    file_sha256: str | None
    supersedes: str | None
    superseded_by: str | None
    submission: int


class InspectionsOut(Answer):
    """A page of inspections."""

    inspections: list[InspectionOut]


class FindingsIn(Body):
    """How many findings of each severity."""

    critical: Count = 0
    major: Count = 0
    minor: Count = 0


class AuditIn(Body):
    """An audit of a supplier: `partner` is the id of your partner, `site` one of its places."""

    partner: Id
    scheme: ShortLine
    audited_on: date
    result: Result
    auditor: ShortLine
    site: Key | None = None
    valid_until: date | None = None
    grade: Word | None = None
    findings: FindingsIn = FindingsIn()
    auditor_name: ShortLine | None = None
    file_sha256: Sha256 | None = None
    supersedes: Id | None = None


class AuditOut(Answer):
    """An audit and the submission that proves it."""

    id: str
    partner: str
    site: str | None
    scheme: str
    audited_on: date
    valid_until: date | None
    result: str
    grade: str | None
    findings: dict[str, int]
    auditor: str
    file_sha256: str | None
    supersedes: str | None
    superseded_by: str | None
    submission: int


class AuditsOut(Answer):
    """A page of audits."""

    audits: list[AuditOut]


class CheckIn(Body):
    """What every lot of a product, or of a category, needs before it may be packed.

    `name` is the name of the inspection (with its stage), the kind of the certificate, or the scheme of the audit
    (with the partner).
    """

    kind: Literal["inspection", "certificate", "audit"]
    name: ShortLine
    gtin: Annotated[str, StringConstraints(pattern="^([0-9]{8}|[0-9]{12,14})$")] | None = None
    category: Word | None = None
    stage: Stage | None = None
    partner: Id | None = None
    max_age_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    conditional_ok: bool = False


class CheckOut(Answer):
    """A required check; it holds while ended_at is null."""

    id: str
    kind: str
    name: str
    gtin: str | None
    category: str | None
    stage: str | None
    partner: str | None
    max_age_days: int | None
    conditional_ok: bool
    submission: int
    ended_at: Moment | None


class ChecksOut(Answer):
    """A page of required checks that hold now."""

    checks: list[CheckOut]


class KeyQuery(Query):
    """Which lot or item."""

    key: Key


class StandingOut(Answer):
    """How one required check stands: failed, missing, expired, conditional or passed."""

    check: str
    kind: str
    stage: str | None
    name: str
    state: str
    by: str | None


class StandingsOut(Answer):
    """Whether a lot or item may be packed, and how each of its checks stands, the worst first."""

    key: str
    may_be_packed: bool
    checks: list[StandingOut]


class SupplierIn(Body):
    """Whether a supplier is shown by its name; further sites of it."""

    named: bool
    sites: Annotated[list[Key], Field(max_length=100)] = []


class SupplierOut(Answer):
    """What was chosen, and the public page."""

    partner: str
    named: bool
    url: str


@bp.post("/api/v1/inspections")
@machine("products:write", "warehouse")
@bp.input(InspectionIn)
@once
@bp.output(InspectionOut, 201)
def post_inspection(session: Session, json_data: InspectionIn) -> dict[str, Any]:
    """Record an inspection of a lot, item or product, or the correction of one."""
    brand = brand_of(session, caller().brand_id)
    measures = [inspections.Measure(**each.model_dump()) for each in json_data.measures]
    facts = json_data.model_dump(exclude={"key", "measures"})
    return _inspection(
        inspections.add(session, brand, identifier=json_data.key, measures=measures, **facts, now=now())
    )


@bp.get("/api/v1/inspections")
@machine("events:read", "warehouse", "support", "auditor")
@bp.input(PageQuery, location="query")
@bp.output(InspectionsOut)
def get_inspections(query_data: PageQuery) -> Any:
    """Every inspection of the brand, corrected ones too."""
    with reading(house().db) as session:
        rows = inspections.of_brand(session, caller().brand_id, after=query_data.after, limit=query_data.one_more)
    shown, headers = page(rows, query_data, "id")
    return {"inspections": [_inspection(row) for row in shown]}, 200, headers


@bp.post("/api/v1/audits")
@machine("products:write")
@bp.input(AuditIn)
@once
@bp.output(AuditOut, 201)
def post_audit(session: Session, json_data: AuditIn) -> dict[str, Any]:
    """Record an audit of a supplier, or the correction of one."""
    brand = brand_of(session, caller().brand_id)
    return _audit(audits.add(session, brand, **json_data.model_dump(), now=now()))


@bp.get("/api/v1/audits")
@machine("events:read", "support", "auditor")
@bp.input(PageQuery, location="query")
@bp.output(AuditsOut)
def get_audits(query_data: PageQuery) -> Any:
    """Every audit of the brand's suppliers."""
    with reading(house().db) as session:
        rows = audits.of_brand(session, caller().brand_id, after=query_data.after, limit=query_data.one_more)
    shown, headers = page(rows, query_data, "id")
    return {"audits": [_audit(row) for row in shown]}, 200, headers


@bp.post("/api/v1/checks")
@machine("products:write")
@bp.input(CheckIn)
@once
@bp.output(CheckOut, 201)
def post_check(session: Session, json_data: CheckIn) -> dict[str, Any]:
    """Require a check of every lot; what lacks it may not be packed or sent."""
    brand, who = brand_of(session, caller().brand_id), caller().person_id
    return _check(required.require(session, brand, **json_data.model_dump(), person_id=who, now=now()))


@bp.get("/api/v1/checks")
@machine("events:read", "warehouse", "support", "auditor")
@bp.input(PageQuery, location="query")
@bp.output(ChecksOut)
def get_checks(query_data: PageQuery) -> Any:
    """The checks that are required now."""
    with reading(house().db) as session:
        rows = required.listed(session, caller().brand_id, after=query_data.after, limit=query_data.one_more)
    shown, headers = page(rows, query_data, "id")
    return {"checks": [_check(row) for row in shown]}, 200, headers


@bp.post("/api/v1/checks/<check_id>/end")
@machine("products:write")
@once
@bp.output(CheckOut)
def post_check_end(session: Session, check_id: str) -> dict[str, Any]:
    """Require a check no more. Ending it twice changes nothing."""
    brand = brand_of(session, caller().brand_id)
    check = found(required.get(session, brand.id, check_id))
    required.end(session, brand, check_id, person_id=caller().person_id, now=now())
    session.refresh(check)
    return _check(check)


@bp.get("/api/v1/checks/standing")
@machine("events:read", "warehouse", "support", "auditor")
@bp.input(KeyQuery, location="query")
@bp.output(StandingsOut)
def get_standing(query_data: KeyQuery) -> dict[str, Any]:
    """How the required checks of a lot or item stand, and whether it may be packed."""
    with reading(house().db) as session:
        standings = clearance.standings(session, caller().brand_id, query_data.key, now())
    return {
        "key": query_data.key,
        "may_be_packed": all(each.state == "passed" for each in standings),
        "checks": [
            {
                "check": each.check.id,
                "kind": each.check.kind,
                "stage": each.check.stage,
                "name": each.check.name,
                "state": each.state,
                "by": each.row.id if each.row else None,
            }
            for each in standings
        ],
    }


@bp.post("/api/v1/suppliers/<partner_id>")
@machine("products:write")
@bp.input(SupplierIn)
@once
@bp.output(SupplierOut)
def post_supplier(session: Session, partner_id: str, json_data: SupplierIn) -> dict[str, Any]:
    """Choose whether a supplier is shown by its name, and name sites of it."""
    brand, who = brand_of(session, caller().brand_id), caller().person_id
    face = found(suppliers.show(session, brand, partner_id, **json_data.model_dump(), person_id=who, now=now()))
    url = f"{house().settings.base_url}/suppliers/{partner_id}"
    return {"partner": partner_id, "named": face.named, "url": url}


def _inspection(row: Inspection) -> dict[str, Any]:
    return _facts(row, InspectionOut) | {"supersedes": row.supersedes_id}


def _audit(row: Audit) -> dict[str, Any]:
    return _facts(row, AuditOut) | {"partner": row.partner_id, "supersedes": row.supersedes_id}


def _check(row: RequiredCheck) -> dict[str, Any]:
    return _facts(row, CheckOut) | {"partner": row.partner_id}


def _facts(row: Inspection | Audit | RequiredCheck, told: type[Answer]) -> dict[str, Any]:
    """The columns that an answer tells under their own names, and the entry."""
    facts = {name: getattr(row, name) for name in told.model_fields if hasattr(row, name)}
    return {**facts, "submission": row.submission_id}
