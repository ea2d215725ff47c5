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
