"""What the brand says about its products. Every description is an entry; the row is its newest one."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from json import dumps
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.gs1 import identifiers
from app.ids import new_id
from app.models.brands import Brand
from app.models.products import Product
from app.provenance.errors import Refused
from app.provenance.facts import product_body
from app.provenance.lawful import WRITTEN
from app.provenance.touch import touch
from app.record import record
from app.texts import marked as _

Texts = Mapping[str, str]

_MOST_DETAILS = 20_000  # an entry has 65,535 bytes at most, and holds name, description and care besides


def describe(
    session: Session,
    brand: Brand,
    *,
    gtin: str,
    name: Texts,
    description: Texts | None = None,
    care: Texts | None = None,
    category: str | None = None,
    origin_country: str | None = None,
    origin_place: str | None = None,
    temperature_low: str | None = None,
    temperature_high: str | None = None,
    details: Mapping[str, Texts] | None = None,
    now: datetime,
) -> Product:
    """Register a product, or say all of it anew. Saying the same again changes nothing.

    Texts are `{language: text}`. `origin_country` is ISO 3166-1 alpha-2; a temperature is decimal text in degrees
    Celsius. `details` are what the law wants told (app/provenance/lawful); None leaves them as they are. Raises
    Refused naming the field.
    """
    gtin = _gtin(gtin)
    product = _known(session, brand, gtin)
    facts = {
        "gtin": gtin,
        "name": _texts("name", name, needed=True),
        "description": _texts("description", description or {}),
        "care": _texts("care", care or {}),
        "category": category,
        "origin_country": _country(origin_country),
        "origin_place": origin_place,
        **_band(temperature_low, temperature_high),
        "details": _details(details) if details is not None else product and product.details,
    }
    return _say(session, brand, product, facts, now)


def detail(
    session: Session, brand: Brand, *, gtin: str, name: str, language: str, text: str, now: datetime
) -> Product | None:
    """Tell one detail of a product in one language; an empty text takes it back.

    None where there is no such product. Raises Refused.
    """
    product = _known(session, brand, gtin)
    if product is None:
        return None
    known = dict(product.details or {})
    known[name] = {**known.get(name, {}), language: text}
    facts = {**product_body(lambda field: getattr(product, field)), "details": _details(known)}
    return _say(session, brand, product, facts, now)


def _known(session: Session, brand: Brand, gtin: str) -> Product | None:
    asked = select(Product).where(Product.brand_id == brand.id, Product.gtin == gtin)
    return session.scalars(asked).one_or_none()


def _say(session: Session, brand: Brand, product: Product | None, facts: dict[str, Any], now: datetime) -> Product:
    """Write the entry and the row, unless they say so already."""
    if product and product_body(lambda field: getattr(product, field)) == facts:
        return product
    receipt = record(session, brand.log_id, EntryType.PRODUCT_DESCRIBED, facts, now=now)
    if product is None:
        product = Product(id=new_id(), brand_id=brand.id, created_at=now)
        session.add(product)
    for field, value in facts.items():
        setattr(product, field, value)
    product.submission_id, product.updated_at = receipt.submission_id, now
    session.flush()
    touch(session, brand.id, [f"/01/{product.gtin}"], now)
    return product


def _gtin(text: str) -> str:
    """Fourteen digits; a GTIN-8, -12 or -13 is filled up with zeros, as people have them on paper."""
    number = text.strip().zfill(14)
    if identifiers.level(identifiers.canonical(f"/01/{number}")) != "product" or not identifiers.elements_of(
        f"/01/{number}"
    ):
        raise Refused("gtin", _("must be 8, 12, 13 or 14 digits with the right check digit"))
    return number


def _texts(field: str, given: Texts, *, needed: bool = False) -> dict[str, str]:
    texts = {language: text.strip() for language, text in given.items() if text.strip()}
    if needed and not texts:
        raise Refused(field, _("must have a text in at least one language"))
    for language, text in texts.items():
        if not (language.isascii() and 2 <= len(language) <= 8) or len(text) > 4000:
            raise Refused(field, _("must be texts of at most 4000 characters by language code"))
    return texts


def _details(given: Mapping[str, Texts]) -> dict[str, dict[str, str]] | None:
    """Details by name, without what is empty; None where nothing is left."""
    known: dict[str, dict[str, str]] = {}
    for name, texts in sorted(given.items()):
        if name not in WRITTEN:
            these = ", ".join(sorted(WRITTEN))
            raise Refused("details", _("%(name)s is none of %(these)s"), name=name, these=these)
        if told := _texts("details", texts):
            known[name] = dict(sorted(told.items()))
    if len(dumps(known)) > _MOST_DETAILS:
        raise Refused("details", _("must be at most %(most)s characters together"), most=f"{_MOST_DETAILS:,}")
    return known or None


def _country(code: str | None) -> str | None:
    if code is not None and not (len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()):
        raise Refused("origin_country", _("must be two capital letters, such as ID"))
    return code


def _band(low: str | None, high: str | None) -> dict[str, str | None]:
    limits = {"temperature_low": low, "temperature_high": high}
    for field, text in limits.items():
        if text is not None and _decimal(text) is None:
            raise Refused(field, _("must be a decimal number of degrees Celsius, as text"))
    lowest, highest = low and _decimal(low), high and _decimal(high)
    if lowest and highest and lowest > highest:
        raise Refused("temperature_low", _("must not be above temperature_high"))
    return limits


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and len(text) <= 20 else None
