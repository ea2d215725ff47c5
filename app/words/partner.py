"""The plain words of partners' pages and of who told an event. One table for each code; no code that decides."""

from app.texts import marked as _

VOICE = {
    "signed": _("said and signed by %(partner)s"),
    "unchecked": _("signed by %(partner)s; not all of it is here to check"),
    "typed": _("typed in by %(partner)s, not signed"),
    "recorded": _("recorded by %(brand)s for %(partner)s, not signed"),
}

RECEIPT = {
    "accepted": _("Accepted"),
    "integrated": _("In the log"),
    "anchored": _("In the log, and anchored"),
    "damaged": _("Not as it was accepted"),
}

RECEIPT_MORE = {
    "accepted": _("It is stored for good. Its place in the log comes within seconds."),
    "integrated": _("It has its place in the log; nobody can take it out or change it unseen."),
    "anchored": _("A fingerprint of the log over it also stands on a chain."),
    "damaged": _("The log does not hold it any more as it was accepted. Keep your proof and ask the brand."),
}

# What a broker or driver may say on the form: a step of the CBV, the disposition that follows, the words.
SAID = {
    "loading": _("I loaded it"),
    "departing": _("It left"),
    "arriving": _("It arrived"),
    "receiving": _("I received it"),
    "unloading": _("I unloaded it"),
    "holding": _("It is held"),
    "inspecting": _("It was inspected"),
    "accepting": _("I accepted it"),
    "storing": _("I put it into storage"),
    "picking": _("I picked it from stock"),
    "packing": _("I packed it"),
    "unpacking": _("I unpacked it"),
    "shipping": _("I sent it on"),
    "transporting": _("It is on the road"),
    "retail_selling": _("I sold it"),
    "destroying": _("It was destroyed"),
}

STATE = {
    "": _("Nothing special"),
    "in_transit": _("in transit"),
    "in_progress": _("in progress"),
    "damaged": _("damaged"),
    "container_open": _("container open"),
    "mismatch_quantity": _("another amount than stated"),
    "non_conformant": _("does not meet its requirements"),
}

FORM_PROBLEM = {
    "thing": _("This is no number that we know. Scan the code, or type a GTIN, a lot, a serial or an SSCC."),
    "product": _(
        "This names a whole product. Add the lot or the serial number, so that we know which goods you mean."
    ),
    "step": _("Say what happened."),
    "place": _("Choose one of the places."),
    "at": _("Say when it was, as date and time."),
    "future": _("This time has not come yet."),
    "zone": _("Choose the time zone of the place."),
    "note": _("The note is too long; 500 letters are the most."),
    "signature": _("The signature does not fit. Nothing was stored; try again, or send it unsigned."),
    "conflict": _("This was sent before, and it said something else."),
}

KEY_ENDING = {"rotated": _("a newer key took its place"), "revoked": _("revoked")}
