"""What carriers ask on a lane and how many days they state: a table that a person uploads. Never guessed."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from babel.numbers import get_currency_precision
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.ids import new_id
from app.models.eta import LanePrice
from carriers.eta.live import Route

COLUMNS = (
    "carrier",
    "service",
    "origin",
    "destination",
    "up_to_g",
    "amount",
    "currency",
    "first_day",
    "last_day",
)
_MOST_ROWS = 5000


@dataclass(frozen=True)
class BadRow:
    """A row that can't be taken: its line in the file, the column, and how to mend it, a code of words.TROUBLE."""

    row: int
    column: str
    trouble: str


@dataclass(frozen=True)
class PriceTable:
    """A table as it was read: rows to keep, and rows that stand in the way."""

    rows: list[LanePrice]
    bad: list[BadRow]


def read_table(raw: bytes, brand_id: str) -> PriceTable:
    """Read a price table; nothing is kept. Any bad row keeps the whole table out."""
    try:
        lines = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
        if missing := [column for column in COLUMNS if column not in (lines.fieldnames or ())]:
            return PriceTable([], [BadRow(1, column, "missing_column") for column in missing])
        cells = list(lines)
    except (UnicodeDecodeError, csv.Error):
        return PriceTable([], [BadRow(1, "", "no_csv")])
    if len(cells) > _MOST_ROWS:
        return PriceTable([], [BadRow(_MOST_ROWS + 2, "", "too_long")])
    rows: list[LanePrice] = []
    bad: list[BadRow] = []
    seen: set[tuple[object, ...]] = set()
    for number, row in enumerate(cells, 2):
        if found := list(_troubles(number, row)):
            bad += found
            continue
        price = _price(row, brand_id)
        place = (price.carrier, price.service, price.origin, price.destination, price.up_to_g)
        if place in seen:
            bad.append(BadRow(number, "up_to_g", "twice"))
        seen.add(place)
        rows.append(price)
    return PriceTable(rows, bad)


def _troubles(number: int, row: dict[str, str | None]) -> Iterator[BadRow]:
    def cell(column: str) -> str:
        return (row.get(column) or "").strip()

    for column in ("origin", "destination"):
        if not (len(cell(column)) == 2 and cell(column).isascii() and cell(column).isalpha()):
            yield BadRow(number, column, "country")
    for column in ("up_to_g", "first_day", "last_day"):
        if not cell(column).isdecimal() or int(cell(column)) > 10**7:
            yield BadRow(number, column, "whole_number")
    if not 1 < len(cell("carrier")) <= 30:
        yield BadRow(number, "carrier", "empty")
    if len(cell("service")) > 60:
        yield BadRow(number, "service", "too_long")
    if minor(cell("amount"), cell("currency").upper()) is None:
        yield BadRow(number, "amount", "amount")
    if not (len(cell("currency")) == 3 and cell("currency").isascii() and cell("currency").isalpha()):
        yield BadRow(number, "currency", "currency")
    days = cell("first_day"), cell("last_day")
    if all(map(str.isdecimal, days)) and int(days[1]) < int(days[0]):
        yield BadRow(number, "last_day", "before")


def minor(amount: str, currency: str) -> int | None:
    """An amount as minor units; None for what is no amount, or has more digits than the currency."""
    digits = get_currency_precision(currency)
    whole, _, rest = amount.partition(".")
    if not whole.isdecimal() or len(whole) > 9 or len(rest) > digits or (rest and not rest.isdecimal()):
        return None
    return int(f"{whole}{rest.ljust(digits, '0')}")


def _price(row: dict[str, str | None], brand_id: str) -> LanePrice:
    def cell(column: str) -> str:
        return (row.get(column) or "").strip()

    currency = cell("currency").upper()
    return LanePrice(
        id=new_id(),
        brand_id=brand_id,
        carrier=cell("carrier").lower(),
        service=cell("service"),
        origin=cell("origin").upper(),
        destination=cell("destination").upper(),
        up_to_g=int(cell("up_to_g")),
        amount_minor=minor(cell("amount"), currency) or 0,
        currency=currency,
        first_day=int(cell("first_day")),
        last_day=int(cell("last_day")),
    )


def replace_table(session: Session, brand_id: str, rows: list[LanePrice]) -> None:
    """Keep these rows in place of all that were there."""
    session.execute(delete(LanePrice).where(LanePrice.brand_id == brand_id))
    session.add_all(rows)


def prices(session: Session, brand_id: str, origin: str = "", destination: str = "") -> list[LanePrice]:
    """The rows of a brand, of one lane where one is named, the cheapest first."""
    mine = select(LanePrice).where(LanePrice.brand_id == brand_id)
    if origin:
        mine = mine.where(LanePrice.origin == origin)
    if destination:
        mine = mine.where(LanePrice.destination == destination)
    order = (LanePrice.origin, LanePrice.destination, LanePrice.amount_minor, LanePrice.id)
    return list(session.scalars(mine.order_by(*order)))


def transit_table(session: Session, brand_id: str, route: Route) -> tuple[int, int] | None:
    """The transit days that the table states for a lane: of this service, else of this carrier, else over all."""
    known = route.origin and route.destination
    rows = prices(session, brand_id, route.origin, route.destination) if known else []
    with_it = [row for row in rows if row.carrier == route.carrier]
    served = [row for row in with_it if row.service.casefold() == route.service.casefold()]
    mine = served or with_it or rows
    if not mine:
        return None
    return min(row.first_day for row in mine), max(row.last_day for row in mine)
