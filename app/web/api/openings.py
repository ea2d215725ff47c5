"""How often passports were opened, over HTTP: by product, country and week, and no finer."""

from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints

from app.db import reading
from app.models.scanning import ScanWeek
from app.scanning import store
from app.web.api.door import door
from app.web.api.paging import next_link
from app.web.body import Answer, Query
from app.web.context import caller, house, now
from app.web.rules import machine

bp = door("openings", "Openings")

_LONGEST_BACK = timedelta(weeks=8)
_PLACE = "^([0-9]{14})?_[0-9]{4}-[0-9]{2}-[0-9]{2}_([A-Z]{2})?$"


def _place(text: str) -> str:
    date.fromisoformat(text.split("_")[1])
    return text


class OpeningsQuery(Query):
    """From which week on (the last eight without it), of which product, and where to go on."""

    since: date | None = None
    gtin: Annotated[str, StringConstraints(pattern="^[0-9]{14}$")] | None = None
    after: Annotated[str, StringConstraints(pattern=_PLACE), AfterValidator(_place)] | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 200


class WeekOut(Answer):
    """Openings in the week from this Monday (UTC). Of few only `fewer_than` is told.

    `country` is null where nobody told it; `gtin` for units and other things.
    """

    gtin: str | None
    week: date
    country: str | None
    openings: int | None
    fewer_than: int | None


class OpeningsOut(Answer):
    """A page of weekly sums, by product, week and country."""

    weeks: list[WeekOut]


@bp.get("/api/v1/scans")
@machine("events:read", "auditor")
@bp.input(OpeningsQuery, location="query")
@bp.output(OpeningsOut)
def get_scans(query_data: OpeningsQuery) -> Any:
    """How often the passports of the brand were opened. Nobody is tracked."""
    since = query_data.since or store.monday(now() - _LONGEST_BACK)
    with reading(house().db) as session:
        rows = store.weeks_from(
            session, caller().brand_id, since, query_data.gtin, _after(query_data.after), query_data.limit + 1
        )
    shown = rows[: query_data.limit]
    headers = {}
    if len(rows) > len(shown):
        last = shown[-1]
        on = {"since": since, "after": f"{last.gtin}_{last.week}_{last.country}", "limit": query_data.limit}
        headers = next_link({**on, "gtin": query_data.gtin} if query_data.gtin else on)
    return {"weeks": [_week(row) for row in shown]}, 200, headers


def _after(text: str | None) -> tuple[str, date, str] | None:
    if text is None:
        return None
    gtin, week, country = text.split("_")
    return gtin, date.fromisoformat(week), country


def _week(row: ScanWeek) -> dict[str, Any]:
    few = row.count < store.FEW
    return {
        "gtin": row.gtin or None,
        "week": row.week,
        "country": row.country or None,
        "openings": None if few else row.count,
        "fewer_than": store.FEW if few else None,
    }
