"""The demo's kettle, which somebody can own: its terms and advice by country, and the code in its box."""

from datetime import datetime
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy.orm import Session

from app.demo.catalogue import PACKING
from app.epcis.context import STANDARD
from app.epcis.document import parse_event
from app.models.brands import Brand
from app.owning import authority, claiming, codes, guidance, warranty
from app.provenance import products
from app.provenance.capture import capture_event
from app.sealed import Box

KETTLE = "09529871000502"
ITEM = f"/01/{KETTLE}/21/K26-001"

_NAME = {
    "en": "Cast-iron kettle, 0.8 l",
    "zh": "铸铁壶 0.8 升",
    "es": "Tetera de hierro fundido, 0,8 l",
    "de": "Gusseiserner Kessel, 0,8 l",
    "pt": "Chaleira de ferro fundido, 0,8 l",
    "id": "Ketel besi cor, 0,8 l",
    "ar": "إبريق من الحديد الزهر، 0.8 ل",
}
_CARE = {
    "en": "Rinse with water only and dry it while it is warm.",
    "zh": "仅用清水冲洗，趁热擦干。",
    "es": "Enjuáguela solo con agua y séquela aún tibia.",
    "de": "Nur mit Wasser ausspülen und noch warm abtrocknen.",
    "pt": "Enxágue só com água e seque ainda morna.",
    "id": "Bilas hanya dengan air dan keringkan selagi hangat.",
    "ar": "اشطفه بالماء فقط وجففه وهو دافئ.",
}
_RECYCLING = {
    "": {
        "en": "Iron: hand it in, or bring it to scrap metal.",
        "de": "Eisen: abgeben oder zum Altmetall bringen.",
    },
    "DE": {"en": "Iron: to the town's Wertstoffhof.", "de": "Eisen: auf den Wertstoffhof."},
    "FR": {"en": "Iron: to the déchetterie.", "de": "Eisen: in die Déchetterie."},
}
_POST = {
    "en": "Write the code on the parcel; postage is free.",
    "de": "Den Code auf das Paket schreiben; portofrei.",
}


def install(session: Session, brand: Brand, box: Box, partner_id: str, now: datetime) -> dict[str, str]:
    """One kettle, its terms and its claim code; what must be known later."""
    products.describe(
        session,
        brand,
        gtin=KETTLE,
        name=_NAME,
        category="kettle",
        origin_country="JP",
        origin_place="Morioka",
        now=now,
    )
    capture_event(session, brand, parse_event(orjson.dumps(made(now))), partner_id=None, now=now)
    warranty.set_warranty(session, brand, gtin=KETTLE, months=12, repair_months=6, now=now)
    warranty.set_warranty(session, brand, gtin=KETTLE, country="DE", months=24, repair_months=12, now=now)
    guidance.set_guidance(session, brand, gtin=KETTLE, topic="care", text=_CARE, now=now)
    for country, text in _RECYCLING.items():
        guidance.set_guidance(session, brand, gtin=KETTLE, topic="recycling", country=country, text=text, now=now)
    guidance.set_guidance(session, brand, gtin=KETTLE, topic="post", text=_POST, now=now)
    authority.authorise(session, brand, partner_id, repairs=True, collects=True, now=now)
    (code,) = claiming.make_codes(session, box, brand, [ITEM], now=now)
    return {"path": code.key, "code": codes.grouped(code.code)}


def made(now: datetime) -> dict[str, object]:
    """The event that gives the kettle its number, at the demo's packing hall."""
    there = now.astimezone(ZoneInfo(PACKING.zone)).isoformat()
    return {
        "@context": [STANDARD],
        "type": "ObjectEvent",
        "eventID": "urn:x-lumen:kettle:K26-001",
        "eventTime": there,
        "eventTimeZoneOffset": there[-6:],
        "action": "ADD",
        "bizStep": "commissioning",
        "disposition": "active",
        "epcList": [f"https://id.gs1.org{ITEM}"],
        "readPoint": {"id": PACKING.uri},
        "bizLocation": {"id": PACKING.uri},
    }
