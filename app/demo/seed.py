"""The first minute of the demo: its brand, people, keys, goods and their way so far, sensors and parcels.

Everything goes through the verbs that users' doors call. What is made once and needed again (passwords, keys, ids)
is the *story*, a private file.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands import signatures
from app.brands.keys import issue_key
from app.brands.partners import add_partner
from app.brands.people import add_person, hash_password
from app.brands.roles import SCOPES
from app.brands.tenants import create_brand, find_brand, log_origin
from app.db import reading
from app.demo import aftersale, catalogue, journey, openings, quality, sensors
from app.demo.catalogue import CUSTOMERS, MAIL_DOMAIN, MATCHA, MATCHA_LOT, NAME, PEOPLE, SLUG
from app.demo.emitted import state as state_carbon
from app.demo.parcels import send
from app.demo.places import Places
from app.epcis import signing
from app.epcis.document import parse_document
from app.house import House
from app.models.brands import Brand
from app.models.shipments import Order
from app.process import read_json, write_private
from app.provenance import certificates, locations, lots, products
from app.provenance.capture import capture_event
from app.sealed import open_box
from app.shipping.carrier_accounts import put_account
from ledger.note import Signer

Json = dict[str, Any]
Say = Callable[[str], None]

FIRST_ORDER = "LT-1001"
"""The last thing that the seed makes: where it is, the seed is whole."""


@dataclass(frozen=True)
class Secrets:
    """What is made before the transaction: hashing a password is slow on purpose, a key is a file."""

    passwords: dict[str, str]
    hashes: dict[str, str]
    signer: Signer


def seed(house: House, places: Places, say: Say) -> Json:
    """The story of this home: told before, or made now. Safe to be killed at any point and to be called again."""
    brand = _brand(house)
    if _is_whole(house, brand):
        return read_json(places.story)
    say("Making the demo's brand, people and goods ...")
    made = _secrets(places)
    with house.db.begin() as session:
        mine, now = session.merge(brand), house.clock()
        story = _tell(session, mine, made, now)
        story["claim"] = aftersale.install(session, mine, open_box(house.keys), story.pop("supplier"), now)
        write_private(
            places.story, story
        )  # before the commit: a story without rows is told anew, never the reverse
    say(f"{NAME} is ready: one lot of matcha on its way in {len(story['orders'])} parcels.")
    return story


def _brand(house: House) -> Brand:
    with reading(house.db) as session:
        if found := find_brand(session, SLUG):
            return found
    create_brand(house.db, house.keys, name=NAME, slug=SLUG, now=house.clock())
    return _brand(house)


def _is_whole(house: House, brand: Brand) -> bool:
    with reading(house.db) as session:
        last = select(Order.id).where(Order.brand_id == brand.id, Order.number == FIRST_ORDER)
        return session.scalar(last) is not None


def _secrets(places: Places) -> Secrets:
    passwords = {role: secrets.token_urlsafe(12) for role in PEOPLE}
    hashes = {role: hash_password(password) for role, password in passwords.items()}
    return Secrets(passwords, hashes, _signer(places))


def _signer(places: Places) -> Signer:
    """The supplier's key; one that a killed seed left behind is as good."""
    if places.signing.exists():
        return Signer.load(places.signing)
    return Signer.create(places.signing, catalogue.SIGNER)


def _tell(session: Session, brand: Brand, made: Secrets, now: datetime) -> Json:
    """Everything in one transaction; what must be known later."""
    brand.colour = catalogue.COLOUR
    brand.settings = {**brand.settings, "hours": ["00:00", "00:00"]}  # whoever looks at a demo by night sees mails
    partners = {
        kind: add_partner(session, brand, name=name, kind=kind, country=country, now=now)
        for name, kind, country in catalogue.PARTNERS
    }
    logins = _people(session, brand, made, partners["supplier"], now)
    _describe(session, brand, now)
    _register(session, brand, partners["supplier"], made.signer, now)
    _goods(session, brand, partners, made.signer, now)
    openings.open_pages(session, brand.id, now)
    state_carbon(session, brand, partners["forwarder"], now)
    quality.install(session, brand, partners["supplier"], made.signer, now)
    devices, spare = sensors.install(session, brand, now)
    key = issue_key(session, brand, name="Demo: everything", scopes=SCOPES, now=now)
    partner_key = issue_key(
        session, brand, name="Demo: partner", scopes=("events:write",), partner_id=partners["supplier"], now=now
    )
    return {
        "brand_id": brand.id,
        "logins": logins,
        "api_key": key.text,
        "partner_key": partner_key.text,
        "passport": f"/01/{MATCHA}/21/{journey.ITEMS[0]}",
        "lot": f"/01/{MATCHA}/10/{MATCHA_LOT}",
        "supplier": partners["supplier"],
        "devices": devices,
        "mqtt": spare,
        "orders": _orders(session, brand, now),
    }


def _people(session: Session, brand: Brand, made: Secrets, supplier: str, now: datetime) -> Json:
    for role, name in PEOPLE.items():
        add_person(
            session,
            brand,
            login=f"{role}@{MAIL_DOMAIN}",
            name=name,
            role=role,
            password_hash=made.hashes[role],
            partner_id=supplier if role == "partner" else None,
            now=now,
        )
    return {
        role: {"login": f"{role}@{MAIL_DOMAIN}", "password": password} for role, password in made.passwords.items()
    }


def _describe(session: Session, brand: Brand, now: datetime) -> None:
    for product in catalogue.PRODUCTS:
        products.describe(
            session,
            brand,
            gtin=product.gtin,
            name=product.name,
            description=product.description,
            care=product.care,
            category="tea",
            origin_country="JP",
            origin_place="Yame, Fukuoka",
            temperature_low=product.low,
            temperature_high=product.high,
            details=product.details,
            now=now,
        )
    best_before = now.date() + timedelta(days=270)
    lots.describe(session, brand, gtin=MATCHA, lot=MATCHA_LOT, best_before=best_before, now=now)
    for place in catalogue.PLACES:
        locations.describe(
            session,
            brand,
            identifier=place.key,
            name=place.name,
            city=place.city,
            country=place.country,
            latitude=place.latitude,
            longitude=place.longitude,
            zone=place.zone,
            now=now,
        )


def _register(session: Session, brand: Brand, supplier: str, signer: Signer, now: datetime) -> None:
    proven = signing.registration(signer, log_origin(brand.log_key), supplier)
    signatures.register(session, brand, supplier, **proven, now=now)


def _goods(session: Session, brand: Brand, partners: dict[str, str], signer: Signer, now: datetime) -> None:
    """The way so far. The supplier signs what it says; the others do not, so that both can be seen."""
    told = journey.story(now)
    events = parse_document(journey.document([each.event for each in told], now)).valid()
    for each, event in zip(told, events, strict=True):
        partner = partners[each.partner] if each.partner else None
        if each.partner == "supplier":
            event = signing.signed_event(event, signer, log_origin(brand.log_key))
        capture_event(session, brand, event, partner_id=partner, now=now)
    for key, name, issuer, scope in catalogue.CERTIFICATES:
        certificates.add(
            session,
            brand,
            identifier=key,
            name=name,
            issuer=issuer,
            scope=scope,
            valid_from=now.date() - timedelta(days=60),
            valid_until=now.date() + timedelta(days=300),
            now=now,
        )


def _orders(session: Session, brand: Brand, now: datetime) -> list[Json]:
    """One order for each box; the first one is made last."""
    parcels = zip(CUSTOMERS, catalogue.BOXES, catalogue.PARCELS, strict=True)
    numbered = list(enumerate(parcels, int(FIRST_ORDER.rpartition("-")[2])))
    made = [
        send(session, brand, f"LT-{number}", customer, box, parcel, now)
        for number, (customer, box, parcel) in reversed(numbered)
    ]
    return made[::-1]


def open_accounts(house: House, base_url: str) -> None:
    """Accounts with the carriers of the demo, who may live at another port after each start."""
    box = open_box(house.keys)
    with house.db.begin() as session:
        brand = find_brand(session, SLUG)
        assert brand is not None  # the seed made it
        for carrier, _ in catalogue.PARCELS:
            put_account(
                session,
                box,
                brand_id=brand.id,
                carrier=carrier,
                base_url=base_url,
                client_id="demo",
                secret="demo",  # noqa: S106  (the stand-in takes any)
                now=house.clock(),
            )
