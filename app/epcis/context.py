"""What the `@context` of a document or event declares: prefixes. No context is ever fetched."""

from typing import Any

STANDARD = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"

# Declared by the EPCIS context itself (epcis-context.jsonld).
STANDARD_PREFIXES = {
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": "https://ref.gs1.org/cbv/",
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "gs1": "https://gs1.org/voc/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
}
TEXT = "http://www.w3.org/1999/02/22-rdf-syntax-ns#value"
"""The name that the text of an XML element has in JSON, where its attributes are members beside it."""

_SCHEMES = frozenset({"http", "https", "urn", "ni", "geo", "tag", "did", "info", "mailto", "tel", "data", "doi"})


def parts(context: Any) -> list[Any]:
    """The members of a context: it may be one address, one object, or a list of them."""
    if context is None:
        return []
    return list(context) if isinstance(context, list) else [context]


def merged(*contexts: Any) -> list[Any]:
    """One context that says what these say, the outer one first, so that an event can stand alone."""
    found: list[Any] = []
    for part in (part for context in contexts for part in parts(context)):
        if part not in found:
            found.append(part)
    return found


def prefixes(context: Any) -> dict[str, str]:
    """Prefix to namespace, the standard ones included; a later declaration wins. `{"@id": …}` declares one too."""
    declared = dict(STANDARD_PREFIXES)
    for part in parts(context):
        if isinstance(part, dict):
            named = ((name, said.get("@id") if isinstance(said, dict) else said) for name, said in part.items())
            declared.update({name: space for name, space in named if isinstance(space, str)})
    return declared


def is_foreign(context: Any) -> bool:
    """Whether the context names an address whose prefixes we cannot know."""
    return any(isinstance(part, str) and not part.endswith("/epcis-context.jsonld") for part in parts(context))


def is_declared(name: str, known: dict[str, str], foreign: bool) -> bool:
    """Whether the CURIE or URI `name` has a declared prefix or a well-known scheme."""
    prefix = name.partition(":")[0]
    return foreign or prefix in known or prefix.lower() in _SCHEMES


def expand(name: str, known: dict[str, str]) -> str:
    """The full URI of a CURIE with a known prefix; anything else as it is."""
    prefix, colon, local = name.partition(":")
    return known[prefix] + local if colon and prefix in known and not local.startswith("//") else name
