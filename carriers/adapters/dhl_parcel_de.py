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
    DELAY,
    DELIVERED,
    FILLER,
    HANDED_ON,
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
    **dict.fromkeys(("VA", "AN"), LABEL),  # AN: the sender's parcel could not be fetched
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
_NETWORK = replace(TROUBLE, reason=Reason.CARRIER_NETWORK)
# ice: what happened, where it says more than the stage.
_ICE: dict[str, Reading] = {
    **dict.fromkeys(("PARCV", "PREAD", "PURCR", "NTPUP"), LABEL),
    "CANCL": CANCELLED,
    "PCKDU": ACCEPTED,
    **dict.fromkeys(("INFCL", "OFWRD", "RELBL", "SRTED"), SCAN),
    "LDTMV": OUT,  # loaded for the last movement; other loadings have the stage AA
    "DTNPC": DELAY,  # announced, but not arrived
    **dict.fromkeys(("LDEXC", "MSRTD", "MVDEX", "MVTEX", "NTADT"), _NETWORK),
    **dict.fromkeys(("HLDCP", "ICPRC", "ITBAR"), IN_CUSTOMS),
    "HLDCU": replace(IN_CUSTOMS, reason=Reason.CUSTOMS_INSPECTION),
    **dict.fromkeys(("CNRFC", "HLDCC"), AT_COUNTER),
    "DLVRD": DELIVERED,
    **dict.fromkeys(("DMGDS", "REPCK"), replace(TROUBLE, reason=Reason.DAMAGED)),
    "DSPSD": replace(TROUBLE, reason=Reason.LOST),
    "CNFSC": replace(TROUBLE, reason=Reason.SECURITY_HOLD),
    "DLVRF": replace(TRIED, reason=Reason.REFUSED),
    "NTDEL": TRIED,
    "RETRN": RETURNING,
}
_DECIDES = frozenset({"DSPSD", "RETRN"})  # whatever the stage is: a parcel that was destroyed has the stage ZU
_TELLS_ITS_CAUSE = frozenset({"DLVRF", "DSPSD", "CNFSC"})
# ice and ric together, where only both tell what happened.
_BOTH: dict[tuple[str, str], Reading] = {
    ("DLVRD", "HNDTC"): HANDED_ON,
    ("DLVRD", "CUSTM"): IN_CUSTOMS,
    ("MVARR", "NRQRD"): SCAN,
    ("EXPHD", "RTTSP"): RETURNING,
    ("INFCL", "SERPT"): AT_COUNTER,
    ("OFWRD", "RTSCR"): RETURNING,
    ("OFWRD", "RTSSA"): RETURNING,
}
# ric: the cause.
_CAUSES: dict[str, Reason] = {
    **dict.fromkeys(("BDADD", "CPUNK", "MOVED", "WRGPN", "WRGRI"), Reason.ADDRESS_PROBLEM),
    **dict.fromkeys(("CLOSD", "CNCNR", "HLDAY", "NHOME"), Reason.RECIPIENT_ABSENT),
    **dict.fromkeys(("NTORD", "RFUSD", "SHNCP", "TRPMT"), Reason.REFUSED),
    **dict.fromkeys(("NTCCN", "NTCLM"), Reason.UNCLAIMED),
    **dict.fromkeys(("DMGED", "DMGPC", "DMPHD", "LDMGD", "PUDMG"), Reason.DAMAGED),
    "LOSTX": Reason.LOST,
    "FRMJR": Reason.WEATHER_FORCE_MAJEURE,
    **dict.fromkeys(
        ("CAPEX", "CRRCS", "CRRFN", "CRROT", "DRCRU", "EQUBF", "MSDLA", "NPRPF", "NTIHU", "OVRLD", "STPRB"),
        Reason.CARRIER_NETWORK,
    ),
    **dict.fromkeys(("TCATC", "TCHBD", "VHARU", "WRGTR"), Reason.CARRIER_NETWORK),
    "CLREF": Reason.CUSTOMS_PROHIBITED,
    "INSPF": Reason.CUSTOMS_INSPECTION,
    **dict.fromkeys(("MSDOC", "PWMFD"), Reason.CUSTOMS_DOCUMENTS),
    **dict.fromkeys(
        ("GDNMS", "IDDMG", "MSLBL", "MSSDT", "NAGTB", "NDRFC", "PLDMG", "PPQLT", "UDFPC"), Reason.SENDER_DATA
    ),
    **dict.fromkeys(("FSCCH", "INSPT", "LEGAT"), Reason.SECURITY_HOLD),
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
    named = text(line, "@event-country")
    country = zones.country_named(named)
    place = document.place(text(line, "@event-location"), "", "", country)
    stamp = _clock(text(line, "@event-timestamp"), zones.zone_of(country if named else "DE"), _how(country))
    code, ice = text(line, "@standard-event-code").upper(), text(line, "@ice").upper()
    reading = _reading(code, ice, text(line, "@ric").upper(), words)
    if (back or text(line, "@ruecksendung") == "true") and reading.status is DELIVERED.status:
        reading = weigh(reading, RETURNING)
    return event(KEY, number, stamp, reading, words, code=ice or code, place=place)


def _clock(stamp: str, zone: str | None, how: clock.How) -> clock.Clock:
    """In the German order; some lists have it in that of ISO 8601."""
    order = "dmy" if "." in stamp[:3] else "ymd"
    return clock.read(stamp, zone=zone, how=how, order=order)


def _how(country: str) -> clock.How:
    return clock.How.FROM_LOCATION if country else clock.How.FROM_CARRIER


def _reading(code: str, ice: str, ric: str, words: str) -> Reading:
    coded = _stage(code, ice, ric)
    reading = weigh(coded, classify_abroad(words))
    cause = _CAUSES.get(ric)
    told = reading.reason is not None and (ice in _TELLS_ITS_CAUSE or coded is None or coded.reason is None)
    return replace(reading, reason=cause) if cause and not told and reading.status in _HAS_A_CAUSE else reading


_HAS_A_CAUSE = frozenset({TROUBLE.status, TRIED.status, IN_CUSTOMS.status, RETURNING.status})
_MORE_BY_ICE = frozenset({SCAN.status, TROUBLE.status, TRIED.status})


def _stage(code: str, ice: str, ric: str) -> Reading | None:
    """The stage, or what happened where that says more."""
    coded = _CODES.get(code)
    if ice in _DECIDES or (code in ("GT", "DD") and coded):
        return _ICE[ice] if ice in _DECIDES else coded
    if both := _BOTH.get((ice, ric)):
        return both
    if ice == "LDTMV" and code not in ("PO", "", "ZU"):
        return SCAN if code in ("ZF", "LA") else coded
    if ice == "INFCL":  # stored, which is not yet to be fetched
        return SCAN
    said = _ICE.get(ice)
    return said if said and (coded is None or coded.status in _MORE_BY_ICE) else coded
