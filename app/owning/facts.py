"""What the entries of ownership say in clear: one function per kind, used when writing and when checking. Pure."""

from datetime import date
from typing import Any


def owned_body(row: Any) -> dict[str, Any]:
    """What everybody may know of an item: months, never days, and nobody."""
    return {
        "item": row.key,
        "state": row.state,
        "since": _month(row.claimed_on),
        "owners": row.owners,
        "missing": _month(row.missing_on),
        "retired": _month(row.retired_on),
        "fate": row.fate,
    }


def repair_body(row: Any) -> dict[str, Any]:
    """A repair."""
    return {
        "repair": row.id,
        "item": row.key,
        "kind": row.kind,
        "parts": row.parts,
        "on": row.repaired_on.isoformat(),
        "file_sha256": row.file_sha256,
        "partner": row.partner_id,
    }


def warranty_body(row: Any) -> dict[str, Any]:
    """The terms of a warranty."""
    return {name: getattr(row, name) for name in ("gtin", "country", "months", "starts", "repair_months", "href")}


def guidance_body(row: Any) -> dict[str, Any]:
    """A line of what to do with a product."""
    return {name: getattr(row, name) for name in ("gtin", "topic", "country", "text", "href")}


def _month(day: date | None) -> str | None:
    return f"{day:%Y-%m}" if day else None
