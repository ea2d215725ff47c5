"""Purolator: Tracking Service 1.2, `TrackPackagesByPin` (SOAP, Purolator E-Ship web services).

Date and time are local to a depot, "NAME, PROVINCE"; no zone is told. The kind of a scan is its type.
"""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from carriers import clock, document, markup, zones
from carriers.adapter import ACCEPTED, DELIVERED, OUT, TROUBLE, Asked, event, weigh
from carriers.answer import Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.document import Node, found, node, nodes, text
from carriers.event import Place, TrackingEvent, in_order
from carriers.http import Account, Http
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "purolator"
BASE_URL = "https://webservices.purolator.com"
BATCH = 10
PAUSE_S = 0.5
CREDENTIALS = {"client_id": "production key", "secret": "key password"}
ASKS = ()
TRIAL = "329022537841"
PERSONAL = frozenset(
    {"DeliverySignature", "SignatureImage", "DeliveryAddress", "DeliveryCompanyName", "ScanDetails"}
)
_NAMES = frozenset({"DeliverySignature"})

# ScanType; an "Other" says what it is in its words alone.
_TYPES: dict[str, Reading] = {
    "proofofpickup": ACCEPTED,
    "ondelivery": OUT,
    "delivery": DELIVERED,
    "undeliverable": TROUBLE,
}
_PROVINCES = {"PQ": "QC", "NF": "NL"}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about up to ten numbers. Raises CarrierError."""
    pins = "".join(f"<v:PIN><v:Value>{escape(each.number)}</v:Value></v:PIN>" for each in asked)
    question = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:v="http://purolator.com/pws/datatypes/v1"><s:Header><v:RequestContext><v:Version>1.2</v:Version>'
        "<v:Language>en</v:Language><v:GroupID>1</v:GroupID><v:RequestReference>track</v:RequestReference>"
        "</v:RequestContext></s:Header><s:Body><v:TrackPackagesByPinRequest>"
        f"<v:PINs>{pins}</v:PINs></v:TrackPackagesByPinRequest></s:Body></s:Envelope>"
    )
    headers = {
        "authorization": account.basic,
        "content-type": "text/xml; charset=utf-8",
        "accept": "text/xml",
        "soapaction": "http://purolator.com/pws/service/v1/TrackPackagesByPin",
    }
    path = "/PWS/V1/Tracking/TrackingService.asmx"
    reply = http.request(account, "POST", path, headers=headers, body=question.encode(), soap=True)
    return parse(reply.body, reply.content_type)


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says. Raises CarrierError when it is no answer of this service."""
    top = markup.body(markup.load(answer, content_type))
    people = document.names(top, _NAMES)
    if faults := nodes(top, "Fault"):
        return Answer((), tuple(map(_fault, faults)), people, answer)
    told = found(top, "TrackingInformation")
    problems = [each for each in found(top, "Error") if text(each, "Code") or text(each, "Description")]
    if not told and not problems and not found(top, "ResponseInformation"):
        raise CarrierError("this is no answer of Purolator's tracking")
    shipments = tuple(_shipment(each, people) for each in told if nodes(each, "Scans", "Scan"))
    errors = [_error(each) for each in problems]
    errors += [_unknown(each) for each in told if not nodes(each, "Scans", "Scan")]
    if not shipments and not errors:
        errors = [_unknown({})]
    return Answer(shipments, tuple(errors), people, answer)


def _fault(fault: Node) -> AnswerError:
    detail = next(iter(found(fault, "ValidationDetail")), {})
    code = text(detail, "Key") or text(fault, "faultcode") or None
    message = text(detail, "Message") or text(fault, "faultstring")
    return AnswerError(kind_of(None, message, {}), None, code, message)


def _error(problem: Node) -> AnswerError:
    code, message = text(problem, "Code") or None, text(problem, "Description")
    told = f"{message} {text(problem, 'AdditionalInformation')}"
    return AnswerError(kind_of(None, told, {}), None, code, message)


def _unknown(told: Node) -> AnswerError:
    number = text(told, "PIN", "Value") or None
    return AnswerError(ErrorKind.NOT_FOUND, number, None, "Purolator has no scans of this parcel")


def _shipment(told: Node, people: frozenset[str]) -> TrackedShipment:
    scans = nodes(told, "Scans", "Scan")
    number = text(told, "PIN", "Value") or text(scans[0], "PIN", "Value")
    events = tuple(in_order(_event(scan, number) for scan in scans))
    return TrackedShipment(KEY, number, events, source=document.cutting(told, PERSONAL, people))


def _event(scan: Node, number: str) -> TrackingEvent:
    words, place = text(scan, "Description"), _place(text(scan, "Depot", "Name"))
    zone = zones.zone_of(place.country, place.region) if place else None
    stamp = clock.read(
        f"{text(scan, 'ScanDate')} {text(scan, 'ScanTime')}".strip(), zone=zone, how=clock.How.FROM_LOCATION
    )
    why = text(node(scan, "ScanDetails"), "Reason") or text(node(scan, "ScanDetails"), "DeliveryInstruction")
    told = classify_abroad(f"{words}. {why}" if why else words, placed=place is not None)
    kind = (text(scan, "ScanType") or text(scan, "@type").removesuffix("Scan")).lower()
    return event(
        KEY, number, stamp, weigh(_TYPES.get(kind), told), words, remark=text(scan, "Comment"), place=place
    )


def _place(words: str) -> Place | None:
    """`MONTREAL SORT CTR/CTR TRI, PQ`."""
    town, _, province = words.rpartition(",")
    province = province.strip().upper()
    if not town or len(province) != 2:
        return document.place(words, "", "", "")
    return document.place(town, _PROVINCES.get(province, province), "", "CA")
