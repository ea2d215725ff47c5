"""Where each vendor's API is, whom it lets in and which numbers a question names; the forms are beside it.

Of the stand-in for the carriers, all on one port: their paths are their own. Any credentials pass, none do not.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, unquote_plus

from app.demo import carrier_forms as forms
from app.demo import carrier_forms_json as as_json
from app.demo import carrier_forms_relayed as relayed
from app.demo import carrier_forms_xml as as_xml
from app.demo.carrier_told import Said, Told


@dataclass(frozen=True)
class Question:
    """What came over HTTP, the names of the head in lower case, the body as text."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: str

    @property
    def credentials(self) -> bool:
        """Whether a client named itself in the head or in a form."""
        form = parse_qs(self.body)
        return self.headers.get("authorization", "").startswith("Basic ") or bool(form.get("client_secret"))

    def bears(self, tokens: Collection[str]) -> bool:
        """Whether it carries one of the tokens that were given."""
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        return kind == "Bearer" and token in tokens


@dataclass(frozen=True)
class Vendor:
    """`path` finds a vendor's questions; `numbers` the numbers in one, after percent signs are undone.

    `token_path` is where its tokens are given, `token_name` what they are called there. `header` names a key in
    the head; a vendor with neither wants Basic, unless `open`.
    """

    carrier: str
    path: str
    numbers: str
    tell: Callable[[Sequence[Told]], Said]
    token_path: str = ""
    token_name: str = "access_token"  # noqa: S105  # a name, no secret
    header: str = ""
    open: bool = False
    refusal: Callable[[], Said] = lambda: Said(401, {"title": "Unauthorized"})

    def lets_in(self, question: Question, tokens: Collection[str]) -> bool:
        """Whether the question carries what the vendor wants."""
        if self.open:
            return True
        if self.token_path and self.carrier != "dpd":
            return question.bears(tokens)
        if self.carrier == "dpd":
            return any(token in question.body for token in tokens)
        if self.header:
            return bool(question.headers.get(self.header.lower()))
        return question.headers.get("authorization", "").startswith("Basic ")

    def asked(self, question: Question) -> list[str]:
        """The numbers of a question, at most forty."""
        whole = f"{question.path}?{unquote(question.query)}\n{unquote_plus(question.body)}"
        named = [part for found in re.findall(self.numbers, whole) for part in unquote(found).split(",")]
        return [number for each in named if (number := each.strip(' "'))][:40]


def _dhl(told: Sequence[Told]) -> Said:
    each = told[0]
    if each.script:
        return Said(200, forms.dhl(each.script, each.lines, each.expected))
    problem = forms.dhl_problem(404, "No result found", "This number is not known here.", each.number)
    return Said(404, problem)


def _ups(told: Sequence[Told]) -> Said:
    each = told[0]
    if each.script:
        return Said(200, forms.ups(each.script, each.lines, each.expected))
    return Said(404, forms.ups_errors("151044", "No tracking information is available."))


def _fedex(told: Sequence[Told]) -> Said:
    return Said(200, forms.fedex((each.number, each.script, each.lines, each.expected) for each in told))


_FEDEX_REFUSAL = forms.fedex_errors("NOT.AUTHORIZED.ERROR", "Access token is not valid.")

VENDORS = (
    Vendor(
        "dhl_universal",
        "GET /track/shipments",
        r"trackingNumber=([^&\s]+)",
        _dhl,
        header="DHL-API-Key",
        refusal=lambda: Said(401, forms.dhl_problem(401, "Unauthorized", "An API key is needed.")),
    ),
    Vendor(
        "fedex",
        "POST /track/v1/trackingnumbers",
        r'"trackingNumber": ?"([^"]+)"',
        _fedex,
        "/oauth/token",
        refusal=lambda: Said(401, _FEDEX_REFUSAL),
    ),
    Vendor(
        "ups",
        "GET /api/track/v1/details/",
        r"details/([^?\s]+)",
        _ups,
        "/security/v1/oauth/token",
        refusal=lambda: Said(401, forms.ups_errors("250002", "Invalid authentication information.")),
    ),
    Vendor("gls", "GET /track-and-trace-v1/", r"trackids/([^?\s]+)", as_json.gls, "/oauth2/v2/token"),
    Vendor("laposte", "GET /suivi/v2/idships/", r"idships/([^?\s]+)", as_json.laposte, header="X-Okapi-Key"),
    Vendor(
        "royalmail", "GET /mailpieces/v2/", r"v2/([^/\s]+)/events", as_json.royalmail, header="X-IBM-Client-Id"
    ),
    Vendor("usps", "GET /tracking/v3/tracking/", r"tracking/([^/?\s]+)\?", as_json.usps, "/oauth2/v3/token"),
    Vendor("australiapost", "GET /shipping/v1/track", r"tracking_ids=([^&\s]+)", as_json.australiapost),
    Vendor("dhl_express", "GET /shipments/", r"shipments/([^/\s]+)/tracking", as_json.dhl_express),
    Vendor("dhl_parcel_de", "GET /parcel/de/tracking/v0/shipments", r'piece-code="([^"]+)"', as_xml.dhl_parcel_de),
    Vendor("canadapost", "GET /vis/track/pin/", r"pin/([^/\s]+)/detail", as_xml.canadapost),
    Vendor(
        "dpd",
        "POST /ParcelLifeCycleService/",
        r"<parcelLabelNumber[^>]*>([^<]+)<",
        as_xml.dpd,
        "/LoginService/",
        refusal=lambda: Said(500, as_xml.dpd_refusal()),
    ),
    Vendor(
        "colissimo", "POST /tracking-timeline-ws/", r'"parcelNumber": ?"([^"]+)"', as_json.colissimo, open=True
    ),
    Vendor("chronopost", "POST /tracking-cxf/", r"<skybillNumber>([^<]+)<", as_xml.chronopost, open=True),
    Vendor("bpost", "GET /item/", r"item/([^/\s]+)/trackingInfo", as_xml.bpost),
    Vendor(
        "asendia", "GET /api/tracking/", r"tracking/([^?\s]+)", as_json.asendia, "/api/authenticate", "id_token"
    ),
    Vendor(
        "hermes",
        "GET /shipmentinfo",
        r"shipmentID=([^&\s]+)",
        as_json.hermes,
        "/authorization-facade/oauth2/access_token",
    ),
    Vendor("aramex", "POST /ShippingAPI.V2/", r'"Shipments": ?\[([^\]]*)\]', as_json.aramex, open=True),
    Vendor("tnt", "POST /expressconnect/track.do", r"<ConsignmentNumber>([^<]+)<", as_xml.tnt),
    Vendor("purolator", "POST /PWS/V1/Tracking/", r"<v:Value>([^<]+)<", as_xml.purolator),
    Vendor(
        "seventeentrack", "POST /track/v2.2/", r'"number": ?"([^"]+)"', relayed.seventeentrack, header="17token"
    ),
    Vendor(
        "aftership",
        "* /tracking/2024-10/trackings",
        r'(?:tracking_numbers=|"tracking_number": ?")([^&"\s]+)',
        relayed.aftership,
        header="as-api-key",
    ),
    Vendor("easypost", "POST /v2/trackers", r'"tracking_code": ?"([^"]+)"', relayed.easypost),
)


def vendor_of(method: str, path: str) -> tuple[Vendor, bool] | None:
    """The vendor that a question is for, and whether it asks for a token."""
    for vendor in VENDORS:
        if method == "POST" and vendor.token_path and path.startswith(vendor.token_path):
            return vendor, True
        verb, _, begins = vendor.path.partition(" ")
        if path.startswith(begins) and verb in (method, "*"):
            return vendor, False
    return None


def named_themselves(vendor: Vendor, question: Question) -> bool:
    """Whether a question for a token carries credentials."""
    if vendor.carrier == "asendia":
        return bool(_members(question.body).get("password"))
    if vendor.carrier == "dpd":
        return bool(re.search(r"<password[^>]*>[^<]+</password>", question.body))
    return question.credentials


def _members(body: str) -> dict[str, object]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
