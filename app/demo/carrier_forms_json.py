"""Parcels of the demo in the JSON of the vendors but DHL, FedEx and UPS. Texts are ours, keys the vendors'."""

from collections.abc import Sequence

from app.demo.carrier_told import Json, Said, Told, day, iso, naive, utc, words

_NOT_FOUND = "This number is not known here."


def _known(told: Sequence[Told]) -> list[Told]:
    return [each for each in told if each.script]


def _unknown(told: Sequence[Told]) -> list[str]:
    return [each.number for each in told if not each.script]


def gls(told: Sequence[Told]) -> Said:
    """Track and Trace v1."""
    parcels: list[Json] = [
        {
            "requested": each.number,
            "unitno": each.number,
            "events": [
                {
                    "code": line.kind.upper(),
                    "city": line.stop.city,
                    "country": line.stop.country,
                    "description": words(line),
                    "eventDateTime": iso(line),
                }
                for line in reversed(each.lines)
            ],
        }
        for each in _known(told)
    ]
    refused = [
        {"requested": number, "errorCode": "E_404_01", "errorMessage": _NOT_FOUND} for number in _unknown(told)
    ]
    return Said(200, {"parcels": parcels + refused})


_LAPOSTE = {
    "label": "DR1",
    "picked_up": "PC1",
    "customs": "DO1",
    "customs_inspection": "DO3",
    "customs_documents": "DO1",
    "customs_duties": "DO1",
    "customs_released": "DO2",
    "out": "MD2",
    "delivered": "DI1",
}


def laposte(told: Sequence[Told]) -> Said:
    """Suivi v2: an object for one number, a list for several."""
    answers: list[Json] = []
    for each in told:
        if each.script:
            events = [
                {"code": _LAPOSTE.get(line.kind, "ET1"), "label": words(line), "date": iso(line)}
                for line in reversed(each.lines)
            ]
            shipment = {"idShip": each.number, "event": events, "estimDate": day(each.expected)}
            answers.append({"returnCode": 200, "shipment": shipment})
        else:
            answers.append({"returnCode": 404, "returnMessage": _NOT_FOUND, "idShip": each.number})
    return Said(200 if len(answers) > 1 or told[0].script else 404, answers if len(answers) > 1 else answers[0])


def royalmail(told: Sequence[Told]) -> Said:
    """Tracking API v2."""
    each = told[0]
    if not each.script:
        error = {"errorCode": "E1307", "errorDescription": _NOT_FOUND}
        return Said(404, {"httpCode": "404", "httpMessage": "Not Found", "errors": [error]})
    events = [
        {"eventCode": f"EV{line.kind[:3].upper()}", "eventName": words(line), "eventDateTime": iso(line),
         "locationName": line.stop.city}
        for line in reversed(each.lines)
    ]  # fmt: skip
    piece = {"mailPieceId": each.number, "summary": {"oneDBarcode": each.number}, "events": events}
    return Said(200, {"mailPieces": {**piece, "estimatedDelivery": {"date": day(each.expected)}}})


def usps(told: Sequence[Told]) -> Said:
    """Tracking v3."""
    each = told[0]
    if not each.script:
        return Said(404, {"error": {"code": "404", "message": _NOT_FOUND}})
    events = [
        {
            "eventType": words(line),
            "eventTimestamp": naive(line),
            "GMTTimestamp": utc(line),
            "eventCity": line.stop.city.upper(),
            "eventCountry": line.stop.country,
        }
        for line in reversed(each.lines)
    ]
    return Said(
        200,
        {"trackingNumber": each.number, "trackingEvents": events, "expectedDeliveryDate": day(each.expected)},
    )


def australiapost(told: Sequence[Told]) -> Said:
    """Shipping and Tracking."""
    results: list[Json] = [
        {
            "tracking_id": each.number,
            "trackable_items": [
                {
                    "article_id": each.number,
                    "events": [
                        {"location": line.stop.city, "description": words(line), "date": iso(line)}
                        for line in reversed(each.lines)
                    ],
                }
            ],
        }
        for each in _known(told)
    ]
    results += [
        {"tracking_id": number, "errors": [{"code": "ESB-10002", "name": "Not found", "message": _NOT_FOUND}]}
        for number in _unknown(told)
    ]
    return Said(200, {"tracking_results": results})


_EXPRESS = {
    "label": "SM",
    "picked_up": "PU",
    "departed": "DF",
    "arrived": "AF",
    "flown": "DF",
    "customs": "IC",
    "customs_inspection": "UD",
    "customs_documents": "CD",
    "customs_duties": "HP",
    "customs_released": "CR",
    "out": "WC",
    "delivered": "OK",
}


def dhl_express(told: Sequence[Told]) -> Said:
    """MyDHL API."""
    each = told[0]
    if not each.script:
        return Said(404, {"title": "Not Found", "detail": _NOT_FOUND, "message": "Not Found", "status": 404})
    events = [
        {
            "date": f"{line.local:%Y-%m-%d}",
            "time": f"{line.local:%H:%M:%S}",
            "GMTOffset": f"{line.local:%z}"[:3] + ":" + f"{line.local:%z}"[3:],
            "typeCode": _EXPRESS[line.kind],
            "description": words(line),
            "serviceArea": [{"code": line.stop.city[:3].upper(), "description": line.stop.city}],
        }
        for line in each.lines
    ]
    shipment = {"shipmentTrackingNumber": each.number, "status": "Success", "events": events}
    return Said(200, {"shipments": [{**shipment, "estimatedDeliveryDate": day(each.expected)}]})


_COLISSIMO = {
    "label": "COMCFM",
    "picked_up": "PCHCFM",
    "customs": "DOUDOU",
    "customs_inspection": "DOUIDD",
    "customs_documents": "DOUFCM",
    "customs_duties": "DOUDVR",
    "customs_released": "DOULIB",
    "out": "MLVCFM",
    "delivered": "LIVCFM",
}


def colissimo(told: Sequence[Told]) -> Said:
    """tracking-timeline-ws."""
    each = told[0]
    if not each.script:
        return Said(200, {"status": [{"code": "101", "message": _NOT_FOUND}], "parcel": None})
    events = [
        {
            "code": _COLISSIMO.get(line.kind, "AARCFM"),
            "labelLong": words(line),
            "date": iso(line),
            "siteName": line.stop.city,
            "countryCodeISO": line.stop.country,
        }
        for line in reversed(each.lines)
    ]
    parcel = {"parcelNumber": each.number, "event": events, "estimatedDeliveryDate": day(each.expected)}
    return Said(200, {"status": [{"code": "0", "message": "OK"}], "parcel": parcel})


def asendia(told: Sequence[Told]) -> Said:
    """Asendia Sync."""
    each = told[0]
    if not each.script:
        return Said(404, {"title": "Not Found", "status": 404, "detail": _NOT_FOUND})
    events = [
        {
            "id": number,
            "code": line.kind[:4].upper(),
            "time": utc(line),
            "carrierEventDescription": words(line),
            "locationName": line.stop.city,
            "locationCountry": line.stop.country,
        }
        for number, line in enumerate(each.lines)
    ]
    return Said(200, {"trackingNumber": each.number, "trackingEvents": events})


_HERMES = {
    "label": "0000",
    "picked_up": "1900",
    "customs": "1730",
    "customs_inspection": "1730",
    "customs_documents": "1730",
    "customs_duties": "1730",
    "customs_released": "1720",
    "out": "3000",
    "delivered": "3500",
}


def hermes(told: Sequence[Told]) -> Said:
    """Hermes Shipping Interface."""
    parcels: list[Json] = [
        {
            "shipmentID": each.number,
            "result": {"code": "i001", "message": "Success"},
            "deliveryForecast": {"date": day(each.expected)},
            "status": [
                {
                    "timestamp": iso(line),
                    "code": _HERMES.get(line.kind, "1510"),
                    "description": words(line),
                    "scanningUnit": {"city": line.stop.city, "countryCode": line.stop.country},
                }
                for line in reversed(each.lines)
            ],
        }
        for each in _known(told)
    ]
    refused = {"code": "e020", "message": _NOT_FOUND}
    parcels += [{"shipmentID": number, "result": refused, "status": []} for number in _unknown(told)]
    return Said(200, {"shipmentinfo": parcels})


def aramex(told: Sequence[Told]) -> Said:
    """TrackShipments."""
    results = [
        {
            "Key": each.number,
            "Value": [
                {
                    "WaybillNumber": each.number,
                    "UpdateCode": {"delivered": "SH005", "out": "SH003"}.get(line.kind, ""),
                    "UpdateDescription": words(line),
                    "UpdateDateTime": f"/Date({int(line.at.timestamp() * 1000)}{line.local:%z})/",
                    "UpdateLocation": line.stop.city,
                    "Comments": "",
                    "ProblemCode": "",
                }
                for line in reversed(each.lines)
            ],
        }
        for each in _known(told)
    ]
    unknown = _unknown(told)
    return Said(
        200,
        {"Notifications": [], "HasErrors": False, "TrackingResults": results, "NonExistingWaybills": unknown},
    )


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
    accepted = [{"number": each.number, "carrier": 3011, "track_info": _track_info(each)} for each in _known(told)]
    unregistered = {"code": -18019902, "message": "This number is not registered."}
    rejected = [{"number": number, "error": unregistered} for number in _unknown(told)]
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
        for each in _known(told)
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
