"""Inspections, audits of suppliers, required checks and how they stand, over HTTP."""

from typing import Any

from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import reading
from app.models.quality import Audit, Inspection, RequiredCheck
from app.provenance import audits, clearance, inspections, required, suppliers
from app.web.api.door import door
from app.web.api.paging import PageQuery, page
from app.web.api.quality_bodies import (
    AuditIn,
    AuditOut,
    AuditsOut,
    CheckIn,
    CheckOut,
    ChecksOut,
    InspectionIn,
    InspectionOut,
    InspectionsOut,
    KeyQuery,
    StandingsOut,
    SupplierIn,
    SupplierOut,
)
from app.web.body import Answer
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.problems import found
from app.web.rules import machine

bp = door("quality", "Quality")


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
