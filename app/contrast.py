"""Contrast of two colours as WCAG 2.2 counts it ("relative luminance", "contrast ratio"). Pure."""

from typing import NamedTuple


class Rgb(NamedTuple):
    """A colour, 0 to 255 a channel."""

    red: int
    green: int
    blue: int

    @classmethod
    def parse(cls, text: str) -> "Rgb":
        """From `#0b5d4f` or `0b5d4f`; raises ValueError for anything else."""
        digits = text.removeprefix("#")
        if len(digits) != 6:
            raise ValueError(f"{text} is not a colour of six hex digits")
        return cls(*bytes.fromhex(digits))


def to_hex(colour: Rgb) -> str:
    return f"#{bytes(colour).hex()}"


def luminance(colour: Rgb) -> float:
    """Relative luminance, 0 for black and 1 for white."""
    red, green, blue = (_linear(channel / 255) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable_on(colour: Rgb) -> Rgb:
    """Black or white, whichever reads better on a colour: one of them always has a contrast of 4.5 or more."""
    white, black = Rgb(255, 255, 255), Rgb(0, 0, 0)
    return white if ratio(white, colour) >= ratio(black, colour) else black


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def ratio(one: Rgb, other: Rgb) -> float:
    """Contrast ratio, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
