"""The parts of the demo by themselves: the code in the terminal, the certificate, the mail server, the partner."""

import json
import smtplib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
import zxingcpp
from cryptography import x509
from PIL import Image

from app.demo import aftersale, catalogue, certificate, journey, postbox
from app.demo.clean import clean
from app.demo.clocks import file_clock, write_offset
from app.demo.partner import Partner
from app.demo.places import Places
from app.demo.run import CannotRun, _port, free_port, is_free
from app.demo.welcome import drawn, lines
from app.epcis.document import parse_document
from app.gs1.keys import is_checked
from app.process import AlreadyRunning, Lock

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
URL = "http://127.0.0.1:8080/01/09529871000175/21/M26A001"


def seen(rows: list[str], light_terminal: bool) -> Image.Image:
    """What a camera sees of half-blocks in a terminal: drawn parts in the colour of the writing."""
    ink, paper = (0, 255) if light_terminal else (255, 0)
    image = Image.new("L", (len(rows[0]) * 8, len(rows) * 16), paper)
    upper, lower = set("█▀"), set("█▄")
    for y, row in enumerate(rows):
        for x, character in enumerate(row):
            for half, inked in ((0, upper), (8, lower)):
                if character in inked:
                    image.paste(ink, (x * 8, y * 16 + half, x * 8 + 8, y * 16 + half + 8))
    return image


@pytest.mark.parametrize("light_terminal", [False, True])
def test_the_code_in_the_terminal_decodes(light_terminal: bool) -> None:
    found = zxingcpp.read_barcodes(seen(list(drawn(URL, colours=False)), light_terminal))
    assert [each.text for each in found] == [URL]


def test_with_colours_the_code_says_white_on_black_itself() -> None:
    assert all(line.startswith("\x1b[38;5;231;48;5;16m") and line.endswith("\x1b[0m") for line in drawn(URL, True))


def test_the_welcome_names_every_place_and_every_login() -> None:
    places = ("passport", "order", "login", "desk", "control", "mailbox", "docs")
    facts = {
        **{f"{place}_url": f"http://here/{place}" for place in places},
        "logins": {"support": {"login": "support@lumen.example", "password": "four-easy-words"}},
        "api_key": "wp_1_2",
        "file": "var/demo.json",
        "mqtt": {"sentence": "MQTT: mosquitto at 127.0.0.1:1883"},
    }
    said = "\n".join(lines(facts, colours=False))
    for wanted in (*(f"http://here/{place}" for place in places), "four-easy-words", "wp_1_2", "mosquitto"):
        assert wanted in said


def test_the_story_is_valid_epcis_and_its_keys_carry_check_digits() -> None:
    told = journey.story(NOW)
    document = parse_document(journey.document([each.event for each in told], NOW))
    assert len(document.valid()) == len(told)
    gtins = [product.gtin for product in catalogue.PRODUCTS]
    for number in (*gtins, *(place.gln for place in catalogue.PLACES), catalogue.PALLET, *catalogue.BOXES):
        assert is_checked(number), number


def test_the_kettle_says_where_it_got_its_number() -> None:
    made = aftersale.made(NOW)
    assert made["bizLocation"] == {"id": catalogue.PACKING.uri}
    assert made["eventTimeZoneOffset"] == "+09:00"


def test_products_speak_seven_languages() -> None:
    for product in catalogue.PRODUCTS:
        assert set(product.name) == {"en", "zh", "es", "de", "pt", "id", "ar"}


def test_the_local_certificate_fits_its_address_and_is_kept(tmp_path: Path) -> None:
    made, key = certificate.ensure(tmp_path, "192.168.7.9")
    assert key.stat().st_mode & 0o777 == 0o600
    names = x509.load_pem_x509_certificate(made.read_bytes()).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    assert "192.168.7.9" in map(str, names.value.get_values_for_type(x509.IPAddress))
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(made, key)
    before = made.read_bytes()
    certificate.ensure(tmp_path, "192.168.7.9")
    assert made.read_bytes() == before
    certificate.ensure(tmp_path, "192.168.7.10")
    assert made.read_bytes() != before


@pytest.fixture
def mail_port(tmp_path: Path) -> Iterator[int]:
    port, stop = free_port(), Event()
    server = Thread(target=postbox.run, args=(tmp_path / "mailbox", port, stop))
    server.start()
    yield port
    stop.set()
    server.join(60)


def test_a_mail_is_kept_before_it_is_acknowledged_and_only_once(mail_port: int, tmp_path: Path) -> None:
    for _ in range(2):
        with connected(mail_port) as server:
            server.sendmail("a@lumen.example", ["ben@lumen.example"], b"Subject: Hello\r\n\r\nBen")
    kept = list((tmp_path / "mailbox").glob("*.eml"))
    assert len(kept) == 1
    assert b"Subject: Hello" in kept[0].read_bytes()
    assert kept[0].stat().st_mode & 0o777 == 0o600


def connected(port: int) -> smtplib.SMTP:
    for _ in range(1200):
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=60)
        except ConnectionRefusedError:
            Event().wait(0.05)
    raise AssertionError("the mail server never came up")


class Counter(BaseHTTPRequestHandler):
    """A service that fails as it is told, and notes the key of every request."""

    answers: list[int]
    keys: list[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.keys.append(self.headers["Idempotency-Key"])
        self.send_response(self.answers.pop(0))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Counter)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("answers", "tries"), [([202], 1), ([503, 500, 202], 3), ([409, 202], 2), ([422], 1), ([401], 1)]
)
def test_the_partner_asks_again_under_the_same_key_until_it_is_answered(
    service: HTTPServer, answers: list[int], tries: int
) -> None:
    Counter.answers, Counter.keys = list(answers), []
    partner = Partner(f"http://127.0.0.1:{service.server_address[1]}", "wp_x", lambda: NOW)
    partner.deliver(b"{}", "key-1", Event())
    assert Counter.keys == ["key-1"] * tries


def test_the_clock_of_the_world_follows_the_file_at_once(tmp_path: Path) -> None:
    clock = file_clock(tmp_path / "clock.json")
    assert abs(clock() - datetime.now(UTC)) < timedelta(seconds=5)
    write_offset(tmp_path / "clock.json", 7200)
    ahead = clock() - datetime.now(UTC)
    assert timedelta(hours=1, minutes=59) < ahead < timedelta(hours=2, minutes=1)


def test_the_port_of_last_time_is_taken_again_and_a_taken_one_is_refused() -> None:
    last = free_port()
    assert _port(None, last) == last
    assert is_free(last)
    with HTTPServer(("127.0.0.1", 0), Counter) as other:
        taken = other.server_address[1]
        assert not is_free(taken)
        assert _port(None, taken) != taken
        with pytest.raises(CannotRun, match="--port"):
            _port(taken, None)


def test_clean_forgets_a_demo_but_never_a_running_one_nor_a_home_without_one(tmp_path: Path) -> None:
    (tmp_path / "wayproof.db").write_text("somebody's")
    assert not clean(tmp_path)
    assert (tmp_path / "wayproof.db").exists()
    places = Places(tmp_path)
    places.make()
    places.facts.write_text(json.dumps({}))
    lock = Lock(places.lock)
    with pytest.raises(AlreadyRunning):
        clean(tmp_path)
    lock.release()
    assert clean(tmp_path)
    assert list(tmp_path.iterdir()) == []
