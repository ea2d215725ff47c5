"""What the published codes of carriers come to, where the words of a line are in no language that we read."""

import json
from typing import Any

import pytest

from carriers.adapter import adapter, unread
from carriers.event import TrackingEvent
from carriers.vocabulary import Reason, Status

SILENT = "…"  # no word of any language


def only_event(carrier: str, answer: str) -> TrackingEvent:
    (shipment,) = adapter(carrier).parse(answer.encode()).shipments
    (event,) = shipment.events
    return event


def dhl_parcel(stage: str, ice: str, ric: str) -> str:
    line = f'event-timestamp="04.03.2026 10:15" event-status="{SILENT}" event-country="Österreich"'
    return (
        '<data name="piece-shipment-list" code="0"><data name="piece-shipment" piece-code="00340434161094021501">'
        f'<data name="piece-event-list"><data name="piece-event" {line} standard-event-code="{stage}"'
        f' ice="{ice}" ric="{ric}"/></data></data></data>'
    )


PARCEL_DE = [
    ("ZU", "DLVRD", "NGHBR", Status.DELIVERED, None),
    ("ZU", "DLVRD", "ACCDM", Status.DELIVERED, None),
    ("ZU", "DLVRD", "HNDTC", Status.IN_TRANSIT, None),
    ("ZU", "DLVRD", "CUSTM", Status.CUSTOMS, None),
    ("GT", "DLVRD", "CODRP", Status.IN_TRANSIT, None),
    ("ZU", "DSPSD", "NTCLM", Status.EXCEPTION, Reason.LOST),
    ("BV", "DSPSD", "NRQRD", Status.EXCEPTION, Reason.LOST),
    ("LA", "INFCL", "DLVDT", Status.IN_TRANSIT, None),
    ("LA", "INFCL", "SERPT", Status.AVAILABLE_FOR_PICKUP, None),
    ("LA", "HLDCC", "LDPCK", Status.AVAILABLE_FOR_PICKUP, None),
    ("PO", "HLDCC", "SERPT", Status.AVAILABLE_FOR_PICKUP, None),
    ("ZF", "CNRFC", "PCKST", Status.AVAILABLE_FOR_PICKUP, None),
    ("ZF", "LDTMV", "SERPT", Status.IN_TRANSIT, None),
    ("PO", "LDTMV", "MVMTV", Status.OUT_FOR_DELIVERY, None),
    ("AA", "LDTMV", "MVMTV", Status.IN_TRANSIT, None),
    ("ZN", "NTDEL", "CLOSD", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("ZN", "NTDEL", "CPUNK", Status.ATTEMPT_FAILED, Reason.ADDRESS_PROBLEM),
    ("ZN", "NTDEL", "RFUSD", Status.ATTEMPT_FAILED, Reason.REFUSED),
    ("ZN", "NTDEL", "NTCCN", Status.ATTEMPT_FAILED, Reason.UNCLAIMED),
    ("ZN", "NTDEL", "FRMJR", Status.ATTEMPT_FAILED, Reason.WEATHER_FORCE_MAJEURE),
    ("ZN", "DLVRF", "DMGED", Status.ATTEMPT_FAILED, Reason.REFUSED),
    ("ZN", "RETRN", "MOVED", Status.RETURNING, Reason.ADDRESS_PROBLEM),
    ("ZO", "RETRN", "CLREF", Status.RETURNING, Reason.CUSTOMS_PROHIBITED),
    ("BV", "EXPHD", "RTTSP", Status.RETURNING, None),
    ("AA", "OFWRD", "RTSCR", Status.RETURNING, None),
    ("PO", "OFWRD", "RDRCR", Status.IN_TRANSIT, None),
    ("BV", "EXPHD", "LOSTX", Status.EXCEPTION, Reason.LOST),
    ("BV", "EXPHD", "PWMFD", Status.EXCEPTION, Reason.CUSTOMS_DOCUMENTS),
    ("BV", "HLDCU", "NORSN", Status.CUSTOMS, Reason.CUSTOMS_INSPECTION),
    ("ZO", "ICPRC", "NRQRD", Status.CUSTOMS, None),
    ("BV", "MSRTD", "NRQRD", Status.EXCEPTION, Reason.CARRIER_NETWORK),
    ("BV", "MVTEX", "FRMJR", Status.EXCEPTION, Reason.WEATHER_FORCE_MAJEURE),
    ("BV", "DMGDS", "NRQRD", Status.EXCEPTION, Reason.DAMAGED),
    ("BV", "PBNDT", "NDRFC", Status.EXCEPTION, Reason.SENDER_DATA),
    ("VA", "PARCV", "NRQRD", Status.REGISTERED, None),
    ("AN", "NTPUP", "GDNRD", Status.REGISTERED, None),
    ("BV", "CANCL", "NRQRD", Status.CANCELLED, None),
    ("DD", "ADVIS", "DLVDT", Status.IN_TRANSIT, None),
    ("XX", "XXXXX", "XXXXX", Status.IN_TRANSIT, None),
]


@pytest.mark.parametrize(("stage", "ice", "ric", "status", "reason"), PARCEL_DE)
def test_a_german_parcel_by_stage_event_and_cause(
    stage: str, ice: str, ric: str, status: Status, reason: Reason | None
) -> None:
    event = only_event("dhl_parcel_de", dhl_parcel(stage, ice, ric))
    assert (event.status, event.reason) == (status, reason)
    assert event.place
    assert event.place.country == "AT"


HERMES = [
    ("0000", Status.REGISTERED, None),
    ("3000", Status.OUT_FOR_DELIVERY, None),
    ("3430", Status.IN_TRANSIT, None),
    ("3733", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("3752", Status.ATTEMPT_FAILED, None),
    ("4024", Status.EXCEPTION, Reason.SENDER_DATA),
    ("4061", Status.RETURNING, None),
    ("4100", Status.IN_TRANSIT, None),
    ("000000002", Status.REGISTERED, None),
    ("033003009", Status.CUSTOMS, None),
    ("045001008", Status.IN_TRANSIT, None),
    ("050001003", Status.OUT_FOR_DELIVERY, None),
    ("055001005", Status.AVAILABLE_FOR_PICKUP, None),
    ("060002004", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("060012005", Status.EXCEPTION, Reason.UNCLAIMED),
    ("065002005", Status.RETURNING, None),
]


@pytest.mark.parametrize(("code", "status", "reason"), HERMES)
def test_hermes_by_the_short_and_the_long_form_of_its_codes(
    code: str, status: Status, reason: Reason | None
) -> None:
    event = only_event("hermes", _hermes(code))
    assert (event.status, event.reason) == (status, reason)


def test_a_warning_of_hermes_is_no_error() -> None:
    answer: dict[str, Any] = json.loads(_hermes("3000"))
    answer["listOfResultCodes"] = [{"code": "w001", "message": "An old form of the question"}]
    assert adapter("hermes").parse(json.dumps(answer).encode()).errors == ()


def _hermes(code: str) -> str:
    line = {"timestamp": "2026-03-04T10:15:00+0100", "code": code, "description": SILENT}
    return json.dumps({"shipmentinfo": [{"shipmentID": "H1000730000822701019", "status": [line]}]})


def test_a_line_of_which_nothing_is_known_is_told_apart() -> None:
    assert unread(only_event("hermes", _hermes("9999")))
    assert not unread(only_event("hermes", _hermes("3000")))
    assert not unread(only_event("hermes", _hermes("9999").replace(json.dumps(SILENT), '"On its way"')))
