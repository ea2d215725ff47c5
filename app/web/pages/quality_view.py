"""The quality of a thing in plain words: what failed or is missing comes first, and is never left out. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.provenance.passport import Passport
from app.provenance.quality import Quality
from app.provenance.required import Standing
from app.provenance.suppliers import SupplierLink
from app.texts import Texts
from app.words.quality import KIND, RESULT, STAGE, STATE

_SIGN = {"failed": "bad", "missing": "warn", "expired": "warn", "conditional": "warn", "passed": "good"}
_STATE_OF = {"pass": "passed", "fail": "failed", "conditional": "conditional"}


@dataclass(frozen=True, slots=True)
class Line:
    """One check: its sign, what it is, how it ended, who looked when, what was measured, the hash of its file."""

    sign: str
    title: str
    state: str
    by: str = ""
    measured: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    digest: str | None = None
    link: str = ""
    linked: str = ""


def lines(passport: Passport, t: Texts) -> list[Line]:
    """Every check of a passport: the required ones that lack something, then results, the worst first."""
    found: Quality = passport.quality
    if not found:
        return []
    told = {each.row.id: t.gettext("Required before packing") for each in found.required if _tells(each)}
    names = {each.id: supplier_name(each, t) for each in passport.suppliers}
    shown = [_packed(row, t) for row in found.packed]
    shown += [_required(each, t) for each in found.required if not _tells(each)]
    shown += [inspection(row, t, told.get(row.id, "")) for row in found.inspections]
    shown += [audit(row, t, told.get(row.id, ""), row.partner_id, names) for row in found.audits]
    return sorted(shown, key=lambda line: ("bad", "warn", "good").index(line.sign))


def trouble(passport: Passport) -> bool:
    """Whether a check has failed or is missing, so that the page's one answer must say so."""
    found: Quality = passport.quality
    if not found:
        return False
    rows = [*found.inspections, *found.audits]
    return bool(
        found.lacking or found.packed or any(row.result == "fail" and not row.superseded_by for row in rows)
    )


def inspection(row: Any, t: Texts, note: str = "") -> Line:
    """An inspection; `note` says what it is needed for."""
    state = _STATE_OF[row.result]
    return Line(
        sign=_SIGN[state],
        title=f"{t.isolate(row.name)} · {t.gettext(STAGE[row.stage])}",
        state=t.gettext(RESULT[row.result]),
        by=t.gettext("by %(name)s, %(day)s", name=t.isolate(row.inspector), day=t.day(row.inspected_at.date())),
        measured=tuple(_measure(each, t) for each in row.measures),
        notes=tuple(filter(None, (note, row.condition, _corrected(row, t)))),
        digest=row.file_sha256,
    )


def audit(row: Any, t: Texts, note: str = "", supplier: str = "", names: Mapping[str, str] = {}) -> Line:
    """An audit of a supplier, with a link to the page of the `supplier`."""
    findings = t.gettext(
        "Findings: %(critical)s critical, %(major)s major, %(minor)s minor",
        **{name: t.number(row.findings.get(name, 0)) for name in ("critical", "major", "minor")},
    )
    until = t.gettext("valid until %(day)s", day=t.day(row.valid_until)) if row.valid_until else ""
    state = _STATE_OF[row.result]
    return Line(
        sign=_SIGN[state],
        title=f"{t.isolate(row.scheme)} · {t.gettext(KIND['audit'])}",
        state=" · ".join(filter(None, (t.gettext(RESULT[row.result]), row.grade and t.isolate(row.grade)))),
        by=t.gettext("by %(name)s, %(day)s", name=t.isolate(row.auditor), day=t.day(row.audited_on)),
        measured=(findings,),
        notes=tuple(filter(None, (note, until, _corrected(row, t)))),
        digest=row.file_sha256,
        link=f"/suppliers/{supplier}" if supplier else "",
        linked=names.get(supplier, t.gettext("About this supplier")),
    )


def supplier_name(supplier: SupplierLink | Any, t: Texts) -> str:
    """How a supplier is called: by its name where the brand shows it, else by its country."""
    if supplier.name:
        return str(supplier.name)
    if supplier.country:
        return t.gettext("A supplier in %(country)s", country=t.country(supplier.country))
    return t.gettext("A supplier")


def supplier_links(passport: Passport, t: Texts) -> list[tuple[str, str]]:
    """The suppliers on the way that have a page and no audit above that leads to it: address and name."""
    audited = {row.partner_id for row in passport.quality.audits} if passport.quality else set()
    return [
        (f"/suppliers/{each.id}", supplier_name(each, t)) for each in passport.suppliers if each.id not in audited
    ]


def certificate_state(row: Any, t: Texts) -> str:
    """Until when a certificate holds; one that is over says so."""
    if row.valid_until and row.expired:
        return t.gettext("Expired on %(day)s", day=t.day(row.valid_until))
    if row.valid_from and not row.in_force:
        return t.gettext("Not valid before %(day)s", day=t.day(row.valid_from))
    return t.gettext("valid until %(day)s", day=t.day(row.valid_until)) if row.valid_until else ""


def thing(key: str) -> str:
    """The address of a thing's page."""
    return key if key.startswith("/") else f"/id?{urlencode({'uri': key})}"


def required_name(check: Any, t: Texts) -> str:
    """What a required check is called."""
    return f"{t.isolate(check.name)} · {t.gettext(STAGE[check.stage] if check.stage else KIND[check.kind])}"


def _tells(each: Standing) -> bool:
    """Whether a result stands on the page itself, so that the requirement need not be said apart."""
    return each.state in ("passed", "failed") and each.check.kind != "certificate"


def _required(each: Any, t: Texts) -> Line:
    return Line(
        sign=_SIGN[each.state],
        title=required_name(each.check, t),
        state=t.gettext(STATE[each.state]),
        notes=(t.gettext("Required before packing"),),
    )


def _packed(row: Any, t: Texts) -> Line:
    names = ", ".join(f"{each['name']} ({t.gettext(STATE[each['state']])})" for each in row.checks)
    title = t.gettext("Packed or sent on %(day)s without its checks", day=t.day(row.event_time.date()))
    return Line(sign="bad", title=title, state=names)


def _corrected(row: Any, t: Texts) -> str:
    return t.gettext("Corrected later") if row.superseded_by else ""


def _measure(each: Any, t: Texts) -> str:
    """`caffeine: 1.2, 1.3 % · limits 1 to 1.5 · sample of 5`; numbers as they were written."""
    parts = [" ".join(filter(None, (f"{each['name']}:", ", ".join(each["values"]), each["unit"])))]
    low, high = each["low"], each["high"]
    if low is not None and high is not None:
        parts.append(t.gettext("limits %(low)s to %(high)s", low=low, high=high))
    elif low is not None:
        parts.append(t.gettext("at least %(low)s", low=low))
    elif high is not None:
        parts.append(t.gettext("at most %(high)s", high=high))
    parts.append(t.gettext("sample of %(number)s", number=t.number(each["sample"])))
    return " · ".join(t.isolate(each) for each in parts)
