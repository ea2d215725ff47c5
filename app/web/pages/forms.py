"""Values as people type them into forms: days and amounts. Pure; refuses with the field's own sentence."""

from datetime import date
from decimal import Decimal, InvalidOperation

from babel.numbers import get_currency_precision

from app.web.problems import Problem

_MOST = 10**13


def day_of(text: str) -> date | None:
    """A day as a date field sends it; None for none."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise Problem("invalid", "a day is written like 2026-03-05") from None


def minor_of(text: str, currency: str | None) -> int | None:
    """An amount (`12.50` or `12,50`) in minor units of its currency; None for none."""
    text = text.strip().replace(",", ".")
    if not text:
        return None
    if not (currency and len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise Problem("invalid", "name the currency by its three letters, such as EUR")
    try:
        minor = Decimal(text).scaleb(get_currency_precision(currency))
    except InvalidOperation:
        raise Problem("invalid", "an amount is written like 12.50") from None
    if not minor.is_finite() or minor != minor.to_integral_value() or not 0 <= minor < _MOST:
        raise Problem("invalid", "an amount is positive and has no more digits than its currency")
    return int(minor)


def major_of(minor: int | None, currency: str | None) -> str:
    """An amount in minor units as a form field shows it."""
    if minor is None:
        return ""
    return str(Decimal(minor).scaleb(-get_currency_precision(currency or "EUR")))
