"""The plain words of what a customer is told, and of what the customer can do."""

from app.texts import marked as _

# What happened, as a notice says it. Never a cause that no event states.
HAPPENED = {
    "customs_documents": _("Customs holds your parcel because documents are missing."),
    "customs_duties": _("Customs holds your parcel until duties are paid."),
    "customs_inspection": _("Customs has chosen your parcel for an inspection."),
    "customs_prohibited": _("Customs did not let your parcel into the country."),
    "address_problem": _("The carrier could not deliver because the address is wrong or not complete."),
    "recipient_absent": _("The carrier tried to deliver and met nobody."),
    "refused": _("The carrier reports that the parcel was not accepted at the door."),
    "unclaimed": _("The parcel was not collected in time."),
    "damaged": _("The carrier reports that your parcel was damaged."),
    "lost": _("The carrier can't find your parcel."),
    "weather_force_majeure": _("The carrier reports weather or another event beyond anyone's control."),
    "carrier_network": _("The carrier reports trouble in its own network."),
    "sender_data": _("The carrier stopped your parcel because details that we gave were wrong."),
    "security_hold": _("The carrier holds your parcel for a security check."),
    "no_movement": _("Your parcel has not been scanned for three days."),
    "no_stock": _("What you ordered is not in stock at the moment."),
    "not_handed_over": _("We have not handed your parcel to the carrier in the time that we promised."),
    "label_only": _("The label of your parcel is made, but the carrier has not received the parcel from us."),
    "delivered_late": _("Your parcel arrived later than we promised."),
    "spoilt": _("Your goods were spoilt on the way."),
    "hit": _("Your parcel was hit hard on the way, and we have confirmed damage."),
    "promise_passed": _("Your parcel did not arrive in the time that we promised."),
    "unknown": _("Your parcel is late. We do not know the reason yet."),
    "too_high": _("A sensor on the way measured a value above the upper limit. We are checking what it means."),
    "too_low": _("A sensor on the way measured a value below the lower limit. We are checking what it means."),
    "recall": _("The product is called back."),
    "over": _("What we wrote about last time is over."),
}

# An excursion in words.
MEASURED = {
    "too_high": _("On the way a sensor measured %(peak)s; the upper limit is %(limit)s. It began on %(moment)s."),
    "too_low": _("On the way a sensor measured %(peak)s; the lower limit is %(limit)s. It began on %(moment)s."),
}

# What a proposal's cause is called to the customer, by HAPPENED.
PROPOSAL_HAPPENED = {"loss": "lost", "damage": "damaged", "spoilage": "spoilt", "shock": "hit"}

COMPENSATION_KIND = {"code": _("a code for the next order"), "credit": _("a credit to the account")}

LINK_PURPOSE = {"documents": _("Send documents"), "address": _("Confirm or correct the address")}

DOCUMENT_REFUSED = {
    "none": _("Choose at least one file."),
    "many": _("These are too many files; 5 are the most."),
    "empty": _("One of the files is empty."),
    "large": _("One of the files is larger than 5 MB."),
    "kind": _("One of the files is no PDF, JPEG or PNG."),
}

# Which act a reason leaves to the customer.
ACTION_FOR = {
    "no_stock": "we_send",
    "not_handed_over": "we_send",
    "label_only": "we_send",
    "customs_documents": "send_documents",
    "customs_duties": "pay_duties",
    "address_problem": "correct_address",
    "recipient_absent": "choose_delivery",
    "refused": "choose_delivery",
    "unclaimed": "collect",
    "customs_prohibited": "we_replace",
    "damaged": "we_replace",
    "lost": "we_replace",
}

ACTION = {
    "nothing": _("You need to do nothing. We are asking the carrier."),
    "we_send": _("You need to do nothing. We are working on sending it."),
    "send_documents": _("Send us the documents by the link in our email, and the parcel moves on."),
    "pay_duties": _("Pay the duties at the link that the carrier sends you, then the parcel moves on."),
    "correct_address": _("Confirm or correct the address by the link in our email."),
    "choose_delivery": _("Choose a new day or a pick-up point with the carrier."),
    "collect": _("Collect the parcel soon, or it goes back to us."),
    "we_replace": _("You need to do nothing. We will offer you a new item or your money back."),
    "wait_for_check": _("Please do not use the product until we have written to you again."),
    "follow_recall": _("Please do not use the product. Follow the advice above."),
}

NOTICE_KIND = {
    "delay": _("A delay"),
    "compensation": _("A broken promise and what it gives"),
    "update": _("Where it stands, nothing new"),
    "excursion": _("Too warm, too cold or shaken"),
    "recall": _("A recall"),
    "amends": _("Sent again, or the money back"),
    "page": _("The page of an order"),
    "marketing": _("An offer"),
}

# What a place in a brand's text stands for.
PLACE = {
    "happened": _("what happened"),
    "arrival": _("when it arrives"),
    "action": _("what the customer can do"),
    "next": _("when you write next"),
    "more": _("what is paid at the door, and the compensation"),
    "number": _("the order's number"),
    "brand": _("your name"),
}
