"""The place of an interrupted audit, kept in a file of its own, so that a long one can go on. Reads no row."""

import json
import os
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ledger.audit_scan import Gone
from ledger.compare import Finding

FORMAT = "wayproof-audit/1"


@dataclass(frozen=True)
class Kept:
    """What a run knows after the entries before `next`; see `ledger.audit`."""

    origin: str
    next: int
    links: Sequence[bytes]
    growth: Mapping[str, Any]
    of_entries: Sequence[Finding]
    of_log: Sequence[Finding]
    gone: Sequence[Gone]
    missing_from: int | None
    noted: Mapping[str, Sequence[int]]
    partners: Mapping[int, str]


def keep(path: Path, kept: Kept) -> None:
    """Write the place; a crash leaves the one before."""
    value = {
        "format": FORMAT,
        "origin": kept.origin,
        "next": kept.next,
        "links": [link.hex() for link in kept.links],
        "growth": dict(kept.growth),
        "of_entries": [asdict(each) for each in kept.of_entries],
        "of_log": [asdict(each) for each in kept.of_log],
        "gone": [list(each) for each in kept.gone],
        "missing_from": kept.missing_from,
        "noted": {name: list(indexes) for name, indexes in kept.noted.items()},
        "partners": list(kept.partners.items()),
    }
    fresh = path.with_name(path.name + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(value, file)
    os.replace(fresh, path)


def read_kept(path: Path, origin: str) -> Kept | None:
    """The place in this file; None where there is none, or one of another log or release."""
    try:
        value = json.loads(path.read_text("utf-8"))
        if (value["format"], value["origin"]) != (FORMAT, origin):
            return None
        return Kept(
            origin=origin,
            next=int(value["next"]),
            links=[bytes.fromhex(link) for link in value["links"]],
            growth=dict(value["growth"]),
            of_entries=[Finding(**each) for each in value["of_entries"]],
            of_log=[Finding(**each) for each in value["of_log"]],
            gone=[Gone(*each) for each in value["gone"]],
            missing_from=value["missing_from"],
            noted={name: array("Q", indexes) for name, indexes in value["noted"].items()},
            partners={int(index): str(partner) for index, partner in value["partners"]},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None
