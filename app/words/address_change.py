"""The plain words of a corrected address on its way to the carrier."""

from app.texts import marked as _

ADDRESS_CHANGE = {
    "corrected": _("The customer corrected the address; the carrier does not know it yet."),
    "sent": _("The carrier was told of the address and has not answered yet."),
    "refused": _("The carrier did not take the address. Ask again, or have the parcel held or returned."),
}

ADDRESS_CHANGE_ACT = {
    "sent": _("I have told the carrier"),
    "accepted": _("The carrier took it"),
    "refused": _("The carrier refused it"),
}
