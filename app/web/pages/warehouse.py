"""The warehouse: every device as it stands now, and one device's unit over time. Doors only; it only looks."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response

from app import words
from app.db import reading
from app.telemetry.conditions import conditions
from app.telemetry.live import DeviceState, live
from app.texts import Texts
from app.web.context import house, now
from app.web.pages import condition_view
from app.web.pages.customer import address
from app.web.pages.staff import page, reader
from app.web.problems import found
from app.web.rules import staff

bp = Blueprint("warehouse", __name__, url_prefix="/warehouse")

_SIGN = {"ok": "good", "alarm": "bad", "silent": "warn", "waiting": "open", "retired": "open"}
# What needs a person comes first.
_ORDER = {"alarm": 0, "silent": 1, "waiting": 2, "ok": 3, "retired": 4}


@dataclass(frozen=True, slots=True)
class DeviceTile:
    """A device in words."""

    name: str
    status: str
    sign: str
    status_words: str
    latest: tuple[tuple[str, str], ...]
    since: str
    band: str
    watches: str
    watches_href: str
    alarms: tuple[str, ...]


@bp.get("")
@staff("warehouse", "support", "auditor")
def overview() -> Response:
    """Every device, the ones in trouble first; the page loads itself again."""
    with reading(house().db) as session:
        desk = reader(session)
        tiles = [_tile(state, desk.t, now()) for state in live(session, desk.brand.id, now())]
    tiles.sort(key=lambda tile: (_ORDER.get(tile.status, 9), tile.name))
    return page("staff/warehouse.html", desk, tiles=tiles, refresh=10)


@bp.get("/devices/<name>")
@staff("warehouse", "support", "auditor")
def device(name: str) -> Response:
    """One device, with the condition of what it watches now."""
    with reading(house().db) as session:
        desk = reader(session)
        states = live(session, desk.brand.id, now())
        state = found(next((state for state in states if state.name == name), None))
        condition = conditions(session, desk.brand.id, state.unit_key, until=now()) if state.unit_key else None
    view = condition_view.page(condition, desk.t) if condition else None
    return page(
        "staff/device.html", desk, tile=_tile(state, desk.t, now()), state=state, condition=view, refresh=30
    )


def _tile(state: DeviceState, t: Texts, at: datetime) -> DeviceTile:
    return DeviceTile(
        name=state.name,
        status=state.status,
        sign=_SIGN.get(state.status, "open"),
        status_words=t.gettext(words.DEVICE.get(state.status, state.status)),
        latest=tuple(
            (
                condition_view.metric_name(value.metric, t),
                f"{condition_view.number(value.value, t)} {value.symbol}",
            )
            for value in state.values
        ),
        since=_since(state, t, at),
        band=_band(state, t),
        watches=state.unit_key or "",
        watches_href=address(state.unit_key) if state.unit_key else "",
        alarms=tuple(_alarm(alarm.kind, alarm.started_at, t, at) for alarm in state.alarms),
    )


def _band(state: DeviceState, t: Texts) -> str:
    """Its limits; where it measures more than one thing, with what they are limits of."""
    limits = condition_view.band(state.low, state.high, state.band_symbol, t)
    if not limits or len(state.values) < 2:
        return limits
    return f"{condition_view.metric_name(state.band_metric, t)} {limits}"


def _since(state: DeviceState, t: Texts, at: datetime) -> str:
    if state.last_at is None:
        return t.gettext("never heard")
    return t.when(min((state.last_at - at).total_seconds(), -1))


def _alarm(kind: str, started_at: datetime, t: Texts, at: datetime) -> str:
    what = t.gettext(words.ALARM.get(kind, kind))
    return t.gettext("%(alarm)s (%(time)s)", alarm=what, time=t.ago((at - started_at).total_seconds()))
