"""Which unit a device watched, and when. A unit is a passport key; what it holds is the house's business."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from iot.tables import Placement


class PlacementRefused(ValueError):
    """The placement contradicts an earlier one; the text says how."""


@dataclass(frozen=True)
class Watch:
    """A device watched a unit from `from_at` to `to_at` (None: still)."""

    id: int
    device_id: int
    unit_key: str
    from_at: datetime
    to_at: datetime | None


def place(session: Session, *, brand_id: str, device_id: int, unit_key: str, from_at: datetime) -> Watch:
    """Begin a watch and end the one before. Raises PlacementRefused when a later one is already written."""
    end(session, device_id, from_at)
    row = Placement(brand_id=brand_id, device_id=device_id, unit_key=unit_key, from_at=from_at)
    session.add(row)
    session.flush()
    return _watch(row)


def end(session: Session, device_id: int, to_at: datetime) -> Watch | None:
    """End the open watch of a device, if there is one."""
    row = session.scalar(
        select(Placement).where(Placement.device_id == device_id).order_by(Placement.from_at.desc())
    )
    if row is None:
        return None
    if row.from_at > to_at or (row.to_at is not None and row.to_at > to_at):
        raise PlacementRefused(f"the device already watches {row.unit_key} at that time; choose a later one")
    if row.to_at is not None:
        return None
    row.to_at = to_at
    session.flush()
    return _watch(row)


def of_device(session: Session, device_id: int, from_at: datetime, until: datetime) -> list[Watch]:
    """The watches of a device that touch this time, oldest first."""
    rows = session.scalars(
        select(Placement)
        .where(
            Placement.device_id == device_id,
            Placement.from_at <= until,
            or_(Placement.to_at.is_(None), Placement.to_at > from_at),
        )
        .order_by(Placement.from_at)
    )
    return [_watch(row) for row in rows]


def open_now(session: Session, brand_id: str) -> dict[int, Watch]:
    """What each device of the brand watches now, by device id."""
    rows = session.scalars(select(Placement).where(Placement.brand_id == brand_id, Placement.to_at.is_(None)))
    return {row.device_id: _watch(row) for row in rows}


def note_submission(session: Session, watch: Watch, submission_id: int) -> None:
    """Remember under which submission the log holds this placement."""
    row = session.get_one(Placement, watch.id)
    row.submission_id = submission_id


def _watch(row: Placement) -> Watch:
    return Watch(row.id, row.device_id, row.unit_key, row.from_at, row.to_at)


# Every watch of one of the `units` of a `brand`, oldest first: the statement itself, for pages ask this often, and
# who asks knows how to run it quickly.
_P = Placement.__table__.c
OF_UNITS = (
    select(_P.id, _P.device_id, _P.unit_key, _P.from_at, _P.to_at)
    .where(_P.brand_id == bindparam("brand"), _P.unit_key.in_(bindparam("units", expanding=True)))
    .order_by(_P.from_at)
)
