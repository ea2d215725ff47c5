"""Parcels of the demo in the XML of the vendors who speak it. All texts are ours; elements are the vendors'."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from app.demo.carrier_script import Line
from app.demo.carrier_told import Said, Told, day, iso, words

_NOT_FOUND = "This number is not known here."
_SOAP = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{}</s:Body></s:Envelope>'


def _tag(name: str, text: str | None) -> str:
    return f"<{name}>{escape(text or '')}</{name}>"


def soap(inside: str) -> str:
    """An envelope around it."""
    return _SOAP.format(inside)


def canadapost(told: Sequence[Told]) -> Said:
    """Tracking detail; the zone is UTC's, as nobody in Canada needs others here."""
    each = told[0]
    if not each.script:
        message = _tag("code", "004") + _tag("description", "No history of this number")
        return Said(
            404, f'<messages xmlns="http://www.canadapost.ca/ws/messages"><message>{message}</message></messages>'
        )
    events = "".join(_occurrence(line) for line in reversed(each.lines))
    head = _tag("pin", each.number) + _tag("expected-delivery-date", day(each.expected))
    return Said(
        200,
        f'<tracking-detail xmlns="http://www.canadapost.ca/ws/track-v2">{head}'
        f"<significant-events>{events}</significant-events></tracking-detail>",
    )


def _occurrence(line: Line) -> str:
    parts = {
        "event-identifier": "0",
        "event-date": f"{line.at:%Y-%m-%d}",
        "event-time": f"{line.at:%H:%M:%S}",
        "event-time-zone": "UTC",
        "event-description": words(line),
        "event-site": line.stop.city,
    }
    return f"<occurrence>{''.join(_tag(name, text) for name, text in parts.items())}</occurrence>"


def dpd(told: Sequence[Told]) -> Said:
    """ParcelLifeCycleService; the number is not repeated."""
    each = told[0]
    lines = "".join(_status_info(line) for line in each.lines)
    result = f"<trackingresult><shipmentInfo><status>SHIPMENT</status></shipmentInfo>{lines}</trackingresult>"
    space = "http://dpd.com/common/service/types/ParcelLifeCycleService/2.0"
    return Said(200, soap(f'<t:getTrackingDataResponse xmlns:t="{space}">{result}</t:getTrackingDataResponse>'))


def _status_info(line: Line) -> str:
    status = {"label": "SHIPMENT", "out": "COURIER", "delivered": "DELIVERED"}.get(line.kind, "BETWEEN_DEPOTS")
    hour = int(f"{line.local:%I}")
    stamp = f"{line.local.month}/{line.local.day}/{line.local.year} {hour}:{line.local:%M:%S %p}"
    return (
        f"<statusInfo>{_tag('status', status)}<label>{_tag('content', status)}</label>"
        f"<description><content>{_tag('content', words(line))}</content></description>"
        "<statusHasBeenReached>true</statusHasBeenReached>"
        f"<location>{_tag('content', f'{line.stop.city} ({line.stop.country})')}</location>"
        f"<date>{_tag('content', stamp)}</date></statusInfo>"
    )


def dpd_login(token: str) -> str:
    """What LoginService says to good credentials."""
    return soap(f"<getAuthResponse><return>{_tag('authToken', token)}</return></getAuthResponse>")


def dpd_refusal() -> str:
    """A fault about credentials."""
    fault = _tag("errorCode", "LOGIN_5") + _tag("errorMessage", "These credentials are not known here.")
    return soap(
        "<s:Fault><faultcode>s:Server</faultcode><faultstring>Refused</faultstring><detail>"
        f"<authenticationFault>{fault}</authenticationFault></detail></s:Fault>"
    )


_PAKET = {
    "label": ("VA", "PREAD"),
    "picked_up": ("AE", "PCKDU"),
    "departed": ("AA", "LDTMV"),
    "arrived": ("EE", "ULFMV"),
    "flown": ("AA", "LDTMV"),
    "customs_released": ("NB", "SRTED"),
    "out": ("PO", "LDTMV"),
    "delivered": ("ZU", "DLVRD"),
}


def dhl_parcel_de(told: Sequence[Told]) -> Said:
    """Parcel DE Tracking v0."""
    each = told[0]
    if not each.script:
        return Said(200, '<data name="piece-shipment-list" request-id="1" code="100" error="No data found"/>')
    lines = "".join(_piece_event(line) for line in each.lines)
    number = quoteattr(each.number)
    return Said(
        200,
        '<data name="piece-shipment-list" request-id="1" code="0">'
        f'<data name="piece-shipment" error-status="0" piece-code={number} searched-piece-code={number}>'
        f'<data name="piece-event-list">{lines}</data></data></data>',
    )


def _piece_event(line: Line) -> str:
    code, ice = _PAKET.get(line.kind, ("ZO", "CUSTM"))
    facts = {
        "event-timestamp": f"{line.local:%d.%m.%Y %H:%M}",
        "event-status": words(line),
        "event-location": line.stop.city,
        "event-country": {"DE": "Germany", "GB": "United Kingdom", "IE": "Ireland"}.get(line.stop.country, ""),
        "standard-event-code": code,
        "ice": ice,
        "ruecksendung": "false",
    }
    said = "".join(f" {name}={quoteattr(text)}" for name, text in facts.items())
    return f'<data name="piece-event"{said}/>'


def chronopost(told: Sequence[Told]) -> Said:
    """trackSkybillV2."""
    each = told[0]
    if not each.script:
        inside = _tag("errorCode", "3") + _tag("errorMessage", _NOT_FOUND)
    else:
        events = "".join(
            f"<events>{_tag('code', '')}{_tag('eventDate', iso(line))}{_tag('eventLabel', words(line))}"
            f"{_tag('officeLabel', line.stop.city)}</events>"
            for line in each.lines
        )
        number = _tag("skybillNumber", each.number)
        inside = f"<errorCode>0</errorCode><listEventInfoComp>{events}{number}</listEventInfoComp>"
    return Said(200, soap(f"<trackSkybillV2Response><return>{inside}</return></trackSkybillV2Response>"))


def bpost(told: Sequence[Told]) -> Said:
    """trackingInfo."""
    each = told[0]
    if not each.script:
        inside = _tag("code", "404") + _tag("message", _NOT_FOUND)
        return Said(404, f"<businessException>{inside}</businessException>")
    lines = "".join(
        f"<stateInfo>{_tag('time', iso(line))}{_tag('location', line.stop.city)}{_tag('stateCode', '1')}"
        f"{_tag('stateDescription', words(line))}</stateInfo>"
        for line in each.lines
    )
    space = "http://schema.post.be/tracking/v1/"
    return Said(200, f'<itemTracking xmlns="{space}">{_tag("itemCode", each.number)}{lines}</itemTracking>')


def tnt(told: Sequence[Told]) -> Said:
    """ExpressConnect Tracking."""
    return Said(200, f"<TrackResponse>{''.join(_consignment(each) for each in told)}</TrackResponse>")


def _consignment(each: Told) -> str:
    if not each.script:
        return f"<Consignment>{_tag('ConsignmentNumber', each.number)}<SummaryCode>CNF</SummaryCode></Consignment>"
    lines = "".join(
        f"<StatusData>{_tag('StatusCode', {'delivered': 'OK', 'out': 'OD'}.get(line.kind, ''))}"
        f"{_tag('StatusDescription', words(line))}"
        f'<LocalEventDate format="YYYYMMDD">{line.local:%Y%m%d}</LocalEventDate>'
        f'<LocalEventTime format="HHMM">{line.local:%H%M}</LocalEventTime>{_tag("DepotName", line.stop.city)}'
        "</StatusData>"
        for line in reversed(each.lines)
    )
    return f"<Consignment>{_tag('ConsignmentNumber', each.number)}{lines}</Consignment>"


_PUROLATOR = {"picked_up": "ProofOfPickUp", "out": "OnDelivery", "delivered": "Delivery"}


def purolator(told: Sequence[Told]) -> Said:
    """TrackPackagesByPin."""
    parcels = "".join(
        f"<TrackingInformation><PIN>{_tag('Value', each.number)}</PIN><Scans>"
        f"{''.join(_scan(line) for line in reversed(each.lines))}</Scans></TrackingInformation>"
        for each in told
    )
    inside = f"<ResponseInformation><Errors/></ResponseInformation><TrackingInformationList>{parcels}"
    return Said(
        200, soap(f"<TrackPackagesByPinResponse>{inside}</TrackingInformationList></TrackPackagesByPinResponse>")
    )


def _scan(line: Line) -> str:
    kind, depot = _tag("ScanType", _PUROLATOR.get(line.kind, "Other")), _tag("Name", line.stop.city)
    when = _tag("ScanDate", f"{line.local:%Y-%m-%d}") + _tag("ScanTime", f"{line.local:%H%M%S}")
    return f"<Scan>{kind}<Depot>{depot}</Depot>{when}{_tag('Description', words(line))}<Comment/></Scan>"
