"""Parcels as shops and people write them: a number in any form, a carrier by whatever name. Pure."""

import re

from app.shipping.shipments import ParcelOrder
from app.texts import marked as _
from carriers.known import CARRIERS
from carriers.numbers import detect

A_DECIMAL = _("a spreadsheet made a decimal of this number; format the column as text and enter it again")

_SLUG = re.compile(r"[^a-z0-9]+")
_DECIMAL = re.compile(r"\d+(\.\d+)?[eE]\+?\d+|\d{8,}\.0")


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


def is_decimal(cell: str) -> bool:
    """Whether a spreadsheet has rounded the number of this cell (1.23E+15), so that nobody knows it any more."""
    return bool(_DECIMAL.fullmatch(cell))
