"""The demo's quality: a check that passed, one that is missing, a certificate that runs out, an audit."""

import os
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.brands.tenants import log_origin
from app.demo.catalogue import FARM, LEAF, MATCHA, MATCHA_LOT, MILL
from app.epcis import signed
from app.models.brands import Brand
from app.provenance import audits, certificates, inspections, required, suppliers
from app.provenance.claim_signing import sign_claim
from app.provenance.inspections import Measure
from ledger.note import Signer
from ledger.said import NONCE_SIZE

_LAB = "Kyushu Tea Laboratory (demo)"


def install(session: Session, brand: Brand, supplier: str, signer: Signer, now: datetime) -> None:
    """Everything about quality, through the verbs that the doors call."""
    today = now.date()
    inspections.add(
        session,
        brand,
        identifier=f"/01/{MATCHA}/10/{MATCHA_LOT}",
        stage="final",
        name="Heavy metals",
        inspector=_LAB,
        inspected_at=now - timedelta(days=27),
        measures=[
            Measure("lead", ("0.03", "0.02", "0.03"), "mg/kg", 12, high="0.1"),
            Measure("moisture", ("4.1", "4.3", "4.2"), "%", 12, "3", "5"),
        ],
        now=now,
    )
    required.require(session, brand, kind="inspection", stage="final", name="Heavy metals", gtin=MATCHA, now=now)
    required.require(
        session, brand, kind="inspection", stage="incoming", name="Pesticide residues", gtin=LEAF, now=now
    )
    certificates.add(
        session,
        brand,
        identifier=f"/01/{MATCHA}",
        name="Cold chain handling",
        kind="Cold chain",
        number="CC-2081",
        issuer="Cold Store Association (demo)",
        valid_from=today - timedelta(days=345),
        valid_until=today + timedelta(days=20),
        now=now,
    )
    audits.add(
        session,
        brand,
        partner=supplier,
        site=FARM.key,
        scheme="SMETA",
        audited_on=today - timedelta(days=90),
        valid_until=today + timedelta(days=275),
        result="pass",
        grade="4 pillar",
        findings={"minor": 2},
        auditor="Fair Work Auditors (demo)",
        now=now,
    )
    suppliers.show(session, brand, supplier, named=True, sites=[MILL.key], now=now)
    _declare(session, brand, supplier, signer, now)


def _declare(session: Session, brand: Brand, supplier: str, signer: Signer, now: datetime) -> None:
    """A claim that the supplier signed with its own key."""
    facts: dict[str, Any] = {
        "name": "Shaded for 20 days",
        "issuer": "Hoshino growers",
        "scope": "the leaf of this lot",
    }
    key = f"/01/{MATCHA}/10/{MATCHA_LOT}"
    body = sign_claim({"key": key, **facts}, signer, log_origin(brand.log_key), os.urandom(NONCE_SIZE))
    mark = signed.read(body, "/signed")
    assert isinstance(mark, signed.Signature)  # it was made just now
    certificates.add(session, brand, identifier=key, **facts, partner_id=supplier, signature=mark, now=now)
