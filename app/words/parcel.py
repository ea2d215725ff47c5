"""The plain words of a parcel: statuses, reasons, legs, what a carrier says and how we know of it."""

from app.texts import marked as _

STATUS = {
    "registered": _("Announced, not handed over yet"),
    "in_transit": _("On its way"),
    "customs": _("At customs"),
    "out_for_delivery": _("Out for delivery"),
    "available_for_pickup": _("Ready to be collected"),
    "attempt_failed": _("Delivery was tried"),
    "exception": _("Something went wrong"),
    "delivered": _("Delivered"),
    "returning": _("On its way back"),
    "returned": _("Back at the sender"),
    "cancelled": _("Cancelled"),
}

REASON = {
    "customs_documents": _("Customs asks for documents"),
    "customs_duties": _("Customs asks for duties to be paid"),
    "customs_inspection": _("Customs is inspecting the parcel"),
    "customs_prohibited": _("Customs does not let the goods in"),
    "address_problem": _("The address is wrong or not complete"),
    "recipient_absent": _("Nobody was there to take it"),
    "refused": _("The parcel was not accepted"),
    "unclaimed": _("The parcel was not collected"),
    "damaged": _("The parcel is damaged"),
    "lost": _("The carrier can't find the parcel"),
    "weather_force_majeure": _("Weather or another event beyond anyone's control"),
    "carrier_network": _("Trouble in the carrier's network"),
    "sender_data": _("The sender's details are wrong"),
    "security_hold": _("Held for a security check"),
    "no_movement": _("No scan for three days"),
}

# Why it is late before a carrier has it.
OWN_REASON = {
    "no_stock": _("Waiting for stock"),
    "not_handed_over": _("Not handed over in the time we promised"),
    "label_only": _("Label made, never handed over"),
}

# What a carrier's line says, by carriers/wording_known; the carrier's own words stand beside it.
LINE = {
    "label": _("The label was made"),
    "neighbour": _("Delivered to a neighbour"),
    "safe_place": _("Left at a safe place"),
    "to_counter": _("Delivered to a parcel shop or locker"),
    "by_air": _("Departed by air"),
    "by_sea": _("Departed by sea"),
    "landed": _("Arrived at the airport or port"),
    "released": _("Released by customs"),
    "handed_on": _("Handed to the next carrier"),
    "left_country": _("Left the country of origin"),
    "came_to_country": _("Arrived in the country of destination"),
    "at_depot": _("Arrived at the delivery depot"),
    "taken": _("The carrier has taken the parcel"),
    "left_site": _("Left a site of the carrier"),
    "at_site": _("Arrived at a site of the carrier"),
    "processed": _("Processed by the carrier"),
    "loaded": _("Loaded for delivery"),
    "clearing": _("Being cleared by customs"),
    "rescheduled": _("A new delivery day was set"),
    "redirected": _("Redirected to another address"),
}

# How we know of an event, for the desk and the record.
EVIDENCE = {
    "signed_callback": _("Told by the carrier, signed"),
    "polled": _("Asked from the carrier"),
    "polled_on_hint": _("Asked from the carrier after an unsigned message"),
    "manual": _("Entered by hand at the desk"),
}

# Why the answers of a carrier are as old as they are, by app/shipping/freshness.
STALE_WHY = {
    "": _("Asked as often as wished."),
    "quota": _("The budget of the day is used up."),
    "retry_after": _("The carrier asked us to wait."),
    "failures": _("The carrier does not answer as it should."),
    "credentials": _("The carrier refuses our credentials."),
    "no_account": _("There is no account with this carrier."),
    "no_adapter": _("Nothing here can ask this carrier. Name another one, or enter by hand what it says."),
    "stretched": _("The budget is spread over the day, so each parcel is asked about less often than wished."),
}

# What a tracking number may be besides a carrier's own, and why we think so; see carriers/numbers.
NUMBER_KIND = {
    "s10": _("International post"),
    "container": _("Shipping container"),
    "air_waybill": _("Air freight"),
    "sscc": _("Logistic unit"),
}

NUMBER_EVIDENCE = {
    "check digit": _("its check digit fits"),
    "prefix": _("its beginning fits"),
    "length": _("only its length fits"),
}

LOOKUP_REFUSED = {
    "nothing": _("Type at least one tracking number."),
    "too_long": _("This is too long for tracking numbers. Type one on each line."),
}

CUSTOMS_ACTOR = {
    "customer": _("The customer must act"),
    "sender": _("The sender must act"),
    "broker": _("The customs broker must act"),
    "customs": _("Customs must decide"),
}

# The same, as the customer reads it.
CUSTOMS_ACTOR_TOLD = {
    "customer": _("It is your turn: customs waits for something from you."),
    "sender": _("It is our turn: we are giving customs what it asks for."),
    "broker": _("It is the customs broker's turn."),
    "customs": _("It is the turn of customs. Nobody else can do anything now."),
}

LEG = {
    "origin": _("In the country it comes from"),
    "sea_haul": _("At sea"),
    "air_haul": _("In the air"),
    "post_export": _("Between two posts"),
    "transit": _("On the way between countries"),
    "customs": _("At customs"),
    "destination": _("In the country it goes to"),
}

SILENCE = {"stuck": _("Stuck"), "expected_gap": _("An expected gap")}

ACCOUNT_REFUSED = {
    "credentials": _("Fill in every credential; the carrier's portal shows them."),
    "base_url": _("An address begins with https://."),
    "daily_quota": _("The limit is a whole number above zero, or empty."),
}

NOT_GIVEN = {
    "postal_code": _("The carrier asks for the recipient's postal code; the order has none."),
    "phone": _("The carrier asks for the recipient's phone number; the order has none."),
}

ASKED_FOR = {
    "postal_code": _("This carrier tells more, or tells anything, only with the recipient's postal code."),
    "phone": _("This carrier may ask for the last four digits of the recipient's phone number."),
}
