"""DHL Paket: Parcel DE Tracking v0, `d-get-piece-detail` (developer.dhl.com, XML), for parcels of DHL in Germany.

Stamps are local in the German order. The standard event code is the stage, the reason code (ric) the cause; texts
may be German. The same key reads answers of Shipment Tracking - Unified for this division.
"""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from carriers import clock, document, zones
from carriers.adapter import (
    ACCEPTED,
    AT_COUNTER,
    CANCELLED,
    DELIVERED,
    FILLER,
    IN_CUSTOMS,
    LABEL,
    OUT,
    RETURNING,
    SCAN,
    TRIED,
    TROUBLE,
    Asked,
    event,
    weigh,
)
from carriers.adapters import dhl_universal
from carriers.answer import Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.document import Node, found, text
from carriers.event import TrackingEvent, in_order
from carriers.http import Account, Http
from carriers.vocabulary import Reason
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "dhl_parcel_de"
BASE_URL = "https://api-eu.dhl.com"
BATCH = 1
PAUSE_S = 0.5
CREDENTIALS = {
    "client_id": "API key",
    "secret": "API secret",
    "user": "tracking user (zt…)",
    "password": "password of the tracking user",
}
ASKS = ("postal_code",)
TRIAL = "00340434161094022115"
PERSONAL = dhl_universal.PERSONAL | frozenset(
    {
        "@recipient-name",
        "@recipient-street",
        "@recipient-city",
        "@pan-recipient-name",
        "@pan-recipient-street",
        "@pan-recipient-city",
        "@pan-recipient-address",
        "@pan-recipient-postalcode",
        "@shipper-name",
        "@shipper-street",
        "@shipper-city",
        "@shipper-address",
        "@delivery-address",
        "@recipient-id",
        "@recipient-id-text",
        "@routing-code-ean",
        "@image",
    }
)
_NAMES = frozenset({"@recipient-name", "@pan-recipient-name", "@shipper-name", "@recipient-id-text"})

_ERRORS = {
    "0": ErrorKind.CARRIER_ERROR,
    "5": ErrorKind.AUTH_FAILED,
    "100": ErrorKind.NOT_FOUND,
    "102": ErrorKind.BAD_REQUEST,
    "126": ErrorKind.INVALID_NUMBER,
    "127": ErrorKind.INVALID_NUMBER,
}

# standard-event-code: the stage. (Parcel DE Tracking, "ICE event and RIC combinations")
_CODES: dict[str, Reading] = {
    "VA": LABEL,
    "DD": FILLER,  # a message about data or wishes
    "GT": FILLER,  # money of a cash on delivery
    **dict.fromkeys(("AE", "ES"), ACCEPTED),
    **dict.fromkeys(("AA", "EE", "NB", "UM"), SCAN),
    "PO": SCAN,  # at the delivery base
    "ZO": IN_CUSTOMS,
    **dict.fromkeys(("LA", "ZF"), AT_COUNTER),
    "ZN": TRIED,
    "BV": TROUBLE,
    **dict.fromkeys(("RT", "RO"), RETURNING),
    "ZU": DELIVERED,
}
# ice: what happened, where it says more than the stage.
_ICE: dict[str, Reading] = {
    "PREAD": LABEL,
    "CANCL": CANCELLED,
    "SRTED": SCAN,
    "LDTMV": OUT,  # loaded for the last movement; other loadings have the stage AA
    "DLVRD": DELIVERED,
    "DMGDS": replace(TROUBLE, reason=Reason.DAMAGED),
    "DSPSD": replace(TROUBLE, reason=Reason.LOST),
    "CNFSC": replace(TROUBLE, reason=Reason.SECURITY_HOLD),
    "DLVRF": replace(TRIED, reason=Reason.REFUSED),
}
# ric: the cause.
_CAUSES: dict[str, Reason] = {
    **dict.fromkeys(("BDADD", "MOVED", "WRGRI"), Reason.ADDRESS_PROBLEM),
    **dict.fromkeys(("CNCNR", "CNSNH", "NHOME", "CLSED"), Reason.RECIPIENT_ABSENT),
    **dict.fromkeys(("NTORD", "SHNCP", "TRPMT"), Reason.REFUSED),
    "NTCLM": Reason.UNCLAIMED,
    **dict.fromkeys(("DMGED", "DMGPC", "DMPHD", "LDMGD", "PUDMG"), Reason.DAMAGED),
    "LOSTX": Reason.LOST,
    "FRMJR": Reason.WEATHER_FORCE_MAJEURE,
    **dict.fromkeys(("CAPEX", "EQUBF", "STPRB", "MISRT"), Reason.CARRIER_NETWORK),
    "CLREF": Reason.CUSTOMS_PROHIBITED,
    **dict.fromkeys(("MSDOC", "PWMFD"), Reason.CUSTOMS_DOCUMENTS),
    **dict.fromkeys(("GDNMS", "MSLBL", "MSSDT", "UDFPC"), Reason.SENDER_DATA),
    **dict.fromkeys(("FSCCH", "LEGAT"), Reason.SECURITY_HOLD),
}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about one number. Raises CarrierError."""
    user, password = account.more.get("user", ""), account.more.get("password", "")
    where = f" zip-code={quoteattr(asked[0].postal_code)}" if asked[0].postal_code else ""
    question = (
        f'<?xml version="1.0" encoding="UTF-8"?><data appname={quoteattr(user)} password={quoteattr(password)}'
        f' language-code="en" piece-code={quoteattr(asked[0].number)}{where} request="d-get-piece-detail"/>'
    )
    headers = {"authorization": account.basic, "dhl-api-key": account.client_id, "accept": "application/xml"}
    reply = http.request(
        account, "GET", f"/parcel/de/tracking/v0/shipments?xml={quote(question)}", headers=headers
    )
    return parse(reply.body, reply.content_type)


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says. Raises CarrierError when it is no answer of DHL's parcel tracking in Germany."""
    if answer.lstrip()[:1] == b"{":
        return _unified(dhl_universal.parse(answer, content_type))
    top = document.load_either(answer, content_type)
    data = found(top, "data")
    if not data:
        raise CarrierError("this is no answer of DHL's Parcel DE Tracking")
    people = document.names(top, _NAMES)
    parcels = [each for each in data if text(each, "@name") in ("piece-shipment", "pieceshipment")]
    shipments = [found_one for each in parcels if (found_one := _shipment(each, people))]
    errors = [_error(each) for each in data if _refused(each)]
    return Answer(tuple(shipments), tuple(errors if errors or shipments else [_nothing()]), people, answer)


def _unified(answer: Answer) -> Answer:
    """The answer of the other service, told as this carrier's."""
    mine = (
        replace(each, carrier=KEY, events=tuple(replace(event, carrier=KEY) for event in each.events))
        for each in answer.shipments
    )
    return replace(answer, shipments=tuple(mine))


def _nothing() -> AnswerError:
    return AnswerError(ErrorKind.NOT_FOUND, None, None, "DHL has no data of this parcel")


def _refused(data: Node) -> bool:
    """A refusal of the question, or of one parcel inside a list."""
    code = text(data, "@code") or text(data, "@error-status")
    return code not in ("", "0")


def _error(data: Node) -> AnswerError:
    code = text(data, "@code") or text(data, "@error-status")
    message = text(data, "@error") or text(data, "@piece-status-desc") or text(data, "@status")
    number = text(data, "@searched-piece-code") or text(data, "@piece-code") or None
    return AnswerError(kind_of(code, message, _ERRORS), number, code, message)


def _shipment(parcel: Node, people: frozenset[str]) -> TrackedShipment | None:
    number = text(parcel, "@searched-piece-code") or text(parcel, "@piece-code")
    if not number or _refused(parcel):
        return None
    lines = [each for each in found(parcel, "data") if text(each, "@name") == "piece-event"]
    back = text(parcel, "@ruecksendung") == "true"
    events = tuple(in_order(_event(line, number, back) for line in lines or [_newest(parcel)]))
    estimate = clock.read(text(parcel, "@delivery-date"), order="dmy").on
    return TrackedShipment(KEY, number, events, estimate, source=document.cutting(parcel, PERSONAL, people))


def _newest(parcel: Node) -> Node:
    """The status of a parcel as its only line, where the question asked for no more."""
    return {
        **parcel,
        "@event-timestamp": text(parcel, "@status-timestamp") or text(parcel, "@last-event-timestamp"),
        "@event-status": text(parcel, "@status"),
    }


def _event(line: Node, number: str, back: bool) -> TrackingEvent:
    words = text(line, "@event-status") or text(line, "@event-text") or text(line, "@event-short-status")
    country = zones.country_named(text(line, "@event-country"))
    place = document.place(text(line, "@event-location"), "", "", country)
    stamp = clock.read(
        text(line, "@event-timestamp"), zone=zones.zone_of(country or "DE"), how=_how(country), order="dmy"
    )
    code, ice = text(line, "@standard-event-code").upper(), text(line, "@ice").upper()
    reading = _reading(code, ice, text(line, "@ric").upper(), words)
    if (back or text(line, "@ruecksendung") == "true") and reading.status is DELIVERED.status:
        reading = weigh(reading, RETURNING)
    return event(KEY, number, stamp, reading, words, code=ice or code, place=place)


def _how(country: str) -> clock.How:
    return clock.How.FROM_LOCATION if country else clock.How.FROM_CARRIER


def _reading(code: str, ice: str, ric: str, words: str) -> Reading:
    coded = _CODES.get(code)
    if ice == "LDTMV" and code not in ("PO", "", "ZU"):
        ice = ""
    said = _ICE.get(ice)
    if said and (coded is None or coded.status in (SCAN.status, TROUBLE.status, TRIED.status)):
        coded = said
    reading = weigh(coded, classify_abroad(words))
    cause = _CAUSES.get(ric)
    if cause and reading.reason is None and reading.status in (TROUBLE.status, TRIED.status, IN_CUSTOMS.status):
        return replace(reading, reason=cause)
    return reading
