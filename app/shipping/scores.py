"""How good promises and predictions were, lane by lane, beside plain averages. Reads; no person is in it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.eta import Prediction, Way
from app.shipping.predictions import lane_name
from carriers.eta import scores
from carriers.eta.live import FEW


@dataclass(frozen=True)
class Cover:
    """How many predictions have been tried, and which share came inside its window; None of too few."""

    tried: int
    held: float | None


@dataclass(frozen=True)
class LaneScore:
    """A lane's record. Shares and errors are None where fewer than thirty deliveries stand behind them."""

    lane: str
    deliveries: int
    promised: int
    promises_kept: float | None
    window: Cover
    error: float | None  # days between the middle of our first window and the day it came
    error_plain: float | None  # the same of the lane's plain median
    error_promise: float | None
    told: int  # predictions with a chance, whose outcome is known
    late: float | None
    brier: float | None
    brier_plain: float | None  # of the lane's plain share of late ones
    reliability: tuple[scores.Bin, ...]

    @property
    def is_enough(self) -> bool:
        """Whether it says anything."""
        return self.deliveries >= FEW


def lane_scores(session: Session, brand_id: str) -> list[LaneScore]:
    """Every lane on which something has come, the busiest first."""
    ways: dict[str, list[Way]] = defaultdict(list)
    mine = select(Way).where(Way.brand_id == brand_id, Way.outcome == "delivered")
    for way in session.scalars(mine):
        if way.origin and way.destination:
            ways[lane_name(way.origin, way.destination)].append(way)
    told: dict[str, list[Prediction]] = defaultdict(list)
    for row in _first_ones(session, brand_id):
        told[row.lane].append(row)
    found = [_score(lane, rows, told[lane]) for lane, rows in ways.items()]
    return sorted(found, key=lambda each: (-each.deliveries, each.lane))


def cover_of(session: Session, brand_id: str, lane: str) -> Cover:
    """How often the first window of a shipment on this lane held."""
    return _cover([row for row in _first_ones(session, brand_id) if row.lane == lane])


def _first_ones(session: Session, brand_id: str) -> Sequence[Prediction]:
    """What was said first of each shipment that has come: the hardest to get right, and the one people plan by."""
    mine = select(Prediction).where(Prediction.brand_id == brand_id, Prediction.ordinal == 1)
    return session.scalars(mine.where(Prediction.came_on.is_not(None)).order_by(Prediction.id)).all()


def _score(lane: str, ways: Sequence[Way], said: Sequence[Prediction]) -> LaneScore:
    promised = [way.days_late for way in ways if way.days_late is not None]
    chances = [(row.risk, bool(row.late)) for row in said if row.risk is not None and row.late is not None]
    plain = [
        (row.plain_risk, bool(row.late)) for row in said if row.plain_risk is not None and row.late is not None
    ]
    enough = len(ways) >= FEW
    return LaneScore(
        lane=lane,
        deliveries=len(ways),
        promised=len(promised),
        promises_kept=_share([late <= 0 for late in promised]) if enough else None,
        window=_cover(said),
        error=_mean([abs((row.came_on - row.p50).days) for row in said if row.came_on]),
        error_plain=_mean(
            [abs((row.came_on - row.plain_on).days) for row in said if row.came_on and row.plain_on]
        ),
        error_promise=_mean([abs(late) for late in promised]),
        told=len(chances),
        late=_share([true for _, true in chances]) if len(chances) >= FEW else None,
        brier=scores.brier(chances) if len(chances) >= FEW else None,
        brier_plain=scores.brier(plain) if len(plain) >= FEW else None,
        reliability=tuple(scores.reliability(chances)) if len(chances) >= FEW else (),
    )


def _cover(said: Sequence[Prediction]) -> Cover:
    held = [row.p10 <= row.came_on <= row.p90 for row in said if row.came_on]
    return Cover(len(held), _share(held) if len(held) >= FEW else None)


def _share(true: Sequence[bool]) -> float | None:
    return sum(true) / len(true) if true else None


def _mean(days: Sequence[int]) -> float | None:
    """The mean of enough of them."""
    return sum(days) / len(days) if len(days) >= FEW else None
