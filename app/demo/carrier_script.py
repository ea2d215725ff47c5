"""What happens to a parcel of the demo, as a script over time that can be steered. Files; no HTTP here.

Each parcel is one small JSON file: its carrier, its stops, when it began, and its pauses (a hold at customs, or a
silence).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.process import read_json, write_private


@dataclass(frozen=True)
class Stop:
    """A town on the way and the zone of its clocks; `region` where the country has states."""

    city: str
    country: str
    zone: str
    region: str = ""


@dataclass(frozen=True)
class Line:
    """Something that has happened: `kind` is a key of the carriers' word lists."""

    at: datetime
    kind: str
    stop: Stop

    @property
    def local(self) -> datetime:
        """The same moment on the clocks of the place."""
        return self.at.astimezone(ZoneInfo(self.stop.zone))


@dataclass(frozen=True)
class Script:
    """A parcel: four stops (sender, export hub, entry into the country, recipient), beginning and pauses."""

    number: str
    carrier: str
    begins_at: datetime
    stops: tuple[Stop, ...]
    pauses: tuple["Pause", ...] = ()


@dataclass(frozen=True)
class Pause:
    """From `begins` on nothing is told until `ends`. `kind` is silence, or what customs hold it for."""

    begins: datetime
    ends: datetime | None
    kind: str


SILENCE = "silence"
HOLDS = ("customs_inspection", "customs_documents", "customs_duties")

# hours after the beginning, what happens, at which stop
_WAY = (
    (0, "label", 0),
    (3, "picked_up", 0),
    (5, "departed", 0),
    (8, "arrived", 1),
    (13, "flown", 1),
    (22, "arrived", 2),
    (24, "customs", 2),
    (29, "customs_released", 2),
    (33, "departed", 2),
    (40, "arrived", 3),
    (44, "out", 3),
    (49, "delivered", 3),
)
WHOLE_WAY = timedelta(hours=_WAY[-1][0])

_LEIPZIG = Stop("Leipzig", "DE", "Europe/Berlin")
ROUTES = {
    "dhl_universal": (
        _LEIPZIG,
        Stop("East Midlands", "GB", "Europe/London"),
        Stop("Dublin", "IE", "Europe/Dublin"),
        Stop("Galway", "IE", "Europe/Dublin"),
    ),
    "fedex": (
        _LEIPZIG,
        Stop("Paris", "FR", "Europe/Paris"),
        Stop("Changi", "SG", "Asia/Singapore"),
        Stop("Singapore", "SG", "Asia/Singapore"),
    ),
    "ups": (
        _LEIPZIG,
        Stop("Cologne", "DE", "Europe/Berlin"),
        Stop("Jebel Ali", "AE", "Asia/Dubai"),
        Stop("Dubai", "AE", "Asia/Dubai"),
    ),
}


def happened(script: Script, now: datetime) -> list[Line]:
    """What has happened by `now`, oldest first. A pause moves all that comes after it."""
    return [line for line in _lines(script, now) if line.at <= now]


def _lines(script: Script, now: datetime) -> Iterator[Line]:
    shift, released = timedelta(), False
    waiting = sorted(script.pauses, key=lambda pause: pause.begins)
    for hours, kind, place in _WAY:
        at = script.begins_at + timedelta(hours=hours) + shift
        while waiting and waiting[0].begins <= at:
            pause = waiting.pop(0)
            yield from _told_of(pause, script)
            if pause.ends is None:
                return
            released = released or pause.kind in HOLDS
            shift += pause.ends - pause.begins
            at += pause.ends - pause.begins
        if kind == "customs_released" and released:
            continue  # the end of the hold said so
        yield Line(at, kind, script.stops[place])


def _told_of(pause: Pause, script: Script) -> Iterator[Line]:
    if pause.kind == SILENCE:
        return
    yield Line(pause.begins, pause.kind, script.stops[2])
    if pause.ends:
        yield Line(pause.ends, "customs_released", script.stops[2])


def expected_on(script: Script, now: datetime) -> datetime | None:
    """When it will be there, in the clocks of the recipient; None while a pause has no end."""
    if any(pause.ends is None and pause.begins <= now for pause in script.pauses):
        return None
    late = sum(((pause.ends or now) - pause.begins for pause in script.pauses), timedelta())
    return (script.begins_at + WHOLE_WAY + late).astimezone(ZoneInfo(script.stops[3].zone))


def announce(
    folder: Path, number: str, carrier: str, begins_at: datetime, stops: tuple[Stop, ...] | None = None
) -> Script:
    """Give a parcel to a carrier of the demo; one that is known already stays as it is."""
    known = script_of(folder, number)
    if known:
        return known
    script = Script(number, carrier, begins_at, stops or ROUTES.get(carrier, ROUTES["dhl_universal"]))
    _write(folder, script)
    return script


def hold_at_customs(folder: Path, number: str, at: datetime, reason: str = "customs_inspection") -> bool:
    """From `at` on customs hold the parcel, for one of HOLDS; False when nobody knows the parcel."""
    if reason not in HOLDS:
        raise ValueError(f"customs hold for {', '.join(HOLDS)}, not for {reason}")
    return _pause(folder, number, Pause(at, None, reason))


def silence(folder: Path, number: str, at: datetime) -> bool:
    """From `at` on the carrier reports nothing more of the parcel; False when nobody knows it."""
    return _pause(folder, number, Pause(at, None, SILENCE))


def resume(folder: Path, number: str, at: datetime) -> bool:
    """End what pauses the parcel; it goes on where it stopped. False when nobody knows it."""
    script = script_of(folder, number)
    if script is None:
        return False
    pauses = tuple(Pause(each.begins, each.ends or at, each.kind) for each in script.pauses)
    _write(folder, Script(number, script.carrier, script.begins_at, script.stops, pauses))
    return True


def script_of(folder: Path, number: str) -> Script | None:
    """The parcel of this number, or None."""
    facts = read_json(_file(folder, number))
    return _script(number, facts) if facts else None


def _pause(folder: Path, number: str, pause: Pause) -> bool:
    """Begin a pause in place of one that is under way."""
    if not resume(folder, number, pause.begins):
        return False
    script = script_of(folder, number)
    assert script
    _write(folder, Script(number, script.carrier, script.begins_at, script.stops, (*script.pauses, pause)))
    return True


def _file(folder: Path, number: str) -> Path:
    return folder / f"{''.join(char for char in number if char.isalnum())[:60]}.parcel.json"


def _write(folder: Path, script: Script) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pauses = [
        {"kind": each.kind, "from": each.begins.isoformat(), "until": each.ends and each.ends.isoformat()}
        for each in script.pauses
    ]
    facts = {
        "carrier": script.carrier,
        "begins_at": script.begins_at.isoformat(),
        "stops": [vars(stop) for stop in script.stops],
        "pauses": pauses,
    }
    write_private(_file(folder, script.number), facts)


def _script(number: str, facts: Mapping[str, Any]) -> Script:
    return Script(
        number=number,
        carrier=facts["carrier"],
        begins_at=datetime.fromisoformat(facts["begins_at"]),
        stops=tuple(Stop(**stop) for stop in facts["stops"]),
        pauses=tuple(
            Pause(
                datetime.fromisoformat(each["from"]),
                datetime.fromisoformat(each["until"]) if each["until"] else None,
                each["kind"],
            )
            for each in facts["pauses"]
        ),
    )
