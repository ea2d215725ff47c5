"""Devices over HTTP: register, place, set limits, read the state. Readings themselves come over MQTT."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import reading
from app.models.brands import Brand
from app.telemetry.live import DeviceState, live
from app.telemetry.register import place_device, register_device, set_rule
from app.web.api.door import door
from app.web.api.fields import Decimal, Key, Moment
from app.web.body import Answer, Body
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.problems import found
from app.web.rules import machine
from iot.devices import of_brand

bp = door("devices", "Devices")

Name = Annotated[str, StringConstraints(pattern="^[a-z0-9._-]{1,40}$")]
Metric = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,39}$")]
Unit = Annotated[str, StringConstraints(pattern="^[A-Z0-9]{2,3}$")]


class DeviceIn(Body):
    """A new device. `metrics` says the UN/CEFACT unit of each value that it sends."""

    name: Name
    metrics: Annotated[dict[Metric, Unit], Field(min_length=1, max_length=20, examples=[{"temperature": "CEL"}])]
    expected_interval_s: Annotated[int, Field(ge=1, le=604_800)] = 60


class CredentialsOut(Answer):
    """What the device needs at the broker. The password is shown now and never again."""

    name: str
    username: str
    password: str
    topic: str
    receipt_topic: str


class PlacementIn(Body):
    """The thing that the device watches from `from_at` (now, when left out) on."""

    key: Key
    from_at: Moment | None = None


class RuleIn(Body):
    """The limits of a metric, in the device's own unit or in `unit`."""

    metric: Metric
    low: Decimal | None = None
    high: Decimal | None = None
    clear_margin: Decimal = "0"
    delay_s: Annotated[int, Field(ge=0, le=86_400)] = 0
    unit: Unit | None = None


class MadeOut(Answer):
    """The id of what was made."""

    id: int


class ValueOut(Answer):
    """The newest value of a metric by time of measurement."""

    metric: str
    value: str
    unit: str
    at: Moment


class DeviceOut(Answer):
    """How a device stands: waiting, ok, alarm, silent or retired."""

    name: str
    status: str
    expected_interval_s: int
    key: str | None
    last_at: Moment | None
    values: list[ValueOut]
    open_alarms: list[str]


class DevicesOut(Answer):
    """Every device of the brand."""

    devices: list[DeviceOut]


@bp.post("/api/v1/devices")
@machine("devices:write", "warehouse")
@bp.input(DeviceIn)
@once
@bp.output(CredentialsOut, 201)
def post_device(session: Session, json_data: DeviceIn) -> dict[str, str]:
    """Register a device and get its MQTT credentials, once."""
    device, password = register_device(
        session,
        brand_of(session, caller().brand_id),
        json_data.name,
        metrics=json_data.metrics,
        expected_interval_s=json_data.expected_interval_s,
        now=now(),
    )
    receipt = device.topic.removesuffix("readings") + "receipt"
    names = {"name": device.name, "username": device.username, "topic": device.topic}
    return {**names, "password": password, "receipt_topic": receipt}


@bp.post("/api/v1/devices/<name>/placements")
@machine("devices:write", "warehouse")
@bp.input(PlacementIn)
@once
@bp.output(MadeOut, 201)
def post_placement(session: Session, name: str, json_data: PlacementIn) -> dict[str, int]:
    """Say which unit a device watches from now on; this ends the placement before it."""
    brand, at = _brand_with(session, name), now()
    from_at = json_data.from_at or at
    return {"id": place_device(session, brand, name, json_data.key, from_at=from_at, now=at)}


@bp.post("/api/v1/devices/<name>/rules")
@machine("devices:write", "warehouse")
@bp.input(RuleIn)
@once
@bp.output(MadeOut, 201)
def post_rule(session: Session, name: str, json_data: RuleIn) -> dict[str, int]:
    """Set the limits of a metric; they replace those before."""
    brand = _brand_with(session, name)
    limits = json_data.model_dump(exclude={"metric"})
    return {"id": set_rule(session, brand, name, json_data.metric, **limits, now=now())}


@bp.get("/api/v1/devices")
@machine("devices:read", "warehouse", "support", "auditor")
@bp.output(DevicesOut)
def get_devices() -> dict[str, Any]:
    """Every device and how it stands."""
    with reading(house().db) as session:
        return {"devices": [_shown(state) for state in live(session, caller().brand_id, now())]}


@bp.get("/api/v1/devices/<name>")
@machine("devices:read", "warehouse", "support", "auditor")
@bp.output(DeviceOut)
def get_device(name: str) -> dict[str, Any]:
    """How one device stands."""
    with reading(house().db) as session:
        states = live(session, caller().brand_id, now())
    return _shown(found(next((state for state in states if state.name == name), None)))


def _brand_with(session: Session, device_name: str) -> Brand:
    """The caller's brand, if it has this device; otherwise the 404 problem."""
    brand = brand_of(session, caller().brand_id)
    found(next((device for device in of_brand(session, brand.id) if device.name == device_name), None))
    return brand


def _shown(state: DeviceState) -> dict[str, Any]:
    values = [{"metric": v.metric, "value": v.value, "unit": v.unit, "at": v.at} for v in state.values]
    return {
        "name": state.name,
        "status": state.status,
        "expected_interval_s": state.expected_interval_s,
        "key": state.unit_key,
        "last_at": state.last_at,
        "values": values,
        "open_alarms": [alarm.kind for alarm in state.alarms],
    }
