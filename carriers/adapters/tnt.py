"""TNT: ExpressConnect Tracking 3.1, `POST /expressconnect/track.do` (TNT Express, XML).

Date and time are local to a depot that is named in words; no zone is told. The summary code is newer than no line.
"""

from collections.abc import Sequence
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from carriers import clock, document, markup, zones
from carriers.adapter import ACCEPTED, DELIVERED, LABEL, OUT, SCAN, Asked, event, weigh
from carriers.answer import Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.document import Node, found, nodes, text
from carriers.event import TrackingEvent, in_order
from carriers.http import Account, Http
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "tnt"
BASE_URL = "https://express.tnt.com"
BATCH = 10
PAUSE_S = 0.5
CREDENTIALS = {"client_id": "ExpressConnect user name", "secret": "password"}
ASKS = ()
TRIAL = "987654320"
PERSONAL = frozenset(
    {"Signatory", "CustomerReference", "Addresses", "Account", "TermsOfPaymentAccount", "SenderAccount", "POD"}
)
_NAMES = frozenset({"Signatory", "Name"})

_ERRORS = {"CNF": ErrorKind.NOT_FOUND, "1": ErrorKind.BAD_REQUEST}

# StatusCode, where the words are short.
_CODES: dict[str, Reading] = {
    "CRF": LABEL,
    "CI": ACCEPTED,
    **dict.fromkeys(("AR", "AS", "DA", "IR", "OS", "TR"), SCAN),
    "OD": OUT,
    "OK": DELIVERED,
}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about up to ten numbers. Raises CarrierError."""
    numbers = "".join(f"<ConsignmentNumber>{escape(each.number)}</ConsignmentNumber>" for each in asked)
    question = (
        '<?xml version="1.0" encoding="UTF-8"?><TrackRequest locale="en_US" version="3.1">'
        f'<SearchCriteria marketType="INTERNATIONAL" originCountry="GB">{numbers}</SearchCriteria>'
        '<LevelOfDetail><Complete originAddress="false" destinationAddress="false"/></LevelOfDetail>'
        "</TrackRequest>"
    )
    headers = {"authorization": account.basic, "content-type": "application/x-www-form-urlencoded"}
    body = urlencode({"xml_in": question}).encode()
    reply = http.request(account, "POST", "/expressconnect/track.do", headers=headers, body=body)
    return parse(reply.body, reply.content_type)


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says. Raises CarrierError when it is no answer of ExpressConnect."""
    top = markup.load(answer, content_type)
    parcels = found(top, "Consignment")
    problems = found(top, "Error", "parse_error", "runtime_error")
    if not parcels and not problems and "TrackResponse" not in top:
        raise CarrierError("this is no answer of TNT's ExpressConnect Tracking")
    people = document.names(top, _NAMES)
    errors = [_error(each) for problem in problems for each in _told(problem)]
    errors += [_unknown(each) for each in parcels if not _known(each)]
    if not parcels and not problems:
        errors.append(AnswerError(ErrorKind.NOT_FOUND, None, None, "TNT has no data of this consignment"))
    shipments = tuple(_shipment(each, people) for each in parcels if _known(each))
    return Answer(shipments, tuple(errors), people, answer)


def _known(parcel: Node) -> bool:
    """A public answer may hold no line and yet know the consignment."""
    return bool(nodes(parcel, "StatusData")) or text(parcel, "SummaryCode") not in ("", "CNF")


def _told(problem: Node) -> list[Node]:
    """One error may hold several codes, each with its message behind it."""
    codes, messages = problem.get("Code"), problem.get("Message")
    if not isinstance(codes, list) or not isinstance(messages, list):
        return [problem]
    return [{"Code": code, "Message": message} for code, message in zip(codes, messages, strict=False)]


def _error(problem: Node) -> AnswerError:
    code = text(problem, "Code") or text(problem, "error_code") or None
    message = text(problem, "Message") or text(problem, "error_reason") or text(problem, "error_message")
    return AnswerError(kind_of(code, message, _ERRORS), text(problem, "ConsignmentNumber") or None, code, message)


def _unknown(parcel: Node) -> AnswerError:
    code = text(parcel, "SummaryCode") or "CNF"
    number = text(parcel, "ConsignmentNumber") or None
    return AnswerError(_ERRORS.get(code, ErrorKind.NOT_FOUND), number, code, "TNT has no data of this consignment")


def _shipment(parcel: Node, people: frozenset[str]) -> TrackedShipment:
    number = text(parcel, "ConsignmentNumber")
    events = tuple(in_order(_event(line, number) for line in nodes(parcel, "StatusData")))
    estimate = clock.read(text(parcel, "ShipmentSummary", "DueDate")).on
    return TrackedShipment(KEY, number, events, estimate, source=document.cutting(parcel, PERSONAL, people))


def _event(line: Node, number: str) -> TrackingEvent:
    words, code = text(line, "StatusDescription"), text(line, "StatusCode").upper()
    country = zones.country_named(text(line, "DepotCountryName")) or text(line, "DepotCountryCode")
    place = document.place(text(line, "DepotName") or text(line, "Depot"), "", "", country)
    stamp = clock.read(
        f"{text(line, 'LocalEventDate')} {text(line, 'LocalEventTime')}".strip(),
        zone=zones.zone_of(country),
        how=clock.How.FROM_LOCATION,
    )
    reading = weigh(_CODES.get(code), classify_abroad(words, placed=place is not None))
    return event(KEY, number, stamp, reading, words, code=code, place=place)
