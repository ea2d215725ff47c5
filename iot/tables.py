"""Tables of the workshop: devices, readings, rules, alarms, seals. Ids of other rooms appear as plain values.

Moments of measurement (`ts` and every column ending in `_ts`) are integers: microseconds since 1970-01-01 UTC, as
the device gave them. Moments of ours end in `_at`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Index, Integer, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from iot.reading import Kind

Growing = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Base of this workshop's tables."""

    type_annotation_map = {datetime: DateTime(timezone=True), bytes: LargeBinary}


class Device(Base):
    """A sensor with credentials of its own. `username` is `{brand slug}/{name}`; `metrics` maps metric to unit.

    `password_hash` is in the form of mosquitto's password file ($7$, PBKDF2-SHA512).
    """

    __tablename__ = "device"
    __table_args__ = (UniqueConstraint("brand_id", "name"),)

    id: Mapped[int] = mapped_column(Growing, primary_key=True)
    brand_id: Mapped[str] = mapped_column(String(26))
    name: Mapped[str] = mapped_column(String(40))
    username: Mapped[str] = mapped_column(String(81), unique=True)
    profile: Mapped[str] = mapped_column(String(30), default="plain")
    expected_interval_s: Mapped[int] = mapped_column(BigInteger)
    metrics: Mapped[dict[str, str]] = mapped_column(JSON)
    password_hash: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(10), default="active")  # active, retired
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime] = mapped_column(index=True)  # of the credentials


class Placement(Base):
    """Which unit a device watched, from when to when (`to_at` None: still)."""

    __tablename__ = "placement"
    __table_args__ = (
        Index("placement_by_unit", "brand_id", "unit_key"),
        Index("placement_open", "device_id", unique=True, sqlite_where=text("to_at IS NULL"),
              postgresql_where=text("to_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Growing, primary_key=True)
    brand_id: Mapped[str] = mapped_column(String(26))
    device_id: Mapped[int] = mapped_column(BigInteger, index=True)
    unit_key: Mapped[str] = mapped_column(String(400))
    from_at: Mapped[datetime]
    to_at: Mapped[datetime | None]
    submission_id: Mapped[int | None] = mapped_column(BigInteger)


class Frame(Base):
    """A message as it came, the source of its readings."""

    __tablename__ = "frame"

    id: Mapped[int] = mapped_column(Growing, primary_key=True)
    topic: Mapped[str] = mapped_column(String(200))
    payload: Mapped[bytes]
    sha256: Mapped[str] = mapped_column(String(64))
    recv_at: Mapped[datetime]


class Reading(Base):
    """One measured value. The primary key is what makes a repeated delivery one row.

    `value_text` is the decimal as received, `value` the nearest float for charts and SQL. `flags`: see
    iot/reading.
    """

    __tablename__ = "reading"
    __table_args__ = {"sqlite_with_rowid": False}

    device_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    metric: Mapped[str] = mapped_column(String(40), primary_key=True)
    ts: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    boot: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    value: Mapped[float]
    value_text: Mapped[str] = mapped_column(String(60))
    unit: Mapped[str] = mapped_column(String(8))
    flags: Mapped[int]
    recv_at: Mapped[datetime]
    frame_id: Mapped[int] = mapped_column(BigInteger)
    seal_id: Mapped[int | None] = mapped_column(BigInteger)


class Latest(Base):
    """The newest reading of a metric by time of measurement, never by time of arrival."""

    __tablename__ = "latest"

    device_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    metric: Mapped[str] = mapped_column(String(40), primary_key=True)
    ts: Mapped[int] = mapped_column(BigInteger)
    value: Mapped[float]
    value_text: Mapped[str] = mapped_column(String(60))
    unit: Mapped[str] = mapped_column(String(8))
    recv_at: Mapped[datetime]


class Quarantine(Base):
    """A message, or one map of it (`position`), that is kept but is no reading, and why."""

    __tablename__ = "quarantine"
    __table_args__ = (Index("quarantine_by_time", "brand_slug", "recv_at"),)

    id: Mapped[int] = mapped_column(Growing, primary_key=True)
    brand_slug: Mapped[str | None] = mapped_column(String(40))
    topic: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(30))
    detail: Mapped[str] = mapped_column(String(200))
    position: Mapped[int] = mapped_column(default=0)
    payload: Mapped[bytes]
    recv_at: Mapped[datetime]


class Rule(Base):
    """A limit over one metric of one device, decimal text in `unit`. Never edited, only replaced."""

    __tablename__ = "rule"

    id: Mapped[int] = mapped_column(Growing, primary_key=True)
    brand_id: Mapped[str] = mapped_column(String(26))
    device_id: Mapped[int] = mapped_column(BigInteger, index=True)
    metric: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))  # above, below, band, silence
    low: Mapped[str | None] = mapped_column(String(20))
    high: Mapped[str | None] = mapped_column(String(20))
    unit: Mapped[str] = mapped_column(String(8))
    clear_margin: Mapped[str] = mapped_column(String(20), default="0")
    delay_s: Mapped[int] = mapped_column(default=0)
    from_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    submission_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime]


class RuleState(Base):
    """How far a rule has judged (ts, boot, seq of the last reading) and what it remembers."""

    __tablename__ = "rule_state"

    rule_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ts: Mapped[int] = mapped_column(BigInteger)
    boot: Mapped[str] = mapped_column(String(40))
    seq: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[dict[str, Any]] = mapped_column(JSON)


class Alarm(Base):
    """An excursion or a silence that a rule found; the partial unique index holds one open alarm per rule and
    device.

    `ended` says how: returned (a reading proved it), resumed (a silence ended), merged, withdrawn (late readings
    showed it never was), replaced (its rule was).
    """

    __tablename__ = "alarm"
    __table_args__ = (
        Index("alarm_open", "rule_id", "device_id", unique=True, sqlite_where=text("closed_at IS NULL"),
              postgresql_where=text("closed_at IS NULL")),
        Index("alarm_by_device", "device_id", "started_ts"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Growing, primary_key=True)
    brand_id: Mapped[str] = mapped_column(String(26))
    device_id: Mapped[int] = mapped_column(BigInteger)
    rule_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(10))
    metric: Mapped[str] = mapped_column(String(40))
    unit: Mapped[str] = mapped_column(String(8))
    limit: Mapped[str] = mapped_column(String(20))
    started_ts: Mapped[int] = mapped_column(BigInteger)
    ended_ts: Mapped[int | None] = mapped_column(BigInteger)
    peak: Mapped[str | None] = mapped_column(String(60))
    peak_ts: Mapped[int | None] = mapped_column(BigInteger)
    ended: Mapped[str | None] = mapped_column(String(10))
    revision: Mapped[int] = mapped_column(default=0)
    submission_id: Mapped[int | None] = mapped_column(BigInteger)  # of its newest entry
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Stretch(Base):
    """A run of time in one condition: in, out, unknown (a gap) or measured (there was no limit)."""

    __tablename__ = "stretch"
    __table_args__ = {"sqlite_with_rowid": False}

    device_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    metric: Mapped[str] = mapped_column(String(40), primary_key=True)
    from_ts: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    to_ts: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[Kind] = mapped_column(String(8))


class Rollup(Base):
    """Lowest and highest value of a metric in five minutes that begin at `from_ts`, so that weeks draw fast."""

    __tablename__ = "rollup"
    __table_args__ = {"sqlite_with_rowid": False}

    device_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    metric: Mapped[str] = mapped_column(String(40), primary_key=True)
    from_ts: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    low: Mapped[float]
    high: Mapped[float]


class Seal(Base):
    """The Merkle root over readings of one window of a device, which begins at `window_ts`.

    `ordinal` counts the seals of a window: further parts of a full one, and supplements for what came late.
    """

    __tablename__ = "seal"
    __table_args__ = (UniqueConstraint("device_id", "window_ts", "ordinal"),)

    id: Mapped[int] = mapped_column(Growing, primary_key=True)
    device_id: Mapped[int] = mapped_column(BigInteger)
    window_ts: Mapped[int] = mapped_column(BigInteger)
    ordinal: Mapped[int]
    first_ts: Mapped[int] = mapped_column(BigInteger)
    last_ts: Mapped[int] = mapped_column(BigInteger)
    count: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
    submission_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    created_at: Mapped[datetime]


class Cursor(Base):
    """What of a device's readings waits to be judged and to be sealed, as a span of measurement time (None:
    nothing).

    Ingest widens the spans in the transaction that stores the readings; judging and sealing empty them in theirs.
    """

    __tablename__ = "telemetry_cursor"

    device_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    judge_from_ts: Mapped[int | None] = mapped_column(BigInteger, index=True)
    judge_to_ts: Mapped[int | None] = mapped_column(BigInteger)
    seal_from_ts: Mapped[int | None] = mapped_column(BigInteger, index=True)
    silence_noticed_at: Mapped[datetime | None]
