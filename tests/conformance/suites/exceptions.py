"""Small histories in a neutral form: headline, reason, how many events, the 72-hour clock, order and pieces."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from carriers import neutral
from carriers.event import TrackingEvent, in_order, unique
from carriers.headline import headline
from carriers.silence import clock_72h
from tests.conformance import manifest
from tests.conformance.manifest import Suite
from tests.conformance.score import Score


def judge(suite: Suite) -> Score:
    score, parts, read = Score(), Counter[str](), Counter[str]()
    for name, scenario in manifest.scenarios(suite):
        wrong = _wrong(scenario, parts)
        _per_event(scenario, read)
        if wrong:
            score.fail(name, "; ".join(wrong))
        else:
            score.right()
    score.detail["parts_right"] = dict(parts)
    score.detail["events_read"] = {"all": read["all"], "right": read["right"]}
    score.detail["events_misread"] = [text for text in read if text not in ("all", "right")][:20]
    return score


def _events(scenario: dict[str, Any]) -> list[TrackingEvent]:
    return neutral.read(scenario["events"], scenario.get("sender_city"))


def _wrong(scenario: dict[str, Any], parts: Counter[str]) -> list[str]:
    events, expected = _events(scenario), scenario["expected"]
    found = headline(events)
    clock = clock_72h(events, datetime.fromisoformat(scenario["now"]))
    wanted = expected["clock_72h"]
    last = clock.last_physical_at
    checks = {
        "headline": _among(found.status and str(found.status), expected["headline_status"])
        and (found.status and str(found.status)) not in expected.get("must_not", ()),
        "reason": _among(found.reason and str(found.reason), expected["headline_reason"]),
        "count": len(unique(events)) == expected["unique_events"],
        "clock": clock.fires == wanted["fires"]
        and _same_second(last, wanted["last_physical_utc"])
        and ("class" not in wanted or not clock.fires or _among(str(clock.kind), wanted["class"])),
    }
    if "order" in expected:
        checks["order"] = [_index(scenario, event) for event in in_order(unique(events))] == expected["order"]
    if "pieces" in expected:
        checks["pieces"] = (found.pieces.total, found.pieces.delivered) == (
            expected["pieces"]["total"],
            expected["pieces"]["delivered"],
        )
    parts.update(name for name, right in checks.items() if right)
    got = f"{found.status}/{found.reason}, {len(unique(events))} events, fires {clock.fires} since {last}"
    return [f"{name} ({got})" for name, right in checks.items() if not right]


def _same_second(found: datetime | None, wanted: str | None) -> bool:
    if found is None or wanted is None:
        return found is wanted
    return abs(found - datetime.fromisoformat(wanted)) < timedelta(seconds=1)


def _index(scenario: dict[str, Any], event: TrackingEvent) -> int:
    told = [(each["occurred"], each["description"]) for each in scenario["events"]]
    return told.index((event.occurred_text, event.description))


def _per_event(scenario: dict[str, Any], read: Counter[str]) -> None:
    for told, event, wanted in zip(
        scenario["events"], _events(scenario), scenario["expected"]["per_event"], strict=True
    ):
        right = (
            _among(str(event.status), wanted["status"])
            and _among(event.reason and str(event.reason), wanted["reason"])
            and event.physical == wanted["physical"]
        )
        read["all"] += 1
        read["right"] += right
        if not right:
            read[f"{told['description']!r}: {event.status}/{event.reason}/{event.physical}"] += 1


def _among(value: Any, accepted: Any) -> bool:
    return value in accepted if isinstance(accepted, list) else value == accepted
