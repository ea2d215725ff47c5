"""What a shop, a file or a program tells of an order: plain values, the same for all of them. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.shipping.orders import Buyer
from app.shipping.shipments import ParcelOrder
from carriers.known import CARRIERS
from carriers.numbers import detect

_SLUG = re.compile(r"[^a-z0-9]+")


class Unreadable(ValueError):
    """What was told can't be read; the text names the field and holds no value of it, which may be personal."""


@dataclass(frozen=True)
class Line:
    """Something ordered. `ref` is the source's own name of the line; `returned` were given back or refunded."""

    ref: str
    name: str
    quantity: int
    sku: str | None = None
    key: str | None = None
    returned: int = 0


@dataclass(frozen=True)
class Packed:
    """What went out together: parcels, and how many of which line. Parcels are empty until there is a number."""

    ref: str
    version_at: datetime
    parcels: tuple[ParcelOrder, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    cancelled: bool = False
    service: str = ""  # of the carrier


@dataclass(frozen=True)
class Told:
    """An order as its source has it at `version_at`. `packed` None: the source said nothing of parcels now."""

    ref: str
    number: str
    version_at: datetime
    placed_at: datetime
    buyer: Buyer
    lines: tuple[Line, ...]
    packed: tuple[Packed, ...] = ()
    cancelled_at: datetime | None = None


@dataclass(frozen=True)
class ToldPacked:
    """News of one fulfilment, of an order that is known by `order_ref`."""

    order_ref: str
    packed: Packed


def parcel(number: str, company: str = "") -> ParcelOrder | None:
    """A parcel from what a shop's form holds; None where that is no tracking number."""
    clean = re.sub(r"[\s-]", "", number).upper()
    if not 3 <= len(clean) <= 60 or not clean.isalnum() or not clean.isascii():
        return None
    return ParcelOrder(clean, carrier_named(company, clean))


def carrier_named(company: str, number: str) -> str:
    """The key of a carrier from the name that people write; else by the number; else the name as a word."""
    word = _SLUG.sub("", company.lower())
    known = {_SLUG.sub("", text.lower()): key for key, name in CARRIERS.items() for text in (key, name)}
    if word in known:
        return known[word]
    candidates = detect(number)
    found = next((each.adapter for each in candidates if each.adapter), None)
    begins = sorted((name for name in known if word.startswith(name)), key=len)
    if begins:
        return known[begins[-1]]
    if found or candidates:
        return found or candidates[0].carrier
    slug = _SLUG.sub("_", company.lower()).strip("_")[:30]
    return slug if re.fullmatch("[a-z][a-z0-9_]{1,29}", slug) else "unknown"
