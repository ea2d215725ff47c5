"""Which time zone a place has, when it has only one. A place with several answers None: we do not guess.

Sources: the IANA time zone database (zone.tab, through the tzdata package) for countries; for the large federal
countries the zone that a whole state or province keeps. States split between zones are left out on purpose.
"""

from functools import cache, lru_cache
from importlib.resources import files

_EASTERN, _CENTRAL, _MOUNTAIN, _PACIFIC = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
)


def _states(codes: str) -> list[str]:
    return codes.split()


_REGIONS: dict[str, dict[str, str]] = {
    "US": {
        **dict.fromkeys(_states("CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV"), _EASTERN),
        **dict.fromkeys(_states("AL AR IA IL LA MN MO MS OK WI"), _CENTRAL),
        **dict.fromkeys(_states("CO MT NM UT WY"), _MOUNTAIN),
        **dict.fromkeys(_states("CA WA"), _PACIFIC),
        "AZ": "America/Phoenix",
        "HI": "Pacific/Honolulu",
        "PR": "America/Puerto_Rico",
    },
    "CA": {
        "AB": "America/Edmonton",
        "MB": "America/Winnipeg",
        "NB": "America/Moncton",
        "NS": "America/Halifax",
        "PE": "America/Halifax",
    },
    "AU": {
        "ACT": "Australia/Sydney",
        "NT": "Australia/Darwin",
        "QLD": "Australia/Brisbane",
        "SA": "Australia/Adelaide",
        "TAS": "Australia/Hobart",
        "VIC": "Australia/Melbourne",
        "WA": "Australia/Perth",
    },
}

# One zone for all who live where parcels go; zone.tab lists more because of islands, outposts or history.
_IN_PRACTICE = {"CN": "Asia/Shanghai", "DE": "Europe/Berlin", "NZ": "Pacific/Auckland", "MY": "Asia/Kuala_Lumpur"}


@lru_cache(4096)
def zone_of(country: str | None, region: str | None = None) -> str | None:
    """The IANA zone of a place by ISO 3166 country and, where it is federal, its state; None if it has several."""
    if not country:
        return None
    country = country.upper()
    if country in _REGIONS:
        return _REGIONS[country].get((region or "").upper())
    return _IN_PRACTICE.get(country) or _single_zones().get(country)


@lru_cache(4096)
def country_named(name: str) -> str:
    """The ISO 3166 code of a country by its English name or three-letter code; empty when we do not know it."""
    name = name.strip().casefold()
    return _ALPHA_3.get(name.upper(), "") or _countries().get(name, "")


# The three-letter codes that carriers' answers use; those of other countries stay unknown.
_PAIRS = """
ARE:AE ARG:AR AUS:AU AUT:AT BEL:BE BGR:BG BRA:BR CAN:CA CHE:CH CHL:CL CHN:CN COL:CO CYP:CY CZE:CZ
DEU:DE DNK:DK EGY:EG ESP:ES EST:EE FIN:FI FRA:FR GBR:GB GRC:GR HKG:HK HRV:HR HUN:HU IDN:ID IND:IN
IRL:IE ISL:IS ISR:IL ITA:IT JOR:JO JPN:JP KEN:KE KOR:KR KWT:KW LBN:LB LTU:LT LUX:LU LVA:LV MAR:MA
MEX:MX MLT:MT MYS:MY NLD:NL NOR:NO NZL:NZ OMN:OM PAK:PK PER:PE PHL:PH POL:PL PRT:PT QAT:QA ROU:RO
SAU:SA SGP:SG SRB:RS SVK:SK SVN:SI SWE:SE THA:TH TUN:TN TUR:TR TWN:TW UKR:UA USA:US VNM:VN ZAF:ZA
"""
_ALPHA_3 = dict(pair.split(":") for pair in _PAIRS.split())
_ALSO = {
    "china, peoples republic": "CN",
    "great britain": "GB",
    "hong kong sar, china": "HK",
    "korea, republic of (south k.)": "KR",
    "netherlands, the": "NL",
    "south korea": "KR",
    "uk": "GB",
    "united kingdom": "GB",
    "united states of america": "US",
    "usa": "US",
}
# As carriers of these countries call their neighbours, without case.
_ABROAD = """
deutschland:DE österreich:AT schweiz:CH frankreich:FR niederlande:NL belgien:BE luxemburg:LU italien:IT spanien:ES
polen:PL tschechien:CZ dänemark:DK schweden:SE ungarn:HU großbritannien:GB griechenland:GR irland:IE
allemagne:DE autriche:AT suisse:CH pays-bas:NL belgique:BE italie:IT espagne:ES pologne:PL royaume-uni:GB
irlande:IE grèce:GR suède:SE danemark:DK hongrie:HU chine:CN japon:JP
duitsland:DE frankrijk:FR zwitserland:CH oostenrijk:AT nederland:NL belgië:BE
"""


@cache
def _countries() -> dict[str, str]:
    lines = files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text("utf-8").splitlines()
    pairs = (line.split("\t")[:2] for line in lines if line and not line.startswith("#"))
    abroad = {name.casefold(): code for name, code in (pair.split(":") for pair in _ABROAD.split())}
    return {name.casefold(): code for code, name in pairs} | _ALSO | abroad


@cache
def _single_zones() -> dict[str, str]:
    lines = files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8").splitlines()
    zones: dict[str, list[str]] = {}
    for country, _, zone in (line.split("\t")[:3] for line in lines if line and not line.startswith("#")):
        zones.setdefault(country, []).append(zone)
    return {country: names[0] for country, names in zones.items() if len(names) == 1}
