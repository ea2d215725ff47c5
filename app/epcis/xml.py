"""The XML binding of EPCIS 2.0 (section 10), read as the JSON-LD that says the same. Documents of EPCIS 1.2 too.

What is converted is judged afterwards, by model and fields, like any JSON-LD. Nothing is fetched.
"""

from typing import Any

from app.epcis.context import STANDARD
from app.epcis.errors import invalid
from app.epcis.xml_fields import DOCUMENTS, OWN, QUERIES, Names, event, extension, flat
from app.epcis.xml_tree import Node
from app.epcis.xml_tree import read as read_tree


def read(data: bytes, *, largest: int) -> dict[str, Any]:
    """The document, query document or bare event as a JSON-LD value, unjudged.

    Raises Invalid for what is no XML of EPCIS, with the JSON pointer of the place; TooLarge.
    """
    root = read_tree(data, largest=largest)
    if root.name.local == "EPCISDocument" and root.name.namespace in DOCUMENTS:
        return _document(root)
    if root.name.local == "EPCISQueryDocument" and root.name.namespace in QUERIES:
        return _query_document(root)
    if root.name.local.endswith("Event") and root.name.namespace in OWN:
        bare = event(root, "")
        return {**bare, "@context": [STANDARD, *bare.get("@context", [])]}
    said = f"{root.name.local[:60]} in the namespace {root.name.namespace[:100]!r}"
    raise invalid("", f"the root element, {said}, is no document, query document or event of EPCIS")


def _document(root: Node) -> dict[str, Any]:
    body = {"eventList": _events(_one(root, "EPCISBody", "/epcisBody"), "/epcisBody")}
    return {**_head(root), "type": "EPCISDocument", **_header(root), "epcisBody": body}


def _query_document(root: Node) -> dict[str, Any]:
    at = "/epcisBody/queryResults"
    results = _one(_one(root, "EPCISBody", "/epcisBody"), "QueryResults", at)
    inner = _one(results, "resultsBody", f"{at}/resultsBody")
    said: dict[str, Any] = {
        name: each.text for name in ("queryName", "subscriptionID") for each in results.named(name)
    }
    said["resultsBody"] = {"eventList": _events(inner, f"{at}/resultsBody")}
    ignored = _ignored(results)
    head = _head(root)
    head["@context"] = [*head["@context"], *ignored.pop("@context", [])]
    return {**head, "type": "EPCISQueryDocument", "epcisBody": {"queryResults": {**said, **ignored}}}


def _head(root: Node) -> dict[str, Any]:
    """What stands on the root element, and the document's own list of fields that the hash leaves out."""
    plain = root.plain()
    old = root.name.namespace.endswith(":1")
    head: dict[str, Any] = {"@context": [STANDARD]}
    if "schemaVersion" in plain:
        of_old = old and plain["schemaVersion"].partition(".")[0] == "1"
        head["schemaVersion"] = "2.0" if of_old else plain["schemaVersion"]
    if "creationDate" in plain:
        head["creationDate"] = plain["creationDate"]
    ignored = _ignored(root)
    head["@context"] += ignored.pop("@context", [])
    return head | ignored


def _header(root: Node) -> dict[str, Any]:
    """The master data of the header; who sent the document is no part of its events."""
    lists = [
        found
        for header in root.named("EPCISHeader")
        for inner in flat(header)
        if inner.name.local == "EPCISMasterData"
        for found in inner.named("VocabularyList")
    ]
    if not lists:
        return {}
    vocabularies = [_vocabulary(each) for found in lists for each in found.named("Vocabulary")]
    return {"epcisHeader": {"epcisMasterData": {"vocabularyList": vocabularies}}}


def _vocabulary(node: Node) -> dict[str, Any]:
    elements = [each for found in node.named("VocabularyElementList") for each in found.named("VocabularyElement")]
    return {**node.plain(), "vocabularyElementList": [_element(each) for each in elements]}


def _element(node: Node) -> dict[str, Any]:
    names = Names()
    attributes = [
        {**each.plain(), "attribute": extension(names, each, skip_attributes=True)}
        for each in node.named("attribute")
    ]
    children = [each.text for found in node.named("children") for each in found.named("id")]
    said: dict[str, Any] = {**node.plain()}
    if attributes:
        said["attributes"] = attributes
    if children:
        said["children"] = children
    return said


def _ignored(holder: Node) -> dict[str, Any]:
    """The fields to leave out of the event hash (CBV 2.0, section 8.9.4), with the context of their names."""
    names = Names()
    said: dict[str, Any] = {
        names.of(each.name): [names.of(field.name) for field in each.children]
        for each in holder.children
        if each.name.local == "ignoreFields" and each.name.namespace
    }
    return said | names.context()


def _events(holder: Node, at: str) -> list[dict[str, Any]]:
    found = [each for events in holder.named("EventList") for each in flat(events)]
    if not holder.named("EventList"):
        raise invalid(f"{at}/eventList", "EventList must be there")
    return [event(each, f"{at}/eventList/{index}") for index, each in enumerate(found)]


def _one(holder: Node, local: str, at: str) -> Node:
    found = holder.named(local)
    if len(found) != 1:
        raise invalid(at, f"{local} must stand once in {holder.name.local}")
    return found[0]
