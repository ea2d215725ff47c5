"""Handing an item in: its owner gets a code, who collects it shows the code, and the item is retired."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.epcis.context import STANDARD
from app.epcis.document import parse_event
from app.gs1 import identifiers
from app.models.brands import Brand, Partner
from app.models.owning import OwnedItem
from app.owning import codes, items, secret
from app.owning.errors import ActRefused
from app.provenance.capture import capture_event
from app.sealed import Box

OPTIONS = ("dropoff", "post")

# What becomes of an item, in the words of the CBV: the step and the disposition after it.
FATES = {"reused": ("decommissioning", "inactive"), "recycled": ("destroying", "destroyed")}


def hand_in(session: Session, box: Box, row: OwnedItem, option: str, now: datetime) -> str:
    """A code to hand the item in with; what was given out before ends. Until it is used, nothing else changes.

    Raises ActRefused, ValueError for an unknown option.
    """
    if option not in OPTIONS:
        raise ValueError(f"an option is one of {', '.join(OPTIONS)}")
    if row.missing_on:
        raise ActRefused("missing")
    items.move(session, row, now)
    secret.end(session, row.brand_id, row.key, ("transfer",), now)
    return secret.make(session, box, row.brand_id, row.key, "takeback", now, option)


def receive(
    session: Session,
    box: Box,
    brand: Brand,
    key: str,
    *,
    typed: str,
    fate: str,
    place: str | None = None,
    partner_id: str | None = None,
    person_id: str | None = None,
    now: datetime,
) -> OwnedItem:
    """Retire an item against its owner's take-back code: an event, an entry, and no secret opens it any more.

    `fate` is one of FATES, `place` a GLN's key. Raises ActRefused, SignatureRefused for a partner that must sign.
    """
    if partner_id is not None:
        _may_collect(session, brand, partner_id)
    try:
        code = codes.read(typed)
    except codes.Mistyped:
        raise ActRefused("mistyped") from None
    row = items.item(session, brand.id, key)
    fits = secret.fitting(session, box, row, code, ("takeback",))
    if fits is None or not secret.use(session, fits, now):
        raise ActRefused("unknown_code")
    if row.missing_on:
        raise ActRefused("missing")
    event = _event(key, fate, place, now)
    captured = capture_event(
        session, brand, parse_event(orjson.dumps(event)), partner_id=partner_id, typed_by=person_id, now=now
    )
    secret.end(session, brand.id, key, tuple(secret.LIFE), now)
    by = {"event": captured.event_id, "partner": partner_id, "person": person_id}
    items.advance(
        session,
        brand,
        row,
        EntryType.OWNERSHIP_RETIRED,
        now,
        body={name: value for name, value in by.items() if value},
        state="retired",
        secret_mark=None,
        retired_on=now.date(),
        fate=fate,
    )
    return row


def _may_collect(session: Session, brand: Brand, partner_id: str) -> None:
    partner = session.get(Partner, partner_id)
    if partner is None or partner.brand_id != brand.id or not partner.collects:
        raise ActRefused("not_authorised")


def _event(key: str, fate: str, place: str | None, now: datetime) -> dict[str, Any]:
    """DELETE says that the identifier is not to be seen again (EPCIS 2.0, 7.4.2)."""
    step, disposition = FATES[fate]
    return {
        "@context": [STANDARD],
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{uuid4()}",
        "eventTime": now.isoformat(),
        "eventTimeZoneOffset": "+00:00",
        "action": "DELETE",
        "bizStep": step,
        "disposition": disposition,
        "epcList": [identifiers.to_uri(key)],
        **({"readPoint": {"id": identifiers.to_uri(place)}} if place else {}),
    }
