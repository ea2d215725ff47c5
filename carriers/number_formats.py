"""The published formats of tracking numbers, as a table. Facts only; `carriers.numbers` matches and ranks.

The formats and constants are those of tracking_number_data 2.0 (github.com/jkeen/tracking_number_data), put
into our own form, under its licence:

MIT License. Copyright (c) 2017 Jeff Keen. Permission is hereby granted, free of charge, to any person obtaining
a copy of this software and associated documentation files (the "Software"), to deal in the Software without
restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do
so, subject to the following conditions: The above copyright notice and this permission notice shall be included
in all copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY
KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A
PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY
CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR
IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.

A pattern is matched against the whole number without blanks, in upper case. It names `serial` and, where the
format has a check digit, `check`. No pattern repeats a repetition, so none can backtrack for long.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from carriers import check_digits as check

Check = Callable[[str, str], bool]  # (serial, check digit) -> right


@dataclass(frozen=True)
class Format:
    """One format of one carrier. `fixed` counts the characters that it prescribes: prefixes and the like.

    `lengths` are those of a whole number, so that most formats need not be tried.
    """

    carrier: str
    name: str
    lengths: tuple[int, ...]
    pattern: re.Pattern[str]
    check: Check | None = None
    fixed: int = 0


def number_format(
    carrier: str,
    name: str,
    lengths: int | tuple[int, ...],
    pattern: str,
    digit: Check | None = None,
    fixed: int = 0,
) -> Format:
    """A line of a table of formats."""
    sizes = (lengths,) if isinstance(lengths, int) else lengths
    return Format(carrier, name, sizes, re.compile(pattern, re.ASCII), digit, fixed)


# The posts that issue S10 numbers, by ISO 3166 country: the members of the Universal Postal Union.
_POSTS = (
    "AE|AF|AG|AL|AM|AO|AR|AT|AU|AZ|BA|BB|BD|BE|BF|BG|BH|BI|BJ|BN|BO|BR|BS|BT|BW|BY|BZ|CA|CD|CF|CG|CH|CI|CL|CM|CN|CO|"
    "CR|CU|CV|CY|CZ|DE|DJ|DK|DM|DO|DZ|EC|EE|EG|ER|ES|ET|FI|FJ|FR|GA|GB|GD|GE|GH|GM|GN|GQ|GR|GT|GW|GY|HK|HN|HR|HT|HU|"
    "ID|IE|IL|IN|IQ|IR|IS|IT|JM|JO|JP|KE|KG|KH|KI|KM|KN|KP|KR|KW|KZ|LA|LB|LC|LI|LK|LR|LS|LT|LU|LV|LY|MA|MC|MD|ME|MG|"
    "MK|ML|MM|MN|MR|MT|MU|MV|MW|MX|MY|MZ|NA|NE|NG|NI|NL|NO|NP|NR|NZ|OM|PA|PE|PG|PH|PK|PL|PT|PY|QA|RO|RS|RU|RW|SA|SB|"
    "SC|SD|SE|SG|SI|SK|SL|SM|SN|SO|SR|SS|ST|SV|SY|SZ|TD|TG|TH|TJ|TL|TM|TN|TO|TR|TT|TV|TZ|UA|UG|US|UY|UZ|VA|VC|VE|VN|"
    "VU|WS|YE|ZA|ZM|ZW"
)
_ZIP = r"(?:420\d{5}(?:\d{4}(?=\d{22}$))?)?"  # a routing prefix that is no part of the number
_NINE = r"9\d{8}"  # a mailer of nine digits
_SIX = r"[0-8]\d{5}"  # a mailer of six digits
_FEDEX_12 = check.weighted((3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1), 11)
_FEDEX_34 = check.weighted((1, 7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1), 11)
_THREE_ONE = check.mod10(evens=3, odds=1)
_ONE_THREE = check.mod10(evens=1, odds=3)
_ONE_TWO = check.mod10(evens=1, odds=2)

FORMATS = (
    number_format("s10", "S10", 13, rf"[A-Z]{{2}}(?P<serial>\d{{8}})(?P<check>\d)(?:{_POSTS})", check.s10, 3),
    number_format("ups", "UPS", 18, r"1Z(?P<serial>[A-Z0-9]{15})(?P<check>\d)", _ONE_TWO, 2),
    number_format("ups", "UPS Waybill", 11, r"[AHJKTV](?P<serial>\d{9})(?P<check>\d)", _ONE_TWO, 1),
    number_format("fedex", "FedEx Express (12)", 12, r"(?P<serial>\d{11})(?P<check>\d)", _FEDEX_12),
    number_format(
        "fedex", "FedEx Express (34)", 34, r"[0-8]\d{14}\d{5}(?P<serial>\d{13})(?P<check>\d)", _FEDEX_34
    ),
    number_format("fedex", "FedEx ASTRA (32)", 32, r"3\d{15}(?P<serial>\d{11})(?P<check>\d)\d{4}", _FEDEX_12, 1),
    number_format("fedex", "FedEx Ground", 15, r"(?P<serial>\d{14})(?P<check>\d)", _ONE_THREE),
    number_format("fedex", "FedEx Ground (SSCC-18)", 18, r"(?P<serial>\d{17})(?P<check>\d)", check.sscc_fedex),
    number_format("fedex", "FedEx Ground 96 (22)", 22, r"96\d{5}(?P<serial>\d{14})(?P<check>\d)", _ONE_THREE, 2),
    number_format(
        "fedex", "FedEx Ground GSN", 34, r"96\d{2}\d{5}\d{10}\d(?P<serial>\d{13})(?P<check>\d)", _FEDEX_34, 2
    ),
    number_format("usps", "USPS 20", 20, r"(?P<serial>\d{19})(?P<check>\d)", _THREE_ONE),
    number_format(
        "usps",
        "USPS Legacy",
        (20, 22, 28, 30, 32, 34),
        r"(?:420\d{5}(?:\d{4})?)?(?P<serial>(?:91)?\d{19})(?P<check>\d)",
        check.usps_legacy,
        1,
    ),
    number_format(
        "usps",
        "USPS IMpb N",
        (22, 26, 30, 34),
        r"(?:420\d{5}(?=(?:\d{22}|\d{26})$)(?:\d{4}(?=\d{22}$))?)?"
        rf"(?P<serial>94\d{{3}}(?:{_NINE}(?:\d{{15}}|\d{{11}}|\d{{7}})|{_SIX}(?:\d{{14}}|\d{{10}})))(?P<check>\d)",
        check.mod10(evens=3, odds=1, backwards=True),
        2,
    ),
    number_format(
        "usps",
        "USPS IMpb C",
        (22, 26, 30, 34),
        rf"{_ZIP}(?P<serial>(?:9[25]\d{{3}}{_NINE}(?:\d{{11}}|\d{{7}})|9[35]\d{{3}}{_SIX}(?:\d{{14}}|\d{{10}})))"
        r"(?P<check>\d)",
        _THREE_ONE,
        2,
    ),
    number_format("dhl", "DHL Express", (10, 11), r"(?P<serial>\d{9,10})(?P<check>\d)", check.mod7),
    number_format("dhl", "DHL Express (Piece ID)", (12, 13, 14), r"J[A-Z]{2,3}(?P<serial>\d{9,10})", None, 3),
    number_format(
        "dhl",
        "DHL E-Commerce",
        tuple(range(12, 42)),
        r"(?:GM|LX|RX|UV|CN|SG|TH|IN|HK|MY)(?P<serial>\d[0-9A-Z]{9,38})",
        None,
        2,
    ),
    number_format("dhl", "DHL E-Commerce (14)", 14, r"(?P<serial>\d{14})"),
    number_format("dpd", "DPD (28)", 28, r"(?P<serial>\d{27})(?P<check>[0-9A-Z])", check.mod37_36),
    number_format("dpd", "DPD (14)", 15, r"(?P<serial>\d{14})(?P<check>[0-9A-Z])", check.mod37_36),
    number_format("canada_post", "Canada Post (16)", 16, r"(?P<serial>\d{15})(?P<check>\d)", _THREE_ONE),
    number_format("purolator", "Purolator (12)", 12, r"(?P<serial>[0-5]\d{10})(?P<check>\d)", check.luhn),
    number_format("purolator", "Purolator (alpha + 9)", 12, r"(?P<serial>[A-Z]{3}\d{9})", None, 3),
    number_format("canpar", "Canpar (22)", 22, r"(?P<serial>[CDKLSUXZ]\d{21})", None, 1),
    number_format("ontrac", "OnTrac", 15, r"C(?P<serial>\d{13})(?P<check>\d)", check.ontrac("4"), 1),
    number_format("ontrac", "OnTrac D", 15, r"D(?P<serial>\d{13})(?P<check>\d)", check.ontrac("5"), 1),
    number_format("lasership", "LaserShip LX", 10, r"L[AIEHNX][1-3](?P<serial>\d{7})", None, 3),
    number_format("lasership", "LaserShip 1LS7 (15)", 15, r"1LS7[12]\d{4}(?P<serial>\d{6})", None, 5),
    number_format(
        "lasership", "LaserShip 1LS7 (18)", (18, 19), r"1LS7[12]\d{2}01[1-4](?P<serial>\d{6})-?1", None, 9
    ),
    number_format("lasership", "LaserShip 1LSCX (15)", 15, r"1LSCX(?P<serial>[0-9A-Z]{10})", None, 5),
    number_format(
        "old_dominion", "Old Dominion", 11, r"(?P<serial>(?:77[78]|072|780)\d{7})(?P<check>\d)", check.luhn, 3
    ),
    number_format(
        "old_dominion", "Old Dominion Guaranteed", 11, r"(?P<serial>80\d{8})(?P<check>\d)", check.luhn, 2
    ),
    number_format("amazon", "Amazon Logistics", 15, r"TB[ACM](?P<serial>\d{12})", None, 3),
    number_format("amazon", "Amazon International", 11, r"[AFC](?P<serial>\d{10})", None, 1),
    number_format("speedee", "Spee-Dee (20)", 20, r"SP(?P<serial>\d{18})", None, 2),
    number_format("yodel", "Yodel", (18, 19), r"J?JD(?P<serial>\d{16})", None, 2),
    number_format("yunexpress", "YunExpress", 18, r"YT(?P<serial>\d{16})", None, 2),
    number_format("gofo", "GOFO Express (US)", 18, r"GFUS(?P<serial>\d{14})", None, 4),
    number_format("landmark", "Landmark Global LTN", 13, r"LTN(?P<serial>\d{8})N1", None, 5),
)
