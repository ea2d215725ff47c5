"""What is said and answered of inspections, audits, required checks and suppliers. No route lives here."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from app.web.api.fields import Decimal, Key, Moment
from app.web.body import Answer, Body, Query

_LINE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"  # one line that is not blank
ShortLine = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=_LINE)]
LongLine = Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=_LINE)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=_LINE)]
Id = Annotated[str, StringConstraints(pattern="^[0-9A-Za-z]{26}$")]
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Unit = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=r"^[^\s\x00-\x1f\x7f]+$")]
Stage = Literal["incoming", "in_process", "final", "pre_shipment", "laboratory"]
Result = Literal["pass", "fail", "conditional"]
Count = Annotated[int, Field(ge=0, le=10_000)]


class MeasureIn(Body):
    """One thing that was measured. Numbers are decimal text; `sample` is how many pieces were looked at."""

    name: ShortLine
    values: Annotated[list[Decimal], Field(min_length=1, max_length=200)]
    unit: Unit | None = None
    sample: Annotated[int, Field(ge=1, le=10**9)] | None = None
    low: Decimal | None = None
    high: Decimal | None = None


class InspectionIn(Body):
    """An inspection. The result follows from the limits; state it where a measurement has none.

    `inspector` is an organisation or a role; the name of a person goes into `inspector_name` and is only committed
    to. `supersedes` is the id of the inspection that this one corrects.
    """

    key: Key
    stage: Stage
    name: ShortLine
    inspector: ShortLine
    inspected_at: Moment
    measures: Annotated[list[MeasureIn], Field(max_length=50)] = []
    result: Result | None = None
    condition: LongLine | None = None
    inspector_name: ShortLine | None = None
    file_sha256: Sha256 | None = None
    supersedes: Id | None = None


class InspectionOut(Answer):
    """An inspection and the submission that proves it; `superseded_by` is its correction."""

    id: str
    key: str
    stage: str
    name: str
    measures: list[dict[str, Any]]
    result: str
    condition: str | None
    inspector: str
    inspected_at: Moment
    file_sha256: str | None
    supersedes: str | None
    superseded_by: str | None
    submission: int


class InspectionsOut(Answer):
    """A page of inspections."""

    inspections: list[InspectionOut]


class FindingsIn(Body):
    """How many findings of each severity."""

    critical: Count = 0
    major: Count = 0
    minor: Count = 0


class AuditIn(Body):
    """An audit of a supplier: `partner` is the id of your partner, `site` one of its places."""

    partner: Id
    scheme: ShortLine
    audited_on: date
    result: Result
    auditor: ShortLine
    site: Key | None = None
    valid_until: date | None = None
    grade: Word | None = None
    findings: FindingsIn = FindingsIn()
    auditor_name: ShortLine | None = None
    file_sha256: Sha256 | None = None
    supersedes: Id | None = None


class AuditOut(Answer):
    """An audit and the submission that proves it."""

    id: str
    partner: str
    site: str | None
    scheme: str
    audited_on: date
    valid_until: date | None
    result: str
    grade: str | None
    findings: dict[str, int]
    auditor: str
    file_sha256: str | None
    supersedes: str | None
    superseded_by: str | None
    submission: int


class AuditsOut(Answer):
    """A page of audits."""

    audits: list[AuditOut]


class CheckIn(Body):
    """What every lot of a product, or of a category, needs before it may be packed.

    `name` is the name of the inspection (with its stage), the kind of the certificate, or the scheme of the audit
    (with the partner).
    """

    kind: Literal["inspection", "certificate", "audit"]
    name: ShortLine
    gtin: Annotated[str, StringConstraints(pattern="^([0-9]{8}|[0-9]{12,14})$")] | None = None
    category: Word | None = None
    stage: Stage | None = None
    partner: Id | None = None
    max_age_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    conditional_ok: bool = False


class CheckOut(Answer):
    """A required check; it holds while ended_at is null."""

    id: str
    kind: str
    name: str
    gtin: str | None
    category: str | None
    stage: str | None
    partner: str | None
    max_age_days: int | None
    conditional_ok: bool
    submission: int
    ended_at: Moment | None


class ChecksOut(Answer):
    """A page of required checks that hold now."""

    checks: list[CheckOut]


class KeyQuery(Query):
    """Which lot or item."""

    key: Key


class StandingOut(Answer):
    """How one required check stands: failed, missing, expired, conditional or passed."""

    check: str
    kind: str
    stage: str | None
    name: str
    state: str
    by: str | None


class StandingsOut(Answer):
    """Whether a lot or item may be packed, and how each of its checks stands, the worst first."""

    key: str
    may_be_packed: bool
    checks: list[StandingOut]


class SupplierIn(Body):
    """Whether a supplier is shown by its name; further sites of it."""

    named: bool
    sites: Annotated[list[Key], Field(max_length=100)] = []


class SupplierOut(Answer):
    """What was chosen, and the public page."""

    partner: str
    named: bool
    url: str
