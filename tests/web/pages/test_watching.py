"""Watching an item: asked by mail, confirmed by a link, told of news, stopped by a link; and a feed for others."""

import json
from datetime import timedelta
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from app import outbox, retention
from app.brands.tenants import brand_of
from app.channels import watch_email
from app.channels.email import Mail
from app.house import House
from app.models.shipments import Case, Outgoing
from app.models.watching import LogFinding, Watch, WatchMail
from app.provenance.recall import open_recall
from app.watching import news, selfcheck
from app.web.pages import customer, watching
from tests.web.conftest import Clock, Company
from tests.web.pages.conftest import GTIN, capture, event, publish

BEN = "Ben@Example.org"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def _empty_shelves() -> None:
    customer._pages.clear()
    customer._standings.clear()
    watching._feeds.clear()


def ask(client: FlaskClient, key: str, email: str = BEN, language: str = "en") -> int:
    answer = client.post(f"/watch?lang={language}", data={"key": key, "email": email})
    return answer.status_code


def mails(house: House) -> list[Mail]:
    """The mails that wait in the outbox, as the channel would write them."""
    with house.db.begin() as session:
        waiting = session.scalars(
            select(Outgoing).where(Outgoing.state == "waiting").order_by(Outgoing.created_at)
        )
        return [watch_email._mail(session, house, each) for each in waiting if each.channel == "watch_email"]


def settle(house: House) -> None:
    """As if a mail server had taken everything."""
    with house.db.begin() as session:
        session.execute(text("UPDATE outbox SET state = 'sent'"))


def path_in(url: str) -> str:
    return "/" + url.split("/", 3)[3]


@pytest.fixture
def watched(house: House, client: FlaskClient, tea: str) -> str:
    """Ben watches the tea; the page of his stop link."""
    assert ask(client, tea) == 303
    (mail,) = mails(house)
    answer = client.post(path_in(mail.page_url).partition("?")[0])
    settle(house)
    return str(answer.headers["Location"])


def test_a_wish_counts_only_after_the_link_in_the_mail(house: House, client: FlaskClient, tea: str) -> None:
    assert "Watch this item" in client.get(tea).text
    assert ask(client, tea, language="de") == 303
    (mail,) = mails(house)
    assert mail.recipient == BEN.lower()
    assert mail.language == "de"
    link = path_in(mail.page_url)
    assert "Watch" in client.get(link.replace("lang=de", "lang=en")).text
    with house.db() as session:
        assert session.scalars(select(Watch.state)).all() == ["waiting"]  # a GET changes nothing
    assert client.post(link).status_code == 303
    with house.db() as session:
        assert session.scalars(select(Watch.state)).all() == ["confirmed"]
    assert client.post(link).status_code == 404  # it works once
    assert client.get(link).status_code == 404


def test_nobody_learns_from_the_answer_whether_an_address_watches(
    house: House, client: FlaskClient, tea: str, watched: str
) -> None:
    first = client.post("/watch", data={"key": tea, "email": BEN})
    other = client.post("/watch", data={"key": tea, "email": "cleo@example.org"})
    assert (first.status_code, first.headers["Location"]) == (other.status_code, other.headers["Location"])
    assert [mail.recipient for mail in mails(house)] == ["cleo@example.org"]


def test_an_address_stands_in_no_entry_no_column_and_no_url(
    house: House, client: FlaskClient, watched: str
) -> None:
    assert "example.org" not in watched.lower()
    with house.db() as session:
        for table in ("watch", "watch_mail", "outbox", "ledger_inbox", "ledger_entry", "ledger_opening"):
            for row in session.execute(text(f"SELECT * FROM {table}")):  # names of our own
                assert b"ben@example" not in repr(tuple(row)).lower().encode(), table


def test_a_watcher_hears_of_a_new_event_once(
    house: House, client: FlaskClient, ada: Company, tea: str, watched: str
) -> None:
    assert news.tell_due(house.db, house.clock()) == 0
    capture(house, ada.brand_id, event("arriving", "2026-03-02T08:00:00+01:00", "+01:00"))
    for _ in range(3):
        news.tell_due(house.db, house.clock())
    (mail,) = mails(house)
    assert "News of" in mail.subject
    assert "Arrived, 2 Mar 2026, 08:00 (UTC+01:00)" in mail.body
    assert mail.unsubscribe_url.endswith(watched.partition("?")[0])
    assert path_in(mail.page_url).startswith(tea)


def test_a_busy_hour_is_one_mail_after_the_first(
    house: House, client: FlaskClient, ada: Company, watched: str, clock: Clock
) -> None:
    for minute in range(5):
        capture(house, ada.brand_id, event("arriving", f"2026-03-02T08:0{minute}:00+01:00", "+01:00"))
        news.tell_due(house.db, house.clock())
    assert len(mails(house)) == 1
    clock.passes(minutes=11)
    news.tell_due(house.db, house.clock())
    assert len(mails(house)) == 2
    assert mails(house)[1].body.count("Arrived") == 4


def test_a_recall_of_the_lot_or_product_is_told_at_once_and_once(
    house: House, client: FlaskClient, ada: Company, watched: str
) -> None:
    capture(house, ada.brand_id, event("arriving", "2026-03-02T08:00:00+01:00", "+01:00"))
    news.tell_due(house.db, house.clock())
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        texts = {"reason": {"en": "Glass was found."}, "advice": {"en": "Bring it back."}}
        open_recall(session, brand, key=f"/01/{GTIN}", now=house.clock() + timedelta(seconds=1), **texts)
    for _ in range(3):
        news.tell_due(house.db, house.clock() + timedelta(seconds=2))
    recalled = [mail for mail in mails(house) if "Recall" in mail.subject]
    assert len(recalled) == 1
    assert "Glass was found." in recalled[0].body
    assert "Bring it back." in recalled[0].body


def test_stopping_ends_the_mails_and_deletes_the_address(
    house: House, client: FlaskClient, ada: Company, watched: str
) -> None:
    page = client.get(watched).text
    assert "You watch it." in page
    capture(house, ada.brand_id, event("arriving", "2026-03-02T08:00:00+01:00", "+01:00"))
    news.tell_due(house.db, house.clock())
    for _ in range(2):
        assert client.post(watched.partition("?")[0], data={"List-Unsubscribe": "One-Click"}).status_code == 303
    assert "You do not watch it any more." in client.get(watched).text
    with house.db() as session:
        assert session.scalars(select(Watch.sealed)).all() == [None]
        waiting = session.scalar(select(Outgoing).where(Outgoing.state == "waiting"))
        assert waiting
    mailing = house.settings.model_copy(update={"smtp_url": "smtp://127.0.0.1:9"})
    outbox.send_due(House(mailing, house.db, house.clock, house.keys), "w")
    with house.db() as session:
        assert session.get_one(Outgoing, waiting.id).state == "failed"  # nobody watches this any more


def test_a_wish_that_nobody_confirms_is_forgotten(
    house: House, client: FlaskClient, tea: str, clock: Clock
) -> None:
    ask(client, tea)
    clock.passes(hours=49)
    retention.forget_due(house, "w")
    with house.db() as session:
        assert session.scalar(select(func.count()).select_from(Watch)) == 0
        assert session.scalar(select(func.count()).select_from(WatchMail)) == 0


def test_one_cannot_flood_somebody_with_confirmations(house: House, client: FlaskClient, tea: str) -> None:
    statuses = [ask(client, tea) for _ in range(12)]
    assert statuses[0] == 303
    assert statuses[-1] == 429
    assert len([each for each in statuses if each == 303]) <= 6


@pytest.mark.parametrize("email", ["", "x", "a@b", "a b@c.de", "a@b.de,c@d.de", "a@b.de\nBcc: c@d.de", "<a@b.de>"])
def test_what_is_no_address_is_refused_with_the_field(client: FlaskClient, tea: str, email: str) -> None:
    answer = client.post("/watch", data={"key": tea, "email": email})
    assert answer.status_code == 422
    with_a_field = client.post("/watch", data={"key": tea, "email": email}, headers={"Accept": "application/json"})
    assert "email" in with_a_field.text


def test_what_nobody_knows_cannot_be_watched(client: FlaskClient, tea: str) -> None:
    for key in (f"/01/{GTIN}/21/COPY", "", "x" * 500):
        assert client.get("/watch", query_string={"key": key}).status_code in (400, 404)
        assert ask(client, key) in (400, 404)


def test_the_feed_tells_public_events_and_recalls_without_an_address(
    house: House, client: FlaskClient, ada: Company, tea: str
) -> None:
    answer = client.get(f"/watch/feed.atom?key={quote(tea, safe='')}")
    assert answer.content_type.startswith("application/atom+xml")
    root = ElementTree.fromstring(answer.data)  # made by us
    titles = [each.text for each in root.findall(f"{ATOM}entry/{ATOM}title")]
    assert set(titles) == {"Received", "Shipped", "Made and given its identity"}
    assert len({each.text for each in root.findall(f"{ATOM}entry/{ATOM}id")}) == 3
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        texts = {"reason": {"en": "Glass & more"}, "advice": {"en": "Bring it back."}}
        open_recall(session, brand, key=f"/01/{GTIN}", now=house.clock(), **texts)
    customer._standings.clear()
    feed = client.get("/watch/feed.json", query_string={"key": tea, "lang": "zh"}).get_json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["language"] == "zh"
    assert len(feed["items"]) == 4
    assert "Glass & more" in json.dumps(feed, ensure_ascii=False)
    again = client.get("/watch/feed.json", query_string={"key": tea, "lang": "zh"})
    tag = again.headers["ETag"]
    repeated = client.get(
        "/watch/feed.json", query_string={"key": tea, "lang": "zh"}, headers={"If-None-Match": tag}
    )
    assert repeated.status_code == 304
    assert client.get(f"/watch/feed.atom?key=/01/{GTIN}/21/COPY").status_code == 404


def edit(house: House, at: int, old: bytes, new: bytes) -> None:
    with house.db.begin() as session:
        found = session.execute(
            text('SELECT submission_id, envelope FROM ledger_entry WHERE "index" = :at ORDER BY log_id'),
            {"at": at},
        ).first()
        assert found
        changed = bytes(found[1]).replace(old, new)
        session.execute(
            text("UPDATE ledger_entry SET envelope = :new WHERE submission_id = :id"),
            {"new": changed, "id": found[0]},
        )


def test_when_the_log_misbehaves_desk_doctor_and_watchers_hear_it_once_and_when_it_is_right_again_it_closes(
    house: House, client: FlaskClient, ada: Company, tea: str, watched: str
) -> None:
    publish(house, ada.brand_id)
    with house.db() as session:
        brand = brand_of(session, ada.brand_id)
    assert selfcheck.check(house, brand) == []
    assert mails(house) == []
    edit(house, 0, b'"ledger:log:opened"', b'"ledger:log:Opened"')
    for _ in range(3):
        selfcheck.check_due(house, "w")
    (mail,) = mails(house)
    assert "did not pass its check" in mail.subject
    assert "Ada" in mail.body
    with house.db() as session:
        rows = session.scalars(select(LogFinding)).all()
        assert [(each.what, each.index) for each in rows] == [("envelope", 0)]
        case = session.scalars(select(Case)).one()
        assert (case.kind, case.priority) == ("log", 0)
    feed = client.get("/watch/feed.json", query_string={"key": tea}).get_json()
    assert "The check of the log failed" in [item["title"] for item in feed["items"]]
    edit(house, 0, b'"ledger:log:Opened"', b'"ledger:log:opened"')
    selfcheck.check_due(house, "w")
    with house.db() as session:
        assert session.scalars(select(LogFinding.closed_at)).one() is not None
        assert session.scalars(select(Case.closed_at)).one() is not None
    assert len(mails(house)) == 1


def test_a_checkpoint_that_does_not_fit_the_others_is_found_by_the_service_itself(
    house: House, ada: Company, tea: str
) -> None:
    publish(house, ada.brand_id)
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        change = text("UPDATE ledger_head SET root = :root WHERE log_id = :log")
        session.execute(change, {"root": bytes(32), "log": brand.log_id})
    assert [each.what for each in selfcheck.check(house, brand)] == ["checkpoint"]
