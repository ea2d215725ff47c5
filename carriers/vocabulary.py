"""The words of the trade: 11 statuses, 15 reasons, and what can be said more exactly. No rule lives here."""

from enum import StrEnum


class Status(StrEnum):
    """Where a parcel stands. "Unknown" is no status: it means that there is no event yet."""

    REGISTERED = "registered"
    IN_TRANSIT = "in_transit"
    CUSTOMS = "customs"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    ATTEMPT_FAILED = "attempt_failed"
    EXCEPTION = "exception"
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class Reason(StrEnum):
    """Why it stands there. Only an event names a cause; `no_movement` is ours, from the 72-hour clock."""

    CUSTOMS_DOCUMENTS = "customs_documents"
    CUSTOMS_DUTIES = "customs_duties"
    CUSTOMS_INSPECTION = "customs_inspection"
    CUSTOMS_PROHIBITED = "customs_prohibited"
    ADDRESS_PROBLEM = "address_problem"
    RECIPIENT_ABSENT = "recipient_absent"
    REFUSED = "refused"
    UNCLAIMED = "unclaimed"
    DAMAGED = "damaged"
    LOST = "lost"
    WEATHER_FORCE_MAJEURE = "weather_force_majeure"
    CARRIER_NETWORK = "carrier_network"
    SENDER_DATA = "sender_data"
    SECURITY_HOLD = "security_hold"
    NO_MOVEMENT = "no_movement"


class SubState(StrEnum):
    """More about a status, where an event says it."""

    ACCEPTED = "accepted"
    FACILITY = "facility"
    HANDOFF = "handoff"
    AIR_HAUL = "air_haul"
    SEA_HAUL = "sea_haul"
    POST_EXPORT = "post_export"
    CUSTOMS_RELEASED = "customs_released"


class Evidence(StrEnum):
    """How we know of an event, kept in its entry. An unsigned callback is never evidence, only a reason to ask."""

    SIGNED_CALLBACK = "signed_callback"
    POLLED = "polled"
    POLLED_ON_HINT = "polled_on_hint"  # asked because a callback that anybody could have sent said so
    MANUAL = "manual"  # a person at the desk heard it from the carrier


# What is over for the customer, one way or the other.
SETTLED = frozenset({Status.DELIVERED, Status.RETURNED, Status.CANCELLED})
