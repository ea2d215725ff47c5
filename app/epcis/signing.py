"""What a partner does with its key, without any server: sign events, prove a key, hand over to a new one. Pure.

The private key stays with whoever calls; how a signature is checked is `ledger.said`.
"""

import base64
import os
from collections.abc import Callable
from typing import Any

from app.epcis import signed, strict_json
from app.epcis.document import parse_document, parse_event
from app.epcis.errors import pointer
from app.epcis.event import Event
from app.epcis.strict_json import LARGEST
from ledger.note import Signer
from ledger.said import NONCE_SIZE, event_hash, event_text, key_text


def sign_document(
    data: bytes, signer: Signer, origin: str, nonce: Callable[[], bytes] = lambda: os.urandom(NONCE_SIZE)
) -> bytes:
    """An EPCIS document, or a bare event, with a signature at each of its events for the log `origin`.

    A signature that was there is replaced. Raises Invalid for what is no valid EPCIS, NotCanonical for a whole
    number that no double holds.
    """
    value = strict_json.read(data, largest=LARGEST)
    events = _events(value, data)
    signatures = [sign_event(event, signer, origin, nonce()) for event in events]
    return strict_json.write(signed.put_on(value, signatures))


def sign_event(event: Event, signer: Signer, origin: str, nonce: bytes) -> dict[str, str]:
    """The member that carries the signature of one event."""
    said = event_hash(origin, nonce, event.value)
    return {
        "key": signer.verifier.key_id.hex(),
        "nonce": _b64(nonce),
        "signature": _b64(signer.signature(event_text(origin, said))),
    }


def signed_event(event: Event, signer: Signer, origin: str) -> Event:
    """An event as it would arrive with its signature."""
    mark = signed.read(sign_event(event, signer, origin, os.urandom(NONCE_SIZE)), pointer(signed.MEMBER))
    assert isinstance(mark, signed.Signature)  # it was made just now
    return event._replace(signature=mark)


def registration(signer: Signer, origin: str, partner: str) -> dict[str, str]:
    """What registers a key with a brand: the key, and the proof that its private half is here."""
    text = key_text(origin, partner, signer.vkey)
    return {"vkey": signer.vkey, "proof": _b64(signer.signature(text))}


def rotation(old: Signer, new: Signer, origin: str, partner: str) -> dict[str, str]:
    """What puts a new key in the place of an old one, signed by both."""
    text = key_text(origin, partner, new.vkey)
    return {**registration(new, origin, partner), "signature": _b64(old.signature(text))}


def _events(value: Any, data: bytes) -> list[Event]:
    is_document = type(value) is dict and "epcisBody" in value
    return list(parse_document(data).valid()) if is_document else [parse_event(data)]


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
