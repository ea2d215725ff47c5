"""How a watched thing and its events are called, in mails and feeds alike. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from app import words
from app.gs1 import identifiers
from app.texts import Texts


def address(key: str) -> str:
    """The path of a thing's page."""
    return key if key.startswith("/") else f"/id?{urlencode({'uri': key})}"


def thing(key: str, name: str) -> str:
    """Product and serial where they are known, else what identifies it."""
    values = identifiers.values(key)
    if name:
        return " · ".join(part for part in (name, values.get("21") or values.get("10")) if part)
    return " · ".join(values.values()) or key


def event(facts: Mapping[str, Any], t: Texts) -> str:
    """One event as a line: what happened, and when, by the clock at its place."""
    return f"{step(facts.get('step'), facts.get('action'), t)}, {_moment(facts, t)}"


def step(biz_step: str | None, action: str | None, t: Texts) -> str:
    """What happened, in words; a step outside the CBV by the end of its URI."""
    if biz_step in words.STEP:
        return t.gettext(words.STEP[biz_step])
    if biz_step:
        return biz_step.rstrip("/").replace(":", "/").replace("#", "/").rpartition("/")[2].replace("_", " ")
    return t.gettext(words.ACTION_OF_EVENT.get(action or "", words.ACTION_OF_EVENT["OBSERVE"]))


def _moment(facts: Mapping[str, Any], t: Texts) -> str:
    at, zone = datetime.fromisoformat(str(facts["at"])), str(facts.get("zone", ""))
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    try:
        local = datetime.fromisoformat(f"2000-01-01T00:00:00{zone}").tzinfo
    except ValueError:
        local = UTC
    return f"{t.moment(at, local or UTC)} (UTC{zone if zone not in ('+00:00', 'Z', '') else ''})"
