"""What the law wants told of a product, by kind: a template's fields, who asks for each, who can supply it.

Data only. A name never changes its meaning: it stands in entries. Labels are in app/words/fields.
"""

from typing import NamedTuple

_ESPR, _BATTERY, _FIBRE = "Regulation (EU) 2024/1781", "Regulation (EU) 2023/1542", "Regulation (EU) No 1007/2011"
_FOOD, _ROHS, _WEEE = "Regulation (EU) No 1169/2011", "Directive 2011/65/EU", "Directive 2012/19/EU"
_REACH = "Regulation (EC) No 1907/2006"


class Field(NamedTuple):
    """One thing to tell: its name, the law and article that asks, who can supply it.

    `answered_by` names what of the record answers it: a column of the product, or `certificate`.
    """

    name: str
    source: str
    suppliers: tuple[str, ...]
    answered_by: str = ""


_MADE = ("manufacturer",)
_NAME = "name"

GENERAL = (
    Field("name", f"{_ESPR}, Annex III (b)", ("brand",), _NAME),
    Field("commodity_code", f"{_ESPR}, Annex III (d)", ("brand",)),
    Field("compliance", f"{_ESPR}, Annex III (e)", ("manufacturer", "lab"), "certificate"),
    Field("use", f"{_ESPR}, Annex III (f)", ("brand", "manufacturer"), "care"),
    Field("manufacturer", f"{_ESPR}, Annex III (g)", _MADE),
    Field("facility", f"{_ESPR}, Annex III (i)", _MADE),
    Field("importer", f"{_ESPR}, Annex III (j)", ("brand",)),
    Field("responsible_operator", f"{_ESPR}, Annex III (k)", ("brand",)),
    Field("substances_of_concern", f"{_ESPR}, Art. 7(5)", ("supplier", "lab")),
    Field("end_of_life", f"{_ESPR}, Art. 7(2)(b)", ("brand", "manufacturer")),
)

TEMPLATES: dict[str, tuple[Field, ...]] = {
    "general": GENERAL,
    "textile": (
        Field("fibre_composition", f"{_FIBRE}, Art. 5 and 16", ("supplier", "lab")),
        Field("animal_parts", f"{_FIBRE}, Art. 12", ("supplier", "manufacturer")),
        *GENERAL,
        Field("durability", f"{_ESPR}, Annex I (a)", ("manufacturer", "lab")),
        Field("recycled_content", f"{_ESPR}, Annex I (h)", ("supplier",)),
    ),
    "battery": (
        Field("name", f"{_BATTERY}, Annex VI, part A, 1", ("brand",), _NAME),
        Field("manufacturer", f"{_BATTERY}, Annex VI, part A, 1", _MADE),
        Field("facility", f"{_BATTERY}, Annex VI, part A, 3", _MADE),
        Field("weight", f"{_BATTERY}, Annex VI, part A, 5", _MADE),
        Field("material_composition", f"{_BATTERY}, Annex XIII, 1 (b)", ("manufacturer", "supplier")),
        Field("carbon_footprint", f"{_BATTERY}, Annex XIII, 1 (c)", ("manufacturer", "lab")),
        Field("responsible_sourcing", f"{_BATTERY}, Annex XIII, 1 (d)", ("supplier", "brand")),
        Field("recycled_content", f"{_BATTERY}, Annex XIII, 1 (e)", ("supplier", "manufacturer")),
        Field("rated_capacity", f"{_BATTERY}, Annex XIII, 1 (g)", ("manufacturer", "lab")),
        Field("voltage", f"{_BATTERY}, Annex XIII, 1 (h)", ("manufacturer", "lab")),
        Field("power", f"{_BATTERY}, Annex XIII, 1 (i)", ("manufacturer", "lab")),
        Field("lifetime", f"{_BATTERY}, Annex XIII, 1 (j)", ("manufacturer", "lab")),
        Field("storage_temperature", f"{_BATTERY}, Annex XIII, 1 (l)", _MADE, "temperature_high"),
        Field("warranty", f"{_BATTERY}, Annex XIII, 1 (m)", ("brand",)),
        Field("efficiency", f"{_BATTERY}, Annex XIII, 1 (n)", ("manufacturer", "lab")),
        Field("resistance", f"{_BATTERY}, Annex XIII, 1 (o)", ("manufacturer", "lab")),
        Field("compliance", f"{_BATTERY}, Annex XIII, 1 (r)", _MADE, "certificate"),
        Field("end_of_life", f"{_BATTERY}, Annex XIII, 1 (s)", ("brand", "manufacturer")),
    ),
    "food": (
        Field("name", f"{_FOOD}, Art. 9(1)(a)", ("brand",), _NAME),
        Field("ingredients", f"{_FOOD}, Art. 9(1)(b)", ("manufacturer", "supplier")),
        Field("allergens", f"{_FOOD}, Art. 9(1)(c)", ("manufacturer", "lab")),
        Field("ingredient_quantity", f"{_FOOD}, Art. 9(1)(d)", _MADE),
        Field("net_quantity", f"{_FOOD}, Art. 9(1)(e)", ("brand", "manufacturer")),
        Field("durability_date", f"{_FOOD}, Art. 9(1)(f)", _MADE),
        Field("storage", f"{_FOOD}, Art. 9(1)(g)", ("brand", "manufacturer"), "temperature_high"),
        Field("food_operator", f"{_FOOD}, Art. 9(1)(h)", ("brand",)),
        Field("origin", f"{_FOOD}, Art. 9(1)(i)", ("supplier",), "origin_country"),
        Field("use", f"{_FOOD}, Art. 9(1)(j)", ("brand",), "care"),
        Field("alcohol", f"{_FOOD}, Art. 9(1)(k)", ("manufacturer", "lab")),
        Field("nutrition", f"{_FOOD}, Art. 9(1)(l)", ("manufacturer", "lab")),
    ),
    "electronics": (
        Field("restricted_substances", f"{_ROHS}, Art. 4", ("supplier", "lab")),
        Field("compliance", f"{_ROHS}, Art. 13", _MADE, "certificate"),
        Field("manufacturer", f"{_ROHS}, Art. 7 (h)", _MADE),
        Field("importer", f"{_ROHS}, Art. 9 (d)", ("brand",)),
        Field("substances_of_concern", f"{_REACH}, Art. 33", ("supplier", "lab")),
        Field("end_of_life", f"{_WEEE}, Art. 14(2)", ("brand",)),
        Field("treatment", f"{_WEEE}, Art. 15(1)", _MADE),
        *(each for each in GENERAL if each.name in ("name", "commodity_code", "use", "facility")),
    ),
}

# The word that a brand gave as category, to its template; any other word has the general one.
_CATEGORIES = {
    "textile": ("textile", "textiles", "clothing", "apparel", "fashion", "footwear"),
    "battery": ("battery", "batteries"),
    "food": ("food", "drink", "beverage", "tea", "coffee", "oil", "wine"),
    "electronics": ("electronics", "electronic", "device", "appliance"),
}
_OF = {word: template for template, words in _CATEGORIES.items() for word in words}

WRITTEN = frozenset(field.name for fields in TEMPLATES.values() for field in fields if not field.answered_by)
"""The names that a product's details may have."""


def template_of(category: str | None) -> str:
    """The template for a product of this category, as the brand calls it."""
    return _OF.get((category or "").strip().lower(), "general")
