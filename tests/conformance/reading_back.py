"""Whether an event that was sent is there again, whole, and proved on the page of everything it names."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from ledger.errors import Tampered
from ledger.verify import verify_bundle
from tests.support.door import Door

LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
CLASSES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")


def named(event: dict[str, Any]) -> Iterator[str]:
    """Every item, lot, class or unit that an event names."""
    for field in LISTS:
        yield from event.get(field, ())
    for field in CLASSES:
        yield from (element["epcClass"] for element in event.get(field, ()))
    if event.get("parentID"):
        yield event["parentID"]


def problem_of_event(door: Door, event: dict[str, Any], stored: list[dict[str, Any]]) -> str | None:
    """What is wrong with the stored form of `event` or its proofs; None when all is right."""
    twin = next((each for each in stored if _contains(each, event)), None)
    if twin is None:
        return f"no stored event has the content of {event.get('eventID') or event.get('type')}"
    identifiers = list(dict.fromkeys(named(event)))
    pages = [f"/id?uri={quote(each, safe='')}" for each in identifiers]
    for page in pages or [f"/event/{quote(twin['eventID'], safe='')}"]:
        if problem := _page_problem(door, page, twin["eventID"]):
            return f"{page}: {problem}"
    return None


def _contains(stored: Any, sent: Any) -> bool:
    """Equal content: all that was sent is stored; the store may add an id, a record time and the context."""
    if isinstance(sent, dict):
        return isinstance(stored, dict) and all(
            key in stored and _contains(stored[key], value)
            for key, value in sent.items()
            if key not in ("recordTime", "@context")
        )
    if isinstance(sent, list):
        return isinstance(stored, list) and len(stored) == len(sent) and all(map(_contains, stored, sent))
    return bool(stored == sent)


def _page_problem(door: Door, page: str, event_id: str) -> str | None:
    answer = door.get(page)
    if answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"]:
        return f"answers {answer.status_code}"
    address = re.search(r'data-proofs="([^"]+)"', answer.text)
    if address is None:
        return "the page names no proofs"
    proofs = door.get(address[1].replace("&amp;", "&")).json()["proofs"]
    try:
        entries = [verify_bundle(json.dumps(proof).encode(), vkeys=[door.vkey]) for proof in proofs]
    except Tampered as failure:
        return f"a proof fails: {failure}"
    bodies = [json.loads(base64.b64decode(proof["entry"]))["body"] for proof in proofs]
    if not entries or event_id not in [body.get("id") for body in bodies]:
        return "no proof is about the event"
    return None
