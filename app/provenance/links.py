"""The links that a brand adds to its things: where the resolver sends who asks for a manual or a recipe."""

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.gs1 import identifiers, linkset
from app.ids import new_id
from app.models.brands import Brand
from app.models.scans import ProductLink
from app.provenance.errors import Refused
from app.provenance.touch import touch

MOST = 200
"""Links of one thing."""

_URI = re.compile(r"[!-~]{9,1000}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MEDIA = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+\-]{0,80}")


def add_link(
    session: Session,
    brand: Brand,
    *,
    key: str,
    link_type: str,
    href: str,
    title: str,
    language: str = "",
    media_type: str = "text/html",
    now: datetime,
) -> ProductLink:
    """Add a link to a product, lot, item, unit or place. The same link again changes its title and nothing else.

    Raises Refused naming the field.
    """
    name = _link_type(link_type)
    _check_target(href)
    if not identifiers.values(key):
        raise Refused("key", "must be a GS1 key, such as /01/ and a GTIN")
    if not title.strip() or len(title) > 200:
        raise Refused("title", "must be a text of at most 200 characters")
    if language and not _LANGUAGE.fullmatch(language):
        raise Refused("language", "must be a language code such as es or pt-BR, or empty")
    if not _MEDIA.fullmatch(media_type):
        raise Refused("media_type", "must be a media type such as text/html or application/pdf")
    of_key = ProductLink.brand_id == brand.id, ProductLink.key == key
    rows = session.scalars(select(ProductLink).where(*of_key)).all()
    same = (name, language, href)
    row = next((row for row in rows if (row.link_type, row.language, row.href) == same), None)
    if row is None:
        if len(rows) >= MOST:
            raise Refused("key", f"has {MOST} links already; remove one first")
        row = ProductLink(id=new_id(), brand_id=brand.id, key=key, link_type=name, created_at=now)
        session.add(row)
    row.href, row.title, row.language, row.media_type = href, title.strip(), language, media_type
    session.flush()
    touch(session, brand.id, [key], now)
    return row


def _link_type(text: str) -> str:
    name = linkset.link_type(text)
    if name is None or name == linkset.DEFAULT:
        raise Refused("link_type", "must be a link type of the GS1 Web Vocabulary, such as instructions")
    return name


def _check_target(href: str) -> None:
    """We only send a reader there, so no name is looked up; but it must be a plain address of the web."""
    try:
        parts = urlsplit(href) if _URI.fullmatch(href) else None
        plain = parts is not None and parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
        plain = plain and parts is not None and (parts.port is None or parts.port > 0)
    except ValueError:
        plain = False
    if not plain or "\\" in href:
        raise Refused("href", "must be an https address without a user name, of at most 1000 characters")


def remove_link(session: Session, brand: Brand, link_id: str, now: datetime) -> bool:
    """Take a link away; False when the brand has none of this id."""
    mine = select(ProductLink.key).where(ProductLink.brand_id == brand.id, ProductLink.id == link_id)
    key = session.scalar(mine)
    if key is None:
        return False
    session.execute(delete(ProductLink).where(ProductLink.brand_id == brand.id, ProductLink.id == link_id))
    touch(session, brand.id, [key], now)
    return True


def links(session: Session, brand_id: str, *, after: str = "", limit: int) -> Sequence[ProductLink]:
    """Links in the order in which they were added, from behind the id `after` on."""
    asked = select(ProductLink).where(ProductLink.brand_id == brand_id, ProductLink.id > after)
    return session.scalars(asked.order_by(ProductLink.id).limit(limit)).all()


def links_of(session: Session, brand_id: str, keys: Sequence[str]) -> Sequence[ProductLink]:
    """The links of these keys, the oldest first."""
    asked = select(ProductLink).where(ProductLink.brand_id == brand_id, ProductLink.key.in_(keys))
    return session.scalars(asked.order_by(ProductLink.id)).all()
