"""Phrasings that sound like something else than they mean. The sentences are ours."""

import pytest

from carriers.vocabulary import Reason, Status
from carriers.wording import classify

COLLECTED = [
    "The customer has collected the parcel from the retail outlet",
    "Picked up by an individual at the post office",
    "Parcel removed from locker",
    "Collected from the customer service point",
]
NOT_COLLECTED = [
    ("Left at the post office to be collected", Status.AVAILABLE_FOR_PICKUP, None),
    ("Last notice: goes back to the sender if not collected within a week", Status.IN_TRANSIT, None),
    ("Final notice, please collect", Status.AVAILABLE_FOR_PICKUP, None),
    ("The parcel has reached the parcel shop", Status.AVAILABLE_FOR_PICKUP, None),
    ("Awaiting consignee pick up", Status.AVAILABLE_FOR_PICKUP, None),
    ("Collected from the sender at the depot", Status.IN_TRANSIT, None),
]
NO_DELIVERY = [
    ("Card left: no secure location", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("Delivery attempted, receiver closed", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("Not delivered, company on holiday", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("No mail box", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("Addressee has gone away", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("Receiver name incorrect", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("More address information is needed", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("Forwarding order expired", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("Missed delivery cycle", Status.EXCEPTION, Reason.CARRIER_NETWORK),
    ("The parcel was missed at our hub", Status.EXCEPTION, Reason.CARRIER_NETWORK),
    ("Possible delay: rerouted after a processing error", Status.EXCEPTION, Reason.CARRIER_NETWORK),
    ("Incorrectly sorted, this may cost a day", Status.EXCEPTION, Reason.CARRIER_NETWORK),
    ("Labour disruption, delivery is delayed", Status.EXCEPTION, Reason.WEATHER_FORCE_MAJEURE),
    ("Emergency conditions beyond the carrier's control", Status.EXCEPTION, Reason.WEATHER_FORCE_MAJEURE),
    ("The goods were discarded", Status.EXCEPTION, Reason.LOST),
    ("Sent to the dead letter office", Status.EXCEPTION, Reason.LOST),
]
AT_THE_BORDER = [
    ("Inbound, out of customs", Status.IN_TRANSIT, None),
    ("The parcel is being cleared by customs", Status.CUSTOMS, None),
    ("Sent for customs review", Status.CUSTOMS, None),
    ("Customs charge raised", Status.CUSTOMS, Reason.CUSTOMS_DUTIES),
    ("Clearance instructions needed from the importer", Status.CUSTOMS, Reason.CUSTOMS_DOCUMENTS),
    ("The commercial invoice is missing", Status.CUSTOMS, Reason.CUSTOMS_DOCUMENTS),
]
BEFORE_AND_AFTER = [
    ("Sender is preparing the item", Status.REGISTERED, None),
    ("Electronic notification received: your order has been processed", Status.REGISTERED, None),
    ("Record created", Status.REGISTERED, None),
    ("Prepared for onward transport", Status.IN_TRANSIT, None),
    ("Parcel handed to the carrier", Status.IN_TRANSIT, None),
    ("Left with the security guard", Status.DELIVERED, None),
    ("On its way to the consignee", Status.OUT_FOR_DELIVERY, None),
    ("Redelivery arranged for Tuesday", Status.IN_TRANSIT, None),
    ("Future delivery requested", Status.IN_TRANSIT, None),
    ("Redirected to a new address", Status.IN_TRANSIT, None),
    ("Arrived at post office", Status.IN_TRANSIT, None),
]


@pytest.mark.parametrize("text", COLLECTED)
def test_what_the_recipient_took_from_a_counter_is_delivered(text: str) -> None:
    assert classify(text).status is Status.DELIVERED


@pytest.mark.parametrize(
    ("text", "status", "reason"), [*NOT_COLLECTED, *NO_DELIVERY, *AT_THE_BORDER, *BEFORE_AND_AFTER]
)
def test_a_line_means_what_it_says_and_not_what_a_word_in_it_sounds_like(
    text: str, status: Status, reason: Reason | None
) -> None:
    reading = classify(text)
    assert (reading.status or Status.IN_TRANSIT, reading.reason) == (status, reason)
