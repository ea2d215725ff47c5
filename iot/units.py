"""Units of readings (UN/CEFACT Recommendation 20), their signs, and exact conversion of temperatures. Pure."""

from decimal import Decimal

_SYMBOLS = {"CEL": "°C", "FAH": "°F", "KEL": "K", "P1": "%", "LUX": "lx", "MBR": "mbar", "VLT": "V", "A93": "g/m³"}

_CELSIUS_ZERO = Decimal("273.15")


class UnitMismatch(ValueError):
    """A value of one unit can't be expressed in the other."""


def symbol(unit: str) -> str:
    """What a person reads for a unit code; the code itself when it has no sign."""
    return _SYMBOLS.get(unit, unit)


def convert(value: Decimal, source: str, target: str) -> Decimal:
    """A temperature in another unit, exact where a decimal can be (46.4 FAH is 8 CEL). Raises UnitMismatch."""
    if source == target:
        return value
    return _from_celsius(_to_celsius(value, source), target)


def _to_celsius(value: Decimal, unit: str) -> Decimal:
    match unit:
        case "CEL":
            return value
        case "FAH":
            return (value - 32) * 5 / 9
        case "KEL":
            return value - _CELSIUS_ZERO
    raise UnitMismatch(f"{unit} is no temperature that can be converted")


def _from_celsius(value: Decimal, unit: str) -> Decimal:
    match unit:
        case "CEL":
            return value
        case "FAH":
            return value * 9 / 5 + 32
        case "KEL":
            return value + _CELSIUS_ZERO
    raise UnitMismatch(f"{unit} is no temperature that can be converted")
