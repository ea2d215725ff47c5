"""Signing on the partner's own machine: what the house reads is what was signed, whatever form it came in."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.epcis.document import parse_document, parse_event
from app.epcis.errors import Invalid
from app.epcis.signing import sign_document
from ledger.errors import NotCanonical
from ledger.note import Signer, strict_b64
from ledger.said import event_hash, event_text

SAMPLES = Path(__file__).parents[2] / "samples" / "epcis" / "valid"
KEY = Signer("ben.example", bytes([7]) * 32)
LOG = "wayproof/ada1"
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def verified(data: bytes) -> list[str]:
    """The ids of the events of a signed document, each verified as a reader would who has the parts alone."""
    parsed = parse_document(data).valid() if b"epcisBody" in data else (parse_event(data),)
    for event in parsed:
        assert event.signature is not None
        alone = json.loads(event.document)
        text = event_text(LOG, event_hash(LOG, event.signature.nonce, alone))
        KEY.verifier.verify(text, strict_b64(event.signature.signature))
    return [event.event_id for event in parsed]


WITH_A_NUMBER_TOO_LARGE = "extensions_everywhere"


@pytest.mark.parametrize(
    "name", sorted({path.stem for path in SAMPLES.glob("*.jsonld")} - {WITH_A_NUMBER_TOO_LARGE})
)
def test_every_sample_is_signed_and_verifies_and_stays_the_same_event(name: str) -> None:
    data = (SAMPLES / f"{name}.jsonld").read_bytes()
    signed = sign_document(data, KEY, LOG)
    assert verified(signed) == [event.event_id for event in parse_document(data).valid()]
    assert [e.document for e in parse_document(signed).valid()] == [
        e.document for e in parse_document(data).valid()
    ]
    assert verified(sign_document(signed, KEY, LOG)) == verified(signed)


def bare(**more: Any) -> bytes:
    event = {
        "@context": [CONTEXT, {"ex": "https://ex.example/"}],
        "type": "ObjectEvent",
        "eventTime": "2026-03-01T08:00:00Z",
        "eventTimeZoneOffset": "+01:00",
        "action": "OBSERVE",
        "epcList": ["https://id.gs1.org/01/09521234543213/21/A1"],
    }
    return json.dumps({**event, **more}).encode()


def test_the_event_hash_is_the_same_signed_and_unsigned() -> None:
    assert verified(sign_document(bare(), KEY, LOG)) == [parse_event(bare()).event_id]


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["ex:a", "ex:b"]), inner, max_size=2)
    ),
)


@given(VALUES)
@settings(max_examples=150, deadline=None)
def test_whatever_an_extension_holds_is_signed_and_verifies(value: object) -> None:
    verified(sign_document(bare(**{"ex:more": value}), KEY, LOG))


def test_what_has_no_one_form_or_is_no_event_is_not_signed() -> None:
    for large in (bare(**{"ex:more": 2**53 + 1}), (SAMPLES / f"{WITH_A_NUMBER_TOO_LARGE}.jsonld").read_bytes()):
        with pytest.raises(NotCanonical):
            sign_document(large, KEY, LOG)
    for wrong in (b"[]", b"{}", b"x", bare(bizStep="stuffing")):
        with pytest.raises(Invalid):
            sign_document(wrong, KEY, LOG)
