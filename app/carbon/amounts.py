"""Amounts as exact decimals: read from text, and written as text. No float, no sign, no exponent ever comes in."""

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

from app.provenance.errors import Refused

_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
EXACT = Context(prec=60)
"""Wide enough for every product of three amounts; only a division is rounded in it."""

_LEAST = Decimal("0.000000001")


def amount(field: str, text: str, *, zero: bool = False, most: int | None = None) -> Decimal:
    """The amount that this text says. Zero must be allowed for, because it is a claim. Raises Refused."""
    if not _AMOUNT.fullmatch(text):
        raise Refused(field, "must be a decimal number as text, such as 12.5, with at most 9 digits on each side")
    value = Decimal(text)
    if value == 0 and not zero:
        raise Refused(field, "must be above zero; leave out what is not known")
    if most is not None and value > most:
        raise Refused(field, f"must be at most {most}")
    return value


def settled(value: Decimal, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    """To a billionth, so that sums are exact and need no order."""
    return value.quantize(_LEAST, rounding=rounding, context=EXACT)


def plain(value: Decimal | None) -> str:
    """The amount without an exponent and without needless zeros; what is unknown is empty, never 0."""
    if value is None:
        return ""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def rough(value: Decimal, digits: int = 2, *, up: bool | None = None) -> Decimal:
    """With so many digits that mean something, whole numbers whole; `up` False rounds down, True up: a bound."""
    rounding = ROUND_HALF_EVEN if up is None else ROUND_CEILING if up else ROUND_FLOOR
    if value == 0:
        return value
    place = Decimal(1).scaleb(min(value.adjusted() - digits + 1, 0))
    return value.quantize(place, rounding=rounding, context=EXACT)
