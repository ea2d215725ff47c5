"""The fields of a CBAM report about goods, what they may hold, which are missing. Pure; nothing unknown is a zero.

Source: Implementing Regulation (EU) 2023/1773, Annex I (structure of the CBAM report) and Annex IV (what operators
of installations tell importers). Contact persons are left out: they are personal and stand on the form itself.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.carbon.amounts import EXACT, amount, plain
from app.provenance.errors import Refused

Facts = Mapping[str, str]

_PERIOD = re.compile(r"20\d\d(-Q[1-4])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Field:
    """One field: what its text must be like, and whether a report is complete without it.

    `group`: a carbon price is due or it is not; where one field of a group is there, all of it is needed.
    """

    name: str
    pattern: str
    rule: str
    needed: bool = True
    group: str = ""


_TEXT, _TEXT_RULE = r"[^\x00-\x1f\x7f]{1,200}", "must be 1 to 200 characters in one line"
_COUNTRY, _COUNTRY_RULE = r"[A-Z]{2}", "must be two capital letters, such as TR"
_AMOUNT = "amount"
_DEGREES = "degrees"
_DATA, _DATA_RULE = "actual|default", "must be actual or default"

MASS = Field("gross_mass_kg", _AMOUNT, "", needed=False)
"""What one unit weighs with its packing; for transport, not for the border."""

FIELDS = (
    Field("cn_code", r"\d{8}", "must be the eight digits of the Combined Nomenclature"),
    Field("goods_description", _TEXT, _TEXT_RULE, needed=False),
    Field("country_of_origin", _COUNTRY, _COUNTRY_RULE),
    Field("net_mass_t", _AMOUNT, ""),
    Field("installation_name", _TEXT, _TEXT_RULE),
    Field("installation_operator", _TEXT, _TEXT_RULE),
    Field("installation_country", _COUNTRY, _COUNTRY_RULE),
    Field("installation_city", _TEXT, _TEXT_RULE),
    Field("installation_unlocode", r"[A-Z]{2}[A-Z2-9]{3}", "must be a UN/LOCODE such as TRIST"),
    Field("installation_latitude", _DEGREES, "must be degrees within 90"),
    Field("installation_longitude", _DEGREES, "must be degrees within 180"),
    Field("production_route", _TEXT, _TEXT_RULE),
    Field("direct_data", _DATA, _DATA_RULE),
    Field("direct_t_per_t", _AMOUNT, ""),
    Field("indirect_data", _DATA, _DATA_RULE),
    Field("indirect_t_per_t", _AMOUNT, ""),
    Field("electricity_mwh_per_t", _AMOUNT, "", needed=False),
    Field("electricity_t_per_mwh", _AMOUNT, "", needed=False),
    Field("electricity_source", _TEXT, _TEXT_RULE, needed=False),
    Field("carbon_price_instrument", _TEXT, _TEXT_RULE, needed=False, group="price"),
    Field("carbon_price_amount", _AMOUNT, "", needed=False, group="price"),
    Field("carbon_price_currency", r"[A-Z]{3}", "must be a currency of ISO 4217", needed=False, group="price"),
    Field("carbon_price_country", _COUNTRY, _COUNTRY_RULE, needed=False, group="price"),
)
NAMES = tuple(field.name for field in FIELDS)
_BY_NAME = {field.name: field for field in (MASS, *FIELDS)}
_A_CLAIM = ("direct_t_per_t", "indirect_t_per_t", "electricity_mwh_per_t", "electricity_t_per_mwh")
_MAY_BE_ZERO = (*_A_CLAIM, "carbon_price_amount")

HEADER = ("key", "reporting_period", *NAMES, "direct_t", "indirect_t", "total_t", "missing")


def checked(facts: Facts) -> dict[str, str]:
    """The facts as they are kept; what is empty is left out. Raises Refused naming the field."""
    kept = {}
    for name, text in facts.items():
        if name not in _BY_NAME:
            raise Refused(name, "there is no such field")
        if text := text.strip():
            _check(_BY_NAME[name], text)
            kept[name] = text
    return kept


def _check(field: Field, text: str) -> None:
    if field.pattern == _AMOUNT:
        amount(field.name, text, zero=field.name in _MAY_BE_ZERO)
    elif field.pattern == _DEGREES:
        most = 90 if field.name.endswith("latitude") else 180
        amount(field.name, text.removeprefix("-"), zero=True, most=most)
    elif not re.fullmatch(field.pattern, text, re.ASCII if field.pattern != _TEXT else 0):
        raise Refused(field.name, field.rule)


def period(text: str) -> str:
    """A reporting period: a year, or a quarter of one; empty where none is named. Raises Refused."""
    if text and not _PERIOD.fullmatch(text):
        raise Refused("period", "must be a year such as 2026, or a quarter such as 2026-Q1")
    return text


def missing(facts: Facts) -> list[str]:
    """The fields without which a report of these goods is not complete, in the order of the table."""
    groups = {field.group for field in FIELDS if field.group and field.name in facts}
    return [
        field.name
        for field in FIELDS
        if field.name not in facts and (field.needed or (field.group and field.group in groups))
    ]


def row(key: str, facts: Facts, reporting: str) -> list[str]:
    """The cells of goods in the order of HEADER; what is not known is empty."""
    mass = _amount(facts, "net_mass_t")
    direct = _times(mass, _amount(facts, "direct_t_per_t"))
    indirect = _times(mass, _amount(facts, "indirect_t_per_t"))
    both = None if direct is None or indirect is None else EXACT.add(direct, indirect)
    lacks = [*([] if reporting else ["reporting_period"]), *missing(facts)]
    amounts = [plain(each) for each in (direct, indirect, both)]
    return [key, reporting, *(facts.get(name, "") for name in NAMES), *amounts, " ".join(lacks)]


def merged(widest_first: Iterable[Facts]) -> dict[str, str]:
    """What is said of a lot stands before what is said of its product."""
    found: dict[str, str] = {}
    for facts in widest_first:
        found |= facts
    return found


def is_asked(facts: Facts) -> bool:
    """Whether anything of the report was said, and not only what the goods weigh."""
    return any(name in facts for name in NAMES)


def _amount(facts: Facts, name: str) -> Decimal | None:
    return Decimal(facts[name]) if name in facts else None


def _times(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else EXACT.multiply(one, other)


def cells(rows: Iterable[tuple[str, Facts]], reporting: str) -> list[Sequence[str]]:
    """A row for each of the goods."""
    return [row(key, facts, reporting) for key, facts in rows]
