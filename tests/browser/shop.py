"""An open shop with all that a customer may meet: goods with a way, warm ones, recalled ones, a parcel, links."""

from datetime import date, timedelta
from urllib.parse import urlencode

from sqlalchemy import select

from app.brands.tenants import brand_of
from app.care import links, preferences
from app.house import House
from app.models.shipments import Customer, Order, Shipment
from app.models.watching import Watch
from app.owning import claiming, codes, guidance, keeping, warranty
from app.provenance import certificates, locations, products
from app.provenance.recall import open_recall
from app.sealed import open_box
from app.telemetry.judge import judge_due
from app.telemetry.register import place_device, register_device, set_rule
from app.telemetry.take import take_batch
from app.watching import watches
from iot.reading import Message
from tests.web.conftest import Company
from tests.web.pages.conftest import GTIN, KEY, capture, event, publish

LOT = f"/01/{GTIN}/10/SPRING"
SOLD = f"/01/{GTIN}/21/TEA-43"
OTHER = "09506000134376"
_PLACES = (("9506000134376", "Alishan", "TW", 23.51, 120.8), ("9506000134383", "Rotterdam", "NL", 51.95, 4.14))


def fill(house: House, ada: Company, order: Order) -> list[str]:
    """Put everything on the shelves; the addresses of the pages that a customer may open."""
    now = house.clock()
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        for gln, city, country, latitude, longitude in _PLACES:
            described = {"name": f"{city} store", "city": city, "country": country, "zone": "Asia/Taipei"}
            locations.describe(
                session,
                brand,
                identifier=f"/414/{gln}",
                latitude=latitude,
                longitude=longitude,
                now=now,
                **described,
            )
        for gtin, name in ((GTIN, "Oolong"), (OTHER, "Sencha")):
            products.describe(
                session,
                brand,
                gtin=gtin,
                name={"en": name, "ar": "شاي أولونغ"},
                description={"en": "Picked in March."},
                care={"en": "Keep dry."},
                category="tea",
                origin_country="TW",
                temperature_low="2",
                temperature_high="8",
                now=now,
            )
        for name, until in (("Organic", date(2027, 1, 1)), ("Old", date(2025, 1, 1))):
            certificates.add(session, brand, identifier=LOT, name=name, issuer="Board", valid_until=until, now=now)
    _move(house, ada)
    _warm(house, ada)
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        advice = {"en": "Do not drink it."}
        open_recall(session, brand, key=f"/01/{OTHER}", reason={"en": "Glass"}, advice=advice, now=now)
    owned = _own(house, ada)
    publish(house, ada.brand_id)
    return [*_things(), *_links(house, ada, order), *_explorer(house, ada), *owned]


def _own(house: House, ada: Company) -> list[str]:
    """The first item has an owner, who has a code out; its product has advice and terms in two places."""
    box, mine, now = open_box(house.keys), codes.new(codes.SECRET), house.clock()
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        for country in ("", "NL"):
            where = {"gtin": GTIN, "country": country, "href": "https://tea.example/more", "now": now}
            warranty.set_warranty(session, brand, months=24, repair_months=6, **where)
            for topic in guidance.TOPICS:
                guidance.set_guidance(session, brand, topic=topic, text={"en": "Ask us."}, **where)
        (made,) = claiming.make_codes(session, box, brand, [KEY], now=now)
        row = claiming.claim(session, box, brand, KEY, typed=made.code, new_secret=mine, now=now)
        keeping.pass_on(session, box, row, now)
    return ["/own", f"/own/claim?{urlencode({'key': KEY})}", f"/own/{mine}?country=NL"]


def _move(house: House, ada: Company) -> None:
    here, there = ({"readPoint": {"id": f"https://id.gs1.org/414/{place[0]}"}} for place in _PLACES)
    lot = {"epcList": [], "quantityList": [{"epcClass": f"https://id.gs1.org{LOT}", "quantity": 100}]}
    recalled = {"epcList": [f"https://id.gs1.org/01/{OTHER}/21/1"]}
    capture(
        house,
        ada.brand_id,
        event("commissioning", "2026-02-20T09:00:00+08:00", action="ADD", **lot, **here),
        event("commissioning", "2026-02-20T09:00:00+08:00", action="ADD", **recalled, **here),
        event("receiving", "2026-02-28T09:12:00+01:00", "+01:00", **there),
    )


def _warm(house: House, ada: Company) -> None:
    """A day of readings on the first item, an hour of them too warm."""
    start = house.clock() - timedelta(hours=24)
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        register_device(
            session, brand, "probe", metrics={"temperature": "CEL"}, expected_interval_s=600, now=start
        )
        place_device(session, brand, "probe", KEY, from_at=start, now=start)
        set_rule(session, brand, "probe", metric="temperature", low="2", high="8", now=start)
        slug = brand.slug
    messages = []
    for number in range(120):
        at = int((start + timedelta(minutes=10 * number)).timestamp() * 1000)
        value = 9.5 if 60 <= number < 66 else 4 + number % 5 / 10
        body = f'{{"ts": {at}, "seq": {number}, "values": {{"temperature": {value}}}}}'
        messages.append(Message(f"wayproof/{slug}/probe/readings", body.encode()))
    take_batch(house.db, messages, house.clock())
    judge_due(house.db, house.clock())


def _things() -> list[str]:
    return [
        KEY,
        LOT,
        f"/01/{GTIN}",
        f"/01/{OTHER}/21/1",
        f"/01/{GTIN}/21/none",  # a serial that nobody made
        "/01/09506000134351",  # a wrong check digit
        "/nothing",
        "/",
        "/track",
        "/tools",
        "/login",
        f"/watch?key={KEY.replace('%', '%25')}",
        f"/report?key={KEY.replace('%', '%25')}",
    ]


def _links(house: House, ada: Company, order: Order) -> list[str]:
    now = house.clock()
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        shipment = session.scalars(select(Shipment).where(Shipment.order_id == order.id)).one()
        acts = [f"/act/{links.make_link(session, shipment, purpose, now).token}" for purpose in links.PURPOSES]
        customer = session.scalars(select(Customer).where(Customer.brand_id == brand.id)).first()
        assert customer
        stop = preferences.unsubscribe_token(session, customer, "email", now)
        box = open_box(house.keys)
        watches.ask(session, box, brand_id=brand.id, key=KEY, email="ben@example.org", language="en", now=now)
        watch = session.scalars(select(Watch)).one()
        asked = [f"/watch/confirm/{watch.confirm_token}", f"/watch/stop/{watch.stop_token}"]
    return [f"/o/{order.token}", *acts, f"/u/{stop}", *asked]


def _explorer(house: House, ada: Company) -> list[str]:
    with house.db() as session:
        brand = brand_of(session, ada.brand_id)
        log = f"/log/{brand.log_key}"
        return [log, f"{log}/entry/0", f"{log}/find?q=x", f"/score/{brand.slug}"]
