"""The values that travel through the workshop, and the reasons for refusing a message. No table, no topic."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import IntFlag, StrEnum
from typing import Literal

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

MAX_PAYLOAD = 64 * 1024
SILENT_AFTER = 3  # expected intervals without a reading: from then on nothing is known


# The condition of a stretch of time; measured: there were readings, but no limit to hold them against.
Kind = Literal["in", "out", "unknown", "measured"]


class Reason(StrEnum):
    """Why a message, or one map of it, is in quarantine and not among the readings."""

    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    WRONG_SHAPE = "wrong_shape"
    BAD_VALUE = "bad_value"
    BAD_TIME = "bad_time"
    CLOCK_OUT_OF_RANGE = "clock_out_of_range"
    WRONG_TOPIC = "wrong_topic"
    UNKNOWN_DEVICE = "unknown_device"
    DEVICE_RETIRED = "device_retired"
    OTHER_DEVICE = "other_device"
    UNSTORABLE = "unstorable"


class Flag(IntFlag):
    """Marks on a stored reading. LATE: it came more than three expected intervals after it was measured."""

    LATE = 1


@dataclass(frozen=True, slots=True)
class Message:
    """What MQTT delivered."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Sample:
    """One map of a message: the values a device measured at one moment.

    `ts` in microseconds since 1970 UTC; `seq` None when the device has no counter; `device` when the payload names
    one.
    """

    ts: int
    seq: int | None
    boot: str
    values: dict[str, Decimal]
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A message, or its map at `position`, that is no reading. `seq` and `boot` as far as they could be read."""

    reason: Reason
    detail: str
    position: int = 0
    seq: int | None = None
    boot: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message: kept samples and refused ones, all of them committed when the caller commits.

    `username` is None when the topic names no known device; then nobody can be told.
    """

    username: str | None
    stored: list[Sample]
    refused: list[Refusal]


def micros(at: datetime) -> int:
    """An aware moment as whole microseconds since 1970 UTC, without the rounding of a float."""
    return (at - EPOCH) // _MICROSECOND


def moment(ts: int) -> datetime:
    """Microseconds since 1970 UTC as an aware moment."""
    return EPOCH + timedelta(microseconds=ts)


def decimal_text(value: Decimal) -> str:
    """A decimal without exponent, as it stands in rows and entries; trailing zeros stay."""
    return format(value, "f")
