"""Parcels of the demo in the JSON of the aggregators. Texts are ours, keys the vendors'."""

from collections.abc import Sequence

from app.demo.carrier_told import Json, Said, Told, day, iso, naive, utc, words

_NOT_FOUND = "This number is not known here."


_SEVENTEEN = {
    "label": "InfoReceived",
    "picked_up": "InTransit_PickedUp",
    "departed": "InTransit_Departure",
    "arrived": "InTransit_Arrival",
    "flown": "InTransit_Departure",
    "customs": "InTransit_CustomsProcessing",
    "customs_inspection": "InTransit_CustomsProcessing",
    "customs_documents": "InTransit_CustomsRequiringInformation",
    "customs_duties": "InTransit_CustomsRequiringInformation",
    "customs_released": "InTransit_CustomsReleased",
    "out": "OutForDelivery_Other",
    "delivered": "Delivered_Other",
}


def seventeentrack(told: Sequence[Told]) -> Said:
    """Tracking API v2.2; also what it says to a registration."""
    accepted = [
        {"number": each.number, "carrier": 3011, "track_info": _track_info(each)} for each in told if each.script
    ]
    unregistered = {"code": -18019902, "message": "This number is not registered."}
    rejected = [{"number": each.number, "error": unregistered} for each in told if not each.script]
    return Said(200, {"code": 0, "data": {"accepted": accepted, "rejected": rejected}})


def _track_info(each: Told) -> Json:
    events = [
        {
            "time_iso": iso(line),
            "time_utc": utc(line),
            "time_raw": {"date": naive(line)[:10], "time": naive(line)[11:], "timezone": f"{line.local:%z}"},
            "description": words(line),
            "location": line.stop.city,
            "sub_status": _SEVENTEEN[line.kind],
            "address": {"country": line.stop.country, "city": line.stop.city},
        }
        for line in reversed(each.lines)
    ]
    return {
        "time_metrics": {"estimated_delivery_date": {"to": day(each.expected)}},
        "tracking": {"providers": [{"provider": {"key": 3011, "name": "A post"}, "events": events}]},
    }


def aftership(told: Sequence[Told]) -> Said:
    """Tracking API 2024-10; also what it says to a registration."""
    trackings = [
        {
            "tracking_number": each.number,
            "slug": "a-post",
            "courier_estimated_delivery_date": {"estimated_delivery_date": day(each.expected)},
            "checkpoints": [
                {
                    "checkpoint_time": iso(line),
                    "message": words(line),
                    "city": line.stop.city,
                    "country_region": line.stop.country,
                    "tag": _SEVENTEEN[line.kind].partition("_")[0],
                }
                for line in each.lines
            ],
        }
        for each in told
        if each.script
    ]
    return Said(200, {"meta": {"code": 200}, "data": {"trackings": trackings}})


_EASYPOST = {"label": "pre_transit", "out": "out_for_delivery", "delivered": "delivered"}


def easypost(told: Sequence[Told]) -> Said:
    """Trackers."""
    each = told[0]
    if not each.script:
        return Said(422, {"error": {"code": "TRACKER.NOT_FOUND", "message": _NOT_FOUND, "errors": []}})
    details = [
        {
            "object": "TrackingDetail",
            "message": words(line),
            "status": _EASYPOST.get(line.kind, "in_transit"),
            "status_detail": "status_update" if line.kind == "customs" else "arrived_at_facility",
            "datetime": utc(line),
            "tracking_location": {"city": line.stop.city, "country": line.stop.country},
        }
        for line in each.lines
    ]
    tracker = {"object": "Tracker", "tracking_code": each.number, "carrier": "APost", "tracking_details": details}
    return Said(201, {**tracker, "est_delivery_date": day(each.expected)})
