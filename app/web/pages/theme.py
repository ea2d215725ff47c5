"""A brand's colour as a style sheet, darkened or lightened until it can be read (WCAG 2.2, 1.4.3). Pure."""

from colorsys import hls_to_rgb, rgb_to_hls

from app.contrast import Rgb, ratio, to_hex

LIGHT, _DARK = Rgb(255, 255, 255), Rgb(22, 30, 27)  # --card of both themes
_READABLE = 4.6  # a little above 4.5, for rounding


def sheet(colour: str) -> str:
    """CSS that sets the brand's colours for both themes; `colour` is six hex digits."""
    brand = Rgb.parse(colour)
    light, dark = to_hex(on_light(brand)), to_hex(_until(brand, _DARK, darker=False))
    return (
        f":root{{--brand:{light};--brand-ink:#ffffff;--brand-text:{light}}}"
        f"@media (prefers-color-scheme:dark){{:root{{--brand-text:{dark}}}}}"
    )


def on_light(colour: Rgb) -> Rgb:
    """The shade of a colour that can be read on white, and that white can be read on."""
    return _until(colour, LIGHT, darker=True)


def _until(colour: Rgb, ground: Rgb, *, darker: bool) -> Rgb:
    """The nearest shade of `colour` that can be read on `ground`."""
    hue, light, strength = rgb_to_hls(*(part / 255 for part in colour))
    step = -0.02 if darker else 0.02
    while ratio(colour, ground) < _READABLE and 0 < light + step < 1:
        light += step
        colour = Rgb(*(round(part * 255) for part in hls_to_rgb(hue, light, strength)))
    return colour
