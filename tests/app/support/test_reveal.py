"""Personal data is masked; a look at it needs a reason and is an entry without a word of it."""

from datetime import datetime

import pytest
from sqlalchemy import select

from app.db import Db
from app.models.shipments import Customer
from app.support import masking
from app.support.reveal import ReasonRefused, reveal
from ledger.tables import Submission
from tests.support.shop import ship


def look(db: Db, brand_id: str, now: datetime, reason: str, note: str = "", brand: str = "") -> dict[str, object]:
    with db.begin() as session:
        customer = session.scalars(select(Customer)).one()
        return reveal(
            session,
            brand_id=brand or brand_id,
            customer_id=customer.id,
            person_id="ada",
            reason=reason,
            note=note,
            now=now,
        )


def test_a_reason_opens_the_data_and_the_look_is_an_entry(db: Db, brand_id: str, now: datetime) -> None:
    ship(db, brand_id, now)
    assert look(db, brand_id, now, "claim", "Ben called about a claim")["email"] == "ben@example.org"
    with db() as session:
        (entry,) = [e for e in session.scalars(select(Submission.envelope)) if b"personal:revealed" in e]
    assert b'"reason":"claim"' in entry
    assert b'"person":"ada"' in entry
    assert b"Ben" not in entry
    assert b"ben@" not in entry


@pytest.mark.parametrize(("reason", "note"), [("", ""), ("curious", ""), ("other", "short"), ("claim", "x" * 501)])
def test_without_a_good_reason_nothing_is_shown_or_written(
    db: Db, brand_id: str, now: datetime, reason: str, note: str
) -> None:
    ship(db, brand_id, now)
    with pytest.raises(ReasonRefused):
        look(db, brand_id, now, reason, note)
    with db() as session:
        assert not [e for e in session.scalars(select(Submission.envelope)) if b"personal:revealed" in e]


def test_cleo_finds_no_customer_of_adas(db: Db, brand_id: str, now: datetime) -> None:
    ship(db, brand_id, now)
    with pytest.raises(LookupError):
        look(db, brand_id, now, "claim", brand="cleo")


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (masking.name, "Ben Carrow", "B••• C•••"),
        (masking.name, None, ""),
        (masking.email, "ben.carrow@mail.example.org", "b•••@•••.org"),
        (masking.email, "", ""),
        (masking.phone, "+31 20 555 0142", "••• 42"),
        (masking.phone, "12", "•••"),
    ],
)
def test_a_mask_keeps_enough_to_compare_and_no_more(mask: object, value: str | None, shown: str) -> None:
    assert mask(value) == shown  # type: ignore[operator]
