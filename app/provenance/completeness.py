"""How much of what the law wants told a product tells, what is missing, who can supply it. Reads only."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.models.products import Certificate, Product
from app.provenance.lawful import TEMPLATES, Field, template_of


class Told(NamedTuple):
    """A field of the template and whether the product tells it. What nobody stated is not told."""

    field: Field
    known: bool


class Completeness(NamedTuple):
    """A product against its template."""

    gtin: str
    template: str
    fields: tuple[Told, ...]

    @property
    def known(self) -> int:
        """How many fields are told."""
        return sum(each.known for each in self.fields)

    @property
    def missing(self) -> tuple[Field, ...]:
        """The fields that nobody has told yet."""
        return tuple(each.field for each in self.fields if not each.known)


def completeness_of(session: Session, products: Sequence[Product]) -> list[Completeness]:
    """Each of these products of one brand against the template of its category. One statement for all of them."""
    certified = _certified(session, products)
    return [_of(product, certified) for product in products]


def _of(product: Product, certified: set[str]) -> Completeness:
    columns = ("name", "care", "origin_country", "temperature_high")
    answers = {name for name in columns if getattr(product, name)}
    answers |= {name for name, texts in (product.details or {}).items() if any(texts.values())}
    if product.gtin in certified:
        answers.add("certificate")
    template = template_of(product.category)
    fields = tuple(Told(field, (field.answered_by or field.name) in answers) for field in TEMPLATES[template])
    return Completeness(product.gtin, template, fields)


def _certified(session: Session, products: Sequence[Product]) -> set[str]:
    """The GTINs that somebody else vouches for: by a certificate of the product, or of one of its lots."""
    keys = {f"/01/{product.gtin}": product for product in products}
    if not keys:
        return set()
    asked = select(Certificate.key).where(Certificate.brand_id.in_({each.brand_id for each in products}))
    named = or_(*(Certificate.key.startswith(key) for key in keys))
    return {key.split("/")[2] for key in session.scalars(asked.where(named).distinct())}
