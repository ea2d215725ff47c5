"""What was made of what, over HTTP: the traceability sheet, and the way up and down as a graph or a table."""

from typing import Annotated

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field

from app.db import reading
from app.epcis import fsma
from app.provenance.fsma import sheet
from app.spreadsheet import as_csv
from app.web.api.spec import answers, refusals, tells
from app.web.body import Query
from app.web.context import caller, house, reader
from app.web.rules import machine

bp = APIBlueprint("tracing", __name__, tag="Trace and recall")  # no `door`: who wants a table may accept text/csv


class LotQuery(Query):
    """A lot as a Digital Link; without it the whole record is asked for."""

    lot: Annotated[str, Field(min_length=3, max_length=400)] | None = None


@bp.get("/fsma204.csv")
@machine("events:read", "warehouse", "support", "auditor")
@bp.input(LotQuery, location="query")
@tells(responses=answers(200, "The sheet (FSMA 204)", {"type": "string"}, "text/csv") | refusals(413))
def get_fsma_sheet(query_data: LotQuery) -> Response:
    """The FSMA 204 sheet of a lot, back to the harvest and on to who received them."""
    with reading(house().db) as session:
        lots = [query_data.lot] if query_data.lot else []
        rows = sheet(session, caller().brand_id, lots, reader())
    return table(as_csv(fsma.HEADER, rows), "fsma204.csv")


def table(content: str, name: str) -> Response:
    """A CSV to be kept as a file; it is about one reader, so that nothing between may keep it."""
    answer = Response(content, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
