"""What people call the carriers whose numbers we know, with an adapter of ours or without. No rule lives here."""

from carriers.known import CARRIERS

NAMES = {
    "amazon": "Amazon Logistics",
    "austrian_post": "Österreichische Post",
    "cainiao": "Cainiao",
    "canada_post": "Canada Post",
    "canpar": "Canpar",
    "china_post": "China Post",
    "correios_br": "Correios",
    "correos": "Correos",
    "ctt": "CTT",
    "dhl": "DHL",
    "fourpx": "4PX",
    "gofo": "GOFO Express",
    "hongkong_post": "Hongkong Post",
    "japan_post": "Japan Post",
    "korea_post": "Korea Post",
    "landmark": "Landmark Global",
    "lasership": "LaserShip",
    "nz_post": "NZ Post",
    "old_dominion": "Old Dominion",
    "ontrac": "OnTrac",
    "pos_indonesia": "Pos Indonesia",
    "pos_malaysia": "Pos Malaysia",
    "poste_italiane": "Poste Italiane",
    "postnl": "PostNL",
    "postnord": "PostNord",
    "ptt": "PTT",
    "purolator": "Purolator",
    "sf": "SF Express",
    "singapore_post": "Singapore Post",
    "speedee": "Spee-Dee",
    "swiss_post": "Swiss Post",
    "yodel": "Yodel",
    "yunexpress": "YunExpress",
} | CARRIERS


def name_of(carrier: str) -> str:
    """The name of a carrier, or its key where we know no name."""
    return NAMES.get(carrier, carrier)
