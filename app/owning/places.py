"""What texts and terms by country have in common: product, country, link, and which line counts where."""

from collections.abc import Iterable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from babel import Locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.products import Product
from app.provenance.errors import Refused

Line = TypeVar("Line", bound=Any)

COUNTRIES: frozenset[str] = frozenset(
    {str(code) for code in Locale("en").territories if len(str(code)) == 2}
    - {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}  # not of one country
)
"""ISO 3166-1 alpha-2, as the languages that we speak name them."""


def product_of(session: Session, brand_id: str, gtin: str) -> str:
    """The GTIN in fourteen digits, when the brand describes this product. Raises Refused."""
    number = gtin.strip().zfill(14)
    mine = select(Product.id).where(Product.brand_id == brand_id, Product.gtin == number)
    if session.scalar(mine) is None:
        raise Refused("gtin", "must be a product that is described already")
    return number


def check_country(country: str) -> None:
    """Raise Refused for what is no country; empty is everywhere else."""
    if country and country not in COUNTRIES:
        raise Refused("country", "must be two capital letters such as DE, or empty")


def check_href(href: str | None) -> None:
    """Raise Refused for what is no plain address of the web."""
    if href is None:
        return
    try:
        parts = urlsplit(href)
        plain = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        plain = False
    if not plain or len(href) > 1000 or not href.isascii() or not href.isprintable() or set(' \\"<>') & set(href):
        raise Refused("href", "must be an https address without a user name, of at most 1000 characters")


def in_country(lines: Iterable[Line], country: str) -> Line | None:
    """The line of this country, else the one for everywhere else."""
    by_country = {each.country: each for each in lines}
    return by_country.get(country) or by_country.get("")
