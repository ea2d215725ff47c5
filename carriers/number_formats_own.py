"""Formats that tracking_number_data does not hold, from what carriers and standards bodies publish. Facts only.

`RESEMBLING` are formats in which nothing confirms a number: no prefix and no check digit that would rule others
out. They are for a person to choose from; detection does not offer them by itself.
"""

from carriers import check_digits as check
from carriers.number_formats import Format, number_format

_THREE_ONE = check.mod10(evens=3, odds=1)

# Airlines that carry cargo, by the prefix of their air waybills (IATA).
AIRLINES = {
    "001": "American Airlines",
    "006": "Delta",
    "014": "Air Canada",
    "016": "United",
    "020": "Lufthansa Cargo",
    "023": "FedEx",
    "045": "LATAM",
    "047": "TAP",
    "057": "Air France",
    "065": "Saudia",
    "071": "Ethiopian",
    "072": "Gulf Air",
    "074": "KLM",
    "075": "Iberia",
    "077": "EgyptAir",
    "080": "LOT",
    "081": "Qantas",
    "086": "Air New Zealand",
    "098": "Air India",
    "105": "Finnair",
    "112": "China Cargo",
    "117": "SAS",
    "125": "British Airways",
    "126": "Garuda",
    "131": "Japan Airlines",
    "157": "Qatar Airways",
    "160": "Cathay Pacific",
    "172": "Cargolux",
    "176": "Emirates",
    "180": "Korean Air",
    "205": "ANA",
    "217": "Thai Airways",
    "229": "Kuwait Airways",
    "232": "Malaysia Airlines",
    "235": "Turkish Airlines",
    "257": "Austrian",
    "297": "China Airlines",
    "369": "Atlas Air",
    "406": "UPS",
    "423": "DHL",
    "607": "Etihad",
    "618": "Singapore Airlines",
    "695": "EVA Air",
    "706": "Kenya Airways",
    "724": "Swiss",
    "738": "Vietnam Airlines",
    "781": "China Eastern",
    "784": "China Southern",
    "933": "Nippon Cargo",
    "988": "Asiana",
    "999": "Air China",
}

OWN = (
    number_format("dhl", "DHL Paket (JJD)", (16, 20, 21), r"J?JD(?P<serial>\d{13}|\d{18})", None, 3),
    number_format("dhl", "DHL Paket (20)", 20, r"(?P<serial>0034043[34]\d{11})(?P<check>\d)", _THREE_ONE, 7),
    number_format("hermes", "Hermes (14)", 14, r"(?P<serial>\d{13})(?P<check>\d)", _THREE_ONE),
    number_format("laposte", "Colissimo", 13, r"(?P<serial>[5-9][A-Z]\d{11})", None, 2),
    number_format(
        "australiapost",
        "Australia Post eParcel",
        tuple(range(30, 42)),
        r"019931265099999891(?P<serial>[0-9A-Z]+)",
        None,
        18,
    ),
    number_format("fourpx", "4PX", 18, r"4PX(?P<serial>\d{13})CN", None, 5),
    number_format("cainiao", "Cainiao LP", 16, r"LP(?P<serial>\d{14})", None, 2),
    number_format("sf", "SF Express", (14, 15), r"SF(?P<serial>\d{12,13})", None, 2),
    number_format("container", "ISO 6346", 11, r"(?P<serial>[A-Z]{3}[UJZ]\d{6})(?P<check>\d)", check.iso6346, 1),
    number_format(
        "air_waybill",
        "Air waybill",
        11,
        rf"(?:{'|'.join(AIRLINES)})(?P<serial>\d{{7}})(?P<check>\d)",
        check.mod7,
        2,
    ),
    number_format("sscc", "SSCC (AI 00)", 20, r"00(?P<serial>\d{17})(?P<check>\d)", _THREE_ONE, 2),
    number_format("sscc", "SSCC", 18, r"(?P<serial>\d{17})(?P<check>\d)", _THREE_ONE),
)

RESEMBLING = (
    number_format(
        "gls", "GLS parcel number", 12, r"(?P<serial>\d\d(?:[1-6]\d|7[124]|85)\d{7})(?P<check>\d)", check.gls, 1
    ),
    number_format("gls", "GLS Track ID", 8, r"(?=.*\d)(?=.*[A-Z])(?P<serial>[0-9A-Z]{8})"),
    number_format("australiapost", "Australia Post article", (12, 21, 23), r"(?P<serial>[0-9A-Z]{3,5}\d{9,18})"),
    number_format("royalmail", "Royal Mail (16)", 16, r"(?P<serial>\d{16})"),
    number_format("sf", "SF Express (12)", 12, r"(?P<serial>\d{12})"),
    number_format("dhl", "DHL Paket (12)", 12, r"(?P<serial>\d{12})"),
    number_format("hermes", "Hermes / Evri (16)", 16, r"(?P<serial>[0-9A-Z]{1}\d{15})"),
)

# The operator that stands behind an S10 number of a country, by the key that we know it by.
OPERATORS = {
    "AT": "austrian_post",
    "AU": "australiapost",
    "BE": "bpost",
    "BR": "correios_br",
    "CA": "canada_post",
    "CH": "swiss_post",
    "CN": "china_post",
    "DE": "dhl",
    "ES": "correos",
    "FR": "laposte",
    "GB": "royalmail",
    "HK": "hongkong_post",
    "ID": "pos_indonesia",
    "IT": "poste_italiane",
    "JP": "japan_post",
    "KR": "korea_post",
    "MY": "pos_malaysia",
    "NL": "postnl",
    "NZ": "nz_post",
    "PT": "ctt",
    "SE": "postnord",
    "SG": "singapore_post",
    "TR": "ptt",
    "US": "usps",
}


def parts(forms: tuple[Format, ...]) -> dict[int, tuple[Format, ...]]:
    """The formats by the length of a number, in the order of the table."""
    by_length: dict[int, list[Format]] = {}
    for form in forms:
        for length in form.lengths:
            by_length.setdefault(length, []).append(form)
    return {length: tuple(found) for length, found in by_length.items()}
