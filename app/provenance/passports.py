"""Passports: from a key to the page that everybody may open, with its proof. Reads only; verbs are elsewhere.

The values are in app/provenance/passport, made of rows in faces; the events in way, the judging in checks.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Table, bindparam, select
from sqlalchemy.orm import Session

from app.carbon.journey import Known, journey
from app.carbon.known import known
from app.gs1 import identifiers
from app.keep import Keep, afresh
from app.models.brands import Brand
from app.models.products import Certificate, Location, Product
from app.models.products import Passport as PassportRow
from app.provenance import aftersale, faces, lots, quality, shown, signers, suppliers
from app.provenance.checks import Shown, checks, verdicts
from app.provenance.containment import containers
from app.provenance.passport import (
    BrandFace,
    CertificateFace,
    LogFace,
    LotFace,
    Passport,
    Place,
)
from app.provenance.recalled import open_recall_of
from app.provenance.way import Passed, way
from app.shipping.views import ParcelView, parcel_for_passport
from app.telemetry.conditions import Condition, condition_of
from app.telemetry.windows import watched
from ledger import anchor
from ledger.log import evidence, head_size
from ledger.quick import Quick, both

_PASSPORT: Table = PassportRow.__table__  # type: ignore[assignment]
_BRAND: Table = Brand.__table__  # type: ignore[assignment]
_PRODUCT: Table = Product.__table__  # type: ignore[assignment]
_LOCATION: Table = Location.__table__  # type: ignore[assignment]
_CERTIFICATE: Table = Certificate.__table__  # type: ignore[assignment]

_STANDING = Quick(
    both(
        select(_PASSPORT.c.brand_id, _BRAND.c.language, _BRAND.c.log_id, _PASSPORT.c.version)
        .join_from(_PASSPORT, _BRAND, _BRAND.c.id == _PASSPORT.c.brand_id)
        .outerjoin(_PRODUCT, (_PRODUCT.c.brand_id == _PASSPORT.c.brand_id) & (_PRODUCT.c.gtin == _PASSPORT.c.gtin))
        .where(_PASSPORT.c.key == bindparam("key"))
        .order_by(_PRODUCT.c.id.is_(None), _PRODUCT.c.created_at, _PASSPORT.c.created_at, _PASSPORT.c.brand_id)
        .limit(1)
    )
)
_PAGE = Quick(
    both(
        select(_PASSPORT.c.version, _PASSPORT.c.level, _PASSPORT.c.gtin, _PASSPORT.c.lot_key)
        .add_columns(*(column.label(f"brand_{column.name}") for column in _BRAND.c if column.name != "settings"))
        .add_columns(*(column.label(f"product_{column.name}") for column in _PRODUCT.c))
        .join_from(_PASSPORT, _BRAND, _BRAND.c.id == _PASSPORT.c.brand_id)
        .outerjoin(_PRODUCT, (_PRODUCT.c.brand_id == _PASSPORT.c.brand_id) & (_PRODUCT.c.gtin == _PASSPORT.c.gtin))
        .where(_PASSPORT.c.brand_id == bindparam("brand"), _PASSPORT.c.key == bindparam("key"))
    )
)
_KEYS: BindParameter[list[str]] = bindparam("keys", expanding=True)
_PLACES = Quick(
    both(select(_LOCATION).where(_LOCATION.c.brand_id == bindparam("brand"), _LOCATION.c.key.in_(_KEYS)))
)
_CLAIMS = Quick(
    both(
        select(_CERTIFICATE)
        .where(_CERTIFICATE.c.brand_id == bindparam("brand"), _CERTIFICATE.c.key.in_(_KEYS))
        .order_by(_CERTIFICATE.c.created_at)
    )
)


class Standing(NamedTuple):
    """Whose a passport is, the language of that brand, and what a kept page must be keyed by."""

    brand_id: str
    language: str
    version: int
    log_size: int


def standing(session: Session, key: str) -> Standing | None:
    """The passport that a scan of `key` opens, or None where nobody has one. Two statements.

    Of several brands the one that registered the product counts, else the one that named the thing first.
    """
    row = _STANDING.first(session.connection(), {"key": key})
    return Standing(row.brand_id, row.language, row.version, head_size(session, row.log_id)) if row else None


def resolve(session: Session, key: str) -> tuple[str, str] | None:
    """Whose passport a scan of `key` opens, as `standing` says: (brand_id, key), or None where nobody has one."""
    row = _STANDING.first(session.connection(), {"key": key})
    return (row.brand_id, key) if row else None


def assemble(
    session: Session,
    brand_id: str,
    key: str,
    *,
    now: datetime,
    language: str,
    vkey: str | None = None,
    keep: Keep = afresh,
    carbon: bool = False,
    country: str = "",
) -> Passport | None:
    """The passport of the canonical `key`, checked against the log, or None where the brand has none.

    `vkey` pins the key that must have signed the log; without it the one stored beside the checkpoint is used.
    `keep` may share among things what is not checked here: the condition of a container, a parcel, the places.
    `carbon` has what the way emitted looked at even where nobody has stated anything. `country`: whose words about
    care and warranty are wanted.
    """
    page = _PAGE.first(session.connection(), {"brand": brand_id, "key": key})
    if page is None:
        return None
    family = _family(key, page.lot_key)
    around = containers(session, brand_id, [key, page.lot_key] if page.lot_key else [key])
    passed = way(session, brand_id, key, page.lot_key, around)
    claims = _CLAIMS.rows(session.connection(), {"brand": brand_id, "keys": family})
    lot = lots.known(session, brand_id, page.lot_key or key)
    recall = open_recall_of(session, brand_id, family, passed, now)
    windows = watched(session, brand_id, key, around)
    condition = keep(("condition", windows), lambda: condition_of(session, windows, now))
    parcel = parcel_for_passport(session, brand_id, _carried(key, passed), keep)
    emitted = known(
        session, brand_id, _speaking(family, passed), parcel.shipment_id if parcel else None, always=carbon
    )
    partners = _partners(passed)
    quality_ = quality.of(session, brand_id, family, claims, partners, now)
    sold = aftersale.of(session, brand_id, page, key, country, keep)
    told = [(lot.submission_id, shown.lot(lot))] if lot else []
    compared = _compared(page, passed, claims, recall, emitted, [*told, *quality_.compared(), *sold.compared()])
    rows = [*(each.row for each in passed), *claims]
    keys = signers.key_submissions(session, _signing(rows))
    found = evidence(session, page.brand_log_id, [*compared, *_others(condition, parcel), *keys])
    judged, said = signers.judge(session, page.brand_log_id, found, verdicts(found, compared), rows)
    visited = _visited(passed)
    places = keep(("places", visited), lambda: _places(session, brand_id, visited))
    newest_anchor = keep("anchor", lambda: anchor.latest(session, page.brand_log_id))
    steps = tuple(faces.step(each, places, judged, said) for each in passed)
    words = (language, page.brand_language)
    return Passport(
        key=key,
        level=page.level,
        version=page.version,
        brand=BrandFace(brand_id, page.brand_slug, page.brand_name, page.brand_colour, page.brand_language),
        product=faces.product(page, words),
        gtin=page.gtin,
        lot=identifiers.values(page.lot_key or key).get("10"),
        serial=faces.serial(key),
        steps=steps,
        certificates=tuple(CertificateFace.of(row, now.date(), said.get(row.submission_id)) for row in claims),
        recall=faces.recall(recall, words),
        condition=condition,
        parcel=parcel,
        carbon=journey(key, steps, emitted) if emitted else None,
        checks=checks(found, judged.values(), vkey=vkey, anchor=newest_anchor),
        log=LogFace.of(found),
        submissions=tuple(judged),
        quality=quality_,
        owned=sold.owner(),
        after=sold.advice(lambda texts: faces.text_in(texts, words)),
        described=LotFace.of(lot) if lot else None,
        suppliers=keep(("suppliers", partners), lambda: suppliers.linked(session, brand_id, partners)),
    )


def _family(key: str, lot_key: str | None) -> list[str]:
    """The thing, its lot, its product: what a certificate or a recall may speak about."""
    above = [key, lot_key, *identifiers.parents(lot_key or key), *identifiers.parents(key)]
    return list(dict.fromkeys(each for each in above if each))


def _speaking(family: list[str], passed: list[Passed]) -> list[str]:
    """What may tell of a part of the way, the nearest first: the thing, what it was in, its lot, its product."""
    inside = [each.via for each in reversed(passed) if each.via]
    return list(dict.fromkeys([family[0], *inside, *family[1:]]))


def _carried(key: str, passed: list[Passed]) -> list[str]:
    """What a shipment may name to carry the thing: itself, or a container it is or was in."""
    return list(dict.fromkeys([key, *(each.via for each in reversed(passed) if each.via)]))


def _compared(
    page: Any,
    passed: list[Passed],
    claims: list[Any],
    recall: Any,
    emitted: Known | None,
    more: list[tuple[int, Shown]],
) -> dict[int, list[Shown]]:
    """By submission: how the entry must agree with each row that the page shows for it."""
    pairs = [(each.row.submission_id, shown.event(each.row, each.role, each.key)) for each in passed]
    pairs += ((row.submission_id, shown.certificate(row)) for row in claims)
    pairs += ((row.submission_id, shown.statement(row)) for row in (emitted.stated if emitted else ()))
    pairs += more
    if recall:
        pairs.append((recall.submission_id, shown.recall(recall)))
    if page.product_submission_id:
        pairs.append((page.product_submission_id, shown.product(page)))
    compared: dict[int, list[Shown]] = {}
    for submission_id, comparison in pairs:
        compared.setdefault(submission_id, []).append(comparison)
    return compared


def _others(condition: Condition | None, parcel: ParcelView | None) -> list[int]:
    """Entries of other rooms that the page rests on: seals and alarms, the parcel's way and promises."""
    seals = condition.seal_submission_ids if condition else []
    alarms = [each.submission_id for each in condition.excursions if each.submission_id] if condition else []
    return [*seals, *alarms, *(parcel.submission_ids if parcel else ())]


def _visited(passed: list[Passed]) -> tuple[str, ...]:
    return tuple(sorted({place for each in passed if (place := each.row.read_point or each.row.biz_location)}))


def _places(session: Session, brand_id: str, keys: tuple[str, ...]) -> dict[str, Place]:
    return {
        row.key: Place.of(row)
        for row in _PLACES.rows(session.connection(), {"brand": brand_id, "keys": list(keys)})
    }


def _signing(rows: list[Any]) -> set[str]:
    """The partners who signed one of these events and certificates."""
    return {row.partner_id for row in rows if row.signed_key and row.partner_id}


def _partners(passed: list[Passed]) -> tuple[str, ...]:
    """Who told something of the way."""
    return tuple(sorted({each.row.partner_id for each in passed if each.row.partner_id}))
