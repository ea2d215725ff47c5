"""The plain words for our codes: statuses, reasons, steps, kinds. One table for each; no code that decides."""

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

# The forms of an identifier on the tools page.
FORM = {
    "link": _("GS1 Digital Link"),
    "page": _("Its page here"),
    "brackets": _("Element string, as printed"),
    "scan": _("Element string, as scanned"),
    "urn": _("EPC"),
    "tag": _("RFID tag"),
    "hex": _("RFID memory"),
}

# What the tap of an NFC tag is worth, and what that means.
TAP = {
    "genuine": _("This tag is genuine."),
    "replayed": _("This link was opened before."),
    "wrong": _("This tag is not genuine."),
    "unknown": _("We can't check this tag."),
}
TAP_MORE = {
    "genuine": _("It holds the brand's keys, and this reading was never shown before."),
    "replayed": _("Hold your phone to the tag once more. If this stays, the tag or the link may be a copy."),
    "wrong": _(
        "It does not hold the brand's keys, or it belongs to another item."
        " Ask the shop before you use the product."
    ),
    "unknown": _("The brand has not registered it. The record below is checked as always."),
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

DOCUMENT_REFUSED = {
    "none": _("Choose at least one file."),
    "many": _("These are too many files; 5 are the most."),
    "empty": _("One of the files is empty."),
    "large": _("One of the files is larger than 5 MB."),
    "kind": _("One of the files is no PDF, JPEG or PNG."),
}

RULE_REFUSED = {
    "kind": _("Choose what is given."),
    "amount": _("The amount must be more than nothing."),
    "budget": _("The budget must be enough for one."),
    "currency": _("A currency is three capital letters, such as EUR."),
    "days": _("The days must be whole numbers: late from 1 to 365, good for 1 to 1825."),
    "last_day": _("The window ends before it begins; exchange the two numbers."),
}

COMPENSATION_KIND = {"code": _("a code for the next order"), "credit": _("a credit to the account")}

LINK_PURPOSE = {"documents": _("Send documents"), "address": _("Confirm or correct the address")}

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

STEP = {
    "accepting": _("Accepted"),
    "arriving": _("Arrived"),
    "assembling": _("Assembled"),
    "collecting": _("Collected for return or disposal"),
    "commissioning": _("Made and given its identity"),
    "consigning": _("Consigned to the next owner"),
    "creating_class_instance": _("A new lot was made"),
    "cycle_counting": _("Counted in stock"),
    "decommissioning": _("Its identity was retired"),
    "departing": _("Departed"),
    "destroying": _("Destroyed"),
    "disassembling": _("Taken apart"),
    "dispensing": _("Dispensed"),
    "encoding": _("Its tag was written"),
    "entering_exiting": _("Passed a gate"),
    "holding": _("Held back"),
    "inspecting": _("Inspected"),
    "installing": _("Installed"),
    "killing": _("Its tag was switched off"),
    "loading": _("Loaded"),
    "other": _("Another step"),
    "packing": _("Packed"),
    "picking": _("Picked from stock"),
    "receiving": _("Received"),
    "removing": _("Removed from where it was installed"),
    "repackaging": _("Packed anew"),
    "repairing": _("Repaired"),
    "replacing": _("Replaced"),
    "reserving": _("Reserved"),
    "retail_selling": _("Sold in a shop"),
    "sampling": _("A sample was taken"),
    "sensor_reporting": _("A sensor reported"),
    "shipping": _("Shipped"),
    "staging_outbound": _("Made ready to leave"),
    "stock_taking": _("Stock was taken"),
    "stocking": _("Put on the shelf"),
    "storing": _("Put into storage"),
    "transporting": _("Transported"),
    "unloading": _("Unloaded"),
    "unpacking": _("Unpacked"),
    "void_shipping": _("A shipping was taken back"),
}

DISPOSITION = {
    "active": _("in use"),
    "available": _("available"),
    "completeness_inferred": _("taken to be complete"),
    "completeness_verified": _("checked as complete"),
    "conformant": _("meets its requirements"),
    "container_closed": _("container closed"),
    "container_open": _("container open"),
    "damaged": _("damaged"),
    "destroyed": _("destroyed"),
    "dispensed": _("dispensed"),
    "disposed": _("disposed of"),
    "encoded": _("tag written"),
    "expired": _("expired"),
    "in_progress": _("in progress"),
    "in_transit": _("in transit"),
    "inactive": _("not in use"),
    "mismatch_class": _("another product than stated"),
    "mismatch_instance": _("another item than stated"),
    "mismatch_quantity": _("another amount than stated"),
    "needs_replacement": _("needs to be replaced"),
    "no_pedigree_match": _("its history does not match"),
    "non_conformant": _("does not meet its requirements"),
    "non_sellable_other": _("not for sale"),
    "partially_dispensed": _("dispensed in part"),
    "recalled": _("recalled"),
    "reserved": _("reserved"),
    "retail_sold": _("sold"),
    "returned": _("returned"),
    "sellable_accessible": _("for sale, on the shelf"),
    "sellable_not_accessible": _("for sale, in the store room"),
    "stolen": _("stolen"),
    "unavailable": _("not available"),
    "unknown": _("not known"),
}

ACTION_OF_EVENT = {"ADD": _("Recorded as new"), "OBSERVE": _("Seen"), "DELETE": _("Recorded as ended")}

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
    "log": _("The check of the log failed"),
    "webhook": _("An endpoint does not answer"),
    "shop": _("A shop's orders do not come in"),
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
    "log": _("Have the whole log audited and find out who could write to the database."),
    "shop": _("Look at the shop under Connections: its secret, its key, or a call that could not be read."),
    "webhook": _("Ask who runs the endpoint to mend it, then switch it on again under Connections."),
}

SHOP_SECRET = {
    "shopify.webhook_secret": _("Client secret of your Shopify app"),
    "shopify.token": _("Admin API access token"),
    "woocommerce.webhook_secret": _("Secret of the webhook; left empty, we make one"),
    "woocommerce.key": _("Consumer key"),
    "woocommerce.secret": _("Consumer secret"),
}

SHOP_REFUSED = {
    "kind": _("Choose one of the shops in the list."),
    "name": _("Give it a name of 1 to 80 characters."),
    "url": _("This is no address of a shop."),
    "webhook_secret": _("The secret that signs the webhooks is missing."),
    "token": _("The key of the shop is not complete."),
    "key": _("The key of the shop is not complete."),
    "secret": _("The key of the shop is not complete."),
}

TOPIC = {
    "shipping": _("Orders, shipments and promises"),
    "carrier": _("Where parcels are"),
    "care": _("Notices to customers"),
    "support": _("Cases of the support desk"),
    "telemetry": _("Sensors and alarms"),
    "provenance": _("Products, certificates and recalls"),
    "epcis": _("Events of goods"),
}

TRIAL = {
    "": _("The account works: the carrier answers it."),
    "credential": _("The carrier refuses the credentials. Compare them with those of the carrier's portal."),
    "scope": _("The carrier knows the account, but does not let it track. Ask for its tracking product."),
    "quota": _("The quota is used up. Wait, or ask the carrier for more."),
    "address": _("The address of the carrier's API is wrong or can't be called from here."),
    "silence": _("The carrier does not answer. Try again later."),
    "carrier": _("The carrier answers, but with a failure of its own. Try again later."),
    "busy": _("Another account is being tried. Try again in a minute."),
}

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

ENDPOINT_STATE = {"on": _("On"), "off": _("Off"), "failing": _("Does not answer")}

ENDPOINT_REFUSED = {
    "name": _("Give it a name of 1 to 80 characters."),
    "url": _("This address can't be used. It must begin with https:// and lead to a public server."),
    "topics": _("Choose what it hears of from the list."),
}

DELIVERY_STATE = {
    "queued": _("waits for the one before"),
    "waiting": _("on its way"),
    "again": _("will be tried again"),
    "sent": _("arrived"),
    "dead": _("given up"),
}

DEVICE = {
    "ok": _("In order"),
    "alarm": _("Alarm"),
    "silent": _("Silent"),
    "waiting": _("Waiting for its first reading"),
    "retired": _("Retired"),
}

ALARM = {
    "above": _("Above the limit"),
    "below": _("Below the limit"),
    "band": _("Outside the range"),
    "silence": _("Silent"),
}

REVEAL_REASON = {
    "customer_called": _("The customer called or wrote"),
    "delivery_help": _("The carrier needs an answer"),
    "claim": _("A claim or a compensation"),
    "recall": _("A recall"),
    "legal_request": _("A request by law"),
    "other": _("Another reason"),
}

ERASURE_REASON = {
    "asked": _("The customer asked for it"),
    "consent_withdrawn": _("The customer withdrew consent"),
    "no_longer_needed": _("The data is not needed any more"),
    "unlawful": _("The data should never have been kept"),
    "ordered_by_law": _("The law demands it"),
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

TROUBLE = {
    "missing_column": _("this column is missing"),
    "no_csv": _("this is no table; save it as CSV in UTF-8"),
    "too_long": _("this is too long"),
    "twice": _("this row stands there twice"),
    "country": _("write a country as two letters, such as DE"),
    "whole_number": _("write a whole number"),
    "empty": _("this must not be empty"),
    "amount": _("write an amount such as 12.50"),
    "currency": _("write a currency as three letters, such as EUR"),
    "before": _("the end stands before the beginning"),
    "kind": _("write weather, strike, closure or rule_change"),
    "nowhere": _("name a country or a carrier"),
    "https": _("write an address that begins with https://"),
    "day": _("write a day such as 2026-03-31"),
    "no_file": _("choose a file"),
}

DISRUPTION = {
    "weather": _("Weather"),
    "strike": _("Strike"),
    "closure": _("Closure"),
    "rule_change": _("Change of rules"),
}

DISRUPTION_SOURCE = {"person": _("told by a person"), "csv": _("from a table"), "cap": _("from an alert feed")}

ADVICE = {
    "keeps": _("keeps the promised day"),
    "misses": _("may come after the promised day"),
    "disrupted": _("something is announced on its way"),
    "cheapest": _("the cheapest"),
    "fastest": _("the fastest"),
    "customs": _("often lies long at customs"),
    "stated_only": _("only the carrier's own days are known"),
}

BASIS = {
    "lane": _("from deliveries on this route"),
    "lane_layer": _("from deliveries on this route"),
    "averages": _("estimate based on averages"),
    "table": _("from the carrier's stated days"),
    "band": _("usual across borders; this route has too few deliveries"),
    "longer_than_seen": _("it takes longer than any delivery before it"),
}

PREDICTION_RULE = {
    "exception": _("The carrier reports trouble."),
    "no_movement": _("No scan for 72 hours."),
    "customs_long": _("At customs for longer than usual."),
    "past_promise": _("It will probably miss the promised day."),
    "disruption": _("A disruption is announced on its way."),
}

STAGE = {
    "handling": _("Until hand-over"),
    "transit": _("On the way"),
    "customs": _("Customs"),
    "delivery": _("To the door"),
}

SWITCH = {
    "predictions": _("Predictions"),
    "notices": _("Notices to customers"),
    "compensation": _("Compensation"),
}

SWITCH_OFF = {
    "predictions": _("No prediction is made or shown; promises and carriers' own days stay."),
    "notices": _("Nothing is sent. What would be sent waits at the desk until a person releases it."),
    "compensation": _("No code and no credit is given; a broken promise still opens its case."),
}

SWITCH_REASON = {
    "incident": _("Something is going wrong right now"),
    "wrong_figures": _("The figures are wrong"),
    "wrong_texts": _("The texts are wrong"),
    "budget": _("The budget is used up"),
    "maintenance": _("Work on the service"),
    "mended": _("It is mended"),
    "other": _("Another reason"),
}

ROLE = {
    "owner": _("Brand owner"),
    "warehouse": _("Warehouse"),
    "support": _("Support"),
    "auditor": _("Auditor"),
    "partner": _("Partner"),
}

CHECK = {
    "unchanged": _("Unchanged"),
    "included": _("Included"),
    "signed": _("Signed"),
    "anchored": _("Anchored"),
}

# By `{check}.{state}`; a passport may name a finer text, such as `anchored.demo`.
CHECK_STATE = {
    "unchanged.ok": _("Every entry shown here is byte for byte what was written."),
    "unchanged.bad": _("An entry is not what was written: somebody changed it afterwards."),
    "unchanged.unknown": _("There is no entry to check yet."),
    "unchanged.pending": _("The entries are being written."),
    "included.ok": _("Every entry is part of the log, at its own place."),
    "included.bad": _("An entry is not where the log says it should be."),
    "included.unknown": _("There is no entry to look for yet."),
    "included.pending": _("The newest entries get their place in the log in a moment."),
    "signed.ok": _("The log's state is signed with the brand's key."),
    "signed.bad": _("The signature does not fit the log's state."),
    "signed.unknown": _("There is no signed state yet."),
    "signed.pending": _("The next signed state is a moment away."),
    "anchored.ok": _("A fingerprint of the log stands on a public chain and can't be taken back."),
    "anchored.safe": _("A fingerprint of the log stands on a chain, where hardly anybody can take it back."),
    "anchored.mined": _("A fingerprint of the log stands on a chain, in a block that could still be replaced."),
    "anchored.file": _(
        "A fingerprint of the log stands in a file that the brand publishes. Compare it with another copy."
    ),
    "anchored.bad": _("The fingerprint on the chain does not fit the log."),
    "anchored.unknown": _("No fingerprint has been put on a chain. The other three lines hold without it."),
    "anchored.pending": _("A fingerprint is on its way to the chain and not final yet."),
    "anchored.demo": _(
        "A fingerprint stands on the demo's own chain. This shows how it works and is no evidence."
    ),
}

# The state of an anchor, by ledger.anchor_state.
ANCHOR = {
    "prepared": _("prepared"),
    "sent": _("sent"),
    "mined": _("in a block"),
    "safe": _("safe"),
    "final": _("final"),
    "lost": _("lost"),
}

LEVEL = {
    "product": _("Product"),
    "lot": _("Lot"),
    "item": _("Item"),
    "unit": _("Logistic unit"),
    "location": _("Place"),
    "party": _("Company"),
    "asset": _("Asset"),
    "consignment": _("Consignment"),
    "document": _("Document"),
    "service": _("Service"),
    "other": _("Record"),
}

PROBLEM = {
    "bad-request": _("This address can't be read"),
    "not-authenticated": _("Please log in"),
    "not-allowed": _("You may not open this"),
    "stale-form": _("The form is too old"),
    "cross-site": _("The form came from another site"),
    "not-found": _("There is nothing here"),
    "invalid": _("A value is refused"),
    "too-many-attempts": _("Too many attempts"),
    "unavailable": _("Not available at the moment"),
    "internal": _("Something went wrong on our side"),
}

PROBLEM_MEND = {
    "bad-request": _("Check the code or the address and try again."),
    "not-authenticated": _("You need to log in for this page."),
    "not-allowed": _("Ask the owner of the brand for this role."),
    "stale-form": _("Open the page again and send the form once more."),
    "cross-site": _("Send the form from our own page."),
    "not-found": _("Check the address. It may be mistyped, or the page is gone."),
    "invalid": _("Go back, mend the field and send it again."),
    "too-many-attempts": _("Wait a while, then try again."),
    "unavailable": _("Try again in a moment. Nothing was lost."),
    "internal": _("Try again in a moment. If it stays, tell us the time."),
}
