"""What every door of the EPCIS 2.0 REST bindings has in common: its headers. No route lives here."""

from apiflask import APIBlueprint
from flask import Response, request

from app.epcis.document import MOST_EVENTS
from app.web.api.door import door
from app.web.limits import CAPTURE
from app.web.problems import Problem

VERSION = "2.0.0"
LIMITS = {"GS1-EPCIS-Capture-Limit": str(MOST_EVENTS), "GS1-EPCIS-Capture-File-Size-Limit": str(CAPTURE)}

NO_EVENTS = ("GS1-CBV-Min", "GS1-CBV-Max", "GS1-EPC-Format", "GS1-CBV-XML-Format")
"""What a door says only where events go through it."""

_ABILITIES = {
    "GS1-EPCIS-Min": VERSION,
    "GS1-EPCIS-Max": VERSION,
    "GS1-CBV-Min": VERSION,
    "GS1-CBV-Max": VERSION,
    "GS1-EPC-Format": "No_Preference, Always_GS1_Digital_Link, Never_Translates",
    "GS1-CBV-XML-Format": "No_Preference, Always_Web_URI, Always_URN, Never_Translates",
    "GS1-Vendor-Version": "0.1",
}


def epcis_door(name: str) -> APIBlueprint:
    """A blueprint that speaks EPCIS 2.0 and says so on every answer."""
    blueprint = door(name, "EPCIS 2.0")
    blueprint.before_request(_refuse_other_versions)
    blueprint.after_request(_say_versions)
    return blueprint


def abilities(*methods: str, **more: str) -> Response:
    """The answer to OPTIONS: what may be done here, in the headers of the REST bindings."""
    return Response(status=204, headers={**_ABILITIES, **more, "Allow": ", ".join(("OPTIONS", *methods))})


def _refuse_other_versions() -> None:
    """A client names what it can read by Min and Max, and the version of what it sends (headers N and V)."""
    for standard in ("EPCIS", "CBV"):
        lowest, highest = _said(standard, "Min", "2"), _said(standard, "Max", "2.9")
        sent = _said(standard, "Version", VERSION)
        if lowest > _numbers(VERSION) or highest < (2,) or sent[:2] > (2, 0):
            raise Problem("not-acceptable", f"only {standard} 2.0 is spoken here")


def _said(standard: str, which: str, otherwise: str) -> tuple[int, ...]:
    try:
        return _numbers(request.headers.get(f"GS1-{standard}-{which}", otherwise))
    except ValueError:
        raise Problem("bad-request", f"GS1-{standard}-{which} is a version, written like 2.0.0") from None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _say_versions(response: Response) -> Response:
    response.headers.update({"GS1-EPCIS-Version": VERSION, "GS1-CBV-Version": VERSION, "GS1-Extensions": ""})
    response.vary.update(("Accept", "GS1-EPC-Format", "GS1-CBV-XML-Format"))  # a cache must not mix the forms
    if response.status_code == 413:
        response.headers.update(LIMITS)
    return response
