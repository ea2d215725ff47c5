"""Recorded answers of carriers against what they mean (the rules of the corpus' own page)."""

import importlib
import importlib.util
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from carriers.adapter import about
from carriers.answer import Answer
from carriers.clock import How
from carriers.event import TrackingEvent
from carriers.headline import headline
from tests.conformance import manifest
from tests.conformance.manifest import Suite
from tests.conformance.score import Score


def judge(suite: Suite) -> Score:
    score, tally = Score(), Counter[str]()
    by_carrier: dict[str, list[int]] = {}
    for case, carrier, answer, expected in manifest.answers(suite):
        built = importlib.util.find_spec(f"carriers.adapters.{carrier}") is not None
        problem = _problem(carrier, answer, expected, tally) if built else "no adapter yet"
        counts = by_carrier.setdefault(carrier, [0, 0])
        counts[1] += 1
        if problem:
            score.fail(case, problem)
        else:
            score.right()
            counts[0] += 1
    score.detail["by_carrier"] = {name: f"{right}/{all_}" for name, (right, all_) in by_carrier.items()}
    score.detail["events"] = dict(tally)
    return score


def _problem(carrier: str, answer: bytes, expected: dict[str, Any], tally: Counter[str]) -> str | None:
    adapter = importlib.import_module(f"carriers.adapters.{carrier}")
    try:
        got = _asked(adapter.parse(answer), expected)
    except Exception as error:  # the judge must go on whatever an adapter does
        return f"{type(error).__name__}: {error}"
    if len(got.shipments) != len(expected["shipments"]):
        return f"{len(got.shipments)} shipments for {len(expected['shipments'])}"
    for ours, theirs in zip(got.shipments, expected["shipments"], strict=True):
        if problem := _shipment(ours, theirs, tally):
            return problem
    return _errors(got.errors, expected["errors"])


def _asked(answer: Answer, expected: dict[str, Any]) -> Answer:
    """The answer as one to the question that was asked: some leave it to the caller which number it is."""
    asked = {each["tracking_number"] for each in expected["shipments"] if isinstance(each["tracking_number"], str)}
    nameless = all(each.tracking_number == "" for each in answer.shipments)
    return about(answer, sorted(asked)) if nameless and len(asked) == 1 else answer


def _errors(ours: Any, theirs: list[dict[str, Any]]) -> str | None:
    kinds = sorted(str(error.kind) for error in ours)
    wanted = sorted(error["kind"] if isinstance(error["kind"], str) else error["kind"][0] for error in theirs)
    if kinds == wanted:
        return None
    if len(kinds) == len(theirs) and all(
        any(_among(str(error.kind), each["kind"]) for each in theirs) for error in ours
    ):
        return None
    return f"errors {kinds} for {wanted}"


def _shipment(ours: Any, theirs: dict[str, Any], tally: Counter[str]) -> str | None:
    if not _among(ours.tracking_number, theirs["tracking_number"]):
        return f"number {ours.tracking_number} for {theirs['tracking_number']}"
    if problem := _events(list(ours.events), theirs["events"], tally):
        return problem
    found = headline(ours.events)
    status = found.status and str(found.status)
    reason = found.reason and str(found.reason)
    if not _among(status, theirs["headline_status"]):
        return f"headline {status} for {theirs['headline_status']}"
    if not _among(reason, theirs["headline_reason"]):
        return f"headline reason {reason} for {theirs['headline_reason']}"
    if status in theirs.get("must_not", ()):
        return f"headline {status} is plainly wrong"
    estimated = ours.estimated_delivery and ours.estimated_delivery.isoformat()
    if not _among(estimated, theirs["estimated_delivery"]):
        return f"estimated delivery {estimated} for {theirs['estimated_delivery']}"
    return None


def _events(ours: list[TrackingEvent], theirs: list[dict[str, Any]], tally: Counter[str]) -> str | None:
    tally["all"] += len(theirs)
    if len(ours) != len(theirs):
        return f"{len(ours)} events for {len(theirs)}"
    left, problem = list(ours), None
    for wanted in theirs:
        match = _match(left, wanted)
        if match is None:
            problem = problem or f"no event {wanted['description']!r} at {wanted['occurred_local']}"
            continue
        left.remove(match)
        right_status = _among(str(match.status), wanted["status"]) and _among(
            match.reason and str(match.reason), wanted["reason"]
        )
        right_time = _time(match, wanted)
        tally["status right"] += right_status
        tally["time right"] += right_time
        if not right_status:
            read = f"{match.status}/{match.reason}, not {wanted['status']}/{wanted['reason']}"
            problem = problem or f"{match.description!r}: {read}"
        if not right_time:
            problem = (
                problem or f"{match.description!r}: {match.occurred_utc} {match.how} for {wanted['occurred_utc']}"
            )
    return problem


def _match(ours: list[TrackingEvent], wanted: dict[str, Any]) -> TrackingEvent | None:
    alike = [event for event in ours if event.description.strip() == (wanted["description"] or "").strip()]
    local = wanted["occurred_local"]
    for event in alike:
        if (event.occurred_local and event.occurred_local.replace(microsecond=0).isoformat()) == (
            local and local[:19]
        ):
            return event
        if event.occurred_local is None and event.occurred_on and event.occurred_on.isoformat() == local:
            return event
    return None


def _time(event: TrackingEvent, wanted: dict[str, Any]) -> bool:
    basis, given = wanted["utc_basis"], event.how is How.GIVEN
    accepted = wanted["occurred_utc"] if isinstance(wanted["occurred_utc"], list) else [wanted["occurred_utc"]]
    if basis == "unknown":
        return event.occurred_utc is None or not given
    if event.occurred_utc is None:
        return basis == "assumed" or None in accepted
    if given != (basis == "given"):
        return False
    tolerance = timedelta(seconds=wanted.get("utc_tolerance_s", 1))
    return any(
        moment is not None and abs(event.occurred_utc - datetime.fromisoformat(moment)) <= tolerance
        for moment in accepted
    )


def _among(value: Any, accepted: Any) -> bool:
    return value in accepted if isinstance(accepted, list) else value == accepted
