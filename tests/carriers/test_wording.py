"""What the trade's phrasings mean. The phrasings are ours; each row is one that a customer might read."""

import pytest

from carriers.vocabulary import Reason, Status, SubState
from carriers.wording import classify

SCANS = [
    "Shipment picked up",
    "Origin scan",
    "Arrival scan",
    "Export scan",
    "Received at origin depot",
    "Item handed in at the counter",
    "Dropped off at parcel shop by the sender",
    "Parcel accepted at the post office",
    "We have your parcel in our possession",
    "Departed from facility",
    "Left the sorting centre",
    "Arrived at export hub",
    "Processed through regional facility",
    "Sorted at hub",
    "Loaded on truck",
    "Unloaded from vessel",
    "Container discharged at port",
    "Arrived at destination airport",
    "Received at delivery depot",
    "Forwarded to the delivery branch",
    "Package transferred to destination terminal",
    "Departed outward office of exchange",
    "Handed over to airline",
    "Flight departed",
    "Vessel sailed",
    "Gate out full",
    "Transferred to local post for final delivery",
    "Delivered to partner carrier for last mile",
    "Tendered to postal service",
    "Released by customs",
    "Customs clearance completed",
    "Cleared customs, departed gateway",
    "Clearance processing complete",
    "Missing parcel found",
]
FILLERS = [
    "On its way",
    "Your shipment is on the way to the next location",
    "In transit to next facility",
    "Package is travelling to its destination",
    "Estimated delivery date changed",
    "Scheduled delivery updated",
    "Delivery appointment confirmed",
    "Arriving on time",
    "Delivery is scheduled for Friday",
    "Will be delivered tomorrow",
    "The parcel is expected to arrive at the depot on Monday",
    "SMS notification sent to recipient",
]
REGISTERED = [
    "Label created",
    "Shipment information received",
    "Shipping label printed, not yet handed over to the carrier",
    "Order information has been transmitted to the carrier electronically",
    "Shipper created a label, the carrier has not received the package yet",
    "Pre-advice received",
    "Pickup requested",
    "Awaiting item from sender",
    "The instruction data for this shipment have been provided by the sender electronically",
]
OUT = [
    "Out for delivery",
    "On vehicle for delivery",
    "With delivery courier",
    "Loaded onto the delivery vehicle",
    "Out for delivery today, estimated arrival before 17:00",
    "Parcel is out with the driver for delivery",
]
PICKUP = [
    "Ready for collection at the parcel shop",
    "Available for pickup",
    "Delivered to parcel locker",
    "Delivered to an access point, waiting for the customer to collect",
    "Deposited in locker",
    "Arrived at pickup point",
    "Held at post office for collection",
    "Awaiting collection by recipient",
]
DELIVERED = [
    "Delivered",
    "Delivered, left with neighbour",
    "Delivered to the front door",
    "Signed for by the recipient",
    "Successfully delivered",
    "Delivery completed",
    "Handed to resident",
    "Picked up by the recipient",
    "Proof of delivery received",
]
RETURNING = [
    ("Return to sender initiated", None),
    ("Being returned to the shipper", None),
    ("Shipment on its way back to sender", None),
    ("Refused by recipient; returning to sender", Reason.REFUSED),
    ("Addressee unknown, item is being returned to the sender", Reason.ADDRESS_PROBLEM),
    ("Could not be delivered, returned to sender", None),
    ("Storage period expired, return to sender", Reason.UNCLAIMED),
]
RETURNED = [
    "Delivered to original sender",
    "Return completed",
    "Return parcel delivered to the merchant",
    "Received back by the shipper",
    "Delivered back to sender",
]
TROUBLE = [
    ("Customs clearance", Status.CUSTOMS, None),
    ("Presented to customs", Status.CUSTOMS, None),
    ("Awaiting customs clearance", Status.CUSTOMS, None),
    ("Duties paid, clearance continues", Status.CUSTOMS, None),
    ("Customs clearance delayed: proof of value required", Status.CUSTOMS, Reason.CUSTOMS_DOCUMENTS),
    ("Held in customs, commercial invoice required", Status.CUSTOMS, Reason.CUSTOMS_DOCUMENTS),
    ("Customs is waiting for the importer's tax ID", Status.CUSTOMS, Reason.CUSTOMS_DOCUMENTS),
    ("Held by customs: import licence missing", Status.CUSTOMS, Reason.CUSTOMS_DOCUMENTS),
    ("Customs charges are due", Status.CUSTOMS, Reason.CUSTOMS_DUTIES),
    ("Awaiting payment of duties and taxes", Status.CUSTOMS, Reason.CUSTOMS_DUTIES),
    ("Customs fee not paid yet", Status.CUSTOMS, Reason.CUSTOMS_DUTIES),
    ("Selected for customs examination", Status.CUSTOMS, Reason.CUSTOMS_INSPECTION),
    ("Held by customs", Status.CUSTOMS, Reason.CUSTOMS_INSPECTION),
    ("Detained by customs for further checks", Status.CUSTOMS, Reason.CUSTOMS_INSPECTION),
    ("Import not permitted, goods seized by customs", Status.CUSTOMS, Reason.CUSTOMS_PROHIBITED),
    ("Customs: prohibited article", Status.CUSTOMS, Reason.CUSTOMS_PROHIBITED),
    ("Delivery attempt: nobody at home", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("Customer not available or business closed", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("The receiver was not available, we left a notice", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("No access to delivery location", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("Sorry we missed you", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("Delivery attempted", Status.ATTEMPT_FAILED, None),
    ("The delivery could not be carried out", Status.ATTEMPT_FAILED, None),
    ("Recipient declined the parcel", Status.ATTEMPT_FAILED, Reason.REFUSED),
    ("Not delivered: wrong address", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("Incorrect postal code", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("The recipient has moved", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("An apartment number is needed to complete delivery", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("Parcel was not collected within 14 days", Status.EXCEPTION, Reason.UNCLAIMED),
    ("Damaged in transit, contents leaking", Status.EXCEPTION, Reason.DAMAGED),
    ("Parcel repacked after damage", Status.EXCEPTION, Reason.DAMAGED),
    ("The shipment can't be located, trace started", Status.EXCEPTION, Reason.LOST),
    ("Parcel declared lost", Status.EXCEPTION, Reason.LOST),
    ("Delayed by heavy snow", Status.EXCEPTION, Reason.WEATHER_FORCE_MAJEURE),
    ("Strike at the airport, delivery is delayed", Status.EXCEPTION, Reason.WEATHER_FORCE_MAJEURE),
    ("Delivery date changed because of a hurricane", Status.EXCEPTION, Reason.WEATHER_FORCE_MAJEURE),
    ("Missorted, rerouting to the right facility", Status.EXCEPTION, Reason.CARRIER_NETWORK),
    ("Late because of a vehicle breakdown", Status.EXCEPTION, Reason.CARRIER_NETWORK),
    ("Operational delay", Status.EXCEPTION, Reason.CARRIER_NETWORK),
    ("Flight cancelled", Status.EXCEPTION, Reason.CARRIER_NETWORK),
    ("Delivered to a wrong address", Status.EXCEPTION, Reason.CARRIER_NETWORK),
    ("Barcode unreadable", Status.EXCEPTION, Reason.SENDER_DATA),
    ("Insufficient postage", Status.EXCEPTION, Reason.SENDER_DATA),
    ("Held for security check", Status.EXCEPTION, Reason.SECURITY_HOLD),
    ("Undeclared lithium batteries found", Status.EXCEPTION, Reason.SECURITY_HOLD),
    ("Delay", Status.EXCEPTION, None),
    ("Shipment on hold", Status.EXCEPTION, None),
    ("Shipment cancelled", Status.CANCELLED, None),
    ("Label voided by shipper", Status.CANCELLED, None),
]

MORE = [
    ("Delivered to local carrier", Status.IN_TRANSIT, None),
    ("Delivered to USPS for final delivery", Status.IN_TRANSIT, None),
    ("Delivered to the carrier's partner in the destination country", Status.IN_TRANSIT, None),
    ("Handed over to Deutsche Post", Status.IN_TRANSIT, None),
    ("Transferred to DPD for delivery", Status.IN_TRANSIT, None),
    ("Shipment handed to Royal Mail", Status.IN_TRANSIT, None),
    ("Passed to delivery agent", Status.IN_TRANSIT, None),
    ("Scheduled for delivery today", Status.IN_TRANSIT, None),
    ("Planned departure of vessel", Status.IN_TRANSIT, None),
    ("Estimated arrival at port of Rotterdam", Status.IN_TRANSIT, None),
    ("Vessel departure planned", Status.IN_TRANSIT, None),
    ("Your parcel is being prepared", Status.REGISTERED, None),
    ("Parcel is being prepared by the sender", Status.REGISTERED, None),
    ("Sender has announced the parcel", Status.REGISTERED, None),
    ("Parcel data received, not yet in the network", Status.REGISTERED, None),
    ("Delivered to parcel box", Status.AVAILABLE_FOR_PICKUP, None),
    ("Parcel placed in parcel locker", Status.AVAILABLE_FOR_PICKUP, None),
    ("Waiting at the pickup point", Status.AVAILABLE_FOR_PICKUP, None),
    ("Your parcel can be collected", Status.AVAILABLE_FOR_PICKUP, None),
    ("Parcel collected by recipient from pickup point", Status.DELIVERED, None),
    ("Collected from the parcel shop by the customer", Status.DELIVERED, None),
    ("Left in a safe place", Status.DELIVERED, None),
    ("Delivered to reception", Status.DELIVERED, None),
    ("Parcel handed over to neighbour", Status.DELIVERED, None),
    ("Neighbour accepted the parcel", Status.DELIVERED, None),
    ("POD available", Status.DELIVERED, None),
    ("Delivery attempt failed, customer not at home", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("Unsuccessful delivery attempt - business closed", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("Courier could not gain access", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("No answer at the door, card left", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("Address not found", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("Recipient unknown at this address", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("Incomplete address, please contact us", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("House number does not exist", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("Shipment refused by consignee", Status.ATTEMPT_FAILED, Reason.REFUSED),
    ("Recipient did not want the parcel", Status.ATTEMPT_FAILED, Reason.REFUSED),
    ("Item unclaimed, returning to sender", Status.RETURNING, Reason.UNCLAIMED),
    ("Not picked up within the period, sent back", Status.RETURNING, Reason.UNCLAIMED),
    ("Return shipment in transit", Status.RETURNING, None),
    ("Returned to shipper", Status.RETURNING, None),
    ("Return received by sender", Status.RETURNED, None),
    ("Package returned to sender and delivered", Status.RETURNED, None),
    ("The sender has received the return", Status.RETURNED, None),
    ("Return to sender complete", Status.RETURNED, None),
    ("Parcel back at the sender's warehouse", Status.RETURNED, None),
    ("Broken packaging found during sorting", Status.EXCEPTION, Reason.DAMAGED),
    ("Contents damaged by water", Status.EXCEPTION, Reason.DAMAGED),
    ("Damage report filed", Status.EXCEPTION, Reason.DAMAGED),
    ("Parcel missing after hub inventory", Status.EXCEPTION, Reason.LOST),
    ("Investigation opened: parcel cannot be located", Status.EXCEPTION, Reason.LOST),
    ("Investigation started", Status.EXCEPTION, None),
    ("Parcel found again at hub", Status.IN_TRANSIT, None),
    ("Located at depot, continuing its way", Status.IN_TRANSIT, None),
    ("Flooding in the region, deliveries suspended", Status.EXCEPTION, Reason.WEATHER_FORCE_MAJEURE),
    ("Delay due to national strike", Status.EXCEPTION, Reason.WEATHER_FORCE_MAJEURE),
    ("Airport closed because of snowstorm", Status.EXCEPTION, Reason.WEATHER_FORCE_MAJEURE),
    ("Sorted to the wrong depot", Status.EXCEPTION, Reason.CARRIER_NETWORK),
    ("Parcel was loaded on the wrong truck", Status.EXCEPTION, Reason.CARRIER_NETWORK),
    ("Delayed: capacity shortage", Status.EXCEPTION, Reason.CARRIER_NETWORK),
    ("Truck broke down", Status.EXCEPTION, Reason.CARRIER_NETWORK),
    ("Late flight", Status.EXCEPTION, Reason.CARRIER_NETWORK),
    ("Missed the cut-off at the hub", Status.EXCEPTION, Reason.CARRIER_NETWORK),
    ("Held for aviation security screening", Status.EXCEPTION, Reason.SECURITY_HOLD),
    ("Shipment stopped by security check", Status.EXCEPTION, Reason.SECURITY_HOLD),
    ("Held by authorities for security reasons", Status.EXCEPTION, Reason.SECURITY_HOLD),
    ("Label unreadable, waiting for sender's data", Status.EXCEPTION, Reason.SENDER_DATA),
    ("Declared weight does not match", Status.EXCEPTION, Reason.SENDER_DATA),
    ("Sender data incomplete: phone number missing", Status.EXCEPTION, Reason.SENDER_DATA),
    ("Wrong shipment data transmitted by sender", Status.EXCEPTION, Reason.SENDER_DATA),
    ("Sender must correct the customs declaration", Status.CUSTOMS, Reason.CUSTOMS_DOCUMENTS),
    ("Held at customs: proof of purchase needed", Status.CUSTOMS, Reason.CUSTOMS_DOCUMENTS),
    ("Customs: EORI number required", Status.CUSTOMS, Reason.CUSTOMS_DOCUMENTS),
    ("Customs needs a copy of the recipient's ID", Status.CUSTOMS, Reason.CUSTOMS_DOCUMENTS),
    ("Additional documents requested by customs", Status.CUSTOMS, Reason.CUSTOMS_DOCUMENTS),
    ("Customs duties outstanding", Status.CUSTOMS, Reason.CUSTOMS_DUTIES),
    ("VAT to be paid before release", Status.CUSTOMS, Reason.CUSTOMS_DUTIES),
    ("Waiting for payment of import charges", Status.CUSTOMS, Reason.CUSTOMS_DUTIES),
    ("Import fees unpaid", Status.CUSTOMS, Reason.CUSTOMS_DUTIES),
    ("Under customs examination", Status.CUSTOMS, Reason.CUSTOMS_INSPECTION),
    ("Customs control: physical inspection", Status.CUSTOMS, Reason.CUSTOMS_INSPECTION),
    ("Retained by customs", Status.CUSTOMS, Reason.CUSTOMS_INSPECTION),
    ("Goods not admitted: import prohibited", Status.CUSTOMS, Reason.CUSTOMS_PROHIBITED),
    ("Seized by customs", Status.CUSTOMS, Reason.CUSTOMS_PROHIBITED),
    ("Import refused by customs authority", Status.CUSTOMS, Reason.CUSTOMS_PROHIBITED),
    ("Item contains prohibited goods; import not allowed", Status.CUSTOMS, Reason.CUSTOMS_PROHIBITED),
    ("Clearance completed", Status.IN_TRANSIT, None),
    ("Customs cleared", Status.IN_TRANSIT, None),
    ("Item released from customs", Status.IN_TRANSIT, None),
    ("Left customs", Status.IN_TRANSIT, None),
    ("Import clearance finished, sent to delivery depot", Status.IN_TRANSIT, None),
    ("Customs procedure closed; parcel handed to domestic carrier", Status.IN_TRANSIT, None),
    ("Shipment voided", Status.CANCELLED, None),
    ("Order cancelled before hand-over", Status.CANCELLED, None),
    ("Label has been cancelled", Status.CANCELLED, None),
    ("Parcel is on the way to the depot", Status.IN_TRANSIT, None),
    ("In transit", Status.IN_TRANSIT, None),
    ("Your parcel is in our network", Status.IN_TRANSIT, None),
    ("Delivery expected between 14 and 16", Status.IN_TRANSIT, None),
    ("We will deliver tomorrow", Status.IN_TRANSIT, None),
    ("Delivery moved to Monday at the customer's request", Status.IN_TRANSIT, None),
    ("New delivery date agreed with recipient", Status.IN_TRANSIT, None),
    ("Parcel loaded into delivery van", Status.OUT_FOR_DELIVERY, None),
    ("Courier is on the road with your parcel", Status.OUT_FOR_DELIVERY, None),
    ("On delivery tour", Status.OUT_FOR_DELIVERY, None),
    ("Out for delivery again", Status.OUT_FOR_DELIVERY, None),
    ("The driver is on his way to you", Status.OUT_FOR_DELIVERY, None),
    ("Arrived at destination country", Status.IN_TRANSIT, None),
    ("Departed origin country", Status.IN_TRANSIT, None),
    ("Arrival at outward office of exchange", Status.IN_TRANSIT, None),
    ("Posting / collection", Status.IN_TRANSIT, None),
    ("Item into sorting centre", Status.IN_TRANSIT, None),
    ("Loaded on aircraft", Status.IN_TRANSIT, None),
    ("Uplifted", Status.IN_TRANSIT, None),
    ("Discharged from vessel", Status.IN_TRANSIT, None),
    ("Gate out from terminal", Status.IN_TRANSIT, None),
    ("Transshipment at Singapore", Status.IN_TRANSIT, None),
    ("Rail departure", Status.IN_TRANSIT, None),
    ("Second delivery attempt scheduled", Status.IN_TRANSIT, None),
    ("Held at depot awaiting instructions", Status.EXCEPTION, None),
    ("Stored at depot", Status.IN_TRANSIT, None),
    ("Delivery suspended", Status.EXCEPTION, None),
    ("Final delivery", Status.DELIVERED, None),
    ("Damaged parcel returned to sender", Status.RETURNING, Reason.DAMAGED),
    ("Return to sender due to incorrect address", Status.RETURNING, Reason.ADDRESS_PROBLEM),
]


@pytest.mark.parametrize(("text", "status", "reason"), MORE)
def test_the_same_in_other_words(text: str, status: Status, reason: Reason | None) -> None:
    reading = classify(text)
    assert (reading.status, reading.reason) == (status, reason)


@pytest.mark.parametrize("text", SCANS)
def test_a_scan_is_physical_and_in_transit(text: str) -> None:
    reading = classify(text)
    assert (reading.status, reading.reason, reading.physical) == (Status.IN_TRANSIT, None, True)


@pytest.mark.parametrize("text", FILLERS)
def test_a_plan_or_a_message_is_no_scan(text: str) -> None:
    reading = classify(text)
    assert (reading.status, reading.physical) == (Status.IN_TRANSIT, False)


@pytest.mark.parametrize("text", REGISTERED)
def test_what_is_only_announced_is_registered(text: str) -> None:
    reading = classify(text)
    assert (reading.status, reading.physical) == (Status.REGISTERED, False)


@pytest.mark.parametrize("text", OUT)
def test_out_for_delivery(text: str) -> None:
    assert classify(text).status is Status.OUT_FOR_DELIVERY


@pytest.mark.parametrize("text", PICKUP)
def test_at_a_counter_is_not_delivered(text: str) -> None:
    assert classify(text).status is Status.AVAILABLE_FOR_PICKUP


@pytest.mark.parametrize("text", DELIVERED)
def test_delivered(text: str) -> None:
    reading = classify(text, placed=False)
    assert (reading.status, reading.reason, reading.physical) == (Status.DELIVERED, None, True)


@pytest.mark.parametrize(("text", "reason"), RETURNING)
def test_on_the_way_back_with_its_cause(text: str, reason: Reason | None) -> None:
    reading = classify(text)
    assert (reading.status, reading.reason) == (Status.RETURNING, reason)


@pytest.mark.parametrize("text", RETURNED)
def test_a_delivery_at_the_sender_is_a_return(text: str) -> None:
    assert classify(text).status is Status.RETURNED


@pytest.mark.parametrize(("text", "status", "reason"), TROUBLE)
def test_trouble_and_the_cause_that_is_named(text: str, status: Status, reason: Reason | None) -> None:
    reading = classify(text)
    assert (reading.status, reading.reason) == (status, reason)


def test_a_trouble_without_a_place_is_a_message() -> None:
    assert classify("Customs duties are due", placed=True).physical
    assert not classify("Customs duties are due", placed=False).physical


def test_legs_on_which_nobody_scans_are_told_apart() -> None:
    assert classify("Vessel departed").sub_state is SubState.SEA_HAUL
    assert classify("Departed on flight").sub_state is SubState.AIR_HAUL
    assert classify("Departed from outward office of exchange").sub_state is SubState.POST_EXPORT
    assert classify("Vessel arrived at port").sub_state is SubState.FACILITY


def test_a_postal_code_speaks_where_the_words_are_silent() -> None:
    assert classify("Étape 7", "EMH").status is Status.ATTEMPT_FAILED
    assert classify("Étape 7", "ZZZ").status is None


def test_capitals_accents_and_punctuation_change_nothing() -> None:
    assert classify("OUT-FOR-DELIVERY!!").status is Status.OUT_FOR_DELIVERY
    assert classify("Délivered").status is Status.DELIVERED


@pytest.mark.parametrize("text", ["", " ", "…", "no scheduled " * 5000, "a" * 1_000_000, "(" * 5000])
def test_odd_texts_are_read_in_no_time(text: str) -> None:
    classify(text)
