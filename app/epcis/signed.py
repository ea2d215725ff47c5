"""How a partner's signature travels with an event in JSON-LD, and how it is taken off and put on. Pure.

`"wayproof:signed": {"key": 8 hex, "nonce": base64, "signature": base64}`, the prefix bound to `urn:wayproof:` by
the context. What is signed is the event as it stands alone, without this member and without a part of the context
that does nothing but bind the prefix; the event hash of the CBV is computed without them too.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.epcis.context import expand, parts
from app.epcis.errors import Problem
from ledger.note import strict_b64
from ledger.said import NONCE_SIZE

PREFIX = {"wayproof": "urn:wayproof:"}
MEMBER = "wayproof:signed"
NAME = "urn:wayproof:signed"

_LOCAL = ":signed"
_KEYS = ("key", "nonce", "signature")


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as it came. `field` is its JSON pointer inside the event; nothing of it is verified here."""

    field: str
    key: str
    nonce: bytes
    signature: str


def member(event: Mapping[str, Any], prefixes: dict[str, str]) -> str | None:
    """The name under which an event holds its signature, None for an unsigned one."""
    if _LOCAL not in "".join(event):  # most are unsigned, and this is quick
        return None
    for name in event:
        if name.endswith(_LOCAL) and expand(name, prefixes) == NAME:
            return name
    return None


def read(value: Any, field: str) -> Signature | Problem:
    """The signature of a member's value, or what is wrong with its form; `field` as it stands in the event."""
    if type(value) is not dict or set(value) != set(_KEYS) or not all(type(value[each]) is str for each in _KEYS):
        return Problem(field, f"must be an object of the texts {', '.join(_KEYS)}, and of nothing else")
    try:
        nonce = strict_b64(value["nonce"])
    except ValueError as error:
        return Problem(f"{field}/nonce", str(error))
    if len(nonce) != NONCE_SIZE:
        return Problem(f"{field}/nonce", f"must be {NONCE_SIZE} bytes in base64")
    return Signature(field, value["key"], nonce, value["signature"])


def bare(event: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The event without its signature, its own context without the prefix of one."""
    rest = {field: value for field, value in event.items() if field != name}
    if "@context" in rest:
        rest["@context"] = unprefixed(rest["@context"])
    return rest


def unprefixed(context: Any) -> list[Any]:
    """A context without the part that only binds our prefix."""
    return [part for part in parts(context) if part != PREFIX]


def put_on(document: Mapping[str, Any], signatures: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """A document, or a bare event, whose events carry these signatures, in their order."""
    made: dict[str, Any] = json.loads(json.dumps(document))
    made["@context"] = [*unprefixed(made["@context"]), PREFIX]
    for event, signature in zip(event_list(made), signatures, strict=True):
        for name in (MEMBER, NAME):
            event.pop(name, None)
        event[MEMBER] = dict(signature)
    return made


def event_list(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The events of a valid document; the document itself when it is a bare event."""
    body = document.get("epcisBody")
    if body is None:
        return [document]
    holder = body["queryResults"]["resultsBody"] if "queryResults" in body else body
    events: list[dict[str, Any]] = holder["eventList"]
    return events
