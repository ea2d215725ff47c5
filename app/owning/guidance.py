"""Care, repair, recycling and take-back of a product, in the words and with the links of each country."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.ids import new_id
from app.models.brands import Brand
from app.models.owning import Guidance
from app.owning.facts import guidance_body
from app.owning.places import check_country, check_href, product_of
from app.provenance.errors import Refused
from app.provenance.touch import touch
from app.record import record

TOPICS = ("care", "repair", "recycling", "dropoff", "post")
_LONGEST = 2000


def set_guidance(
    session: Session,
    brand: Brand,
    *,
    gtin: str,
    topic: str,
    country: str = "",
    text: Mapping[str, str],
    href: str | None = None,
    now: datetime,
) -> Guidance:
    """Say a topic of a product for a country, or, without one, for everywhere else. An empty text hides it there.

    Saying the same again changes nothing. `text` is `{language: text}`. Raises Refused naming the field.
    """
    gtin = product_of(session, brand.id, gtin)
    if topic not in TOPICS:
        raise Refused("topic", f"must be one of {', '.join(TOPICS)}")
    check_country(country)
    check_href(href)
    said = _texts(text)
    place = Guidance.brand_id == brand.id, Guidance.gtin == gtin
    where = *place, Guidance.topic == topic, Guidance.country == country
    row = session.scalars(select(Guidance).where(*where).with_for_update()).one_or_none()
    if row and row.text == said and row.href == href:
        return row
    if row is None:
        row = Guidance(id=new_id(), brand_id=brand.id, gtin=gtin, topic=topic, country=country)
    row.text, row.href = said, href
    receipt = record(session, brand.log_id, EntryType.GUIDANCE_SET, guidance_body(row), now=now)
    row.submission_id, row.changed_at = receipt.submission_id, now
    session.add(row)
    session.flush()
    touch(session, brand.id, [f"/01/{gtin}"], now)
    return row


def guidance_of(session: Session, brand_id: str, gtin: str) -> Sequence[Guidance]:
    """Every line of a product."""
    asked = select(Guidance).where(Guidance.brand_id == brand_id, Guidance.gtin == gtin)
    return session.scalars(asked.order_by(Guidance.topic, Guidance.country)).all()


def _texts(given: Mapping[str, str]) -> dict[str, str]:
    texts = {language: text.strip() for language, text in given.items() if text.strip()}
    for language, text in texts.items():
        if not (language.isascii() and 2 <= len(language) <= 8) or len(text) > _LONGEST or "\x00" in text:
            raise Refused("text", f"must be texts of at most {_LONGEST} characters by language code")
    return texts
