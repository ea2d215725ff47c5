"""The page of quality: what runs out, what lots lack, and the forms for claims and required checks."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import reading
from app.models.brands import Brand
from app.models.products import Certificate, Passport
from app.provenance import certificates, clearance, inspections, proof_files, required, suppliers
from app.provenance.errors import AlreadyCorrected, Refused
from app.sealed import open_box
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.limits import takes_up_to
from app.web.pages import quality_forms, quality_view
from app.web.pages.languages import chosen
from app.web.pages.quality_forms import Wrong
from app.web.pages.render import see
from app.web.pages.staff import Desk, page, reader
from app.web.problems import Problem, found
from app.web.rules import staff
from app.words.quality import FIELD, KIND, RESULT, STAGE, STATE

bp = Blueprint("quality_desk", __name__, url_prefix="/quality")

_ROOM = 100_000  # for the other fields of a form
_NEWEST = 100
_MOST = 200


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
    return _done(session, "inspections")


@bp.post("/<act>")
@staff("owner")
@takes_up_to(proof_files.LARGEST + _ROOM)
@once
def change(act: str, session: Session) -> Response:
    """Add a certificate, an audit or a required check, or end one; show a supplier; choose the days of warning."""
    if act not in quality_forms.ACTS:
        raise Problem("not-found")
    return _done(session, act)


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


def _done(session: Session, act: str) -> Response:
    form = {name: text.strip() for name, text in request.form.items() if text.strip()}
    given = request.files.get("file")
    file = given.stream.read(proof_files.LARGEST + 1) if given and given.filename else None
    try:
        quality_forms.ACTS[act](session, brand_of(session, caller().brand_id), form, file)
    except (Refused, AlreadyCorrected) as refused:
        return _page(session, quality_forms.wrong(act, form, refused, file=file is not None))
    return see(f"/quality{chosen()}")


def _page(session: Session, wrong: Wrong | None = None) -> Response:
    desk = reader(session)
    brand, t = desk.brand, desk.t
    today, flagged = now().date(), certificates.days_before(brand)
    newest = inspections.newest(session, brand.id, limit=20)
    partners = suppliers.of_brand(session, brand.id)
    return page(
        "staff/quality.html",
        desk,
        422 if wrong else 200,
        wrong=wrong,
        fields=FIELD,
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
        measured=quality_forms.MEASURED[1:],
        more_measured=quality_forms.more_measured(wrong),
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
