"""Audits of suppliers and their sites: against which scheme, when, how it ended, and how much was found."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.gs1 import identifiers
from app.ids import new_id
from app.models.brands import Brand, Partner
from app.models.quality import Audit
from app.provenance import suppliers
from app.provenance.errors import Refused
from app.provenance.facts import audit_body
from app.provenance.inspections import RESULTS
from app.provenance.superseding import supersede
from app.provenance.texts import digest, line
from app.record import about_event, record
from app.texts import marked as _

SEVERITIES = ("critical", "major", "minor")
_MOST = 10_000


def add(
    session: Session,
    brand: Brand,
    *,
    partner: str,
    scheme: str,
    audited_on: date,
    result: str,
    auditor: str,
    site: str | None = None,
    valid_until: date | None = None,
    grade: str | None = None,
    findings: Mapping[str, int] = {},
    auditor_name: str | None = None,
    file_sha256: str | None = None,
    supersedes: str | None = None,
    now: datetime,
) -> Audit:
    """Record an audit of a supplier; its `site`, where it names one, is from then on one of that supplier.

    `auditor` is an organisation. The name of a person, `auditor_name`, is only committed to. Raises Refused;
    AlreadyCorrected when the one to correct has a correction.
    """
    _require_partner(session, brand.id, partner)
    for field, text, longest in (("scheme", scheme, 120), ("auditor", auditor, 120), ("grade", grade, 40)):
        line(field, text, longest)
    line("auditor_name", auditor_name, 120)
    _require_days(audited_on, valid_until, now.date())
    row = Audit(
        id=new_id(),
        brand_id=brand.id,
        partner_id=partner,
        site=identifiers.canonical(site) if site else None,
        scheme=scheme,
        audited_on=audited_on,
        valid_until=valid_until,
        result=result,
        grade=grade,
        findings=_counted(findings, result),
        auditor=auditor,
        file_sha256=digest(file_sha256),
        supersedes_id=supersedes,
        created_at=now,
    )
    if row.site:
        suppliers.own_site(session, brand.id, partner, row.site)
    if supersedes is not None:
        rule = _("must be an audit of the same supplier against the same scheme")
        supersede(session, row, ("partner_id", "scheme"), "audit", rule)
    _write(session, brand, row, auditor_name, now)
    return row


def _require_partner(session: Session, brand_id: str, partner: str) -> None:
    known = select(Partner.id).where(Partner.brand_id == brand_id, Partner.id == partner)
    if session.scalar(known) is None:
        raise Refused("partner", _("must be the id of one of your partners"))


def _require_days(audited_on: date, valid_until: date | None, today: date) -> None:
    if audited_on > today:
        raise Refused("audited_on", _("must not be in the future"))
    if valid_until and valid_until < audited_on:
        raise Refused("valid_until", _("must not be before the day of the audit"))


def _write(session: Session, brand: Brand, row: Audit, auditor_name: str | None, now: datetime) -> None:
    """Put the audit into the log; the name of a person only as a commitment."""
    receipt = record(
        session,
        brand.log_id,
        EntryType.AUDIT_RECORDED,
        audit_body(row),
        now=now,
        openings={"personal:auditor_name": auditor_name.encode()} if auditor_name else {},
        person=about_event(f"audit:{row.id}") if auditor_name else "",
    )
    row.submission_id = receipt.submission_id
    session.add(row)


def _counted(findings: Mapping[str, int], result: str) -> dict[str, int]:
    """How many findings of each severity. A critical one does not go with a pass."""
    if result not in RESULTS:
        raise Refused("result", _("must be one of %(these)s"), these=", ".join(RESULTS))
    for severity, count in findings.items():
        if severity not in SEVERITIES:
            raise Refused("findings", _("must be one of %(these)s"), these=", ".join(SEVERITIES))
        if not 0 <= count <= _MOST:
            raise Refused(f"findings/{severity}", _("must be a whole number of at most %(most)s"), most=_MOST)
    if result == "pass" and findings.get("critical"):
        raise Refused("result", _("is pass, but there is a critical finding; state fail or conditional"))
    return {severity: findings.get(severity, 0) for severity in SEVERITIES}


def of_brand(
    session: Session, brand_id: str, *, after: str = "", limit: int, partner: str = ""
) -> Sequence[Audit]:
    """Audits, the oldest first, from behind the id `after` on; of one supplier, where `partner` names it."""
    asked = select(Audit).where(Audit.brand_id == brand_id, Audit.id > after)
    if partner:
        asked = asked.where(Audit.partner_id == partner)
    return session.scalars(asked.order_by(Audit.id).limit(limit)).all()
