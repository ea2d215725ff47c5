"""Public holidays by country. The list is heavy, so it is read in `work` only, and where it is installed."""

from datetime import date
from functools import lru_cache

from app.care.rules import Holiday


def holiday(country: str | None) -> Holiday:
    """Whether a day is a public holiday in a country (ISO 3166); never, where the country is not known."""
    return lambda day: bool(country) and day in _of_year(country or "", day.year)


@lru_cache(maxsize=256)
def _of_year(country: str, year: int) -> frozenset[date]:
    try:
        from holidays import country_holidays  # the extra `holidays`; 0.3 s, and needed rarely
    except ModuleNotFoundError:
        return frozenset()
    try:
        return frozenset(country_holidays(country, years=year))
    except NotImplementedError:  # a country that the list does not have
        return frozenset()
