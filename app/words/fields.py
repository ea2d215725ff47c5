"""The plain words for what the law wants told of a product: fields, templates, who supplies; and the badge's."""

from app.texts import marked as _

# What is said of a lot, in the order of its life.
LOT_DAY = {
    "produced_on": _("Produced on"),
    "packed_on": _("Packed on"),
    "best_before": _("Best before"),
    "expires_on": _("Use by"),
}

LABEL = {
    "name": _("Name of the product"),
    "commodity_code": _("Customs tariff number"),
    "compliance": _("Declaration or certificate of conformity"),
    "use": _("Instructions for use"),
    "manufacturer": _("Manufacturer and address"),
    "facility": _("Place of manufacture"),
    "importer": _("Importer and address"),
    "responsible_operator": _("Responsible company in the EU"),
    "substances_of_concern": _("Substances of concern"),
    "end_of_life": _("Take-back, recycling and disposal"),
    "fibre_composition": _("Fibre composition"),
    "animal_parts": _("Non-textile parts of animal origin"),
    "durability": _("Durability"),
    "recycled_content": _("Recycled content"),
    "weight": _("Weight"),
    "material_composition": _("Materials and chemistry"),
    "carbon_footprint": _("Carbon footprint"),
    "responsible_sourcing": _("Responsible sourcing"),
    "rated_capacity": _("Rated capacity"),
    "voltage": _("Lowest, nominal and highest voltage"),
    "power": _("Original power and its limits"),
    "lifetime": _("Expected lifetime in cycles"),
    "storage_temperature": _("Temperatures it withstands unused"),
    "warranty": _("Warranty"),
    "efficiency": _("Round-trip energy efficiency"),
    "resistance": _("Internal resistance"),
    "ingredients": _("Ingredients"),
    "allergens": _("Allergens"),
    "ingredient_quantity": _("Quantity of named ingredients"),
    "net_quantity": _("Net quantity"),
    "durability_date": _("Best before or use by"),
    "storage": _("Storage conditions"),
    "food_operator": _("Responsible food business and address"),
    "origin": _("Country of origin"),
    "alcohol": _("Alcohol by volume, above 1.2 %"),
    "nutrition": _("Nutrition declaration"),
    "restricted_substances": _("Restricted substances"),
    "treatment": _("Preparing for reuse and treatment"),
}

TEMPLATE = {
    "general": _("Any product"),
    "textile": _("Textile"),
    "battery": _("Battery"),
    "food": _("Food and drink"),
    "electronics": _("Electronics"),
}

SUPPLIER = {
    "brand": _("the brand"),
    "supplier": _("a supplier"),
    "manufacturer": _("the manufacturer"),
    "lab": _("a laboratory"),
}

BADGE = {
    "passport": _("Product passport"),
    "lots": _("Product passport: some lots recalled"),
    "recalled": _("Recalled: see the passport"),
    "none": _("No product passport"),
}
