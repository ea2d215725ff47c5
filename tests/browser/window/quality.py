"""What was checked of the tea, by whom and how it ended: inspections, audits, certificates of every kind."""

from datetime import date, timedelta

from app.brands import signatures
from app.brands.tenants import brand_of, log_origin
from app.epcis import signed, signing
from app.provenance import audits, certificates, inspections, required, suppliers
from app.provenance.claim_signing import sign_claim
from app.provenance.inspections import Measure
from ledger.note import Signer
from ledger.said import NONCE_SIZE
from tests.browser.window.counter import Counter
from tests.browser.window.goods import GARDEN, GOOD, LOT
from tests.web.pages.conftest import GTIN, KEY


def judge(counter: Counter) -> None:
    """A failed check, a conditional, a passed and a missing one, an audit, certificates of every kind."""
    looked = {"inspector": "Lab & Co", "inspected_at": counter.now - timedelta(days=1), "stage": "final"}
    lead = Measure("lead", ("0.4", "0.5"), "mg/kg", 3, None, "0.1")
    counter.does(inspections.add, identifier=KEY, name="Metals", measures=[lead], file_sha256="ab" * 32, **looked)
    well = Measure("moisture", ("4.1",), "%", 12, "3", "5")
    more = {"result": "conditional", "condition": "Use within a month", "measures": [well]}
    counter.does(inspections.add, identifier=LOT, name="Moisture", **more, **looked)
    counter.does(inspections.add, identifier=GOOD, name="Taste", result="pass", **looked)
    counter.does(required.require, kind="inspection", stage="incoming", name="Residues", gtin=GTIN)
    found = {"critical": 0, "major": 1, "minor": 2}
    audited = {"audited_on": counter.now.date() - timedelta(days=90), "valid_until": date(2027, 1, 1)}
    for site in (GARDEN, None):
        counter.does(
            audits.add,
            partner=counter.ada.partner_id,
            site=site,
            scheme="SMETA",
            result="pass",
            grade="4 pillar",
            findings=found,
            auditor="Fair Work",
            **audited,
        )
    counter.does(suppliers.show, counter.ada.partner_id, named=True, sites=[GARDEN])
    over, soon = date(2025, 1, 1), date(2027, 1, 1)
    for name, given in (
        ("Organic", {"valid_until": soon, "number": "C-1", "file_sha256": "cd" * 32, "scope": "the whole lot"}),
        ("Old", {"valid_until": over}),
        ("Next year", {"valid_from": soon}),
        ("For ever", {}),
    ):
        counter.does(certificates.add, identifier=KEY, name=name, issuer="Board", **given)
    for key in (f"/01/{GTIN}", GARDEN):
        counter.does(certificates.add, identifier=key, name="Fair", issuer="Board")
    _sign(counter, {"key": KEY, "name": "Shaded", "issuer": "Growers"})


def _sign(counter: Counter, facts: dict[str, str]) -> None:
    """A certificate that the partner signed with its own key."""
    signer, partner = Signer("farm.example", bytes(32)), counter.ada.partner_id
    with counter.house.db() as session:
        origin = log_origin(brand_of(session, counter.ada.brand_id).log_key)
    counter.does(signatures.register, partner, **signing.registration(signer, origin, partner))
    mark = signed.read(sign_claim(facts, signer, origin, bytes(NONCE_SIZE)), "/signed")
    assert isinstance(mark, signed.Signature)
    named = {"identifier": facts["key"], "name": facts["name"], "issuer": facts["issuer"]}
    counter.does(certificates.add, partner_id=partner, signature=mark, **named)
