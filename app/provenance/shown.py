"""What a page shows of a row must be what the entry says: one comparison per kind of row, raising Tampered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.carbon.stating import statement_body
from app.entries import EntryType
from app.epcis.classes import PATHS
from app.owning.facts import guidance_body, owned_body, repair_body, warranty_body
from app.provenance.checks import Shown
from app.provenance.facts import (
    audit_body,
    certificate_body,
    check_body,
    event_facts,
    inspection_body,
    lot_body,
    product_body,
    recall_body,
    unchecked_body,
)
from ledger.canonical import moment_text
from ledger.entry import Envelope
from ledger.errors import Tampered

_DOCUMENT = PATHS["public"]


@dataclass(frozen=True, slots=True)
class _Event:
    """A value, so that two comparisons of the same row are known to be the same."""

    row: Any
    role: str | None
    key: str | None

    def __call__(self, envelope: Envelope, openings: Mapping[str, bytes]) -> None:
        """Compare them with the entry."""
        _same_body(envelope, EntryType.EVENT_CAPTURED, event_facts(self.row))
        if envelope.recorded_at != moment_text(self.row.record_time):
            raise Tampered("the time of recording is not the one in the log")
        if (envelope.body.get("signed") or {}).get("key") != self.row.signed_key:
            raise Tampered("who signed the event is not what the log says")
        if envelope.body.get("typed_by") != self.row.typed_by:
            raise Tampered("who typed the event is not what the log says")
        if openings.get(_DOCUMENT) != self.row.document:
            raise Tampered("the event is not the one in the log")
        named = envelope.body.get("keys", {})
        if self.key is not None and "count" not in named and self.key not in named.get(self.role, ()):
            raise Tampered(f"the event in the log does not name {self.key}")


def event(row: Any, role: str | None, key: str | None) -> Shown:
    """An event's row, and the key by which the page found it; None where the event names nothing."""
    return _Event(row, role, key)


def product(page: Any) -> Shown:
    """A product's row, in columns that begin with `product_`."""
    return _of(EntryType.PRODUCT_DESCRIBED, product_body(lambda name: getattr(page, f"product_{name}")))


def lot(row: Any) -> Shown:
    """A lot's row."""
    return _of(EntryType.LOT_DESCRIBED, lot_body(row))


def certificate(row: Any) -> Shown:
    """A certificate's row, and the key of its issuer's signature."""

    def compare(envelope: Envelope, _: Mapping[str, bytes]) -> None:
        _same_body(envelope, EntryType.CERTIFICATE_ADDED, certificate_body(row))
        if (envelope.body.get("signed") or {}).get("key") != row.signed_key:
            raise Tampered("who signed the certificate is not what the log says")

    return compare


def inspection(row: Any) -> Shown:
    """An inspection's row."""
    return _of(EntryType.INSPECTION_RECORDED, inspection_body(row))


def audit(row: Any) -> Shown:
    """An audit's row."""
    return _of(EntryType.AUDIT_RECORDED, audit_body(row))


def required(row: Any) -> Shown:
    """The row of a required check."""
    return _of(EntryType.CHECK_REQUIRED, check_body(row))


def unchecked(row: Any) -> Shown:
    """The row of a packing without its checks."""
    return _of(EntryType.PACKED_UNCHECKED, unchecked_body(row))


def statement(row: Any) -> Shown:
    """A statement about what a part of the way emitted."""
    return _of(EntryType.CARBON_STATED, statement_body(row))


def recall(row: Any) -> Shown:
    """A recall's row; the newest entry with its words says the same, the first or a correction."""

    def compare(envelope: Envelope, _: Mapping[str, bytes]) -> None:
        if envelope.type not in (EntryType.RECALL_OPENED, EntryType.RECALL_AMENDED):
            raise Tampered(f"the entry is of another kind: {envelope.type}")
        _same_body(envelope, EntryType(envelope.type), recall_body(row))

    return compare


_OWNED = frozenset(
    (
        EntryType.OWNERSHIP_OPENED,
        EntryType.OWNERSHIP_CLAIMED,
        EntryType.OWNERSHIP_PASSED,
        EntryType.OWNERSHIP_MISSING,
        EntryType.OWNERSHIP_FOUND,
        EntryType.OWNERSHIP_RESET,
        EntryType.OWNERSHIP_RETIRED,
    )
)


def owned(row: Any) -> Shown:
    """The row of an owned item; the newest of its entries says the same, whichever act it was."""

    def compare(envelope: Envelope, _: Mapping[str, bytes]) -> None:
        if envelope.type not in _OWNED:
            raise Tampered(f"the entry is of another kind: {envelope.type}")
        _same_body(envelope, EntryType(envelope.type), owned_body(row))

    return compare


def repair(row: Any) -> Shown:
    """A repair's row."""
    return _of(EntryType.REPAIR_RECORDED, repair_body(row))


def guidance(row: Any) -> Shown:
    """A line of what to do with a product."""
    return _of(EntryType.GUIDANCE_SET, guidance_body(row))


def warranty(row: Any) -> Shown:
    """The terms of a warranty."""
    return _of(EntryType.WARRANTY_SET, warranty_body(row))


def _of(kind: EntryType, facts: Mapping[str, Any]) -> Shown:
    return lambda envelope, _: _same_body(envelope, kind, facts)


def _same_body(envelope: Envelope, kind: EntryType, facts: Mapping[str, Any]) -> None:
    if envelope.type != kind:
        raise Tampered(f"the entry is of another kind: {envelope.type}")
    for name, value in facts.items():
        if envelope.body.get(name) != value:
            raise Tampered(f"{name.replace('_', ' ')} is not what the log says")
