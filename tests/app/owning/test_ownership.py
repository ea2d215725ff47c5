"""An item is claimed by a code, passed on, missed, reset and handed in; its entries name nobody."""

from concurrent.futures import ThreadPoolExecutor

import orjson
import pytest
from sqlalchemy import select, text

from app.brands.tenants import brand_of, log_origin
from app.models.owning import ItemCode, OwnedItem
from app.models.products import EpcisEvent
from app.owning import authority, claiming, codes, items, keeping, secret, takeback
from app.owning.errors import ActRefused
from app.provenance.errors import SignatureRefused
from ledger.fields import verify_opening
from tests.support.owned import LAMP, OTHER, Shop


def refused(code: str, act: object, *args: object, **given: object) -> None:
    with pytest.raises(ActRefused) as refusal:
        act(*args, **given)  # type: ignore[operator]
    assert refusal.value.code == code


def test_a_claim_code_opens_its_item_once(ada: Shop) -> None:
    code = ada.claim_code()
    mine = ada.claim(codes.grouped(code).lower())
    assert ada.opens(mine)
    assert ada.item().state == "claimed"
    refused("unknown_code", ada.claim, code)
    refused("unknown_item", ada.claim, code, key=OTHER)


def test_a_claim_that_is_sent_twice_loses_nobody_the_item(ada: Shop) -> None:
    code, mine = ada.claim_code(), codes.new(codes.SECRET)
    ada.claim(code, mine)
    ada.claim(code, mine)
    assert ada.opens(mine)
    assert len(ada.entries("ownership:item:claimed")) == 1


def test_a_code_of_one_item_opens_no_other(ada: Shop) -> None:
    code = ada.claim_code()
    ada.claim_code(OTHER)
    refused("unknown_code", ada.claim, code, key=OTHER)
    ada.claim(code)


def test_a_new_claim_code_ends_the_one_before(ada: Shop) -> None:
    first, second = ada.claim_code(), ada.claim_code()
    refused("unknown_code", ada.claim, first)
    ada.claim(second)
    refused("claimed", ada.claim_code)


@pytest.mark.parametrize("typed", ["", "0000-0000-0000-0001", "'; DROP TABLE item_code; --", "\x00", "9" * 10_000])
def test_what_can_be_no_code_is_told_before_the_database_is_asked(ada: Shop, typed: str) -> None:
    ada.claim_code()
    refused("mistyped", ada.claim, typed)


def test_no_entry_and_no_row_holds_a_code_or_a_secret(ada: Shop) -> None:
    code = ada.claim_code()
    mine = ada.claim(code)
    handed = ada.pass_on(mine)
    theirs = ada.claim(handed)
    with ada.db() as session:
        tables = [
            row
            for table in ("owned_item", "item_code", "ledger_inbox")
            for row in session.execute(text(f"SELECT * FROM {table}"))
        ]
    stored = repr(tables)
    for each in (code, mine, handed, theirs):
        assert each not in stored
        assert codes.grouped(each) not in stored


def test_the_entry_commits_to_the_owner_and_nothing_links_two_items(ada: Shop) -> None:
    mine, other = ada.claim(ada.claim_code()), codes.new(codes.SECRET)
    ada.claim(ada.claim_code(OTHER), other, OTHER)
    first, second = ada.entries("ownership:item:claimed")
    with ada.db() as session:
        origin = log_origin(brand_of(session, ada.brand_id).log_key)
    verify_opening(origin, secret.opening(mine, LAMP), first["commitments"])
    assert first["body"] == {
        "item": LAMP,
        "state": "claimed",
        "since": "2026-03",
        "owners": 1,
        "missing": None,
        "retired": None,
        "fate": None,
    }
    shared = set(orjson.dumps(first["commitments"]).split(b'"')) & set(
        orjson.dumps(second["commitments"]).split(b'"')
    )
    assert not any(len(each) > 20 for each in shared)


def test_an_item_that_is_passed_on_answers_only_to_its_new_owner(ada: Shop) -> None:
    mine = ada.claim(ada.claim_code())
    code = ada.pass_on(mine)
    assert ada.opens(mine)
    ada.passes(days=13)
    theirs = ada.claim(code)
    assert ada.opens(theirs)
    assert not ada.opens(mine)
    assert ada.item().owners == 2
    assert len(ada.entries("ownership:item:passed")) == 1


def test_a_transfer_code_ends_when_it_is_taken_back_or_too_old(ada: Shop) -> None:
    mine = ada.claim(ada.claim_code())
    first = ada.pass_on(mine)
    assert ada.owner(keeping.keep, mine) == 1
    refused("unknown_code", ada.claim, first)
    second = ada.pass_on(mine)
    ada.passes(days=14)
    refused("unknown_code", ada.claim, second)
    assert ada.opens(mine)


def test_a_missing_item_cannot_be_passed_on_until_it_is_found(ada: Shop) -> None:
    mine = ada.claim(ada.claim_code())
    code = ada.pass_on(mine)
    ada.owner(keeping.report_missing, mine)
    ada.owner(keeping.report_missing, mine)
    refused("unknown_code", ada.claim, code)
    refused("missing", ada.pass_on, mine)
    refused("missing", ada.owner, takeback.hand_in, mine, "post")
    ada.owner(keeping.report_found, mine)
    ada.claim(ada.pass_on(mine))
    kinds = [each["type"].rpartition(":")[2] for each in ada.entries("ownership:item")]
    assert kinds == ["opened", "claimed", "missing", "found", "passed"]


def test_a_reset_ends_the_lost_secret_and_keeps_the_item_missing(ada: Shop) -> None:
    mine = ada.claim(ada.claim_code())
    handed = ada.pass_on(mine)
    ada.owner(keeping.report_missing, mine)
    code = ada.sealed(keeping.reset, LAMP, reason="receipt", person_id="sol")
    assert not ada.opens(mine)
    refused("unknown_code", ada.claim, handed)
    ada.passes(days=3)
    again = ada.claim(code)
    row = ada.item()
    assert (row.owners, row.missing_on is not None, row.claimed_on) == (1, True, row.first_claimed_on)
    ada.owner(keeping.report_found, again)
    (entry,) = ada.entries("ownership:item:reset")
    assert (entry["body"]["reason"], entry["body"]["person"]) == ("receipt", "sol")


def test_only_a_claimed_item_is_reset(ada: Shop) -> None:
    ada.claim_code()
    refused("not_claimed", ada.sealed, keeping.reset, LAMP, reason="order", person_id="sol")
    refused("unknown_item", ada.sealed, keeping.reset, OTHER, reason="order", person_id="sol")
    with pytest.raises(ValueError, match="reason"):
        ada.sealed(keeping.reset, LAMP, reason="because", person_id="sol")


@pytest.mark.parametrize(
    ("key", "code"), [(f"{LAMP}9", "unknown_item"), ("/01/09521234543213", "no_item"), ("nonsense", "no_item")]
)
def test_only_an_item_of_the_record_gets_a_code(ada: Shop, key: str, code: str) -> None:
    refused(code, ada.claim_code, key)


def test_an_item_that_is_handed_in_is_nobodys_and_stays_retired(ada: Shop) -> None:
    mine, partner = ada.claim(ada.claim_code()), ada.partner()
    code = ada.owner(takeback.hand_in, mine, "dropoff")
    given = {"typed": code, "fate": "recycled", "partner_id": partner}
    ada.sealed(takeback.receive, LAMP, **given)
    row = ada.item()
    assert (row.state, row.fate, row.secret_mark) == ("retired", "recycled", None)
    assert not ada.opens(mine)
    refused("unknown_code", ada.sealed, takeback.receive, LAMP, **given)
    refused("retired", ada.claim_code)
    refused("retired", ada.sealed, keeping.reset, LAMP, reason="order", person_id="sol")
    with ada.db() as session:
        event = session.scalars(select(EpcisEvent).where(EpcisEvent.partner_id == partner)).one()
    assert (event.action, event.biz_step, event.disposition) == ("DELETE", "destroying", "destroyed")
    (entry,) = ada.entries("ownership:item:retired")
    assert (entry["body"]["event"], entry["body"]["partner"]) == (event.event_id, partner)


def test_only_an_authorised_partner_collects(ada: Shop) -> None:
    mine, partner = ada.claim(ada.claim_code()), ada.partner(collects=False)
    code = ada.owner(takeback.hand_in, mine, "post")
    given = {"typed": code, "fate": "reused"}
    refused("not_authorised", ada.sealed, takeback.receive, LAMP, **given, partner_id=partner)
    refused("not_authorised", ada.sealed, takeback.receive, LAMP, **given, partner_id="another brand's")
    ada.sealed(takeback.receive, LAMP, **given, person_id="wes")
    assert ada.item().fate == "reused"


def test_a_partner_that_must_sign_hands_in_nothing_unsigned(ada: Shop) -> None:
    mine, partner = ada.claim(ada.claim_code()), ada.partner()
    with ada.db.begin() as session:
        session.execute(text("UPDATE partner SET must_sign = true"))
    code = ada.owner(takeback.hand_in, mine, "post")
    with pytest.raises(SignatureRefused):
        ada.sealed(takeback.receive, LAMP, typed=code, fate="reused", partner_id=partner)
    assert ada.item().state == "claimed"


def test_authority_is_an_entry_and_said_twice_it_is_one(ada: Shop) -> None:
    partner = ada.partner(repairs=True, collects=False)
    ada.does(authority.authorise, partner, repairs=True, collects=False)
    (entry,) = ada.entries("partner:authority")
    assert entry["body"] == {"partner": partner, "repairs": True, "collects": False}
    with pytest.raises(LookupError):
        ada.does(authority.authorise, "nobody", repairs=True, collects=True)


def test_of_two_claims_with_one_code_one_wins(ada: Shop) -> None:
    code = ada.claim_code()
    secrets = [codes.new(codes.SECRET) for _ in range(6)]

    def race(mine: str) -> bool:
        try:
            ada.claim(code, mine)
        except ActRefused:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        won = list(pool.map(race, secrets))
    assert won.count(True) == 1
    assert [ada.opens(each) for each in secrets] == won
    assert ada.item().owners == 1


def test_of_the_next_owner_and_the_owners_word_one_wins(ada: Shop) -> None:
    mine = ada.claim(ada.claim_code())
    code = ada.pass_on(mine)
    with ada.db() as session:
        seen = claiming.owned_by(session, ada.box, mine)
        assert seen is not None
        session.expunge(seen)
    ada.claim(code)
    with ada.db.begin() as session:
        seen = session.merge(seen, load=False)
        refused("changed", keeping.report_missing, session, brand_of(session, ada.brand_id), seen, ada.now)


def test_a_code_does_not_outlive_the_item_that_it_was_made_for(ada: Shop) -> None:
    mine = ada.claim(ada.claim_code())
    ada.owner(takeback.hand_in, mine, "post")
    code = ada.owner(takeback.hand_in, mine, "dropoff")
    ada.pass_on(mine)
    refused("unknown_code", ada.sealed, takeback.receive, LAMP, typed=code, fate="reused", person_id="wes")
    with ada.db() as session:
        assert [each.kind for each in secret.good_codes(session, ada.brand_id, LAMP, ada.now)] == ["transfer"]
        assert items.find(session, "another brand", LAMP) is None
        assert session.scalars(select(ItemCode).where(ItemCode.used_at.is_not(None))).one().kind == "claim"
        assert session.scalars(select(OwnedItem)).one().version > 3
