"""Open the shop: every customer page of the house in every state it has, each with what must stand on it."""

from apiflask import APIFlask

from app.brands.switches import turn
from app.brands.tenants import brand_of
from app.house import House
from app.models.shipments import Order
from app.web.pages import customer, explorer, shared
from tests.browser.window import goods, owners, parcels, quality, record
from tests.browser.window.counter import Counter, Shown
from tests.web.conftest import Company
from tests.web.pages.conftest import publish


def fill(app: APIFlask, house: House, ada: Company, cleo: Company, first: Order) -> list[Shown]:
    """All that a customer may open; `first` is an order whose parcel has the tea."""
    counter = Counter(house, ada, app.test_client())
    with house.db.begin() as session:
        brand = brand_of(session, cleo.brand_id)
        turn(session, brand, "predictions", on=False, reason="other", person_id=None, now=house.clock())
    goods.stock(counter)
    quality.judge(counter)
    owners.sell(counter)
    parcels.send(counter, first)
    publish(house, ada.brand_id)
    goods.spread(counter)
    with house.db() as session:
        log, empty = (f"/log/{brand_of(session, each.brand_id).log_key}" for each in (ada, cleo))
    record.keep(counter, log, empty)
    for shelf in (customer._pages, customer._standings, explorer._pages):
        shelf.clear()
    shared.forget()
    return counter.pages
