"""Sensor series over real MQTT: stored once and whole, each gap shown as no data, alarms in their windows."""

import csv
import threading
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from app.db import reading
from app.telemetry import listen
from app.telemetry.conditions import conditions
from app.telemetry.judge import judge_due
from app.telemetry.register import place_device, register_device
from iot.reading import SILENT_AFTER
from iot.tables import Alarm, Quarantine, Reading
from tests.conformance import manifest
from tests.conformance.manifest import Suite
from tests.conformance.score import Score
from tests.support.broker import Gateway, running_broker
from tests.support.door import Door, open_door

UNITS = {"degree Fahrenheit": "FAH", "degree Celsius": "CEL", "percent": "P1", "kelvin": "KEL"}


def judge(suite: Suite) -> Score:
    score = Score()
    for path, about, windows in manifest.series(suite):
        with TemporaryDirectory(prefix="wayproof-conformance-") as folder, open_door(Path(folder)) as door:
            _judge_series(score, door, path, about, windows)
    return score


def _judge_series(score: Score, door: Door, path: Path, about: dict[str, Any], windows: list[list[str]]) -> None:
    rows = _rows(path, about)
    stops = threading.Event()
    with running_broker(door.house) as (host, port):
        listener = threading.Thread(target=listen.run, args=(door.house, stops))
        listener.start()
        try:
            devices = {name: _send(door, host, port, name, maps, about) for name, maps in rows.items()}
        finally:
            stops.set()
            listener.join(30)
    while judge_due(door.house.db, door.house.clock()):
        pass
    report = _report(door, devices, rows)
    score.detail[path.name] = report
    sound = report["lost"] == 0 and report["twice"] == 0 and report["gaps_missed"] == 0
    if not about["labelled"]:
        score.judge(path.name, expected=True, accepted=sound, why=str(report))
        return
    alarms = _alarms(door)
    for start, end in windows:
        hit = any(_utc(start) <= at <= _utc(end) for at in alarms)
        score.judge(f"{path.name} {start}", expected=True, accepted=hit and sound, why="no alarm in this window")
    outside = [at for at in alarms if not any(_utc(start) <= at <= _utc(end) for start, end in windows)]
    score.false_accepts += len(outside)
    report["alarms"] = len(alarms)


def _rows(path: Path, about: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The maps that a gateway would send, by device, in file order; one per row."""
    by_device: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with path.open(newline="", encoding="utf-8") as file:
        for cells in csv.DictReader(file):
            roles = defaultdict(list)
            for column in about["columns"]:
                roles[column["role"]].append((column, cells.get(column["name"]) or ""))
            stamp = " ".join(text for role in ("time", "date", "clock") for _, text in roles[role])
            device = _name(roles["device"][0][1]) if roles["device"] else "series"
            values = {
                _name(column["name"]).replace("-", "_"): _number(text)
                for role in ("value", "latitude", "longitude", "flag")
                for column, text in roles[role]
                if text
            }
            maps = by_device[device]
            maps.append({"ts": _zoned(stamp), "seq": len(maps), "values": values})
    return by_device


def _name(text: str) -> str:
    plain = "".join(char if char.isalnum() else "-" for char in text.lower()).strip("-")
    return plain if plain[:1].isalpha() else f"s-{plain}"


def _number(text: str) -> Any:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text  # the product says what it thinks of it


def _zoned(stamp: str) -> str:
    text = stamp.strip().replace(" ", "T", 1)
    return text if text.endswith("Z") or "+" in text[10:] else f"{text}+00:00"


def _send(door: Door, host: str, port: int, name: str, maps: list[dict[str, Any]], about: dict[str, Any]) -> int:
    metrics = {metric: UNITS.get(about["unit"], "C62") for each in maps for metric in each["values"]}
    stamps = sorted(stamp for stamp in map(_moment, maps) if stamp)
    steps = [(b - a).total_seconds() for a, b in pairwise(stamps) if b > a]
    interval = max(1, round(median(steps))) if steps else 3600
    now, brand = door.house.clock(), door.brand
    with door.house.db.begin() as session:
        device, password = register_device(
            session, brand, name, metrics=metrics, expected_interval_s=interval, now=now
        )
        start = stamps[0] if stamps else now
        place_device(session, brand, name, f"urn:wayproof:series:{name}", from_at=start, now=now)
    listen.refresh_credentials(door.house)
    with Gateway(host, port, brand.slug, name, password) as gateway:
        gateway.deliver(maps)
    return int(device.id)


def _moment(entry: dict[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(entry["ts"])
    except ValueError:
        return None


def _report(door: Door, devices: dict[str, int], rows: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """What became of the rows: stored, quarantined, lost, twice; and of the gaps."""
    report = dict.fromkeys(("rows", "stored", "quarantined", "lost", "twice", "gaps", "gaps_missed"), 0)
    with reading(door.house.db) as session:
        report["quarantined"] = len(session.execute(select(Quarantine.id)).all())
        for name, device_id in devices.items():
            query = select(Reading.seq, Reading.metric).where(Reading.device_id == device_id)
            stored = [(seq, metric) for seq, metric in session.execute(query)]
            seqs = {seq for seq, _ in stored}
            report["rows"] += len(rows[name])
            report["stored"] += len(seqs)
            report["twice"] += len(stored) - len(set(stored))
            condition = conditions(session, door.brand_id, f"urn:wayproof:series:{name}")
            found = {(start, end) for start, end in condition.gaps} if condition else set()
            kept = sorted(stamp for each in rows[name] if each["seq"] in seqs and (stamp := _moment(each)))
            expected = _gaps(kept)
            report["gaps"] += len(expected)
            report["gaps_missed"] += sum(not _covered(gap, found) for gap in expected)
    report["lost"] = report["rows"] - report["stored"] - report["quarantined"]
    return report


def _gaps(stamps: list[datetime]) -> list[tuple[datetime, datetime]]:
    steps = [(b - a) for a, b in pairwise(stamps) if b > a]
    if not steps:
        return []
    limit = timedelta(seconds=max(1, round(median(step.total_seconds() for step in steps)))) * SILENT_AFTER
    return [(a, b) for a, b in pairwise(stamps) if b - a > limit]


def _covered(gap: tuple[datetime, datetime], found: Iterable[tuple[datetime, datetime]]) -> bool:
    return any(start <= gap[1] and end >= gap[0] and start < end for start, end in found)


def _alarms(door: Door) -> list[datetime]:
    """When an alarm over values began; a silence is no data, reported as a gap."""
    with reading(door.house.db) as session:
        started = session.scalars(select(Alarm.started_ts).where(Alarm.kind != "silence"))
        return [datetime.fromtimestamp(ts / 1_000_000, UTC) for ts in started]


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
