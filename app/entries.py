"""The kinds of entry that the house puts into a brand's log, in one grammar: `source:subject:action`."""

from enum import StrEnum


class EntryType(StrEnum):
    """What an entry records. A name never changes its meaning; add, do not reuse."""

    LOG_OPENED = "ledger:log:opened"
    EVENT_CAPTURED = "epcis:event:captured"
    PRODUCT_DESCRIBED = "provenance:product:described"
    CERTIFICATE_ADDED = "provenance:certificate:added"
    RECALL_OPENED = "provenance:recall:opened"
    RECALL_CLOSED = "provenance:recall:closed"
    ORDER_PLACED = "shipping:order:placed"
    SHIPMENT_CREATED = "shipping:shipment:created"
    PROMISE_MADE = "shipping:promise:made"
    PARCEL_MOVED = "carrier:parcel:moved"
    DEVICE_REGISTERED = "telemetry:device:registered"
    DEVICE_PLACED = "telemetry:device:placed"
    RULE_SET = "telemetry:rule:set"
    WINDOW_SEALED = "telemetry:window:sealed"
    ALARM_OPENED = "telemetry:alarm:opened"
    ALARM_CLOSED = "telemetry:alarm:closed"
    CASE_OPENED = "support:case:opened"
    CASE_CLOSED = "support:case:closed"
    PERSONAL_REVEALED = "support:personal:revealed"
    NOTICE_WRITTEN = "care:notice:written"
    NOTICE_SENT = "care:notice:sent"
    CONSENT_GIVEN = "care:consent:given"
    CONSENT_WITHDRAWN = "care:consent:withdrawn"
    PERSON_ADDED = "brands:person:added"
    KEY_ISSUED = "brands:key:issued"
    KEY_REVOKED = "brands:key:revoked"
