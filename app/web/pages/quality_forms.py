"""What the forms of the page of quality say, as calls of verbs; and a refused form, ready to be mended.

No route lives here, and nothing is drawn.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.models.brands import Brand
from app.provenance import audits, certificates, inspections, proof_files, required, suppliers
from app.provenance.errors import AlreadyCorrected, Refused
from app.sealed import open_box
from app.texts import marked as _
from app.web.context import caller, house, now
from app.web.problems import found
from app.words.quality import FIELD

MEASURED = ("", ".2", ".3", ".4", ".5")
"""How the fields of each measurement of the form of an inspection end."""

_OF_MEASURE = ("measure", "unit", "sample", "low", "high")
_ELSEWHERE = {"inspected_at": "inspected_on", "file_sha256": "file", "measures": "values", "findings": "critical"}

Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A refused form: which one, the field to mend and its label, what is wrong, and what was typed.

    `file` tells that a file was chosen, which a browser never sends a second time by itself.
    """

    act: str
    field: str
    label: str
    sentence: str
    told: Mapping[str, str]
    given: Form
    file: bool


def wrong(act: str, form: Form, refused: Refused | AlreadyCorrected, *, file: bool) -> Wrong:
    """The refused form with its field as the page calls it; no field where the form has none of that name."""
    if isinstance(refused, AlreadyCorrected):
        refused = Refused("supersedes", _("has a correction already; correct that one"))
    field = _field(form, refused.field)
    plain, ending = _parted(field)
    label = FIELD.get(act, {}).get(plain, "")
    field = f"{plain}{ending}" if label else ""
    return Wrong(act, field, label, refused.sentence, refused.told, form, file)


def more_measured(refused: Wrong | None) -> bool:
    """Whether a refused form said something of more than one measurement, so that the others must be in sight."""
    return refused is not None and any(name.endswith(MEASURED[1:]) for name in refused.given)


def _field(form: Form, name: str) -> str:
    """The field of the form for what a verb calls `name`, such as `measures/1/low`."""
    steps = name.split("/")
    if len(steps) == 1:
        return _ELSEWHERE.get(name, name)
    if steps[0] != "measures":
        return steps[-1]
    ending = [each for each in MEASURED if form.get(f"values{each}")][int(steps[1])]
    return {"name": "measure"}.get(steps[2], steps[2]) + ending


def _parted(field: str) -> tuple[str, str]:
    plain, dot, number = field.partition(".")
    return plain, dot + number


def _inspect(session: Session, brand: Brand, form: Form, file: bytes | None) -> None:
    at = form.get("inspected_on")
    inspections.add(
        session,
        brand,
        identifier=form.get("key", ""),
        stage=form.get("stage", ""),
        name=form.get("name", ""),
        inspector=form.get("inspector", ""),
        inspected_at=datetime.combine(_day("inspected_on", at), now().timetz()) if at else now(),
        measures=[each for ending in MEASURED if (each := _measure(form, ending))],
        result=form.get("result"),
        condition=form.get("condition"),
        inspector_name=form.get("inspector_name"),
        file_sha256=_digest(session, brand, form, file),
        supersedes=form.get("supersedes"),
        now=now(),
    )


def _measure(form: Form, ending: str) -> inspections.Measure | None:
    """A measurement of the form, None where empty; `ending` tells its fields from those of the others."""
    if f"values{ending}" not in form:
        if any(f"{name}{ending}" in form for name in _OF_MEASURE):
            raise Refused(f"values{ending}", _("this must not be empty"))
        return None
    values = form[f"values{ending}"].replace(";", " ").split()
    facts = {name: form.get(f"{name}{ending}") for name in ("unit", "low", "high")}
    name = form.get(f"measure{ending}", form.get("name", ""))
    return inspections.Measure(name, values, sample=_count(form, f"sample{ending}"), **facts)


def _certify(session: Session, brand: Brand, form: Form, file: bytes | None) -> None:
    facts: dict[str, Any] = {name: form.get(name) for name in ("scope", "kind", "number")}
    facts |= {name: _day(name, form[name]) for name in ("valid_from", "valid_until") if name in form}
    facts |= {name: form.get(name, "") for name in ("name", "issuer")}
    digest = _digest(session, brand, form, file)
    key = form.get("key", "")
    if not key.startswith("/") and ":" not in key:
        raise Refused("key", _("must be a GS1 Digital Link, its path, or another URI"))
    certificates.add(session, brand, identifier=key, file_sha256=digest, **facts, now=now())


def _audit(session: Session, brand: Brand, form: Form, file: bytes | None) -> None:
    audits.add(
        session,
        brand,
        partner=form.get("partner", ""),
        scheme=form.get("scheme", ""),
        audited_on=_day("audited_on", form.get("audited_on", "")),
        result=form.get("result", ""),
        auditor=form.get("auditor", ""),
        site=form.get("site"),
        valid_until=_day("valid_until", form["valid_until"]) if "valid_until" in form else None,
        grade=form.get("grade"),
        findings={name: _count(form, name) or 0 for name in audits.SEVERITIES},
        file_sha256=_digest(session, brand, form, file),
        supersedes=form.get("supersedes"),
        now=now(),
    )


def _require(session: Session, brand: Brand, form: Form, _file: bytes | None) -> None:
    kind = form.get("kind", "")
    required.require(
        session,
        brand,
        kind=kind,
        name=form.get("name", ""),
        gtin=form.get("gtin"),
        category=form.get("category"),
        stage=form.get("stage") if kind == "inspection" else None,
        partner=form.get("partner") if kind == "audit" else None,
        max_age_days=_count(form, "max_age_days"),
        conditional_ok=form.get("conditional_ok") == "1",
        person_id=caller().person_id,
        now=now(),
    )


def _end(session: Session, brand: Brand, form: Form, _file: bytes | None) -> None:
    check = form.get("check", "")
    found(required.get(session, brand.id, check))
    required.end(session, brand, check, person_id=caller().person_id, now=now())


def _show(session: Session, brand: Brand, form: Form, _file: bytes | None) -> None:
    given: dict[str, Any] = {"named": form.get("named") == "1", "sites": form.get("sites", "").split()}
    found(
        suppliers.show(session, brand, form.get("partner", ""), **given, person_id=caller().person_id, now=now())
    )


def _warn(_session: Session, brand: Brand, form: Form, _file: bytes | None) -> None:
    certificates.flag_from(brand, _count(form, "days") or 0)


ACTS: Mapping[str, Callable[[Session, Brand, Form, bytes | None], None]] = {
    "inspections": _inspect,
    "certificates": _certify,
    "audits": _audit,
    "checks": _require,
    "end": _end,
    "suppliers": _show,
    "days": _warn,
}
"""What each form does; the last argument is the file that came with it."""


def _digest(session: Session, brand: Brand, form: Form, file: bytes | None) -> str | None:
    """The hash of the file that came with the form, which is kept where the form asks for it."""
    if file is None:
        return form.get("file_sha256")
    keep = form.get("keep") == "1"
    return proof_files.take(session, open_box(house().keys), brand.id, file, keep=keep, now=now())


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(field, _("must be a day such as 2026-03-31")) from None


def _count(form: Form, name: str) -> int | None:
    text = form.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Refused(name, _("must be a whole number"))
    return int(text)
