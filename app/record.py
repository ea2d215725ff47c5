"""The one way of the house into a brand's log: an entry holds what its line in entry_fields allows, no more."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.entries import EntryType
from app.entry_fields import FIELDS
from ledger.log import Receipt, accept

__all__ = ["Receipt", "Unclassed", "record"]

_POSITION = re.compile(r"(?<=/)\d+(?=/)")


class Unclassed(ValueError):
    """A field of an entry has no class: it stands in no line of app/entry_fields. Write its class there."""


def record(
    session: Session,
    log_id: int,
    kind: EntryType,
    body: Mapping[str, Any],
    *,
    now: datetime,
    key: str | None = None,
    openings: Mapping[str, bytes] = {},
) -> Receipt:
    """Hand an entry to the log (`ledger.log.accept`), every field of it with a class. Raises Unclassed."""
    check(kind, body, openings)
    return accept(session, log_id, kind, body, now=now, key=key, openings=openings)


def check(kind: EntryType, body: Mapping[str, Any], openings: Mapping[str, bytes]) -> None:
    """Raise Unclassed for a field that the line of this kind does not have."""
    line = FIELDS[kind]
    if not body.keys() <= line.public:
        raise Unclassed(f"{kind}: {', '.join(sorted(body.keys() - line.public))} has no class")
    for path in openings:
        if path not in line.openings and _POSITION.sub("*", path) not in line.openings:
            raise Unclassed(f"{kind}: the opening {path} has no class")
