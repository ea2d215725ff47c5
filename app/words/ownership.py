"""The plain words of what comes after the sale: ownership, warranty, repair, take-back. No code that decides."""

from app.texts import marked as _

ACT_REFUSED = {
    "mistyped": _("This code cannot be right. Compare every letter; spaces, strokes and capitals do not matter."),
    "unknown_code": _("This code does not open this item. It may have been used, taken back, or be too old."),
    "unknown_item": _("The record knows no such item."),
    "changed": _("Something else happened to this item just now. Open the page again."),
    "claimed": _("This item is claimed. A lost secret is reset at the support desk."),
    "not_claimed": _("Nobody has claimed this item, so there is nothing to reset. Make a claim code."),
    "missing": _("This item is reported missing. Its owner must first say that it is found."),
    "retired": _("This item was handed in and is no longer in use."),
    "not_authorised": _("The brand has not authorised this partner for it."),
    "no_item": _("Only an item with a serial number can be owned. Name one by its link or its label."),
    "fate": _("Say what becomes of the item."),
    "must_sign": _("This brand takes only what you sign, and this form does not sign. Use the API."),
    "secret_taken": _("Open the page of the item again and type the code once more."),
}

FATE = {"reused": _("it will be used again"), "recycled": _("it is recycled")}

TAKEBACK = {"dropoff": _("Bring it to a collection point"), "post": _("Send it by post")}

TOPIC = {
    "care": _("Care"),
    "repair": _("Repair"),
    "recycling": _("Recycling and disposal"),
    "dropoff": _("Take-back: collection points"),
    "post": _("Take-back: by post"),
}

REPAIR = {
    "part": _("a part was replaced"),
    "battery": _("the battery was replaced"),
    "mended": _("it was mended"),
    "adjusted": _("it was adjusted"),
    "cleaned": _("it was cleaned"),
    "inspected": _("it was inspected"),
}

RESET_REASON = {
    "receipt": _("The receipt was shown"),
    "order": _("The order is known here"),
    "warranty_card": _("The warranty card was shown"),
}

STARTS = {"claim": _("from the first claim"), "purchase": _("from the day of purchase")}

UNTIL = {
    "none": _("The brand gives no warranty of its own here."),
    "no_terms": _("Unknown: the brand has stated no terms for this country."),
    "no_purchase": _("Unknown: it counts from the day of purchase, which is not recorded. Keep your receipt."),
    "no_claim": _("Unknown: it counts from the first claim, and there was none."),
}

CODE = {
    "claim": _("claim code"),
    "transfer": _("code for the next owner"),
    "reset": _("code after a reset"),
    "takeback": _("take-back code"),
}

REPAIR_WRONG = {
    "kind": _("Say what was done."),
    "parts": _("Name parts by their identifiers, apart by spaces; 20 at most."),
    "on": _("Say on which day; it must have come."),
    "file_sha256": _("The SHA-256 of a file is 64 hexadecimal digits in lower case."),
}
