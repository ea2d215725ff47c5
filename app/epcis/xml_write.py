"""Events and answers in the XML binding of EPCIS 2.0 (section 10.3): what xml reads, written. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from app.epcis.xml_write_fields import NotWritable, Writer, event, leaf, text

QUERY = "urn:epcglobal:epcis-query:xsd:2"
DOCUMENT = "urn:epcglobal:epcis:xsd:2"
WORDS = ("No_Preference", "Always_Web_URI", "Always_URN", "Never_Translates")
"""How words of the CBV may be written (GS1-CBV-XML-Format); without a wish, as URNs."""


def query_document(document: Mapping[str, Any], *, words: str = "No_Preference") -> bytes:
    """An EPCISQueryDocument of JSON-LD, as `document.query_document` makes it, in XML. Raises NotWritable."""
    results = document["epcisBody"]["queryResults"]
    writer = Writer(web=words == "Always_Web_URI")
    events = [_event(writer, each, document) for each in results["resultsBody"]["eventList"]]
    name = leaf("queryName", results["queryName"])
    subscription = leaf("subscriptionID", results["subscriptionID"]) if "subscriptionID" in results else ""
    body = f"<resultsBody><EventList>{''.join(events)}</EventList></resultsBody>"
    root = {"xmlns:epcisq": QUERY, **writer.declarations()}
    root |= {"schemaVersion": document["schemaVersion"], "creationDate": document["creationDate"]}
    inside = f"<EPCISBody><epcisq:QueryResults>{name}{subscription}{body}</epcisq:QueryResults></EPCISBody>"
    return _document("epcisq:EPCISQueryDocument", root, inside)


def capture_document(document: Mapping[str, Any]) -> bytes:
    """The events of an EPCISDocument of JSON-LD in XML, without its header. Raises NotWritable."""
    writer = Writer(web=False)
    events = [_event(writer, each, document) for each in document["epcisBody"]["eventList"]]
    root = {"xmlns:epcis": DOCUMENT, **writer.declarations()}
    root |= {"schemaVersion": document["schemaVersion"], "creationDate": document["creationDate"]}
    inside = f"<EPCISBody><EventList>{''.join(events)}</EventList></EPCISBody>"
    return _document("epcis:EPCISDocument", root, inside)


def _event(writer: Writer, said: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """One event; one that XML cannot say is named, so that a reader can ask for the others."""
    try:
        return event(writer, said, document.get("@context"))
    except NotWritable as error:
        raise NotWritable(f"{ascii(said.get('eventID', 'an event'))[1:-1]}: {error}") from error


def collection(members: Sequence[str]) -> bytes:
    """A Collection of names."""
    return _document("Collection", {"xmlns": DOCUMENT}, "".join(leaf("member", each) for each in members))


def capture_job(job: Mapping[str, Any]) -> bytes:
    """A capture job, as its JSON says it."""
    root = {"xmlns:epcis": DOCUMENT, "captureID": job["captureID"]}
    root |= {name: text(job[name]) for name in ("running", "success", "createdAt")}
    root |= {"captureErrorBehaviour": job["captureErrorBehaviour"]}
    if job.get("finishedAt"):
        root["finishedAt"] = job["finishedAt"]
    errors = "".join(f"<error>{_members(each)}</error>" for each in job["errors"])
    return _document("epcis:EPCISCaptureJob", root, f"<errors>{errors}</errors>" if errors else "")


def problem(document: Mapping[str, Any]) -> bytes:
    """A problem document (RFC 9457) as the EPCISException of the REST bindings."""
    plain = {name: value for name, value in document.items() if not isinstance(value, list | dict)}
    return _document("epcis:EPCISException", {"xmlns:epcis": DOCUMENT}, _members(plain))


def _document(root: str, attributes: Mapping[str, str], inside: str) -> bytes:
    written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}{written}>{inside}</{root}>\n'.encode()


def _members(value: Mapping[str, Any]) -> str:
    return "".join(leaf(name, each) for name, each in value.items() if each is not None)
