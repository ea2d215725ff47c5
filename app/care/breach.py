"""When a promise is broken for certain. Pure: a prediction breaks nothing, nor does what nobody has checked."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Breach:
    """A broken promise. `how`: "delivered_late", or "window_passed" where a carrier said so after its end."""

    days_late: int
    how: str


def breach_of(
    last_day: date, *, today: date, delivered_on: date | None, offered_on: date | None, confirmed: bool
) -> Breach | None:
    """How the promise of `last_day` is broken; None while it is kept, or while nobody can know.

    `offered_on` is when somebody stood at the door or it lay ready to be collected: who was not there was served
    in time. `confirmed`: after the end of that day its carrier still had no delivery, or we had not sent it.
    """
    if offered_on and offered_on <= last_day:
        return None
    if delivered_on:
        late = (delivered_on - last_day).days
        return Breach(late, "delivered_late") if late > 0 else None
    late = (today - last_day).days
    return Breach(late, "window_passed") if late > 0 and confirmed else None
