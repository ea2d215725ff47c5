"""Anybody looks up forty numbers: no login, no name, no number in an address or in the log, and not too many."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.brands import public_use
from app.db import reading
from app.house import House
from app.models.brands import PublicUse
from app.models.shipments import Order, Parcel
from app.sealed import open_box
from app.shipping.public_lookup import LookupRefused, read_numbers
from app.shipping.timeline import apply
from app.texts import LANGUAGES
from carriers import neutral
from carriers.answer import Answer, TrackedShipment

NUMBER = "1Z999AA10123456784"
UPS = "1Z2Y5V710312345670"


def ask(client: FlaskClient, numbers: str, language: str = "en", address: str = "192.0.2.7") -> str:
    answer = client.post(
        f"/track?lang={language}", data={"numbers": numbers}, environ_base={"REMOTE_ADDR": address}
    )
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.fixture
def seen(house: House, order: Order) -> None:
    """Ben's parcel was seen in Amsterdam, and its carrier wrote too much."""
    at = (house.clock() - timedelta(hours=3)).isoformat()
    words = "Arrived at hub, ask for Ben Carrow"
    record = {"carrier": "ups", "tracking_number": NUMBER, "occurred": at, "description": words}
    events = tuple(neutral.read([{**record, "location": {"city": "Amsterdam", "country": "NL"}}]))
    with house.db.begin() as session:
        parcel = session.scalars(select(Parcel)).one()
        apply(session, parcel, Answer((TrackedShipment("ups", NUMBER, events),), raw=b"{}"), house.clock())


def test_the_form_needs_no_login_and_no_script(client: FlaskClient) -> None:
    page = client.get("/track").text
    assert "<textarea" in page
    assert "<script" not in page


def test_what_is_followed_is_told_with_the_last_check_and_nothing_personal(
    client: FlaskClient, seen: None
) -> None:
    page = ask(client, "1z999aa1 0123456784")
    for told in ("On its way", "Last checked", "Expected", "Arrived at a site of the carrier", "Netherlands"):
        assert told in page
    for kept in ("Ben", "Carrow", "Amsterdam", "Prinsengracht", "A-1001", "/o/", "/desk"):
        assert kept not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_every_language(client: FlaskClient, seen: None, language: str) -> None:
    page = ask(client, f"{NUMBER}\n{UPS}\nXHAX4HDA\n1.2E+15\nhello", language)
    assert f'lang="{language}"' in page
    assert page.count('<section class="card"') == 5
    assert "<script" not in page
    if language != "en":
        assert "Nobody here follows" not in page


def test_forty_numbers_are_answered_and_forty_one_are_refused_with_a_sentence(client: FlaskClient) -> None:
    many = [f"RR{number:09}XX" for number in range(41)]
    assert ask(client, "\n".join(many[:40])).count("<h2") == 40
    answer = client.post("/track", data={"numbers": "\n".join(many)})
    assert answer.status_code == 422
    assert "These are 41 numbers" in answer.text
    assert many[0] in answer.text  # what was typed is still there to be mended


@pytest.mark.parametrize(
    "typed",
    ["", "   \n , ;", "9" * 7000, "<script>alert(1)</script>", "\x00\x01", "'; DROP TABLE parcel --", "١٢٣٤"],
)
def test_whatever_is_typed_gets_a_page(client: FlaskClient, typed: str) -> None:
    answer = client.post("/track", data={"numbers": typed})
    assert answer.status_code in (200, 422)
    assert "<script" not in answer.text
    assert len(answer.text) < 20_000


def test_no_number_stands_in_an_address_or_a_line_of_the_log(
    client: FlaskClient, seen: None, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = client.post("/track", data={"numbers": NUMBER})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert NUMBER not in str(answer.headers)
    assert f"={NUMBER}" not in answer.text
    said = capsys.readouterr()
    assert NUMBER not in said.out + said.err


def test_one_neighbourhood_may_ask_so_much_an_hour_and_another_goes_on(client: FlaskClient, house: House) -> None:
    forty = "\n".join(f"RR{number:09}XX" for number in range(40))
    for host in range(10):
        ask(client, forty, address=f"192.0.2.{host}")
    refused = client.post("/track", data={"numbers": "x"}, environ_base={"REMOTE_ADDR": "192.0.2.99"})
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert "Too many numbers" in refused.text
    ask(client, forty, address="198.51.100.1")
    with reading(house.db) as session:
        rows = [repr(vars(row)) for row in session.scalars(select(PublicUse))]
    assert rows
    assert not any("192.0" in row for row in rows)


def test_the_count_is_kept_in_the_database_and_ends_with_the_hour(house: House) -> None:
    def take(minutes: int, amount: int = 3) -> timedelta:
        with house.db.begin() as session:
            where = {"page": "x", "address": "2001:db8:1::7", "limit": 5}
            box, now = open_box(house.keys), house.clock().replace(minute=0) + timedelta(minutes=minutes)
            return public_use.take(session, box, amount=amount, now=now, **where)  # type: ignore[arg-type]  # two types

    assert take(0) == timedelta()
    assert take(30) > timedelta(minutes=28)
    assert take(31, 2) == timedelta()  # what fits is counted
    assert take(61) == timedelta()
    with house.db.begin() as session:
        assert public_use.forget_old(session, house.clock() + timedelta(hours=3)) == 2


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("::ffff:192.0.2.9", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("not an address", ""),
    ],
)
def test_an_address_is_known_only_coarsely(address: str, known: str) -> None:
    assert public_use.coarse(address) == known


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("1Z 2Y5V 710312345670", ["1Z 2Y5V 710312345670"]),
        (f"{UPS} {NUMBER}", [UPS, NUMBER]),
        (f"{UPS},{UPS};{NUMBER}\t", [UPS, NUMBER]),
        (f" {UPS}\r\n\r\n", [UPS]),
        (f"https://carrier.example/track?n={UPS}&loc=en\nYour parcel {NUMBER} is on its way", [UPS, NUMBER]),
    ],
)
def test_numbers_are_read_as_people_paste_them(typed: str, numbers: list[str]) -> None:
    assert read_numbers(typed) == numbers


def test_what_cannot_be_read_says_why() -> None:
    with pytest.raises(LookupRefused) as refused:
        read_numbers("\n".join(str(number) for number in range(41)))
    assert (refused.value.reason, refused.value.count) == ("too_many", 41)
