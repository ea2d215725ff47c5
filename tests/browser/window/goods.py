"""The passports of the shop: an item of which everything is known, and one thing in each state besides."""

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from app.brands.partners import add_partner
from app.brands.tenants import brand_of
from app.carbon import goods, stating
from app.carbon.stating import Given
from app.models.products import EpcisEvent
from app.owning import guidance, warranty
from app.provenance import (
    lawful,
    links,
    locations,
    products,
    suppliers,
)
from app.provenance.recall import open_recall
from app.scanning import store
from app.scanning.buffer import Opening, hour_of
from app.suspects import judge
from app.telemetry.judge import judge_due
from app.telemetry.register import place_device, register_device, set_rule
from app.telemetry.seals import seal_due
from app.telemetry.take import take_batch
from iot.reading import Message
from tests.browser.window.counter import Counter, query, uri
from tests.support.taps import tap
from tests.web.pages.conftest import GTIN, KEY

LOT, OVER = f"/01/{GTIN}/10/SPRING", f"/01/{GTIN}/10/WINTER"
RECALLED = "/01/09506000134376"
PALLET = "/00/395060001343520001"
COPIED, RETIRED, EDITED, GOOD = (f"/01/{GTIN}/21/{name}" for name in ("COPY", "GONE", "EDIT", "GOOD"))
FRESH, OWN_WORD = f"/01/{GTIN}/21/FRESH", "urn:x-ada:sample:7"
BY_KIND = {
    "textile": "/01/09521234000020",
    "battery": "/01/09521234000037",
    "food": "/01/09521234000044",
    "electronics": "/01/09521234000051",
}
GARDEN, PORT, STORE = (f"/414/95060001343{number}" for number in ("76", "83", "90"))
MILL = "urn:x-ada:mill"
_PLACES = (
    (GARDEN, "Alishan", "TW", 23.51, 120.8, "Asia/Taipei"),
    (PORT, "Kaohsiung", "TW", 22.61, 120.28, "Asia/Taipei"),
    (STORE, "Rotterdam", "NL", 51.95, 4.14, "Europe/Amsterdam"),
)
_MASTER = "ab" * 16
_UID = bytes.fromhex("04DE5F1EACC040")


def stock(counter: Counter) -> None:
    """Put the goods on the shelves."""
    _describe(counter)
    _carry(counter)
    _warm(counter)
    _weigh(counter)
    _advise(counter)
    _spoil(counter)


def spread(counter: Counter) -> None:
    """Once all is published: a thing that is not yet, one whose row was changed by hand; what pages show."""
    counter.captures("commissioning", "2026-03-02T08:00:00+08:00", FRESH, action="ADD")
    with counter.house.db.begin() as session:
        edited = update(EpcisEvent).where(EpcisEvent.event_id == "urn:x-ada:edited")
        session.execute(edited.values(biz_step="destroying"))
    _show(counter)


def _describe(counter: Counter) -> None:
    for key, city, country, latitude, longitude, zone in _PLACES:
        where = {"city": city, "country": country, "latitude": latitude, "longitude": longitude, "zone": zone}
        counter.does(locations.describe, identifier=key, name=f"{city} store 4", **where)
    for gtin, name in ((GTIN, "Oolong"), (RECALLED[4:], "Sencha")):
        counter.does(
            products.describe,
            gtin=gtin,
            name={"en": name, "ar": "شاي أولونغ", "zh": "乌龙茶"},
            description={"en": "Picked in March, 50 g.", "ar": "يُقطف في مارس، 50 غ."},
            care={"en": "Keep dry."},
            category="tea",
            origin_country="TW",
            origin_place="Alishan",
            temperature_low="2",
            temperature_high="8",
        )
    for kind, key in BY_KIND.items():
        told = {each.name: {"en": f"{each.name}: 80 % (ISO 2076)"} for each in lawful.TEMPLATES[kind]}
        details = {name: text for name, text in told.items() if name in lawful.WRITTEN}
        counter.does(products.describe, gtin=key[4:], name={"en": kind}, category=kind, details=details)


def _carry(counter: Counter) -> None:
    """The way of the tea: made in a lot, packed on a pallet, carried, taken back by a word, received."""
    lot = {"quantityList": [{"epcClass": uri(LOT), "quantity": 100}]}
    for key, step in ((LOT, "commissioning"), (RECALLED, "commissioning")):
        given = lot if key == LOT else {"epcList": [uri(f"{key}/21/1")]}
        counter.captures(step, "2026-02-20T09:00:00+08:00", action="ADD", readPoint={"id": uri(GARDEN)}, **given)
    for key in (COPIED, RETIRED, GOOD, *(f"{kind}/21/1" for kind in BY_KIND.values())):
        counter.captures("commissioning", "2026-02-20T09:00:00+08:00", key, action="ADD")
    counter.captures(
        "commissioning", "2026-02-20T09:00:00+08:00", EDITED, action="ADD", eventID="urn:x-ada:edited"
    )
    packed = {"type": "AggregationEvent", "parentID": uri(PALLET), "childEPCs": [uri(KEY)], "action": "ADD"}
    counter.captures("packing", "2026-02-20T10:00:00+08:00", readPoint={"id": uri(GARDEN)}, **packed)
    counter.captures(
        "loading", "2026-02-21T09:00:00+08:00", PALLET, partner=counter.ada.partner_id, readPoint={"id": uri(PORT)}
    )
    wrong = {"eventID": "urn:x-ada:wrong", "readPoint": {"id": uri(PORT)}}
    at = "2026-02-21T11:00:00+08:00"
    counter.captures("inspecting", at, KEY, **wrong)
    because = {"declarationTime": "2026-02-21T12:00:00+08:00", "reason": "did_not_occur"}
    counter.captures("inspecting", at, KEY, errorDeclaration=because, **wrong)
    counter.captures("receiving", "2026-03-01T09:12:00+01:00", KEY, readPoint={"id": uri(STORE)})
    mill = counter.does(add_partner, name="Mill", kind="supplier")
    counter.does(suppliers.show, mill, named=False, sites=[MILL])
    counter.captures("storing", at, f"{BY_KIND['textile']}/21/1", partner=mill, readPoint={"id": MILL})
    counter.captures("https://ada.example/steps/second_look", "2026-03-01T10:00:00+01:00", OWN_WORD)


def _warm(counter: Counter) -> None:
    """A day of readings on the tea: an hour of them too warm, two hours missing; a probe that is silent."""
    start = counter.now - timedelta(hours=24)
    with counter.house.db.begin() as session:
        brand = brand_of(session, counter.ada.brand_id)
        for name, key in (("probe", KEY), ("silent", PALLET)):
            metrics = {"temperature": "CEL"}
            register_device(session, brand, name, metrics=metrics, expected_interval_s=600, now=start)
            place_device(session, brand, name, key, from_at=start, now=start)
            set_rule(session, brand, name, metric="temperature", low="2", high="8", now=start)
        slug = brand.slug
    messages = []
    for number in (each for each in range(140) if not 90 <= each < 102):
        at = int((start + timedelta(minutes=10 * number)).timestamp() * 1000)
        value = 9.5 if 60 <= number < 66 else 4 + number % 5 / 10
        body = f'{{"ts": {at}, "seq": {number}, "values": {{"temperature": {value}}}}}'
        messages.append(Message(f"wayproof/{slug}/probe/readings", body.encode()))
    take_batch(counter.house.db, messages, counter.now)
    judge_due(counter.house.db, counter.now)
    seal_due(counter.house.db, counter.now)


def _weigh(counter: Counter) -> None:
    """One leg measured, one by the table; others stay unknown."""
    counter.does(goods.describe, key=f"/01/{GTIN}", facts={"gross_mass_kg": "0.5", "cn_code": "09024000"})
    leg: dict[str, Any] = {"subject": f"/01/{GTIN}", "origin": GARDEN, "destination": PORT}
    road = Given(mode="road", data="primary", emissions_kg="90", mass_kg="900", source="Fuel", **leg)
    counter.does(stating.state, road, partner_id=None)


def _advise(counter: Counter) -> None:
    """Advice and terms, for everybody and for one country; pages elsewhere, two of which fit equally well."""
    for country in ("", "NL"):
        where = {"gtin": GTIN, "country": country, "href": "https://tea.example/more"}
        counter.does(warranty.set_warranty, months=24, repair_months=6, **where)
        for topic in guidance.TOPICS:
            counter.does(guidance.set_guidance, topic=topic, text={"en": "Ask us.", "ar": "اسألنا."}, **where)
    for number in ("1", "2"):
        page = {"link_type": "faqs", "href": f"https://tea.example/{number}", "title": f"Questions {number}"}
        counter.does(links.add_link, key=f"/01/{GTIN}", **page)


def _spoil(counter: Counter) -> None:
    """A recall; an item that was opened on two continents at once; one that was destroyed."""
    counter.does(open_recall, key=RECALLED, reason={"en": "Glass"}, advice={"en": "Do not drink it."})
    hour = hour_of(counter.now)
    openings = {Opening(counter.ada.brand_id, COPIED, hour, country): 2 for country in ("DE", "BR")}
    store.write(counter.house.db, openings)
    judge.judge_due(counter.house.db, counter.now)
    counter.captures("destroying", "2026-03-01T10:00:00+01:00", RETIRED, action="DELETE", disposition="destroyed")


def _show(counter: Counter) -> None:
    show = counter.show
    show(KEY, *_EVERY_BLOCK)
    show(f"{KEY}?country=all", "Another country")
    show(LOT, "Lot", "Moisture", "Use within a month", "Residues", "Required before packing")
    show(f"/01/{GTIN}", "Product", "Fair", "Certificates")
    show(PALLET, "Logistic unit", "No data yet")
    show(f"{RECALLED}/21/1", "Recalled. Please do not use it.", "Do not drink it.", 'id="recall"')
    show(GOOD, "Taste")
    for key in BY_KIND.values():
        show(f"{key}/21/1", "This record is genuine and unchanged.", "80 % (ISO 2076)")
    show(COPIED, "may have been copied")
    show(RETIRED, "taken out of use")
    show(EDITED, "Do not trust this record.", "changed after it was written")
    show(FRESH, "The newest entries get their place in the log in a moment.")
    show(query("/id", uri=OWN_WORD), "second look")
    show(f"/01/{GTIN}/21/none", "but no item with this serial number", status=404)
    show("/01/09521234000013/21/none", "Nothing with this code has been recorded here.", status=404)
    show(f"/01/{GTIN}?linkType=gs1:faqs", "Several pages fit", status=300)
    show(query("/event/urn:x-ada:wrong"), "declared an error by its sender")
    show(query("/event/urn:x-ada:edited"), "changed after it was written")
    _tap(counter)


def _tap(counter: Counter) -> None:
    """A tag that is genuine the first time, and opened before in every language after; a forged one; one without
    keys."""
    counter.asks("/api/v1/nfc/profiles", {"gtin": GTIN, "scheme": "shared", "meta_key": _MASTER})
    key = bytes.fromhex(_MASTER)
    counter.show(f"{GOOD}?{tap(key, key, _UID, 9)}", "This tag is genuine.")
    counter.show(f"{GOOD}?picc_data={'00' * 16}&cmac={'00' * 8}", "This tag is not genuine.")
    counter.show(f"{BY_KIND['food']}/21/1?{tap(key, key, _UID, 5)}", "check this tag.")


_EVERY_BLOCK = (
    "The record is genuine. A quality check has failed or is missing.",
    'class="map"',
    "inside the unit",
    "declared an error by its sender",
    "recorded by",
    'id="quality"',
    'id="condition"',
    'class="gap"',
    "Out of range for",
    "The same as a table",
    "The readings are sealed into the log in",
    'id="product"',
    'id="after"',
    "Your country",
    'id="owning"',
    "Repaired by an authorised repairer",
    "It has had 2 owners.",
    'id="certificates"',
    "Expired on",
    "Not valid before",
    "At customs since",
    "Pay the duties",
    'id="carbon"',
    "Part by part",
    "unknown and not counted",
    'id="checks"',
    'id="share"',
    "Report a suspected fake",
)
