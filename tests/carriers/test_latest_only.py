"""Answers without a history: what the carrier states as the newest is the one event they give."""

import json
from datetime import UTC, date, datetime
from typing import Any

from carriers.adapters import fedex, ups
from carriers.event import TrackingEvent
from carriers.vocabulary import Reason, Status


def fedex_events(**result: Any) -> tuple[TrackingEvent, ...]:
    number = {"trackingNumberInfo": {"trackingNumber": "449044304137821", "trackingNumberUniqueId": "ref"}}
    asked = {"trackingNumber": "449044304137821", "trackResults": [number | result]}
    (shipment,) = fedex.parse(json.dumps({"output": {"completeTrackResults": [asked]}}).encode()).shipments
    return shipment.events


def ups_events(*packages: dict[str, Any]) -> tuple[TrackingEvent, ...]:
    told = {"trackResponse": {"shipment": [{"inquiryNumber": "1Z12345E6605272234", "package": list(packages)}]}}
    (shipment,) = ups.parse(json.dumps(told).encode()).shipments
    return shipment.events


def latest(code: str, words: str, **more: Any) -> dict[str, Any]:
    where = {"city": "SEATTLE", "stateOrProvinceCode": "WA", "countryCode": "US"}
    return {"code": code, "derivedCode": code, "description": words, "scanLocation": where, **more}


def test_fedex_that_states_only_the_latest_status_gives_an_event_of_it() -> None:
    (event,) = fedex_events(latestStatusDetail=latest("IT", "In transit"))
    assert (event.status, event.code, event.description) == (Status.IN_TRANSIT, "IT", "In transit")
    assert event.place
    assert (event.place.city, event.place.country, event.carrier_ref) == ("SEATTLE", "US", "ref")
    assert (event.occurred_utc, event.occurred_on) == (None, None)  # it states no time, and none is made up


def test_fedex_that_only_says_delivered_is_believed_with_the_time_of_the_delivery() -> None:
    times = [
        {"type": "ACTUAL_PICKUP", "dateTime": "2026-03-02T00:00:00-06:00"},
        {"type": "ACTUAL_DELIVERY", "dateTime": "2026-03-05T12:41:57-05:00"},
    ]
    (event,) = fedex_events(latestStatusDetail=latest("DL", "Delivered"), dateAndTimes=times)
    assert (event.status, event.occurred_utc) == (Status.DELIVERED, datetime(2026, 3, 5, 17, 41, 57, tzinfo=UTC))


def test_the_midnight_with_which_fedex_fills_a_date_is_no_clock() -> None:
    times = [{"type": "ACTUAL_PICKUP", "dateTime": "2026-03-02T00:00:00-06:00"}]
    (event,) = fedex_events(latestStatusDetail=latest("PU", "Picked up"), dateAndTimes=times)
    assert (event.occurred_utc, event.occurred_on) == (None, date(2026, 3, 2))


def test_the_latest_status_of_fedex_keeps_its_cause() -> None:
    why = [{"reasonDescription": "Customer not available or business closed"}]
    (event,) = fedex_events(latestStatusDetail=latest("DE", "Delivery exception", ancillaryDetails=why))
    assert (event.status, event.remark) == (Status.ATTEMPT_FAILED, "Customer not available or business closed")
    snow = {"type": "WEATHER", "subType": "SNOW", "status": "DELAYED"}
    (event,) = fedex_events(latestStatusDetail=latest("DY", "Delay", delayDetail=snow))
    assert event.reason is Reason.WEATHER_FORCE_MAJEURE


def test_scans_of_fedex_stand_alone_where_there_are_any() -> None:
    scan = {"eventType": "PU", "eventDescription": "Picked up", "date": "2026-03-02T10:00:00-06:00"}
    (event,) = fedex_events(latestStatusDetail=latest("IT", "In transit"), scanEvents=[scan])
    assert event.code == "PU"


def test_a_latest_status_that_says_nothing_gives_no_event() -> None:
    assert fedex_events(latestStatusDetail={}) == ()
    assert ups_events({"trackingNumber": "1Z12345E6605272234", "currentStatus": {}}) == ()


def test_ups_that_states_only_the_current_status_gives_an_event_of_it() -> None:
    status = {"code": "OT", "statusCode": "021", "type": "O", "description": "Out For Delivery Today"}
    (event,) = ups_events({"currentStatus": status})
    assert (event.status, event.code, event.occurred_utc) == (Status.OUT_FOR_DELIVERY, "OT", None)


def test_ups_that_only_says_delivered_is_believed_with_the_time_of_the_delivery() -> None:
    status = {"code": "FS", "type": "D", "description": "DELIVERED"}
    times = {
        "deliveryDate": [{"type": "SDD", "date": "20260304"}, {"type": "DEL", "date": "20260305"}],
        "deliveryTime": {"type": "DEL", "endTime": "124157"},
    }
    (event,) = ups_events({"currentStatus": status, **times})
    assert event.status is Status.DELIVERED
    assert event.occurred_local == datetime(2026, 3, 5, 12, 41, 57)  # by the clock there


def test_the_simplified_words_of_ups_serve_where_it_has_no_others() -> None:
    (event,) = ups_events({"currentStatus": {"simplifiedTextDescription": "Delivered"}})
    assert (event.status, event.description) == (Status.DELIVERED, "Delivered")


def test_each_package_of_ups_that_has_no_history_gives_its_own_event() -> None:
    on_its_way = {"code": "DP", "type": "I", "description": "Departed from Facility"}
    done = {"code": "FS", "type": "D", "description": "DELIVERED"}
    events = ups_events(
        {"trackingNumber": "1Z12345E6605272234", "currentStatus": on_its_way},
        {"trackingNumber": "1Z12345E6605272243", "currentStatus": done},
    )
    assert {(event.piece, event.status) for event in events} == {
        ("1Z12345E6605272234", Status.IN_TRANSIT),
        ("1Z12345E6605272243", Status.DELIVERED),
    }
