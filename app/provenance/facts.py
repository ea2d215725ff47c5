"""What the entries of provenance say in clear: one function per kind, used when writing and when checking. Pure.

Nothing personal, no floats; what is large or may have to go is an opening beside the entry.
"""

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import Any

import orjson

from app.epcis.event import Event
from ledger.canonical import moment_text

_MOST_KEYS_BYTES = 30_000  # an entry has 65,535 bytes at most


def event_body(event: Event, row: Any) -> dict[str, Any]:
    """An event's entry. Of very many keys only their number and the SHA-256 of their JSON stand here."""
    named: dict[str, Any] = {}
    for role, key in event.names:
        named.setdefault(role, []).append(key)
    written = orjson.dumps(named) if len(event.names) > 50 else b""
    if len(written) > _MOST_KEYS_BYTES:
        named = {"count": len(event.names), "sha256": sha256(written).hexdigest()}
    return {**event_facts(row), "keys": named}


def event_facts(row: Any) -> dict[str, Any]:
    """The facts of a stored event that its entry repeats."""
    return {
        "id": row.event_id,
        "revision": row.revision,
        "event_type": row.event_type,
        "event_time": moment_text(row.event_time),
        "zone": row.event_zone,
        "action": row.action,
        "biz_step": row.biz_step,
        "disposition": row.disposition,
        "read_point": row.read_point,
        "biz_location": row.biz_location,
        "partner": row.partner_id,
    }


_PRODUCT = (
    "gtin",
    "name",
    "description",
    "care",
    "category",
    "origin_country",
    "origin_place",
    "temperature_low",
    "temperature_high",
)


def product_body(value: Callable[[str], Any]) -> dict[str, Any]:
    """A product's entry; `value` gives each field by name."""
    return {name: value(name) for name in _PRODUCT}


def certificate_body(row: Any) -> dict[str, Any]:
    """A certificate's entry."""
    return {
        "key": row.key,
        "name": row.name,
        "issuer": row.issuer,
        "scope": row.scope,
        "valid_from": _day(row.valid_from),
        "valid_until": _day(row.valid_until),
        "file_sha256": row.file_sha256,
    }


def recall_body(row: Any) -> dict[str, Any]:
    """A recall's entry when it is opened."""
    return {"recall": row.id, "key": row.key, "reason": row.reason, "advice": row.advice}


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
