"""Canada Post: Tracking, `GET /vis/track/pin/{pin}/detail` (Canada Post Developer Program, XML).

Date, time and zone stand apart, the zone as the letters that people in Canada use.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from carriers import clock, document, markup, zones
from carriers.adapter import DELIVERED, Asked, event, in_path, weigh
from carriers.answer import Answer, AnswerError, CarrierError, ErrorKind, TrackedShipment, kind_of
from carriers.clock import Clock
from carriers.document import Node, found, nodes, text
from carriers.event import Place, TrackingEvent, in_order
from carriers.http import Account, Http
from carriers.wording import Reading
from carriers.wording_abroad import classify_abroad

KEY = "canadapost"
BASE_URL = "https://soa-gw.canadapost.ca"
BATCH = 1
PAUSE_S = 1.0  # sixty requests a minute
CREDENTIALS = {"client_id": "API key: user name", "secret": "API key: password"}
ASKS = ()
TRIAL = "1371134583769923"
PERSONAL = frozenset(
    {
        "signatory-name",
        "destination-postal-id",
        "mailed-by-customer-number",
        "mailed-on-behalf-of-customer-number",
        "customer-ref-1",
        "customer-ref-2",
    }
)
_NAMES = frozenset({"signatory-name"})

_ERRORS = {
    "E002": ErrorKind.AUTH_FAILED,
    "E004": ErrorKind.BAD_REQUEST,
    "E007": ErrorKind.TOO_MANY,
    "002": ErrorKind.INVALID_NUMBER,
    "004": ErrorKind.NOT_FOUND,
    "Server": ErrorKind.TOO_MANY,  # "Rejected by SLM Monitor"
}
_HOURS = {
    "NST": "-03:30",
    "NDT": "-02:30",
    "AST": "-04:00",
    "ADT": "-03:00",
    "EST": "-05:00",
    "EDT": "-04:00",
    "CST": "-06:00",
    "CDT": "-05:00",
    "MST": "-07:00",
    "MDT": "-06:00",
    "PST": "-08:00",
    "PDT": "-07:00",
    "UTC": "Z",
    "GMT": "Z",
}

# Lines that speak of the signature alone; it was given at the door.
_CODES: dict[str, Reading] = {"20": DELIVERED, "21": DELIVERED}


def track(http: Http, account: Account, asked: Sequence[Asked]) -> Answer:
    """Ask about one number. Raises CarrierError."""
    headers = {
        "authorization": account.basic,
        "accept": "application/vnd.cpc.track-v2+xml",
        "accept-language": "en-CA",
    }
    path = f"/vis/track/pin/{in_path(asked)}/detail"
    reply = http.request(account, "GET", path, headers=headers)
    return parse(reply.body, reply.content_type)


def parse(answer: bytes, content_type: str | None = None) -> Answer:
    """Everything an answer says. Raises CarrierError when it is no answer of this API."""
    top = markup.load(answer, content_type)
    details, messages = found(top, "tracking-detail"), found(top, "message")
    if not details and not messages:
        raise CarrierError("this is no answer of Canada Post's tracking")
    people = document.names(top, _NAMES)
    shipments = (_shipment(each, people) for each in details)
    return Answer(tuple(each for each in shipments if each), tuple(map(_error, messages)), people, answer)


def _error(problem: Node) -> AnswerError:
    code = text(problem, "code") or text(problem) or None
    message = text(problem, "description")
    return AnswerError(kind_of(code, message, _ERRORS), None, code, message)


def _shipment(detail: Node, people: frozenset[str]) -> TrackedShipment | None:
    number = text(detail, "pin")
    if not number:
        return None
    lines = nodes(detail, "significant-events", "occurrence")
    events = tuple(in_order(_event(line, number) for line in lines))
    return TrackedShipment(
        KEY, number, events, _estimate(detail), source=document.cutting(detail, PERSONAL, people)
    )


def _event(line: Node, number: str) -> TrackingEvent:
    words, code = text(line, "event-description"), text(line, "event-identifier")
    place = document.place(text(line, "event-site"), text(line, "event-province"), "", _country(line))
    reading = weigh(_CODES.get(code), classify_abroad(words, placed=place is not None))
    return event(KEY, number, _clock(line, place), reading, words, code=code, place=place)


def _country(line: Node) -> str:
    """Of a scan abroad the province field is empty and the site is the country."""
    return "CA" if text(line, "event-province") else zones.country_named(text(line, "event-site"))


def _clock(line: Node, place: Place | None) -> Clock:
    stamp = f"{text(line, 'event-date')} {text(line, 'event-time')}".strip()
    letters = text(line, "event-time-zone").upper()
    if letters in _HOURS:
        return replace(clock.read(stamp, zone=_HOURS[letters]), text=f"{stamp} {letters}")
    zone = zones.zone_of(place.country, place.region) if place else None
    return replace(clock.read(stamp, zone=zone, how=clock.How.FROM_LOCATION), text=f"{stamp} {letters}".strip())


def _estimate(detail: Node) -> date | None:
    stamps = (text(detail, name) for name in ("changed-expected-date", "expected-delivery-date"))
    return next((on for on in (clock.read(stamp).on for stamp in stamps) if on), None)
