"""The public pages of a supplier and of a site: certificates, audits, what is made there. Only doors."""

from flask import Blueprint, Response, request

from app.db import reading
from app.provenance import suppliers
from app.provenance.faces import text_in
from app.provenance.passport import CertificateFace
from app.web.context import house, now
from app.web.pages import cache, languages, quality_view
from app.web.pages.render import render
from app.web.problems import found
from app.web.rules import public
from app.words.quality import PARTNER_KIND

bp = Blueprint("suppliers", __name__)


@bp.get("/suppliers/<partner_id>")
@public
def supplier(partner_id: str) -> Response:
    """A supplier, by its name where the brand chose so."""
    return _page(partner_id)


@bp.get("/suppliers/<partner_id>/sites/<site_id>")
@public
def site(partner_id: str, site_id: str) -> Response:
    """One site of a supplier."""
    return _page(partner_id, site_id)


def _page(partner_id: str, site_id: str = "") -> Response:
    with reading(house().db) as session:
        view = found(suppliers.public_page(session, partner_id, site_id))
        t = languages.texts(brand=view.brand.language)
        faces = [CertificateFace.of(row, now().date(), None) for row in view.certificates]
        names = (t.language, view.brand.language)
        shown = {
            "brand": view.brand,
            "view": view,
            "partner_kind": PARTNER_KIND,
            "name": quality_view.supplier_name(view, t),
            "certificates": [(each, quality_view.certificate_state(each, t)) for each in faces],
            "audits": [quality_view.audit(row, t) for row in view.audits],
            "products": [(f"/01/{row.gtin}", text_in(row.name, names) or row.gtin) for row in view.products],
        }
        page = render("supplier.html", t, **shown)
    return cache.answer(cache.Page(page), request)
