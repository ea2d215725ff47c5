"""The plain words of suspected copies. To customers they are calm and accuse nobody."""

from app.texts import marked as _

# What the page of an item says, and what to do.
CUSTOMER = {
    "retired": _("This item was recorded as taken out of use."),
    "copied": _("The code of this item may have been copied."),
}

CUSTOMER_MORE = {
    "retired": _("If it is offered to you as new, ask the seller or the brand before you buy or use it."),
    "copied": _(
        "There can be harmless reasons, such as a picture that was shared."
        " Compare the serial number on the product, and tell us below if something looks wrong."
    ),
}

SIGNAL = {
    "unknown": _("A serial that no event names"),
    "retired": _("Opened after it was taken out of use"),
    "replayed": _("Readings of its tag were shown again"),
    "travelled": _("Opened in two countries too far apart for the time between"),
    "unusual": _("Opened far more often than other items of the product"),
    "reported": _("Reported by a reader"),
}

# What a reader may say of where it was bought, and of what seems wrong.
SELLER = {
    "brand": _("From the brand itself"),
    "shop": _("In a shop"),
    "online": _("In an online shop"),
    "marketplace": _("On a marketplace"),
    "person": _("From a private person"),
    "other": _("Somewhere else, or I do not know"),
}

WRONG = {
    "code": _("The code or the serial number"),
    "packaging": _("The packaging or the print"),
    "product": _("The product itself"),
    "price": _("The price or the seller"),
    "other": _("Something else"),
}

PHOTO_REFUSED = {
    "empty": _("The photo is empty. Choose it again."),
    "large": _("The photo is larger than 8 MB. Send a smaller one."),
    "kind": _("This is no photo that we can take. Send a JPEG, PNG or WebP."),
    "broken": _("This photo is damaged or not what it says it is. Take a new one, or send the report without."),
    "huge": _("This photo has more pixels than we can take. Send a smaller one."),
}
