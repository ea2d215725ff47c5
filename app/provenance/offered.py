"""What the resolver offers for a scanned key: our own pages and the brand's links, level by level. Reads only."""

from collections.abc import Sequence
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from app.gs1 import identifiers
from app.gs1.linkset import Level, Target
from app.models.scans import ProductLink
from app.provenance import listing, passports
from app.provenance.faces import text_in
from app.provenance.links import links_of
from app.texts import LANGUAGES

# What our page of a thing is, in the words of the GS1 Web Vocabulary.
_PAGE_TYPES = {
    "product": ("pip", "productPassport", "traceability"),
    "lot": ("pip", "productPassport", "traceability"),
    "item": ("pip", "productPassport", "traceability"),
}


def levels(session: Session, base: str, keys: Sequence[str], language: str) -> list[Level]:
    """The key and the broader ones that it names, each with its links; empty where none of them is known.

    Whose they are is decided by the finest of them that has a passport.
    """
    known = {key: owner for key in keys if (owner := passports.resolve(session, key))}
    if not known:
        return []
    brand_id = next(iter(known.values()))[0]
    rows = links_of(session, brand_id, keys)
    name = _name(session, brand_id, keys[0], language)
    return [_level(base, key, name or key, known.get(key, ("", ""))[0] == brand_id, rows) for key in keys]


def _level(base: str, key: str, name: str, has_page: bool, rows: Sequence[ProductLink]) -> Level:
    own = _pages(base, key, name) if has_page else []
    added = [_added(row) for row in rows if row.key == key]
    return Level(base + key, name, (*own, *added), own[0] if own else None)


def _pages(base: str, key: str, name: str) -> list[Target]:
    types = _PAGE_TYPES.get(identifiers.level(key), ("traceability",))
    pages = [Target(each, base + key, name, LANGUAGES) for each in types]
    proofs = f"{base}/proofs?{urlencode({'key': key})}"
    return [*pages, Target("verificationService", proofs, name, (), "application/json")]


def _added(row: ProductLink) -> Target:
    languages = (row.language,) if row.language else ()
    return Target(row.link_type, row.href, row.title, languages, row.media_type)


def _name(session: Session, brand_id: str, key: str, language: str) -> str:
    gtin = identifiers.gtin(key)
    product = listing.product(session, brand_id, gtin) if gtin else None
    return text_in(product.name, (language, "en")) if product else ""
