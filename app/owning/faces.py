"""What the public page of an item shows of the time after the sale. Reads only; names nobody.

Everything here is compared with the log by the page's own check (app/provenance/shown).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from app.models.brands import Partner
from app.models.owning import Guidance, OwnedItem, Repair, Warranty
from app.owning.places import in_country
from ledger.quick import Quick, both

SHOWN = ("care", "repair", "recycling")
"""The topics of a public page; how to hand an item in is told to its owner."""

_ITEM: Table = OwnedItem.__table__  # type: ignore[assignment]
_REPAIR: Table = Repair.__table__  # type: ignore[assignment]
_PARTNER: Table = Partner.__table__  # type: ignore[assignment]
_GUIDANCE: Table = Guidance.__table__  # type: ignore[assignment]
_WARRANTY: Table = Warranty.__table__  # type: ignore[assignment]

_OWNED = Quick(both(select(_ITEM).where(_ITEM.c.brand_id == bindparam("brand"), _ITEM.c.key == bindparam("key"))))
_REPAIRS = Quick(
    both(
        select(_REPAIR, _PARTNER.c.name.label("partner"))
        .join_from(_REPAIR, _PARTNER, _PARTNER.c.id == _REPAIR.c.partner_id)
        .where(_REPAIR.c.brand_id == bindparam("brand"), _REPAIR.c.key == bindparam("key"))
        .where(_REPAIR.c.withdrawn_at.is_(None))
        .order_by(_REPAIR.c.repaired_on.desc(), _REPAIR.c.id.desc())
    )
)
_TEXTS = Quick(
    both(
        select(_GUIDANCE)
        .where(_GUIDANCE.c.brand_id == bindparam("brand"), _GUIDANCE.c.gtin == bindparam("gtin"))
        .order_by(_GUIDANCE.c.topic, _GUIDANCE.c.country)
    )
)
_TERMS = Quick(
    both(
        select(_WARRANTY)
        .where(_WARRANTY.c.brand_id == bindparam("brand"), _WARRANTY.c.gtin == bindparam("gtin"))
        .order_by(_WARRANTY.c.country)
    )
)


@dataclass(frozen=True, slots=True)
class RepairFace:
    """A repair in the brand's name: who (a company), when, what; `parts` are identifiers."""

    kind: str
    partner: str
    repaired_on: date
    parts: tuple[str, ...]
    file_sha256: str | None


@dataclass(frozen=True, slots=True)
class OwnedFace:
    """Where the ownership of an item stands. Only months of these days are shown."""

    state: str
    claimed_on: date | None
    owners: int
    missing_on: date | None
    retired_on: date | None
    fate: str | None
    repairs: tuple[RepairFace, ...]

    @classmethod
    def of(cls, owned: "Owned") -> "OwnedFace | None":
        """The face of an item's rows; None where nothing was ever said."""
        row = owned.row
        if row is None:
            return None
        repairs = (
            RepairFace(each.kind, each.partner, each.repaired_on, tuple(each.parts), each.file_sha256)
            for each in owned.repairs
        )
        return cls(row.state, row.claimed_on, row.owners, row.missing_on, row.retired_on, row.fate, tuple(repairs))


@dataclass(frozen=True, slots=True)
class Owned:
    """The rows of an item as the database has them."""

    row: Any = None
    repairs: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """What is said of a product in every country."""

    texts: Sequence[Any] = ()
    terms: Sequence[Any] = ()

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries with a line of their own."""
        shown = (each for each in self.texts if each.topic in SHOWN)
        return tuple(sorted({each.country for each in (*shown, *self.terms) if each.country}))

    def text_in(self, country: str, topic: str) -> Any:
        """The line of a topic that counts there and says something, or None."""
        line = in_country((each for each in self.texts if each.topic == topic), country)
        return line if line is not None and (line.text or line.href) else None

    def terms_in(self, country: str) -> Any:
        """The terms of the warranty that count there, or None."""
        return in_country(self.terms, country)


@dataclass(frozen=True, slots=True)
class TopicFace:
    """One topic in a reader's language."""

    topic: str
    text: str
    href: str | None


@dataclass(frozen=True, slots=True)
class TermsFace:
    """The terms of a warranty in a country; 0 months: there is none."""

    months: int
    starts: str
    repair_months: int
    href: str | None


@dataclass(frozen=True, slots=True)
class AfterFace:
    """Care, repair, recycling and warranty in one country, and which other countries have words of their own."""

    country: str
    countries: tuple[str, ...]
    topics: tuple[TopicFace, ...]
    terms: TermsFace | None


def owned(session: Session, brand_id: str, key: str) -> Owned:
    """The rows of an item; a second statement only for one that was repaired."""
    given = {"brand": brand_id, "key": key}
    row = _OWNED.first(session.connection(), given)
    if row is None:
        return Owned()
    return Owned(row, _REPAIRS.rows(session.connection(), given) if row.repairs else ())


def lines(session: Session, brand_id: str, gtin: str) -> Lines:
    """What is said of a product, in every country."""
    given = {"brand": brand_id, "gtin": gtin}
    return Lines(_TEXTS.rows(session.connection(), given), _TERMS.rows(session.connection(), given))
