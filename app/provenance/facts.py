"""What the entries of provenance say in clear: one function per kind, used when writing and when checking. Pure.

Nothing personal, no floats; what is large or may have to go is an opening beside the entry.
"""

from collections.abc import Callable, Mapping
from datetime import date
from hashlib import sha256
from typing import Any

import orjson

from app.entries import EntryType
from app.epcis import strict_json
from app.epcis.document import parse_event
from app.epcis.errors import Invalid
from app.epcis.event import Event
from ledger.canonical import moment_text
from ledger.entry import Envelope
from ledger.errors import Tampered

_MOST_KEYS_BYTES = 30_000  # an entry has 65,535 bytes at most


def event_body(event: Event, row: Any) -> dict[str, Any]:
    """An event's entry. Of very many keys only their number and the SHA-256 of their JSON stand here."""
    typed = {"typed_by": row.typed_by} if row.typed_by else {}
    return {**event_facts(row), **typed, "keys": _keys(event)}


def _keys(event: Event) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for role, key in event.names:
        named.setdefault(role, []).append(key)
    written = orjson.dumps(named) if len(event.names) > 50 else b""
    if len(written) > _MOST_KEYS_BYTES:
        return {"count": len(event.names), "sha256": sha256(written).hexdigest()}
    return named


def tells(envelope: Envelope, signed: Mapping[str, Any]) -> None:
    """Compare an entry with the event or the claim that its partner signed. Raises Tampered where it differs."""
    if envelope.type == EntryType.CERTIFICATE_ADDED:
        _tells_claim(envelope.body, signed)
    else:
        _tells_event(envelope.body, signed)


def _tells_event(body: Mapping[str, Any], event: Mapping[str, Any]) -> None:
    try:
        said = parse_event(strict_json.write(dict(event)))
    except Invalid as error:
        raise Tampered(f"the signed event is no valid EPCIS: {error}") from error
    facts = {
        "id": said.event_id,
        "event_type": said.event_type,
        "event_time": moment_text(said.time),
        "zone": said.zone,
        "action": said.action,
        "biz_step": said.biz_step,
        "disposition": said.disposition,
        "read_point": said.read_point,
        "biz_location": said.biz_location,
        "keys": _keys(said),
    }
    for name, value in facts.items():
        if body.get(name) != value:
            raise Tampered(f"{name.replace('_', ' ')} in the entry is not the one of the event")


def _tells_claim(body: Mapping[str, Any], claim: Mapping[str, Any]) -> None:
    facts = {
        name: value for name, value in body.items() if value is not None and name not in ("partner", "signed")
    }
    if {"type": "certificate", **facts} != claim:
        raise Tampered("the certificate in the entry is not the one that its issuer signed")


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
    "details",
)


def product_body(value: Callable[[str], Any]) -> dict[str, Any]:
    """A product's entry; `value` gives each field by name."""
    return {name: value(name) for name in _PRODUCT}


def lot_body(row: Any) -> dict[str, Any]:
    """A lot's entry; its days are `2026-03-01`."""
    days = {name: _day(getattr(row, name)) for name in ("produced_on", "packed_on", "best_before", "expires_on")}
    return {"key": row.key, **days, "origin_country": row.origin_country, "origin_place": row.origin_place}


FACTS_OF_CERTIFICATE = (
    "key",
    "name",
    "issuer",
    "scope",
    "valid_from",
    "valid_until",
    "file_sha256",
    "kind",
    "number",
)


def certificate_body(row: Any) -> dict[str, Any]:
    """A certificate's entry; `partner` is its issuer where that signed it."""
    facts = {name: getattr(row, name) for name in FACTS_OF_CERTIFICATE}
    days = {name: _day(facts[name]) for name in ("valid_from", "valid_until")}
    return {**facts, **days, "partner": row.partner_id}


def certificate_claim(row: Any) -> dict[str, Any]:
    """What the issuer of a certificate signs: the facts of its entry that have a value, and what they are."""
    facts = certificate_body(row)
    said = {name: value for name, value in facts.items() if value is not None and name != "partner"}
    return {"type": "certificate", **said}


def inspection_body(row: Any) -> dict[str, Any]:
    """An inspection's entry; numbers are decimal text, who looked is an organisation."""
    return {
        "inspection": row.id,
        "key": row.key,
        "stage": row.stage,
        "name": row.name,
        "measures": row.measures,
        "result": row.result,
        "condition": row.condition,
        "inspector": row.inspector,
        "inspected_at": moment_text(row.inspected_at),
        "file_sha256": row.file_sha256,
        "supersedes": row.supersedes_id,
    }


def audit_body(row: Any) -> dict[str, Any]:
    """An audit's entry."""
    return {
        "audit": row.id,
        "partner": row.partner_id,
        "site": row.site,
        "scheme": row.scheme,
        "audited_on": _day(row.audited_on),
        "valid_until": _day(row.valid_until),
        "result": row.result,
        "grade": row.grade,
        "findings": row.findings,
        "auditor": row.auditor,
        "file_sha256": row.file_sha256,
        "supersedes": row.supersedes_id,
    }


def check_body(row: Any) -> dict[str, Any]:
    """The entry of a check that is required from now on."""
    return {
        "check": row.id,
        "gtin": row.gtin,
        "category": row.category,
        "kind": row.kind,
        "stage": row.stage,
        "name": row.name,
        "partner": row.partner_id,
        "max_age_days": row.max_age_days,
        "conditional_ok": row.conditional_ok,
    }


def unchecked_body(row: Any) -> dict[str, Any]:
    """The entry of a packing that a partner told although a required check had not passed."""
    return {"key": row.key, "event": row.event_id, "checks": row.checks}


def recall_body(row: Any) -> dict[str, Any]:
    """A recall's entry when it is opened, and when its words are corrected."""
    return {"recall": row.id, "key": row.key, "reason": row.reason, "advice": row.advice}


def _day(value: date | str | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else value
