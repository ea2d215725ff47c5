"""The desk's doors to a suspected copy: what a reader sent, and the evidence as a signed file."""

from flask import Blueprint, Response

from app.brands.tenants import brand_of, signer_of
from app.db import reading
from app.sealed import open_box
from app.support import cases
from app.suspects import evidence, photos, reports
from app.suspects.dossier import dossier
from app.web.context import caller, house, now
from app.web.pages.desk import acting_person
from app.web.pages.staff import page, reader
from app.web.problems import Problem, found
from app.web.rules import staff
from ledger.errors import NotPublished

bp = Blueprint("suspects", __name__, url_prefix="/desk")


@bp.post("/reports/<report_id>/photo")
@staff("support")
def photo(report_id: str) -> Response:
    """A reader's photo, as a file to keep and never as a page; the look at it is an entry."""
    with house().db.begin() as session:
        row = found(reports.get(session, caller().brand_id, report_id))
        if row.photo is None:
            raise Problem("not-found")
        opened = reports.open_sealed(session, open_box(house().keys), row, acting_person(), now())
    response = Response(opened["photo"], mimetype="application/octet-stream")
    name = f"report-{row.id}.{photos.ENDINGS[row.photo_media]}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/reports/<report_id>/read")
@staff("support")
def read_report(report_id: str) -> Response:
    """What a reader wrote, and where to answer; shown for this one answer, after the look is an entry."""
    with house().db.begin() as session:
        row = found(reports.get(session, caller().brand_id, report_id))
        opened = reports.open_sealed(session, open_box(house().keys), row, acting_person(), now())
        values = {name: opened[name].decode() for name in ("words", "email") if name in opened}
        return page("staff/report.html", reader(session), report=row, given=values)


@bp.get("/cases/<case_id>/evidence.json")
@staff("support", "auditor")
def evidence_file(case_id: str) -> Response:
    """The case as one file that is signed with the log's key and checks offline: `wayproof verify FILE`."""
    with reading(house().db) as session:
        case = found(cases.get(session, caller().brand_id, case_id))
        whole = found(dossier(session, case))
        brand = brand_of(session, case.brand_id)
        try:
            data = evidence.written(session, brand, whole, signer_of(house().keys, brand), now())
        except NotPublished as error:
            raise Problem("not-published", str(error)) from error
    response = Response(data, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="evidence-{case.id}.json"'
    return response
