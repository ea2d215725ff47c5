"""A brand's own words: the facts must stay, nothing in them is code, and the standard text comes back."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.brands.tenants import brand_of
from app.care import notices, text_desk
from app.care.own_words import NEEDED, TextRefused, check, fill, written
from app.db import Db
from app.models.shipments import Notice, Shipment
from app.texts import LANGUAGES, translator
from ledger.tables import Submission
from tests.support.shop import ship

OWN = "Dear friend of tea,\n\nOh no!\n{happened}\n\n{arrival}\n\n{action}\n\n{next}"
FACTS = (("A", "Held."), ("B", "Soon."), ("C", "Nothing."), ("Door", "€1"), ("D", "Tomorrow."))


@pytest.mark.parametrize("kind", text_desk.KINDS[:-1])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_standard_text_of_the_editor_reads_as_the_letter_itself(kind: str, language: str) -> None:
    t = translator(language)
    subject, body = text_desk.beginning(kind, t)
    letter = text_desk.sample(kind, t)
    told = text_desk.preview(kind, t, "Ada", subject, body)
    assert told[1] == letter.body(t, date(2026, 11, 29))
    assert "A-1001" in told[0]


@pytest.mark.parametrize("place", NEEDED)
def test_a_text_that_leaves_out_a_fact_is_refused_and_names_it(place: str) -> None:
    with pytest.raises(TextRefused, match=f"leaves out {{{place}}}"):
        check("delay", "Late", OWN.replace(f"{{{place}}}", ""))


@pytest.mark.parametrize(
    ("subject", "body", "mend"),
    [
        ("Late", f"{OWN} {{password}}", "unknown"),
        ("Late", f"{OWN} {{{{ config }}}}", "brace"),
        ("Late", f"{OWN} {{% for x in y %}}", "brace"),
        ("Late", f"{OWN} {{0.__class__}}", "brace"),
        ("Late", f"{OWN} {{happened!r}}", "brace"),
        ("Late", "  ", "empty"),
        ("Late", OWN + "x" * 4000, "long"),
        ("", OWN, "subject"),
        ("Late\r\nBcc: eve@example.org", OWN, "subject"),
        ("Late {happened}", OWN, "subject"),
        ("Late {number", OWN, "subject"),
        ("x" * 201, OWN, "subject"),
    ],
)
def test_what_is_no_text_is_refused_with_its_mend(subject: str, body: str, mend: str) -> None:
    with pytest.raises(TextRefused) as refused:
        check("delay", subject, body)
    assert refused.value.mend == mend


def test_a_fact_that_the_text_has_no_place_for_is_told_all_the_same() -> None:
    assert "Door\n€1" in written(OWN, "A-1", FACTS)


def test_a_fact_that_looks_like_a_place_stays_what_it_is() -> None:
    poisoned = (("A", "{next} {more} {number}"), *FACTS[1:])
    assert "{next} {more} {number}" in written(OWN, "A-1", poisoned)


@given(st.text(alphabet="{}abnextmore \n%$#<>&\\", max_size=200))
def test_whatever_is_typed_it_is_refused_or_filled_and_never_anything_else(body: str) -> None:
    try:
        check("delay", "Late", body)
    except TextRefused:
        return
    assert all(said in written(body, "A-1", FACTS) for _, said in FACTS)


@given(st.text(max_size=80), st.dictionaries(st.sampled_from(["number", "brand"]), st.text(max_size=20)))
def test_filling_knows_no_language_but_places(text: str, values: dict[str, str]) -> None:
    filled = fill(text, values)
    if "{number}" not in text and "{brand}" not in text:
        assert filled == text


def save(db: Db, brand_id: str, now: datetime, kind: str = "delay", body: str = OWN) -> None:
    with db.begin() as session:
        brand = brand_of(session, brand_id)
        text_desk.save(session, brand, kind, "en", "Oh dear, {number}", body, person_id="ada", now=now)


def tell(db: Db, brand_id: str, now: datetime, number: str) -> Notice:
    shipment = ship(db, brand_id, now, number=number)
    with db.begin() as session:
        row = session.get_one(Shipment, shipment.id)
        told = notices.delay(session, shipment=row, reason="lost", window=None, now=now)
    assert told
    return told


def test_a_notice_is_in_the_brands_words_until_they_are_taken_back(db: Db, brand_id: str, now: datetime) -> None:
    save(db, brand_id, now)
    told = tell(db, brand_id, now, "A-1001")
    assert told.subject == "Oh dear, A-1001"
    assert told.body.startswith("Dear friend of tea,\n\nOh no!\nThe carrier can't find your parcel.")
    with db.begin() as session:
        assert text_desk.undo(session, brand_of(session, brand_id), "delay", "en", person_id="ada", now=now)
        assert not text_desk.undo(session, brand_of(session, brand_id), "delay", "en", person_id="ada", now=now)
    assert tell(db, brand_id, now, "A-1002").body.startswith("What happened\n")
    with db() as session:
        assert len([e for e in session.scalars(select(Submission.envelope)) if b"care:text:set" in e]) == 2


def test_a_dry_run_counts_who_would_have_got_it(db: Db, brand_id: str, now: datetime) -> None:
    tell(db, brand_id, now - timedelta(days=31), "A-1000")
    tell(db, brand_id, now - timedelta(days=3), "A-1001")
    tell(db, brand_id, now, "A-1002")
    with db() as session:
        counts = text_desk.dry_run(session, brand_id, "delay", "en", now)
        assert (counts.written, counts.sent, counts.page_only) == (2, {"email": 2}, 0)
        assert text_desk.dry_run(session, brand_id, "delay", "de", now).written == 0
        assert text_desk.dry_run(session, "another brand", "delay", "en", now).written == 0
