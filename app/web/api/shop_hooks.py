"""Where shops call: check the signature on the raw body, store the body, answer. The worker does the rest."""

from flask import Blueprint, Response, request

from app.db import reading
from app.intake import calls, shops
from app.models.intake import Shop
from app.sealed import open_box
from app.web.context import house, now
from app.web.limits import takes_up_to
from app.web.problems import Problem, found
from app.web.rules import public

bp = Blueprint("shop_hooks", __name__)

LARGEST = 5_000_000


@bp.post("/hooks/shops/<shop_id>")
@public
@takes_up_to(LARGEST)
def shop_hook(shop_id: str) -> Response:
    """A webhook of a shop. What it says is taken in by the worker; a repetition is taken in once."""
    with reading(house().db) as session:
        shop: Shop = found(session.get(Shop, shop_id))
    body = request.get_data(cache=False)
    knows, box = shops.adapter(shop.kind), open_box(house().keys)
    if getattr(knows, "is_ping", lambda body: False)(body):
        return Response(status=204)
    if not knows.verify(shops.secrets_of(box, shop)["webhook_secret"], request.headers, body):
        raise Problem("not-authenticated", "the signature does not fit the body and the shop's secret")
    call = knows.call(request.headers, body)
    if call is None:
        raise Problem("bad-request", "the shop's headers are missing: an id and a topic")
    if not calls.is_from(shop, call):
        raise Problem("not-authenticated", "this call names another shop")
    with house().db.begin() as session:
        calls.store(session, box, session.get_one(Shop, shop_id), call, body, now())
    return Response(status=204)
