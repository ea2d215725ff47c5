"""After the sale over HTTP: claim codes, who owns an item, repairs, take-backs. Verbs are elsewhere.

What is said of whole products, warranty and advice, is in owning_terms.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.brands.throttle import forgive_code
from app.db import reading
from app.models.owning import OwnedItem, Repair
from app.owning import claiming, codes, items, repairs, takeback
from app.owning.facts import owned_body
from app.sealed import open_box
from app.web.api.door import door
from app.web.api.fields import Key
from app.web.api.spec import refusals, tells
from app.web.body import Answer, Body, Query
from app.web.code_tries import counted, visitor
from app.web.context import caller, house, now, partner
from app.web.idempotency import once
from app.web.problems import found
from app.web.rules import machine
from app.web.rules import partner as partners_only

bp = door("after_sale", "Ownership, warranty and repair")

Day = Annotated[date, Field(strict=False)]
Part = Annotated[str, StringConstraints(pattern="^[!-~]{1,200}$")]
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class CodesIn(Body):
    """Items that get a claim code each; `sold_on` is the day of purchase, for a warranty from then on."""

    keys: Annotated[list[Key], Field(min_length=1, max_length=claiming.MOST)]
    sold_on: Day | None = None


class CodeOut(Answer):
    """A claim code. It is told now and never again."""

    key: str
    code: str
    url: str


class CodesOut(Answer):
    """The codes, in the order of their items."""

    codes: list[CodeOut]


class OwnedOut(Answer):
    """Where the ownership of an item stands, as its newest entry says it: free, claimed or retired."""

    item: str
    state: str
    since: str | None
    owners: int
    missing: str | None
    retired: str | None
    fate: str | None


class RepairIn(Body):
    """A repair of an item; `parts` are identifiers of what was put in, `file_sha256` the hash of your report."""

    key: Key
    kind: Literal["part", "battery", "mended", "adjusted", "cleaned", "inspected"]
    parts: Annotated[list[Part], Field(max_length=repairs.MOST_PARTS)] = []
    on: Day
    file_sha256: Sha256 | None = None


class RepairOut(Answer):
    """A repair that stands on its item's page, until it is withdrawn."""

    id: str
    key: str
    kind: str
    parts: list[str]
    on: date
    file_sha256: str | None
    withdrawn: bool


class RepairsOut(Answer):
    """Your repairs, the newest first."""

    repairs: list[RepairOut]


class TakeBackIn(Body):
    """An item that came back, the code that its owner handed over with it, and what becomes of it."""

    key: Key
    code: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    fate: Literal["reused", "recycled"]
    place: Annotated[str, StringConstraints(pattern=r"^/414/[0-9]{13}$")] | None = None


class ItemQuery(Query):
    """An item."""

    key: Key


@bp.post("/api/v1/claim-codes")
@machine("products:write", "warehouse")
@bp.input(CodesIn)
@once
@bp.output(CodesOut, 201)
def post_codes(session: Session, json_data: CodesIn) -> dict[str, Any]:
    """Make a claim code for each of these items; the unused one before it ends. All of them, or none."""
    brand, box = brand_of(session, caller().brand_id), open_box(house().keys)
    made = claiming.make_codes(session, box, brand, json_data.keys, sold_on=json_data.sold_on, now=now())
    base = house().settings.base_url
    return {
        "codes": [{"key": each.key, "code": codes.grouped(each.code), "url": base + each.key} for each in made]
    }


@bp.get("/api/v1/ownership")
@machine("events:read", "warehouse", "support", "auditor")
@bp.input(ItemQuery, location="query")
@bp.output(OwnedOut)
def get_ownership(query_data: ItemQuery) -> dict[str, Any]:
    """Where the ownership of an item stands; 404 where no code was ever made for it."""
    with reading(house().db) as session:
        row: OwnedItem = found(items.find(session, caller().brand_id, query_data.key))
    return owned_body(row)


@bp.post("/api/v1/repairs")
@partners_only("events:write")
@bp.input(RepairIn)
@once
@bp.output(RepairOut, 201)
def post_repair(session: Session, json_data: RepairIn) -> dict[str, Any]:
    """Record a repair in the brand's name; the brand must have authorised you."""
    given = json_data.model_dump(exclude={"on"}) | {"repaired_on": json_data.on}
    brand = brand_of(session, caller().brand_id)
    return _repair(repairs.record_repair(session, brand, partner(), **given, now=now()))


@bp.get("/api/v1/repairs")
@partners_only("events:write")
@bp.output(RepairsOut)
def get_repairs() -> dict[str, Any]:
    """Your newest two hundred repairs."""
    with reading(house().db) as session:
        rows = repairs.repairs_by(session, caller().brand_id, partner(), limit=200)
    return {"repairs": [_repair(row) for row in rows]}


@bp.post("/api/v1/repairs/<repair_id>/withdraw")
@partners_only("events:write")
@once
@bp.output(RepairOut)
def post_withdrawal(session: Session, repair_id: str) -> dict[str, Any]:
    """Withdraw a repair that was a mistake. The log keeps both."""
    brand = brand_of(session, caller().brand_id)
    if not repairs.withdraw(session, brand, partner(), repair_id, now()):
        found(None)
    return _repair(session.get_one(Repair, repair_id))


@bp.post("/api/v1/take-backs")
@machine("events:write", "warehouse")
@bp.input(TakeBackIn)
@counted
@once
@tells(responses=refusals(429))
@bp.output(OwnedOut, 201)
def post_take_back(session: Session, json_data: TakeBackIn) -> dict[str, Any]:
    """Take an item back against its owner's code: it is retired, and nobody's. A partner must be authorised."""
    brand, who = brand_of(session, caller().brand_id), caller()
    row = takeback.receive(
        session,
        open_box(house().keys),
        brand,
        json_data.key,
        typed=json_data.code,
        fate=json_data.fate,
        place=json_data.place,
        partner_id=who.partner_id,
        person_id=who.person_id,
        now=now(),
    )
    forgive_code(session, row.key, visitor())
    return owned_body(row)


def _repair(row: Repair) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in ("id", "key", "kind", "parts", "file_sha256")}
    return facts | {"on": row.repaired_on, "withdrawn": row.withdrawn_at is not None}
