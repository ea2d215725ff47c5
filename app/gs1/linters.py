"""What the content of an application identifier must be, beyond its length and alphabet. Pure.

One rule for each linter of the GS1 Barcode Syntax Dictionary, under its name there. A rule gets a component that
has the right length and alphabet already; it returns a complaint that ends the sentence “the value …”, or None.
"""

import re
from calendar import monthrange
from collections.abc import Callable

from app.gs1 import code_lists, coupons, keys

Linter = Callable[[str], str | None]

_MEDIA = frozenset(f"{number:02}" for number in (*range(1, 11), *range(80, 100)))
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_IBAN = re.compile(r"[A-Z]{2}[0-9A-Z]{9,32}")
_POSITION = re.compile(r"([1-9]\d*)/([1-9]\d*)", re.ASCII)


def _must(holds: Callable[[str], bool], complaint: str) -> Linter:
    return lambda value: None if holds(value) else complaint


def _model(value: str) -> bool:
    return len(value) > 2 and keys.check_pair(value[:-2]) == value[-2:]


def _company(value: str) -> bool:
    """GS1 company prefixes have at least four digits."""
    return value[:4].isdigit() and len(value) >= 4


def _date(year: int, month: str, day: str) -> bool:
    return "01" <= month <= "12" and int(day) <= monthrange(year, int(month))[1]


def _short_date(value: str) -> bool:
    """A two-digit year has the leap days of 2000 to 2099; no year of the window around today differs."""
    return _date(2000 + int(value[:2]), value[2:4], value[4:])


def _long_date(value: str) -> bool:
    return value[:4] != "0000" and value[6:] != "00" and _date(int(value[:4]), value[4:6], value[6:])


def _whole_date(value: str) -> bool:
    return _short_date(value) and value[4:] != "00"


def _clock(value: str) -> bool:
    return value[:2] < "24" and value[2:] < "60"


def _piece_of_total(value: str) -> bool:
    return "00" < value[:2] <= value[2:]


def _account(value: str) -> bool:
    """IBAN, ISO 13616: the first four characters behind the others, letters as numbers, modulo 97 is 1."""
    if not _IBAN.fullmatch(value) or value[:2] not in code_lists.COUNTRIES:
        return False
    return int("".join(str(int(character, 36)) for character in value[4:] + value[:4])) % 97 == 1


def _position(value: str) -> bool:
    match = _POSITION.fullmatch(value)
    return match is not None and int(match[1]) <= int(match[2])


LINTERS: dict[str, Linter] = {
    "csum": _must(keys.is_checked, "has a wrong check digit"),
    "csumalpha": _must(_model, "has a wrong check pair"),
    "gcppos1": _must(_company, "must begin with a company prefix, which is digits"),
    "gcppos2": _must(lambda value: _company(value[1:]), "must hold a company prefix behind its first digit"),
    "yymmd0": _must(_short_date, "holds no date: it must be year, month and day (YYMMDD), the day may be 00"),
    "yymmdd": _must(_whole_date, "holds no date: it must be year, month and day (YYMMDD)"),
    "yyyymmdd": _must(_long_date, "holds no date: it must be year, month and day (YYYYMMDD)"),
    "hhmi": _must(_clock, "holds no time of day (HHMM)"),
    "hh": _must(lambda value: value < "24", "holds no hour"),
    "mi": _must(lambda value: value < "60", "holds no minute"),
    "ss": _must(lambda value: value < "60", "holds no second"),
    "iso3166": _must(code_lists.COUNTRY_NUMBERS.__contains__, "names no country of ISO 3166"),
    "iso3166999": _must(lambda value: value == "999" or value in code_lists.COUNTRY_NUMBERS, "names no country"),
    "iso3166alpha2": _must(code_lists.COUNTRIES.__contains__, "names no country of ISO 3166"),
    "iso4217": _must(code_lists.CURRENCIES.__contains__, "names no currency of ISO 4217"),
    "iso5218": _must(frozenset("0129").__contains__, "must be 0, 1, 2 or 9"),
    "pcenc": _must(lambda value: not _BROKEN_ESCAPE.search(value), "has a percent sign without two hex digits"),
    "pieceoftotal": _must(_piece_of_total, "must count its pieces from 01 up to their total"),
    "latitude": _must(lambda value: int(value) <= 1_800_000_000, "lies beyond the pole"),
    "longitude": _must(lambda value: int(value) <= 3_600_000_000, "lies beyond 360 degrees"),
    "yesno": _must(frozenset("01").__contains__, "must be 0 or 1"),
    "zero": _must(lambda value: not value.strip("0"), "must begin with 0"),
    "nonzero": _must(lambda value: bool(value.strip("0")), "must not be zero"),
    "nozeroprefix": _must(lambda value: value[0] != "0", "must not begin with 0"),
    "winding": _must(frozenset("019").__contains__, "must end in 0, 1 or 9"),
    "hyphen": _must(lambda value: value == "-", "may end in a minus sign only"),
    "iban": _must(_account, "is no valid IBAN"),
    "importeridx": _must(
        lambda value: value.isascii() and (value.isalnum() or value in "-_"), "has no importer index"
    ),
    "mediatype": _must(_MEDIA.__contains__, "is no media type"),
    "packagetype": _must(code_lists.PACKAGES.__contains__, "is no package type"),
    "hasnondigit": _must(lambda value: not value.isdigit(), "must hold more than digits"),
    "posinseqslash": _must(_position, "must be a position and a total, such as 1/3"),
    "couponcode": _must(coupons.is_coupon, "is no coupon code"),
    "couponposoffer": _must(coupons.is_positive_offer, "is no coupon code of a positive offer file"),
}
