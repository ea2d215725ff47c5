"""The owner's pages of products: how complete each passport is, what is missing, the shop's badge. Doors."""

from urllib.parse import urlencode

from flask import Blueprint, Response, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import reading
from app.models.products import Product
from app.provenance import listing, products
from app.provenance.completeness import completeness_of
from app.provenance.errors import Refused
from app.provenance.lawful import WRITTEN
from app.texts import LANGUAGES, translator
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.pages import badge, languages
from app.web.pages.render import see
from app.web.pages.staff import page, reader
from app.web.problems import found
from app.web.rules import staff
from app.words import fields

bp = Blueprint("completing", __name__, url_prefix="/products")

_PAGE = 50


@bp.get("")
@staff("owner", "auditor")
def overview() -> Response:
    """Every product with how much of its passport is told, fifty on a page."""
    with reading(house().db) as session:
        after = request.args.get("after", "")[:14]
        rows = listing.products(session, caller().brand_id, after=after, limit=_PAGE + 1)
        shown = rows[:_PAGE]
        lines = list(zip(shown, completeness_of(session, shown), strict=True))
        more = shown[-1].gtin if len(rows) > _PAGE else ""
        return page("staff/products.html", reader(session), lines=lines, more=more, fields=fields)


@bp.get("/<gtin>")
@staff("owner", "auditor")
def product_page(gtin: str) -> Response:
    """What is told of a product, what is missing and who can supply it, and its badge."""
    with reading(house().db) as session:
        return _page(session, found(listing.product(session, caller().brand_id, gtin)))


@bp.post("/<gtin>/details")
@staff("owner")
@once
def tell(gtin: str, session: Session) -> Response:
    """Tell one missing thing in one language; an empty text takes it back."""
    brand, form = brand_of(session, caller().brand_id), request.form
    name, language, text = form.get("name", ""), form.get("language", ""), form.get("text", "").strip()
    try:
        given = {"name": name, "language": language if language in LANGUAGES else "", "text": text}
        found(products.detail(session, brand, gtin=gtin, **given, now=now()))
    except Refused as refused:
        return _page(session, found(listing.product(session, brand.id, gtin)), refused=str(refused))
    return see(f"/products/{gtin}{languages.chosen()}")


def _page(session: Session, product: Product, refused: str = "") -> Response:
    (told,) = completeness_of(session, [product])
    desk = reader(session)
    asked = request.args.get("badge", desk.brand.language)
    spoken = asked if asked in LANGUAGES else desk.brand.language
    size = request.args.get("size", "medium")
    size = size if size in badge.SIZES else "medium"
    shown = {
        "product": product,
        "told": told,
        "fields": fields,
        "writable": [each.field for each in told.fields if each.field.name in WRITTEN],
        "snippet": _snippet(session, product, spoken, size),
        "badge_language": spoken,
        "badge_size": size,
        "sizes": tuple(badge.SIZES),
        "names": languages.NAMES,
        "refused": refused,
        "given": request.form,
    }
    return page("staff/product.html", desk, 422 if refused else 200, **shown)


def _snippet(session: Session, product: Product, language: str, size: str) -> str:
    """The HTML for a shop's page: one link, one picture, no script."""
    t = translator(language)
    state = badge.state_of(session, product.brand_id, product.gtin, now())
    drawn = badge.draw(t.gettext(fields.BADGE[state]), state, rtl=t.direction == "rtl", size=size)
    base = house().settings.base_url
    link = f"{base}/01/{product.gtin}?{urlencode({'lang': language})}"
    picture = f"{base}/badge/{product.gtin}.svg?{urlencode({'lang': language, 'size': size})}"
    alt = f"{t.gettext(fields.BADGE['passport'])}: {t.named(product.name)}"
    sized = Markup('width="{}" height="{}"').format(drawn.width, drawn.height)
    return str(Markup('<a href="{}"><img src="{}" alt="{}" {}></a>').format(link, picture, alt, sized))
