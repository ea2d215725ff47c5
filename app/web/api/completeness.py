"""How complete a product's passport is, over HTTP: for its brand, not for customers."""

from typing import Any

from app.db import reading
from app.provenance import listing
from app.provenance.completeness import completeness_of
from app.web.api.door import door
from app.web.body import Answer
from app.web.context import caller, house
from app.web.problems import found
from app.web.rules import machine
from app.words.fields import LABEL

bp = door("completeness", "Products and places")


class MissingOut(Answer):
    """A field that nobody has told yet: the law that asks for it, and who can supply it."""

    field: str
    label: str
    source: str
    suppliers: list[str]


class CompletenessOut(Answer):
    """A product against the template of its category."""

    gtin: str
    template: str
    known: int
    wanted: int
    missing: list[MissingOut]


@bp.get("/api/v1/products/<gtin>/completeness")
@machine("events:read", "support", "auditor")
@bp.output(CompletenessOut)
def get_completeness(gtin: str) -> dict[str, Any]:
    """What the law wants told of a product and nobody has told yet. What is not stated is missing."""
    with reading(house().db) as session:
        product = found(listing.product(session, caller().brand_id, gtin.zfill(14)))
        (told,) = completeness_of(session, [product])
    missing = [
        {"field": each.name, "label": LABEL[each.name], "source": each.source, "suppliers": list(each.suppliers)}
        for each in told.missing
    ]
    counted = {"known": told.known, "wanted": len(told.fields)}
    return {"gtin": told.gtin, "template": told.template, **counted, "missing": missing}
