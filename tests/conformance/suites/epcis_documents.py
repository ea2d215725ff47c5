"""EPCIS documents through the capture door: accepted and proved on a passport, or refused by the field."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.epcis.document import read_value
from tests.conformance import manifest
from tests.conformance.manifest import Suite
from tests.conformance.reading_back import problem_of_event
from tests.conformance.score import Score
from tests.support import schema
from tests.support.door import Door, open_door

TYPES = {"json": "application/json", "xml": "application/xml"}


def judge(suite: Suite) -> Score:
    score = Score()
    with TemporaryDirectory(prefix="wayproof-conformance-") as folder:
        template = Path(folder, "template.db")
        schema.create(f"sqlite:///{template}")
        for number, (case, body) in enumerate(manifest.documents(suite)):
            with open_door(Path(folder, str(number)), template) as door:
                judge_one(score, door, case, body)
    return score


def judge_one(score: Score, door: Door, case: dict[str, Any], body: bytes) -> None:
    refusal = _refusal(door, case["body"], TYPES[case["format"]], body)
    expected = case["expected"] == "accept"
    if expected == (refusal is None) and (problem := _half_right(door, case["body"], body, refusal)):
        score.fail(case["id"], problem)
    else:
        score.judge(case["id"], expected=expected, accepted=refusal is None, why=json.dumps(refusal)[:250])


def _half_right(door: Door, kind: str, body: bytes, refusal: dict[str, Any] | None) -> str | None:
    """What is wrong with a right answer: something taken is not proved, or a refusal names no field."""
    if refusal is not None:
        return _badly_refused(door, refusal)
    return _unanswered(door) if kind == "query" else _unproved(door, body)


def _unanswered(door: Door) -> str | None:
    """What is wrong with a query that was taken: it is not kept, or cannot be asked."""
    kept = door.ask("/epcis/queries").json()
    if len(kept) != 1:
        return f"{len(kept)} queries are kept"
    answer = door.ask(f"/epcis/queries/{kept[0]['name']}/events")
    return None if answer.status_code == 200 else f"asking it answers {answer.status_code}"


def _refusal(door: Door, kind: str, content_type: str, body: bytes) -> dict[str, Any] | None:
    """The problem with which the door refuses a document; None when it took it."""
    path = {"event": "/epcis/events", "query": "/epcis/queries"}.get(kind, "/epcis/capture")
    answer = door.post(path, data=body, headers={"Content-Type": content_type})
    if answer.status_code not in (201, 202):
        return {"status": answer.status_code, **answer.json()}
    door.work()
    if answer.status_code == 201:
        return None
    job = door.ask(answer.headers["Location"].removeprefix(door.base)).json()
    assert not job["running"], job
    return None if job["success"] else {"status": 400, "errors": job["errors"]}


def _badly_refused(door: Door, refusal: dict[str, Any]) -> str | None:
    if refusal["status"] != 400:
        return f"refused with {refusal['status']}"
    if not json.dumps(refusal).count("/"):
        return "the refusal names no field"
    stored = door.ask("/epcis/events").json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return f"refused, yet {len(stored)} events are readable" if stored else None


def _unproved(door: Door, body: bytes) -> str | None:
    """What is wrong with the events as read back, or with the passport and proof of what they name."""
    events = list_of_events(read_value(body))
    answer = door.ask("/epcis/events", params={"perPage": "100", "orderBy": "recordTime", "orderDirection": "ASC"})
    stored = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    if len(stored) != len(events):
        return f"{len(stored)} events are readable of {len(events)}"
    for event in events:
        if problem := problem_of_event(door, event, stored):
            return problem
    return None


def list_of_events(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The events of a document, a query document or a bare event."""
    body = document.get("epcisBody")
    if body is None:
        return [document]
    if "queryResults" in body:
        body = body["queryResults"]["resultsBody"]
    events = body.get("eventList", body.get("event", []))
    return events if isinstance(events, list) else [events]
