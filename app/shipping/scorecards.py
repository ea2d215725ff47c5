"""Carrier scorecards: how late, how lossy, how slow, leg by leg, against the target. Reads; for staff."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import spreadsheet
from app.models.eta import Way
from app.shipping.predictions import lane_name
from carriers.eta.live import LEGS

LATE_TARGET = 0.05
ENOUGH = 8
"""Shipments below which a share is left out: one late parcel of three says nothing of a carrier."""

YEAR = timedelta(days=365)
_CUSTOMS = LEGS.index("customs")


@dataclass(frozen=True)
class Card:
    """One carrier, on all its lanes (`lane` empty) or on one, over the shipments that ended since a day."""

    carrier: str
    lane: str
    shipments: int
    promised: int
    late: float | None
    lost: int
    returned: int
    damaged: int
    median_days: tuple[float, ...]  # on each of LEGS; empty where nothing was delivered
    customs_share: float | None  # how many were held at customs for a day or more
    days_late: float | None  # of the late ones, the median

    @property
    def on_target(self) -> bool | None:
        """Whether it keeps the target; None of too few."""
        return None if self.late is None else self.late <= LATE_TARGET


def cards(session: Session, brand_id: str, since: date) -> list[Card]:
    """A card for each carrier, each followed by one for each of its lanes; the busiest first."""
    by_carrier: dict[str, list[Way]] = defaultdict(list)
    mine = select(Way).where(Way.brand_id == brand_id, Way.ended_on >= since, Way.carrier != "")
    for way in session.scalars(mine.order_by(Way.shipment_id)):
        by_carrier[way.carrier].append(way)
    found: list[Card] = []
    for carrier, ways in sorted(by_carrier.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        lanes: dict[str, list[Way]] = defaultdict(list)
        for way in ways:
            lanes[lane_name(way.origin, way.destination)].append(way)
        found.append(_card(carrier, "", ways))
        found += [_card(carrier, lane, of) for lane, of in sorted(lanes.items(), key=lambda p: (-len(p[1]), p[0]))]
    return found


def _card(carrier: str, lane: str, ways: Sequence[Way]) -> Card:
    days = [way.days_late for way in ways if way.days_late is not None]
    legs = [way.legs for way in ways if len(way.legs) == len(LEGS)]
    enough = len(days) >= ENOUGH
    late = [each for each in days if each > 0]
    return Card(
        carrier=carrier,
        lane=lane,
        shipments=len(ways),
        promised=len(days),
        late=len(late) / len(days) if enough else None,
        lost=sum(way.outcome == "lost" for way in ways),
        returned=sum(way.outcome == "returned" for way in ways),
        damaged=sum(way.damaged for way in ways),
        median_days=tuple(float(median(each[leg] for each in legs)) for leg in range(len(LEGS))) if legs else (),
        customs_share=_share([each[_CUSTOMS] >= 1 for each in legs]) if len(legs) >= ENOUGH else None,
        days_late=float(median(late)) if late else None,
    )


def _share(true: Sequence[bool]) -> float:
    return sum(true) / len(true)


def as_csv(rows: Iterable[Card]) -> str:
    """The cards as a table for a spreadsheet. No cell begins a formula."""
    legs = [f"median_days_{leg}" for leg in LEGS]
    head = ["carrier", "lane", "shipments", "with_promise", "late_share", "target", "lost", "returned", "damaged"]
    return spreadsheet.as_csv(
        [*head, *legs, "customs_share", "median_days_late"], (list(_cells(row)) for row in rows)
    )


def _cells(row: Card) -> Iterator[str]:
    yield from (row.carrier, row.lane, str(row.shipments), str(row.promised), _text(row.late), str(LATE_TARGET))
    yield from (str(row.lost), str(row.returned), str(row.damaged))
    yield from ([f"{days:g}" for days in row.median_days] or [""] * len(LEGS))
    yield from (_text(row.customs_share), _text(row.days_late))


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"
