"""The twin of app.gs1.normal_form that goes the long way each time: every identifier is taken apart whole."""

from app.gs1 import epc_urn
from app.gs1.normal_form import _WEB, _escaped, _pairs, _written


def normal_form(identifier: str) -> str:
    if identifier.startswith("urn:epc:"):
        return _of_urn(identifier)
    match = _WEB.match(identifier)
    pairs = _pairs(match.group(1).split("/")) if match else None
    return _written(pairs) or identifier if pairs else identifier


def _of_urn(urn: str) -> str:
    try:
        elements = epc_urn.elements.__wrapped__(urn)
    except epc_urn.NotEpcUrn:
        return urn
    return _written([(ai, _escaped(value)) for ai, value in elements]) or urn
