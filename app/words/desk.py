"""The plain words of the support desk: cases, claims, proposals, and why something is shown."""

from app.texts import marked as _

PROPOSAL_CAUSE = {
    "loss": _("The carrier has lost it"),
    "damage": _("The carrier reports damage"),
    "spoilage": _("The goods are spoilt"),
    "shock": _("A shock has damaged it"),
}

PROPOSAL_CHOICE = {
    "open": _("Nobody has chosen yet"),
    "resend": _("Send again"),
    "refund": _("Pay back"),
    "wait": _("Wait"),
}

CLAIM_KIND = {"loss": _("Loss"), "damage": _("Damage"), "late": _("Lateness")}

CLAIM_STATE = {
    "draft": _("Draft"),
    "sent": _("Sent to the carrier"),
    "accepted": _("Accepted"),
    "refused": _("Refused"),
    "withdrawn": _("Withdrawn"),
}

CASE_KIND = {
    "bounce": _("A mail came back"),
    "no_movement": _("No scan for three days"),
    "promise_passed": _("The promise has passed"),
    "no_stock": _("Waiting for stock"),
    "not_handed_over": _("Not handed over in the time we promised"),
    "label_only": _("Label made, never handed over"),
    "exception": _("The carrier reports trouble"),
    "customs": _("Held at customs"),
    "excursion": _("Out of its band"),
    "silence": _("A sensor is silent"),
    "proposal": _("Goods to be made good"),
    "documents": _("Documents for customs have come"),
    "address": _("The customer spoke of the address"),
    "band": _("Fewer deliveries in time than usual"),
    "budget": _("The budget for compensation is spent"),
    "recall": _("Recall"),
    "expiring": _("A certificate runs out"),
    "unchecked": _("A partner packed or sent what lacks a check"),
    "log": _("The check of the log failed"),
    "counterfeit": _("A suspected copy"),
    "webhook": _("An endpoint does not answer"),
    "shop": _("A shop's orders do not come in"),
    "drift": _("Predictions no longer come true"),
}

CASE_NEXT = {
    "bounce": _("Ask the customer for another address; a phone number may stand beside the order."),
    "no_movement": _("Ask the carrier for a trace; start a claim if there is no answer."),
    "promise_passed": _("Ask the carrier for a new date and offer compensation."),
    "no_stock": _("Order the goods, or offer another product or a refund."),
    "not_handed_over": _("Find the order in the warehouse and hand it over today."),
    "label_only": _("Look for the parcel at the dock; ask the carrier whether it was collected."),
    "exception": _("Read what the carrier says and answer it."),
    "customs": _("Send what customs asks for, or tell the customer what to send."),
    "excursion": _("Decide with quality whether the goods may be used."),
    "silence": _("Ask the warehouse to look at the sensor and its power."),
    "proposal": _("Choose: send again, pay back, or wait."),
    "documents": _("Read them and send them to the carrier or to customs."),
    "address": _("Tell the carrier what the customer said about the address."),
    "band": _("Ask the carrier what happened, and look at each shipment below."),
    "budget": _("Raise the budget with a new rule, or let it rest."),
    "recall": _("Follow the recall plan; every customer concerned has a notice."),
    "expiring": _("Ask its issuer for a new one and add it under Quality."),
    "unchecked": _("Hold the goods, then have the check made or call them back."),
    "log": _("Have the whole log audited and find out who could write to the database."),
    "counterfeit": _(
        "Compare where it was opened with where it was last handed over; ask the reader for a photo."
    ),
    "shop": _("Look at the shop under Connections: its secret, its key, or a call that could not be read."),
    "drift": _("Plain averages are told meanwhile. Ask what has changed on the way."),
    "webhook": _("Ask who runs the endpoint to mend it, then switch it on again under Connections."),
}

REVEAL_REASON = {
    "customer_called": _("The customer called or wrote"),
    "delivery_help": _("The carrier needs an answer"),
    "claim": _("A claim or a compensation"),
    "recall": _("A recall"),
    "legal_request": _("A request by law"),
    "other": _("Another reason"),
}
