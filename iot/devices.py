"""Devices and their credentials. Who may register one is the house's business."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from iot import passwords, topics
from iot.passwords import Credential
from iot.tables import Cursor, Device

_METRIC = re.compile(r"[a-z][a-z0-9_]{0,39}")
_UNIT = re.compile(r"[A-Z0-9]{2,3}")
MAX_INTERVAL_S = 7 * 24 * 3600


class DeviceRefused(ValueError):
    """The device cannot be what was asked; the text says why and how to mend it."""


@dataclass(frozen=True)
class Registered:
    """A device as others may hold it. It publishes on `topic` as MQTT user `username`."""

    id: int
    brand_id: str
    name: str
    username: str
    topic: str
    expected_interval_s: int
    metrics: Mapping[str, str]
    status: str


def register(
    session: Session,
    *,
    brand_id: str,
    brand_slug: str,
    name: str,
    metrics: Mapping[str, str],
    expected_interval_s: int,
    password: str,
    now: datetime,
) -> Registered:
    """Write a new device. Raises DeviceRefused for a name that is taken or cannot stand in a topic."""
    _check(brand_slug, name, metrics, expected_interval_s)
    user = topics.username(brand_slug, name)
    if session.scalar(select(Device.id).where(Device.username == user)) is not None:
        raise DeviceRefused(f"the name {name} is taken; choose another one")
    device = Device(
        brand_id=brand_id,
        name=name,
        username=user,
        expected_interval_s=expected_interval_s,
        metrics=dict(metrics),
        password_hash=passwords.hashed(password),
        status="active",
        created_at=now,
        changed_at=now,
    )
    session.add(device)
    session.flush()
    session.add(Cursor(device_id=device.id))
    return _registered(device)


def _check(brand_slug: str, name: str, metrics: Mapping[str, str], expected_interval_s: int) -> None:
    if not topics.is_name(brand_slug) or not topics.is_name(name):
        raise DeviceRefused(f"{name!r} cannot be a device's name: use 1 to 40 of a-z, 0-9, dot, - and _")
    if not 1 <= expected_interval_s <= MAX_INTERVAL_S:
        raise DeviceRefused(f"the expected interval is from 1 to {MAX_INTERVAL_S} seconds")
    if not metrics:
        raise DeviceRefused("a device measures something: name at least one metric with its unit")
    for metric, unit in metrics.items():
        if not _METRIC.fullmatch(metric) or not _UNIT.fullmatch(unit):
            raise DeviceRefused(
                f"{metric}: {unit} is not a metric (a-z, 0-9, _) with a UN/CEFACT unit such as CEL"
            )


def change_password(session: Session, brand_id: str, name: str, password: str, now: datetime) -> Registered:
    """Give a device another password. Raises DeviceRefused when the brand has no such device."""
    device = _row(session, brand_id, name)
    device.password_hash = passwords.hashed(password)
    device.changed_at = now
    return _registered(device)


def retire(session: Session, brand_id: str, name: str, now: datetime) -> Registered:
    """Take a device out of use: its credentials stop working, its readings stay. Raises DeviceRefused."""
    device = _row(session, brand_id, name)
    device.status = "retired"
    device.changed_at = now
    return _registered(device)


def named(session: Session, brand_id: str, name: str) -> Registered:
    """The brand's device of this name. Raises DeviceRefused when there is none."""
    return _registered(_row(session, brand_id, name))


def by_id(session: Session, device_ids: Collection[int]) -> dict[int, Registered]:
    """The devices with these ids."""
    rows = session.scalars(select(Device).where(Device.id.in_(device_ids)))
    return {row.id: _registered(row) for row in rows}


def by_username(session: Session, usernames: Collection[str]) -> dict[str, Registered]:
    """The devices with these MQTT users, whatever their status."""
    rows = session.scalars(select(Device).where(Device.username.in_(usernames)))
    return {row.username: _registered(row) for row in rows}


def of_brand(session: Session, brand_id: str) -> list[Registered]:
    """Every device of the brand by name."""
    rows = session.scalars(select(Device).where(Device.brand_id == brand_id).order_by(Device.name))
    return [_registered(row) for row in rows]


def credentials(session: Session) -> list[Credential]:
    """The broker's users: every device in use, of every brand."""
    active = select(Device.username, Device.password_hash).where(Device.status == "active").order_by(Device.id)
    return [Credential(user, stored) for user, stored in session.execute(active)]


def credentials_stamp(session: Session) -> tuple[int, datetime | None]:
    """Changes whenever `credentials` may have changed; one cheap query."""
    count, changed = session.execute(select(func.count(Device.id), func.max(Device.changed_at))).one()
    return count, changed


def _row(session: Session, brand_id: str, name: str) -> Device:
    device = session.scalar(select(Device).where(Device.brand_id == brand_id, Device.name == name))
    if device is None:
        raise DeviceRefused(f"there is no device {name}")
    return device


def _registered(row: Device) -> Registered:
    return Registered(
        row.id,
        row.brand_id,
        row.name,
        row.username,
        topics.readings(row.username),
        row.expected_interval_s,
        row.metrics,
        row.status,
    )
