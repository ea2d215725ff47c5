"""The values of a passport page: what a product, lot, item or unit shows to everybody. No query lives here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, Self

from app.owning.faces import AfterFace, OwnedFace
from ledger.evidence import Evidence
from ledger.said import Said

CheckState = Literal["ok", "bad", "unknown", "pending"]


@dataclass(frozen=True, slots=True)
class BrandFace:
    """The brand as the page shows it."""

    id: str
    slug: str
    name: str
    colour: str
    language: str


@dataclass(frozen=True, slots=True)
class ProductFace:
    """The product in the reader's language; a temperature band is decimal text in degrees Celsius."""

    gtin: str
    name: str
    description: str
    care: str
    category: str | None
    origin_country: str | None
    origin_place: str | None
    temperature_low: str | None
    temperature_high: str | None
    details: tuple[tuple[str, str], ...] = ()  # (name, text), the names of app/provenance/lawful


@dataclass(frozen=True, slots=True)
class LotFace:
    """What the brand says about the lot that the thing is, or is of; a day that is unknown is None."""

    produced_on: date | None
    packed_on: date | None
    best_before: date | None
    expires_on: date | None
    origin_country: str | None
    origin_place: str | None

    @classmethod
    def of(cls, row: Any) -> Self:
        """A lot from its row."""
        return cls(*(getattr(row, name) for name in cls.__slots__))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step happened. `key` is the GLN's path or the URI; the rest is there when the brand described it."""

    key: str
    name: str | None = None
    city: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    zone: str | None = None

    @classmethod
    def of(cls, row: Any) -> Self:
        """A place from its row."""
        return cls(row.key, row.name, row.city, row.country, row.latitude, row.longitude, row.zone)


@dataclass(frozen=True, slots=True)
class Voice:
    """How an event came to be told. `name`: the partner; as the log names it where its signature was checked.

    brand: the brand's own. recorded: by the brand for the partner. typed: by the partner's people, into a form.
    signed: the partner's key signed it. unchecked: it is signed, and not all of it is here to check.
    """

    kind: Literal["brand", "recorded", "typed", "signed", "unchecked"]
    name: str = ""

    @classmethod
    def of(cls, row: Any, said: Said | None) -> Self:
        """The voice of an event's row, with what its signature said."""
        if row.partner is None:
            return cls("brand")
        if said is not None and said.state == "valid":
            return cls("signed", said.name)
        if row.signed_key:
            return cls("unchecked", row.partner)
        return cls("typed" if row.typed_by else "recorded", row.partner)


class Step(NamedTuple):
    """One event of the way. `at` is aware UTC, `zone` the offset of the place as text (`+08:00`).

    `biz_step` and `disposition` are bare words of the CBV, or a full URI for a step outside it.
    `via` is the key of the container in which the thing travelled, None when the event names it itself.
    `role` is how it is named: epc, parent, child, input, output (or a class of these, `..._class`).
    `intact` is False when the stored event is not what the log holds. `voice` says who told it.
    """

    id: int
    event_id: str
    event_type: str
    action: str | None
    biz_step: str | None
    disposition: str | None
    at: datetime
    zone: str
    recorded_at: datetime
    place: Place | None
    partner: str | None
    voice: Voice
    role: str
    via: str | None
    error_declared: bool
    submission_id: int
    index: int | None  # type: ignore[assignment]  # no place of a value is looked for
    leaf_hash: str
    intact: bool


@dataclass(frozen=True, slots=True)
class CertificateFace:
    """A claim by a third party: who says what, until when, and whether it is in force today.

    `signer` is the issuer as the log names it, where its signature was checked; `unchecked` where it could not be.
    """

    id: str
    key: str
    name: str
    issuer: str
    scope: str | None
    valid_from: date | None
    valid_until: date | None
    file_sha256: str | None
    number: str | None
    in_force: bool
    expired: bool
    signer: str
    unchecked: bool
    submission_id: int

    @classmethod
    def of(cls, row: Any, today: date, said: Said | None) -> Self:
        """A certificate from its row, with what its signature said."""
        begun = row.valid_from is None or row.valid_from <= today
        over = row.valid_until is not None and row.valid_until < today
        signer = said.name if said is not None and said.state == "valid" else ""
        return cls(
            id=row.id,
            key=row.key,
            name=row.name,
            issuer=row.issuer,
            scope=row.scope,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            file_sha256=row.file_sha256,
            number=row.number,
            in_force=begun and not over,
            expired=over,
            signer=signer,
            unchecked=bool(row.signed_key) and not signer,
            submission_id=row.submission_id,
        )


@dataclass(frozen=True, slots=True)
class RecallFace:
    """An open recall of this thing or of what it belongs to, in the reader's language."""

    id: str
    key: str
    reason: str
    advice: str
    opened_at: datetime
    submission_id: int


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the record's check: unchanged, included, signed or anchored.

    `text` is a stable key for the sentence to show (`unchanged.ok`), `facts` what the sentence needs, as text.
    """

    name: str
    state: CheckState
    text: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogFace:
    """The brand's log at its newest published checkpoint; `checkpoint` is the signed note itself."""

    origin: str
    size: int
    root: str | None
    checkpoint: str | None
    vkey: str | None

    @classmethod
    def of(cls, found: Evidence) -> Self:
        """The log as evidence found it."""
        return cls(
            found.origin, found.size or 0, found.root.hex() if found.root else None, found.checkpoint, found.vkey
        )


@dataclass(frozen=True, slots=True)
class Passport:
    """The public page of `key`, whole.

    `condition`, `parcel` and `carbon` are values of app.telemetry, app.shipping and app.carbon.
    `quality` is a value of app.provenance.quality, `suppliers` those who have a page of their own.
    """

    key: str
    level: str
    version: int
    brand: BrandFace
    product: ProductFace | None
    gtin: str | None
    lot: str | None
    serial: str | None
    steps: tuple[Step, ...]
    certificates: tuple[CertificateFace, ...]
    recall: RecallFace | None
    condition: Any
    parcel: Any
    carbon: Any
    checks: tuple[Check, ...]
    log: LogFace
    submissions: tuple[int, ...]
    quality: Any = None
    suppliers: tuple[Any, ...] = ()
    owned: OwnedFace | None = None
    after: AfterFace | None = None
    described: LotFace | None = None

    @property
    def intact(self) -> bool:
        """Whether no line of the check is bad."""
        return all(check.state != "bad" for check in self.checks)
