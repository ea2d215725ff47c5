"""Warranty, repairs and texts by country: what runs until when, who may repair, and what is said where."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.owning import OwnedItem
from app.owning import guidance, repairs, takeback, warranty
from app.owning.errors import ActRefused
from app.owning.places import in_country
from app.owning.warranty import Until, months_after, until
from app.provenance.errors import Refused
from tests.support.owned import GTIN, LAMP, OTHER, Shop


def terms(**given: Any) -> SimpleNamespace:
    return SimpleNamespace(**({"months": 24, "starts": "claim", "repair_months": 0} | given))


def lamp(**given: Any) -> OwnedItem:
    return OwnedItem(**({"first_claimed_on": date(2026, 3, 2), "sold_on": None} | given))


@pytest.mark.parametrize(
    ("rule", "item", "repaired", "answer"),
    [
        (terms(), lamp(), [], Until("day", date(2028, 3, 2))),
        (terms(), None, [], Until("no_claim")),
        (terms(months=0), lamp(), [], Until("none")),
        (None, lamp(), [], Until("no_terms")),
        (terms(starts="purchase"), lamp(), [], Until("no_purchase")),
        (terms(starts="purchase"), lamp(sold_on=date(2026, 1, 31)), [], Until("day", date(2028, 1, 31))),
        (terms(repair_months=12), lamp(), [date(2028, 2, 1)], Until("day", date(2029, 2, 1), by_repair=True)),
        (terms(repair_months=12), lamp(), [date(2026, 4, 1)], Until("day", date(2028, 3, 2))),
        (terms(repair_months=12), lamp(), [date(2028, 3, 3)], Until("day", date(2028, 3, 2))),
        (terms(repair_months=12), lamp(), [date(2025, 3, 3)], Until("day", date(2028, 3, 2))),
        (terms(), lamp(), [date(2028, 2, 1)], Until("day", date(2028, 3, 2))),
    ],
)
def test_a_warranty_runs_as_its_terms_say(rule: Any, item: Any, repaired: list[date], answer: Until) -> None:
    assert until(rule, item, repaired) == answer


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 1200))
def test_months_are_counted_on_the_calendar(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and months_after(later, 0).day >= 28)


def test_terms_are_said_by_country_and_the_same_again_is_no_entry(ada: Shop) -> None:
    ada.does(warranty.set_warranty, gtin=GTIN, months=12)
    for _ in range(2):
        ada.does(warranty.set_warranty, gtin=GTIN, country="DE", months=24, href="https://ada.example/w")
    with ada.db() as session:
        lines = warranty.terms_of(session, ada.brand_id, GTIN)
        months = {country: getattr(in_country(lines, country), "months", None) for country in ("", "DE", "FR")}
    assert months == {"": 12, "DE": 24, "FR": 12}
    assert len(ada.entries("ownership:warranty")) == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"gtin": "09521234000013", "months": 1}, "gtin"),
        ({"gtin": "x' OR 1=1", "months": 1}, "gtin"),
        ({"country": "de", "months": 1}, "country"),
        ({"country": "ZZ", "months": 1}, "country"),
        ({"months": -1}, "months"),
        ({"months": 1201}, "months"),
        ({"months": 1, "repair_months": 2000}, "repair_months"),
        ({"months": 1, "starts": "never"}, "starts"),
        ({"months": 1, "href": "http://ada.example"}, "href"),
        ({"months": 1, "href": "javascript:alert(1)"}, "href"),
        ({"months": 1, "href": "https://a@ada.example"}, "href"),
        ({"months": 1, "href": 'https://ada.example/">x'}, "href"),
        ({"months": 1, "href": "https://[ada"}, "href"),
    ],
)
def test_wrong_terms_name_their_field(ada: Shop, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        ada.does(warranty.set_warranty, **{"gtin": GTIN, **given})
    assert refusal.value.field == field


def test_guidance_is_said_by_country_and_language(ada: Shop) -> None:
    ada.does(guidance.set_guidance, gtin=GTIN, topic="recycling", text={"en": "Bring it back"})
    for _ in range(2):
        ada.does(
            guidance.set_guidance, gtin=GTIN, topic="recycling", country="FR", text={"fr": "Bac jaune", "en": " "}
        )
    with ada.db() as session:
        lines = guidance.guidance_of(session, ada.brand_id, GTIN)
    assert {each.country: each.text for each in lines} == {"": {"en": "Bring it back"}, "FR": {"fr": "Bac jaune"}}
    assert len(ada.entries("ownership:guidance")) == 2
    for wrong in ({"topic": "song"}, {"text": {"english words": "x"}}, {"text": {"en": "x" * 2001}}):
        with pytest.raises(Refused):
            ada.does(guidance.set_guidance, **{"gtin": GTIN, "topic": "care", "text": {}, **wrong})


def test_an_authorised_partner_records_a_repair_once(ada: Shop) -> None:
    partner = ada.partner()
    given = {
        "key": LAMP,
        "kind": "battery",
        "parts": ["/01/09521234543213", "B-77"],
        "repaired_on": date(2026, 3, 1),
    }
    first, second = (ada.does(repairs.record_repair, partner, **given) for _ in range(2))
    assert first.id == second.id
    assert ada.item().repairs == 1
    (entry,) = ada.entries("ownership:repair:recorded")
    assert entry["body"]["parts"] == given["parts"]
    assert ada.does(repairs.withdraw, partner, first.id)
    assert ada.does(repairs.withdraw, partner, first.id)
    assert not ada.does(repairs.withdraw, "somebody else", first.id)
    assert len(ada.entries("ownership:repair:withdrawn")) == 1
    with ada.db() as session:
        assert repairs.repairs_of(session, ada.brand_id, LAMP) == []
        assert len(repairs.repairs_by(session, ada.brand_id, partner, limit=5)) == 1


def test_nobody_else_records_one(ada: Shop) -> None:
    given = {"key": LAMP, "kind": "mended", "repaired_on": date(2026, 3, 1)}
    for partner in (ada.partner(repairs=False), "another brand's"):
        with pytest.raises(ActRefused, match="not_authorised"):
            ada.does(repairs.record_repair, partner, **given)
    assert ada.entries("ownership:repair") == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "magic"}, "kind"),
        ({"parts": ["a b"]}, "parts"),
        ({"parts": ["x"] * 21}, "parts"),
        ({"repaired_on": date(2026, 3, 4)}, "on"),
        ({"repaired_on": date(1999, 1, 1)}, "on"),
        ({"file_sha256": "AB" * 32}, "file_sha256"),
    ],
)
def test_a_wrong_repair_names_its_field(ada: Shop, wrong: dict[str, Any], field: str) -> None:
    given = {"key": LAMP, "kind": "mended", "repaired_on": date(2026, 3, 1)}
    with pytest.raises(Refused) as refusal:
        ada.does(repairs.record_repair, ada.partner(), **{**given, **wrong})
    assert refusal.value.field == field


def test_what_was_handed_in_is_not_repaired(ada: Shop) -> None:
    partner, mine = ada.partner(), ada.claim(ada.claim_code())
    ada.sealed(takeback.receive, LAMP, typed=ada.owner(takeback.hand_in, mine, "post"), fate="reused")
    given = {"kind": "mended", "repaired_on": date(2026, 3, 1)}
    with pytest.raises(ActRefused, match="retired"):
        ada.does(repairs.record_repair, partner, key=LAMP, **given)
    with pytest.raises(ActRefused, match="unknown_item"):
        ada.does(repairs.record_repair, partner, key=f"{OTHER}9", **given)
