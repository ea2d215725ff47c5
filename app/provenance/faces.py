"""From the rows of a passport to the values that its page shows. Pure: no query lives here."""

from collections.abc import Mapping
from typing import Any

from app.gs1 import identifiers
from app.provenance.checks import Verdict
from app.provenance.passport import Place, ProductFace, RecallFace, Step, Voice
from app.provenance.way import Passed
from ledger.said import Said


def text_in(texts: Mapping[str, str] | None, languages: tuple[str, ...]) -> str:
    """A text in the first of these languages that it has, else in English, else in any."""
    texts = texts or {}
    wanted = next((texts[name] for name in (*languages, "en") if texts.get(name)), None)
    return wanted or next(iter(texts.values()), "")


def step(
    passed: Passed, places: Mapping[str, Place], judged: Mapping[int, Verdict], said: Mapping[int, Said]
) -> Step:
    """A step of the way, with what was found about its entry and about who signed it."""
    row = passed.row
    verdict = judged[row.submission_id]
    place = row.read_point or row.biz_location
    return Step(
        id=row.id,
        event_id=row.event_id,
        event_type=row.event_type,
        action=row.action,
        biz_step=row.biz_step,
        disposition=row.disposition,
        at=row.event_time,
        zone=row.event_zone,
        recorded_at=row.record_time,
        place=places.get(place, Place(place)) if place else None,
        partner=row.partner,
        voice=Voice.of(row, said.get(row.submission_id)),
        role=passed.role,
        via=passed.via,
        error_declared=row.error_declared,
        submission_id=row.submission_id,
        index=verdict.index,
        leaf_hash=verdict.leaf_hash,
        intact=verdict.intact,
    )


def product(page: Any, languages: tuple[str, ...]) -> ProductFace | None:
    """The product as the page shows it, or None where the brand has not described it."""
    if page.product_id is None:
        return None
    return ProductFace(
        gtin=page.product_gtin,
        name=text_in(page.product_name, languages),
        description=text_in(page.product_description, languages),
        care=text_in(page.product_care, languages),
        category=page.product_category,
        origin_country=page.product_origin_country,
        origin_place=page.product_origin_place,
        temperature_low=page.product_temperature_low,
        temperature_high=page.product_temperature_high,
        details=tuple((name, text_in(texts, languages)) for name, texts in (page.product_details or {}).items()),
    )


def recall(row: Any, languages: tuple[str, ...]) -> RecallFace | None:
    """An open recall in the reader's language, or None where there is none."""
    if row is None:
        return None
    reason, advice = text_in(row.reason, languages), text_in(row.advice, languages)
    return RecallFace(row.id, row.key, reason, advice, row.opened_at, row.submission_id)


def serial(key: str) -> str | None:
    """The number that tells this one from its like: its serial, in AI 21, 235 or 8011."""
    values = identifiers.values(key)
    return values.get("21") or values.get("235") or values.get("8011")
