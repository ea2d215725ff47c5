"""Products, places, certificates and recalls over HTTP."""

from typing import Any

from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import reading
from app.epcis import signed
from app.epcis.errors import Problem as SignatureProblem
from app.epcis.signed import Signature
from app.models.products import Certificate, Location, Product, Recall
from app.provenance import certificates, listing, locations, products
from app.provenance.recall import amend_recall, close_recall, open_recall
from app.web.api.door import door
from app.web.api.paging import PageQuery, page
from app.web.api.product_bodies import (
    CertificateIn,
    CertificateOut,
    CertificatesOut,
    LocationIn,
    LocationOut,
    LocationsOut,
    ProductIn,
    ProductOut,
    ProductsOut,
    RecallIn,
    RecallOut,
    RecallsOut,
    RecallWordsIn,
    SignedIn,
)
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.problems import Problem, found
from app.web.rules import machine

bp = door("products", "Products and places")


@bp.post("/api/v1/products")
@machine("products:write")
@bp.input(ProductIn)
@once
@bp.output(ProductOut, 201)
def post_product(session: Session, json_data: ProductIn) -> Any:
    """Describe a product, or describe it anew; saying the same again changes nothing."""
    brand = brand_of(session, caller().brand_id)
    product = products.describe(session, brand, **json_data.model_dump(), now=now())
    return _product(product), 201, {"Location": f"/api/v1/products/{product.gtin}"}


@bp.get("/api/v1/products")
@machine("events:read", "warehouse", "support", "auditor")
@bp.input(PageQuery, location="query")
@bp.output(ProductsOut)
def get_products(query_data: PageQuery) -> Any:
    """The brand's products by GTIN."""
    with reading(house().db) as session:
        rows = listing.products(session, caller().brand_id, after=query_data.after, limit=query_data.one_more)
    shown, headers = page(rows, query_data, "gtin")
    return {"products": [_product(row) for row in shown]}, 200, headers


@bp.get("/api/v1/products/<gtin>")
@machine("events:read", "warehouse", "support", "auditor")
@bp.output(ProductOut)
def get_product(gtin: str) -> dict[str, Any]:
    """A product by its GTIN."""
    with reading(house().db) as session:
        return _product(found(listing.product(session, caller().brand_id, gtin.zfill(14))))


@bp.post("/api/v1/locations")
@machine("products:write", "warehouse")
@bp.input(LocationIn)
@once
@bp.output(LocationOut, 201)
def post_location(session: Session, json_data: LocationIn) -> dict[str, Any]:
    """Name a place, or name it anew."""
    brand = brand_of(session, caller().brand_id)
    facts = json_data.model_dump(exclude={"key"})
    return _location(locations.describe(session, brand, identifier=json_data.key, **facts, now=now()))


@bp.get("/api/v1/locations")
@machine("events:read", "warehouse", "support", "auditor")
@bp.input(PageQuery, location="query")
@bp.output(LocationsOut)
def get_locations(query_data: PageQuery) -> Any:
    """The places that the brand has named."""
    with reading(house().db) as session:
        rows = listing.locations(session, caller().brand_id, after=query_data.after, limit=query_data.one_more)
    shown, headers = page(rows, query_data, "id")
    return {"locations": [_location(row) for row in shown]}, 200, headers


@bp.post("/api/v1/certificates")
@machine("products:write")
@bp.input(CertificateIn)
@once
@bp.output(CertificateOut, 201)
def post_certificate(session: Session, json_data: CertificateIn) -> dict[str, Any]:
    """Put somebody else's claim on the passport of a product, lot or item."""
    brand = brand_of(session, caller().brand_id)
    facts = json_data.model_dump(exclude={"key", "partner", "signed"})
    facts |= {"partner_id": json_data.partner, "signature": _signature(json_data.signed)}
    return _certificate(certificates.add(session, brand, identifier=json_data.key, **facts, now=now()))


@bp.get("/api/v1/certificates")
@machine("events:read", "warehouse", "support", "auditor")
@bp.input(PageQuery, location="query")
@bp.output(CertificatesOut)
def get_certificates(query_data: PageQuery) -> Any:
    """Every certificate of the brand."""
    with reading(house().db) as session:
        rows = listing.certificates(session, caller().brand_id, after=query_data.after, limit=query_data.one_more)
    shown, headers = page(rows, query_data, "id")
    return {"certificates": [_certificate(row) for row in shown]}, 200, headers


@bp.post("/api/v1/recalls")
@machine("products:write")
@bp.input(RecallIn)
@once
@bp.output(RecallOut, 201)
def post_recall(session: Session, json_data: RecallIn) -> dict[str, Any]:
    """Recall a lot, product or item: its pages say so, its customers are told. Twice is once."""
    brand = brand_of(session, caller().brand_id)
    texts = {"reason": dict(json_data.reason), "advice": dict(json_data.advice)}
    return _recall(open_recall(session, brand, key=json_data.key, **texts, now=now()))


@bp.get("/api/v1/recalls")
@machine("events:read", "warehouse", "support", "auditor")
@bp.input(PageQuery, location="query")
@bp.output(RecallsOut)
def get_recalls(query_data: PageQuery) -> Any:
    """Every recall of the brand, closed ones too."""
    with reading(house().db) as session:
        rows = listing.recalls(session, caller().brand_id, after=query_data.after, limit=query_data.one_more)
    shown, headers = page(rows, query_data, "id")
    return {"recalls": [_recall(row) for row in shown]}, 200, headers


@bp.post("/api/v1/recalls/<recall_id>/words")
@machine("products:write")
@bp.input(RecallWordsIn)
@once
@bp.output(RecallOut)
def post_recall_words(session: Session, recall_id: str, json_data: RecallWordsIn) -> dict[str, Any]:
    """Correct the words of an open recall: every page shows them, the log keeps both, nobody is told again."""
    brand = brand_of(session, caller().brand_id)
    recall = found(listing.recall(session, brand.id, recall_id))
    if recall.closed_at:
        raise Problem("conflict", "this recall has ended; its words stay as they are")
    texts = {"reason": dict(json_data.reason), "advice": dict(json_data.advice)}
    amend_recall(session, brand, recall, **texts, now=now())
    return _recall(recall)


@bp.post("/api/v1/recalls/<recall_id>/close")
@machine("products:write")
@once
@bp.output(RecallOut)
def post_recall_close(session: Session, recall_id: str) -> dict[str, Any]:
    """End a recall."""
    brand = brand_of(session, caller().brand_id)
    recall = found(listing.recall(session, brand.id, recall_id))
    close_recall(session, brand, recall, now())
    return _recall(recall)


def _product(row: Product) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in ProductOut.model_fields if name != "url"}
    return {**facts, "details": row.details or {}, "url": f"{house().settings.base_url}/01/{row.gtin}"}


def _location(row: Location) -> dict[str, Any]:
    return {name: getattr(row, name) for name in LocationOut.model_fields}


def _certificate(row: Certificate) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in CertificateOut.model_fields if hasattr(row, name)}
    return {**facts, "partner": row.partner_id, "submission": row.submission_id}


def _signature(given: SignedIn | None) -> Signature | None:
    if given is None:
        return None
    mark = signed.read(given.model_dump(), "/signed")
    if isinstance(mark, SignatureProblem):
        raise Problem("invalid", errors=[{"pointer": mark.field, "detail": mark.rule}])
    return mark


def _recall(row: Recall) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in RecallOut.model_fields if name != "submission"}
    return {**facts, "submission": row.submission_id}
