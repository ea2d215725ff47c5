"""One notice per trouble and promise, in the customer's language, with four facts; nothing personal in the log."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.care import notices, preferences
from app.db import Db
from app.models.products import Recall
from app.models.shipments import Customer, Notice, Outgoing, Promise, Shipment, Unsubscribe
from app.shipping.orders import Buyer
from ledger.tables import Submission
from tests.support.shop import BEN, ship

WINDOW = (date(2026, 3, 6), date(2026, 3, 8))


def tell_delay(db: Db, shipment: Shipment, now: datetime, **more: Any) -> Notice | None:
    told = {"reason": "customs_documents", "window": WINDOW, **more}
    with db.begin() as session:
        return notices.delay(session, shipment=session.get_one(Shipment, shipment.id), now=now, **told)


def test_a_delay_says_its_four_facts(db: Db, brand_id: str, now: datetime) -> None:
    notice = tell_delay(db, ship(db, brand_id, now), now)
    assert notice
    happened, arrives, action, again = notice.body.split("\n\n")
    assert happened == "What happened\nCustoms holds your parcel because documents are missing."
    assert arrives == (
        "When it arrives\nWe expect it in this window: 6–8 Mar 2026. That is up to 3 days later than promised. "
        "It is an estimate; we can't say yet how sure it is."
    )
    assert action.startswith("What you can do\nSend us the documents by the link in our email")
    assert again == "When we write next\nBy 4 March 2026 at the latest, and earlier if something changes."


def test_an_unknown_date_is_said_to_be_unknown(db: Db, brand_id: str, now: datetime) -> None:
    notice = tell_delay(db, ship(db, brand_id, now), now, reason="unknown", window=None)
    assert notice
    assert "We do not know the reason yet." in notice.body
    assert "We do not know a new date yet." in notice.body


def test_the_same_trouble_of_the_same_promise_is_told_once(db: Db, brand_id: str, now: datetime) -> None:
    shipment = ship(db, brand_id, now)
    assert tell_delay(db, shipment, now)
    assert tell_delay(db, shipment, now + timedelta(hours=6)) is None
    with db() as session:
        assert len(session.scalars(select(Outgoing)).all()) == 1


def test_a_new_promise_may_be_broken_anew(db: Db, brand_id: str, now: datetime) -> None:
    shipment = ship(db, brand_id, now)
    assert tell_delay(db, shipment, now)
    with db.begin() as session:
        session.add(
            Promise(
                id="p2",
                brand_id=brand_id,
                shipment_id=shipment.id,
                ordinal=2,
                source="ups",
                window_from=WINDOW[0],
                window_to=WINDOW[1],
                submission_id=1,
                stated_at=now,
            )
        )
    assert tell_delay(db, shipment, now)


def test_no_personal_data_enters_the_log(db: Db, brand_id: str, now: datetime) -> None:
    assert tell_delay(db, ship(db, brand_id, now), now)
    with db() as session:
        entries = b"\n".join(session.scalars(select(Submission.envelope)))
    assert b"care:notice:written" in entries
    for secret in ("Ben", "ben@example.org", "Prinsengracht", "A-1001"):
        assert secret.encode() not in entries


def test_a_customer_who_unsubscribed_finds_the_notice_on_the_page_only(
    db: Db, brand_id: str, now: datetime
) -> None:
    shipment = ship(db, brand_id, now)
    with db.begin() as session:
        customer = session.scalars(select(Customer)).one()
        token = preferences.unsubscribe_token(session, customer, "email", now)
        session.flush()
        preferences.withdraw(session, session.get_one(Unsubscribe, token), now)
    assert tell_delay(db, shipment, now)
    with db() as session:
        assert session.scalars(select(Outgoing)).all() == []


def test_a_recall_is_told_in_spite_of_that(db: Db, brand_id: str, now: datetime) -> None:
    shipment = ship(db, brand_id, now)
    with db.begin() as session:
        customer = session.scalars(select(Customer)).one()
        token = preferences.unsubscribe_token(session, customer, "email", now)
        session.flush()
        preferences.withdraw(session, session.get_one(Unsubscribe, token), now)
        recall = Recall(id="r1", reason={"en": "Splinters."}, advice={"en": "Bring it back."})
        told = notices.recall(session, shipment=session.get_one(Shipment, shipment.id), recall=recall, now=now)
    assert told
    assert "Splinters." in told.body
    with db() as session:
        assert len(session.scalars(select(Outgoing)).all()) == 1


def test_nobody_writes_to_somebody_who_was_erased(db: Db, brand_id: str, now: datetime) -> None:
    shipment = ship(db, brand_id, now)
    with db.begin() as session:
        session.scalars(select(Customer)).one().erased_at = now
    assert tell_delay(db, shipment, now) is None


@pytest.mark.parametrize(
    ("peak", "limit", "sentence"),
    [("11.5", "8", "11.5 °C; the upper limit is 8 °C"), ("-1.25", "2", "-1.25 °C; the lower limit is 2 °C")],
)
def test_an_excursion_names_the_peak_and_the_limit(
    db: Db, brand_id: str, now: datetime, peak: str, limit: str, sentence: str
) -> None:
    shipment = ship(db, brand_id, now)
    facts: dict[str, Any] = {"device_name": "box-7", "started_at": now, "unit": "CEL", "alarm_id": "7", "now": now}
    with db.begin() as session:
        row = session.get_one(Shipment, shipment.id)
        notice = notices.excursion(session, shipment=row, peak=peak, limit=limit, **facts)
        assert notices.excursion(session, shipment=row, peak=peak, limit=limit, **facts) is None
    assert notice
    assert sentence in notice.body
    assert "box-7" not in notice.body
    assert "2 Mar 2026, 10:30" in notice.body  # at the destination


@pytest.mark.parametrize("language", ["zh", "ar", "es", "de", "pt", "id"])
def test_the_customer_reads_it_in_the_own_language(db: Db, brand_id: str, now: datetime, language: str) -> None:
    buyer = Buyer(email="ben@example.org", language=language)
    notice = tell_delay(db, ship(db, brand_id, now, buyer=buyer), now)
    assert notice
    assert notice.language == language
    assert "What happened" not in notice.body
    assert BEN.name not in notice.body
