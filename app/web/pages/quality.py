"""The page of quality: what runs out, what lots lack, and the forms for claims and required checks."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import reading
from app.models.brands import Brand
from app.models.products import Certificate, Passport
from app.provenance import (
    audits,
    certificates,
    clearance,
    inspections,
    proof_files,
    required,
    suppliers,
)
from app.provenance.errors import AlreadyCorrected, Refused
from app.sealed import open_box
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.limits import takes_up_to
from app.web.pages import quality_view
from app.web.pages.languages import chosen
from app.web.pages.render import see
from app.web.pages.staff import Desk, page, reader
from app.web.problems import Problem, found
from app.web.rules import staff
from app.words.quality import KIND, RESULT, STAGE, STATE

bp = Blueprint("quality_desk", __name__, url_prefix="/quality")

_ROOM = 100_000  # for the other fields of a form
_NEWEST = 100
_MOST = 200
_MEASURED = ("", ".2", ".3", ".4", ".5")  # how the fields of each measurement of the form end

Form = Mapping[str, str]


@bp.get("")
@staff("warehouse", "support", "auditor")
def overview() -> Response:
    """Certificates that run out, lots that lack a check, and the forms."""
    with reading(house().db) as session:
        return _page(session)


@bp.post("/inspections")
@staff("warehouse")
@takes_up_to(proof_files.LARGEST + _ROOM)
@once
def add_inspection(session: Session) -> Response:
    """Record an inspection with what was measured, or its correction."""
    return _done(session, _inspect)


@bp.post("/<act>")
@staff("owner")
@takes_up_to(proof_files.LARGEST + _ROOM)
@once
def change(act: str, session: Session) -> Response:
    """Add a certificate, an audit or a required check, or end one; show a supplier; choose the days of warning."""
    if act not in _ACTS:
        raise Problem("not-found")
    return _done(session, _ACTS[act])


@bp.get("/files/<digest>")
@staff("warehouse", "support", "auditor")
def file(digest: str) -> Response:
    """A file that was kept, by its hash; a browser never opens it by itself."""
    with reading(house().db) as session:
        row = found(proof_files.get(session, caller().brand_id, digest))
        data, media = open_box(house().keys).open(row.sealed), row.media
    name = f"{digest[:12]}.{proof_files.ENDINGS[media]}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return Response(data, mimetype=media, headers=headers)


def _done(session: Session, act: Callable[[Session, Brand, Form], None]) -> Response:
    form = {name: text.strip() for name, text in request.form.items() if text.strip()}
    try:
        act(session, brand_of(session, caller().brand_id), form)
    except Refused as refused:
        return _page(session, refused.field, refused.rule)
    except AlreadyCorrected as error:
        return _page(session, "supersedes", str(error))
    return see(f"/quality{chosen()}")


def _inspect(session: Session, brand: Brand, form: Form) -> None:
    at = form.get("inspected_on")
    inspections.add(
        session,
        brand,
        identifier=form.get("key", ""),
        stage=form.get("stage", ""),
        name=form.get("name", ""),
        inspector=form.get("inspector", ""),
        inspected_at=datetime.combine(_day("inspected_on", at), now().timetz()) if at else now(),
        measures=[_measure(form, each) for each in _MEASURED if form.get(f"values{each}")],
        result=form.get("result"),
        condition=form.get("condition"),
        inspector_name=form.get("inspector_name"),
        file_sha256=_file(session, brand, form),
        supersedes=form.get("supersedes"),
        now=now(),
    )


def _measure(form: Form, ending: str) -> inspections.Measure:
    """One of the measurements of the form; `ending` tells its fields from those of the others."""
    values = form[f"values{ending}"].replace(";", " ").split()
    facts = {name: form.get(f"{name}{ending}") for name in ("unit", "low", "high")}
    name = form.get(f"measure{ending}", form.get("name", ""))
    return inspections.Measure(name, values, sample=_count(form, f"sample{ending}"), **facts)


def _certify(session: Session, brand: Brand, form: Form) -> None:
    facts: dict[str, Any] = {name: form.get(name) for name in ("scope", "kind", "number")}
    facts |= {name: _day(name, form[name]) for name in ("valid_from", "valid_until") if name in form}
    facts |= {name: form.get(name, "") for name in ("name", "issuer")}
    digest = _file(session, brand, form)
    key = form.get("key", "")
    if not key.startswith("/") and ":" not in key:
        raise Refused("key", "must be a GS1 Digital Link, its path, or another URI")
    certificates.add(session, brand, identifier=key, file_sha256=digest, **facts, now=now())


def _audit(session: Session, brand: Brand, form: Form) -> None:
    audits.add(
        session,
        brand,
        partner=form.get("partner", ""),
        scheme=form.get("scheme", ""),
        audited_on=_day("audited_on", form.get("audited_on", "")),
        result=form.get("result", ""),
        auditor=form.get("auditor", ""),
        site=form.get("site"),
        valid_until=_day("valid_until", form["valid_until"]) if "valid_until" in form else None,
        grade=form.get("grade"),
        findings={name: _count(form, name) or 0 for name in audits.SEVERITIES},
        file_sha256=_file(session, brand, form),
        supersedes=form.get("supersedes"),
        now=now(),
    )


def _require(session: Session, brand: Brand, form: Form) -> None:
    kind = form.get("kind", "")
    required.require(
        session,
        brand,
        kind=kind,
        name=form.get("name", ""),
        gtin=form.get("gtin"),
        category=form.get("category"),
        stage=form.get("stage") if kind == "inspection" else None,
        partner=form.get("partner") if kind == "audit" else None,
        max_age_days=_count(form, "max_age_days"),
        conditional_ok=form.get("conditional_ok") == "1",
        person_id=caller().person_id,
        now=now(),
    )


def _end(session: Session, brand: Brand, form: Form) -> None:
    found(required.get(session, brand.id, form.get("check", "")))
    required.end(session, brand, form["check"], person_id=caller().person_id, now=now())


def _show(session: Session, brand: Brand, form: Form) -> None:
    given: dict[str, Any] = {"named": form.get("named") == "1", "sites": form.get("sites", "").split()}
    found(
        suppliers.show(session, brand, form.get("partner", ""), **given, person_id=caller().person_id, now=now())
    )


def _warn(_: Session, brand: Brand, form: Form) -> None:
    certificates.flag_from(brand, _count(form, "days") or 0)


_ACTS: dict[str, Callable[[Session, Brand, Form], None]] = {
    "certificates": _certify,
    "audits": _audit,
    "checks": _require,
    "end": _end,
    "suppliers": _show,
    "days": _warn,
}


def _page(session: Session, refused: str = "", rule: str = "") -> Response:
    desk = reader(session)
    brand, t = desk.brand, desk.t
    today, flagged = now().date(), certificates.days_before(brand)
    newest = inspections.newest(session, brand.id, limit=20)
    partners = suppliers.of_brand(session, brand.id)
    return page(
        "staff/quality.html",
        desk,
        422 if refused else 200,
        refused=refused,
        rule=rule,
        ending=_ending(session, brand, today, flagged),
        flagged=flagged,
        lacking=[
            (key, quality_view.required_name(each.check, t), each.state)
            for key, each in clearance.lacking(session, brand.id, _lots(session, brand.id), now())
        ],
        checks=required.listed(session, brand.id, limit=_MOST),
        check_name=lambda check: quality_view.required_name(check, t),
        newest=[(row, quality_view.inspection(row, t)) for row in newest],
        partners=partners,
        states=STATE,
        stage_options=_options(STAGE, desk),
        result_options=_options(RESULT, desk),
        kind_options=_options(KIND, desk),
        partner_options=[(partner.id, partner.name) for partner, _, _ in partners],
        kept=proof_files.kept(session, brand.id, [row.file_sha256 for row in newest if row.file_sha256]),
        owns=desk.role == "owner",
        measured=_MEASURED[1:],
        writes=desk.role in ("owner", "warehouse"),
        today=today,
    )


def _options(table: Mapping[str, str], desk: Desk) -> list[tuple[str, str]]:
    return [(value, desk.t.gettext(text)) for value, text in table.items()]


def _ending(session: Session, brand: Brand, today: date, flagged: int) -> list[Certificate]:
    """Certificates that have run out, or will within the days of warning; what runs out first comes first."""
    mine = select(Certificate).where(Certificate.brand_id == brand.id, Certificate.valid_until.is_not(None))
    rows = session.scalars(mine.order_by(Certificate.valid_until, Certificate.id).limit(_MOST))
    return [row for row in rows if row.valid_until and (row.valid_until - today).days <= flagged]


def _lots(session: Session, brand_id: str) -> list[str]:
    newest = select(Passport.key).where(Passport.brand_id == brand_id, Passport.level == "lot")
    return list(session.scalars(newest.order_by(Passport.updated_at.desc(), Passport.key).limit(_NEWEST)))


def _file(session: Session, brand: Brand, form: Form) -> str | None:
    given = request.files.get("file")
    if given is None or not given.filename:
        return form.get("file_sha256")
    data, keep = given.stream.read(proof_files.LARGEST + 1), form.get("keep") == "1"
    return proof_files.take(session, open_box(house().keys), brand.id, data, keep=keep, now=now())


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Refused(field, "must be a day such as 2026-03-31") from None


def _count(form: Form, name: str) -> int | None:
    text = form.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Refused(name, "must be a whole number")
    return int(text)
