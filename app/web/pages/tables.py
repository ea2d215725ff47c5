"""Tables on the web: a file is judged, then comes in when somebody says so; out as CSV or workbook. Only doors."""

from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import Db, reading
from app.intake import tables
from app.models.tables import TableFile, Workbook
from app.provenance import tables as rows_of
from app.provenance import workbooks
from app.provenance.workbooks import Asker
from app.sealed import open_box
from app.spreadsheet import lines
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.limits import takes_up_to
from app.web.pages import languages
from app.web.pages.render import see
from app.web.pages.staff import page, reader
from app.web.problems import Problem, found
from app.web.rules import staff

bp = Blueprint("tables", __name__)

_RECENT = 20
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ALL = ("warehouse", "support", "auditor", "partner")


@bp.get("/tables")
@staff("warehouse")
def overview() -> Response:
    """Choose what a file holds; and take out what is there."""
    with reading(house().db) as session:
        return _overview(session)


@bp.post("/tables")
@staff("warehouse")
@takes_up_to(tables.LARGEST + 100_000)
@once
def upload(session: Session) -> Response:
    """Keep the file, sealed; the worker judges it."""
    given, kind = request.files.get("file"), request.form.get("kind", "")
    data = given.stream.read() if given else b""
    if kind not in rows_of.KINDS or not data or len(data) > tables.LARGEST:
        return _overview(session, 422, wrong="too-large" if len(data) > tables.LARGEST else "missing")
    who, box = asker(), open_box(house().keys)
    told = {"brand_id": who.brand_id, "person_id": who.person_id, "kind": kind}
    row = tables.keep(session, box, **told, data=data, now=now())
    return see(f"/tables/{row.id}{languages.chosen()}")


@bp.get("/tables/<file_id>")
@staff("warehouse")
def uploaded(file_id: str) -> Response:
    """How a file stands: what it would change and its bad rows by number, then how far it is."""
    with reading(house().db) as session:
        row: TableFile = found(tables.get(session, caller().brand_id, file_id))
        return page("staff/table.html", reader(session), file=row, moving=row.state in tables.MOVING)


@bp.post("/tables/<file_id>/<any(go,cancel):act>")
@staff("warehouse")
@once
def act(file_id: str, act: str, session: Session) -> Response:
    """Let the good rows of a judged file come in, or stop it where it stands."""
    row: TableFile = found(tables.get(session, caller().brand_id, file_id))
    (tables.go if act == "go" else tables.cancel)(session, row)
    return see(f"/tables/{file_id}{languages.chosen()}")


@bp.get("/tables/export/<kind>.csv")
@staff("warehouse")
def export(kind: str) -> Response:
    """A table of the brand as CSV, which comes in again as it is."""
    if kind not in rows_of.KINDS:
        raise Problem("not-found")
    return streamed(_written(house().db, caller().brand_id, kind), f"{kind}.csv")


@bp.post("/tables/export/<kind>")
@staff("warehouse")
@once
def workbook(kind: str, session: Session) -> Response:
    """Have the worker make a workbook of a table."""
    if kind not in rows_of.KINDS:
        raise Problem("not-found")
    row = workbooks.ask(session, asker(), kind, {}, now())
    return see(f"/workbooks/{row.id}{languages.chosen()}")


@bp.get("/workbooks/<workbook_id>")
@staff(*_ALL)
def made(workbook_id: str) -> Response:
    """How far a workbook is; only for who asked."""
    with reading(house().db) as session:
        row: Workbook = found(workbooks.get(session, asker(), workbook_id))
        return page("staff/workbook.html", reader(session), book=row)


@bp.get("/workbooks/<workbook_id>/file.xlsx")
@staff(*_ALL)
def fetch(workbook_id: str) -> Response:
    """The workbook itself."""
    with reading(house().db) as session:
        row: Workbook = found(workbooks.get(session, asker(), workbook_id))
    if row.state != "done":
        raise Problem("not-found")
    answer = Response(workbooks.content(open_box(house().keys), row), mimetype=_XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{row.kind}.xlsx"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def streamed(rows: Iterable[str], name: str) -> Response:
    """A CSV to be kept as a file, sent line by line; it is about one reader, so nothing between may keep it."""
    answer = Response(rows, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _written(db: Db, brand_id: str, kind: str) -> Iterator[str]:
    """Read while it is sent, so that a large table is never whole in memory."""
    with reading(db) as session:
        brand = brand_of(session, brand_id)
        yield from lines(rows_of.head(session, brand, kind), rows_of.rows(session, brand, kind))


def asker() -> Asker:
    """The person behind this page."""
    who = caller()
    assert who.person_id  # a login is asked for
    return Asker(who.brand_id, who.person_id, who.partner_id)


def _overview(session: Session, status: int = 200, wrong: str = "") -> Response:
    recent = tables.recent(session, caller().brand_id, _RECENT)
    shown = {"kinds": rows_of.COLUMNS, "files": recent, "wrong": wrong}
    return page("staff/tables.html", reader(session), status, **shown)
