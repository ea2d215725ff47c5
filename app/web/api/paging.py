"""Lists in pages: `Link: <…>; rel="next"` (RFC 8288) leads on, and its absence is the end."""

from collections.abc import Sequence
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from flask import request
from pydantic import Field

from app.web.body import Query

Row = TypeVar("Row")


class PageQuery(Query):
    """Where to go on, as the Link header of the page before says, and how many at most."""

    after: Annotated[str, Field(max_length=400)] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50

    @property
    def one_more(self) -> int:
        """What to ask the database for, to see whether there is another page."""
        return self.limit + 1


def page(rows: Sequence[Row], query: PageQuery, name: str) -> tuple[Sequence[Row], dict[str, str]]:
    """The rows of this page, and the header that leads to the next one; `name` is the column it goes on from."""
    shown = rows[: query.limit]
    if len(rows) <= query.limit:
        return shown, {}
    return shown, next_link({"after": getattr(shown[-1], name), "limit": query.limit})


def next_link(parameters: dict[str, object]) -> dict[str, str]:
    """The Link header of a page that is not the last one."""
    return {"Link": f'<{request.base_url}?{urlencode(parameters, doseq=True)}>; rel="next"'}
