"""Every vendor's own way to sign, on raw bytes; one octet turned anywhere is a forgery."""

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers.hooks import TOKEN_HEADER, Forged, Trust, Verified, numbers_in, verify

BODY = b'{"number": "1Z2Y5V710312345670"}'
SECRET = "sésame ﬁn"  # its ligature and its accent are others in NFKD


def signed(vendor: str, body: bytes = BODY, secret: str = SECRET) -> dict[str, str]:
    """The headers that a vendor sends, worked out here by its own description."""
    key = secret.encode()
    if vendor == "usps":
        told = json.loads(body)
        over = (told["timestamp"] + told["payload"]).encode()
        return {"x-hmac": base64.b64encode(hmac.new(key, over, hashlib.sha256).digest()).decode()}
    if vendor == "easypost":
        folded = "se\u0301same fin".encode()
        return {"x-hmac-signature": "hmac-sha256-hex=" + hmac.new(folded, body, hashlib.sha256).hexdigest()}
    if vendor == "seventeentrack":
        return {"sign": hashlib.sha256(body + b"/" + key).hexdigest()}
    if vendor in ("aftership", "fedex"):
        name = {"aftership": "aftership-hmac-sha256", "fedex": "fdx-signature"}[vendor]
        return {name: base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()}
    return {"credential" if vendor == "ups" else TOKEN_HEADER: secret}


SIGNING = ("aftership", "easypost", "seventeentrack", "fedex")
ECHOING = ("ups", "dhl_universal", "dhl_express", "australiapost")


@pytest.mark.parametrize("vendor", SIGNING)
def test_a_signed_body_is_evidence_and_one_changed_octet_is_a_forgery(vendor: str) -> None:
    headers = signed(vendor)
    assert verify(vendor, SECRET.encode(), headers, BODY) == Verified(Trust.SIGNED, BODY)
    for place in range(len(BODY)):
        changed = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
        with pytest.raises(Forged):
            verify(vendor, SECRET.encode(), headers, changed)


ENVELOPE = json.dumps(
    {"subscriptionId": "s", "timestamp": "2026-03-01T10:00:00Z", "payload": '{"trackingNumber": "94001000"}'}
).encode()


def test_usps_signs_the_time_and_the_payload_of_its_envelope() -> None:
    headers = signed("usps", ENVELOPE)
    told = Verified(Trust.SIGNED, b'{"trackingNumber": "94001000"}')
    assert verify("usps", SECRET.encode(), headers, ENVELOPE) == told
    assert verify("usps", SECRET.encode(), {"hmac-header": headers["x-hmac"]}, ENVELOPE) == told
    for old, new in ((b"94001000", b"94001001"), (b"T10:", b"T11:"), (b'"payload"', b'"other"')):
        with pytest.raises(Forged):
            verify("usps", SECRET.encode(), headers, ENVELOPE.replace(old, new))


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"timestamp": 1, "payload": {}}', b"[" * 100_000])
def test_usps_says_nothing_without_its_envelope(body: bytes) -> None:
    with pytest.raises(Forged, match="envelope"):
        verify("usps", SECRET.encode(), {"x-hmac": "AAAA"}, body)


@pytest.mark.parametrize("vendor", ECHOING)
def test_an_echoed_token_is_never_more_than_a_token(vendor: str) -> None:
    headers = signed(vendor)
    assert verify(vendor, SECRET.encode(), headers, BODY).trust is Trust.TOKEN
    assert verify(vendor, SECRET.encode(), headers, b"anything").trust is Trust.TOKEN


@pytest.mark.parametrize("vendor", [*SIGNING, *ECHOING])
@pytest.mark.parametrize("change", ["no header", "empty", "another secret", "no secret", "cut"])
def test_whatever_does_not_fit_is_refused_without_telling_the_secret(vendor: str, change: str) -> None:
    headers, secret = signed(vendor), SECRET
    name = next(iter(headers))
    match change:
        case "no header":
            headers = {}
        case "empty":
            headers[name] = ""
        case "another secret":
            headers = signed(vendor, secret="guess")
            headers = headers | ({name: "hmac-sha256-hex=00"} if vendor == "easypost" else {})
        case "no secret":
            secret = ""
        case "cut":
            headers[name] = headers[name][:-2]
    with pytest.raises(Forged) as forged:
        verify(vendor, secret.encode(), headers, BODY)
    assert SECRET not in str(forged.value)


def test_the_signature_of_one_vendor_is_none_of_another() -> None:
    for vendor in SIGNING:
        for other in set(SIGNING) - {vendor}:
            with pytest.raises(Forged):
                verify(other, SECRET.encode(), signed(vendor), BODY)


@given(st.text(max_size=60), st.binary(max_size=200))
def test_any_header_and_any_body_can_be_judged(header: str, body: bytes) -> None:
    for vendor, name in (
        ("aftership", "aftership-hmac-sha256"),
        ("easypost", "x-hmac-signature"),
        ("ups", "credential"),
        ("usps", "x-hmac"),
    ):
        with pytest.raises(Forged):
            verify(vendor, b"\xff\x00 secret", {name: header}, body)


def test_numbers_are_found_wherever_a_body_has_them() -> None:
    body = b'{"a": [{"trackingNumber": "1Z 2Y5V 710312345670"}, 7, null], "b": {"c": "4212345675"}, "d": "!!"}'
    assert set(numbers_in(body)) == {"1Z2Y5V710312345670", "4212345675"}


@pytest.mark.parametrize("body", [b"", b"<html>", b"[" * 100_000, b'"' + b"9" * 5_000_000 + b'"', b"[1, 2]"])
def test_a_body_that_cannot_be_read_names_nothing(body: bytes) -> None:
    assert numbers_in(body) == []
