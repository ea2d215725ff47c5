"""The condition of one thing over the time it was watched, for its passport. Reads only; judges nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Latest:
    """The newest reading by time of measurement."""

    at: datetime
    value: str
    unit: str


@dataclass(frozen=True)
class Point:
    """One point of a chart: lowest and highest value of a short span that begins at `at`."""

    at: datetime
    low: float
    high: float


@dataclass(frozen=True)
class Excursion:
    """A stay outside the band that a rule raised; `ended_at` None: not over. `peak` is a decimal in `unit`."""

    alarm_id: int
    device_name: str
    started_at: datetime
    ended_at: datetime | None
    peak: str
    peak_at: datetime
    limit: str
    unit: str
    submission_id: int | None


@dataclass(frozen=True)
class Condition:
    """What the sensors say about one thing. Seconds of `inside`, `outside` and `unknown` add up to the time watched.

    `unit` is a UN/CEFACT code (CEL), `symbol` what a person reads (°C). `low` and `high` are decimals in `unit`, None
    where no limit is set; then all time counts as unknown. `gaps` are spans without data longer than three expected
    intervals. `seal_submission_ids` are those of the newest seals, newest first; `seal_count` counts all.
    """

    metric: str
    unit: str
    symbol: str
    low: str | None
    high: str | None
    latest: Latest | None
    inside_s: int
    outside_s: int
    unknown_s: int
    watched: list[tuple[datetime, datetime]]
    series: list[Point]
    gaps: list[tuple[datetime, datetime]]
    excursions: list[Excursion]
    seal_submission_ids: list[int]
    seal_count: int
    devices: list[str]


def conditions(session: Session, brand_id: str, key: str, until: datetime | None = None) -> Condition | None:
    """The condition of the thing with this passport key, or None when no device ever watched it.

    A device watched it when it was placed on the thing, or on a unit that the thing was inside of at that time.
    `until` (aware, UTC) ends what is still watched, so that a silence up to that moment counts as unknown; without
    it a watch that goes on ends with its last reading.
    """
    raise NotImplementedError
