"""What the issuer of a certificate does with its key, without any server: sign the claim. Pure."""

import base64
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from app.gs1 import identifiers
from app.provenance.facts import FACTS_OF_CERTIFICATE, certificate_claim
from ledger.note import Signer
from ledger.said import event_hash, event_text


def sign_claim(body: Mapping[str, Any], signer: Signer, origin: str, nonce: bytes) -> dict[str, str]:
    """The member `signed` for the body of a certificate, as POST /api/v1/certificates takes it.

    Days are texts such as `2026-03-31`. Raises ValueError for a body that is no certificate.
    """
    if unknown := body.keys() - set(FACTS_OF_CERTIFICATE):
        raise ValueError(f"a certificate has no field {sorted(unknown)[0]!r}")
    if not all(isinstance(body.get(name), str) for name in ("key", "name", "issuer")):
        raise ValueError("a certificate needs key, name and issuer, each a text")
    facts = {name: body.get(name) for name in FACTS_OF_CERTIFICATE} | {"key": identifiers.canonical(body["key"])}
    said = event_hash(origin, nonce, certificate_claim(SimpleNamespace(**facts, partner_id=None)))
    return {
        "key": signer.verifier.key_id.hex(),
        "nonce": base64.b64encode(nonce).decode(),
        "signature": base64.b64encode(signer.signature(event_text(origin, said))).decode(),
    }
