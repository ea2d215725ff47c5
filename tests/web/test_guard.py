"""No address that somebody gives us leads into our own network."""

import http.server
import threading
from collections.abc import Iterator

import pytest

from app.guard import Blocked, GuardedAdapter, check_target, guarded_session

HOSTILE = """
http://127.0.0.1/
http://127.0.0.1:8080/
https://127.0.0.1/
http://127.1/
http://127.0.1/
http://127.255.255.254/
http://2130706433/
http://0x7f000001/
http://0x7f.0.0.1/
http://0177.0.0.1/
http://017700000001/
http://00000177.00.00.01/
http://127.0.0.1./
http://0/
http://0.0.0.0/
http://0x0/
http://10.0.0.1/
http://10.255.255.255/
http://172.16.0.1/
http://172.31.255.255/
http://192.168.1.1/
http://100.64.0.1/
http://100.100.100.200/
http://169.254.169.254/latest/meta-data/
http://169.254.170.2/v2/credentials
http://168.63.129.16/
http://2852039166/
http://0xA9FEA9FE/
http://224.0.0.1/
http://239.255.255.250/
http://255.255.255.255/
http://240.0.0.1/
http://192.0.2.1/
http://198.18.0.1/
http://198.51.100.7/
http://203.0.113.9/
http://[::1]/
http://[::]/
http://[0:0:0:0:0:0:0:1]/
http://[::ffff:127.0.0.1]/
http://[::ffff:7f00:1]/
http://[::ffff:169.254.169.254]/
http://[::127.0.0.1]/
http://[64:ff9b::127.0.0.1]/
http://[64:ff9b::a9fe:a9fe]/
http://[2002:7f00:1::]/
http://[2002:a9fe:a9fe::1]/
http://[2001:0:53aa:64c:0:ffff:80ff:fffe]/
http://[fc00::1]/
http://[fd00:ec2::254]/
http://[fe80::1]/
http://[fe80::1%25eth0]/
http://[fec0::1]/
http://[ff02::1]/
http://[2001:db8::1]/
http://[::1%25lo]/
http://localhost/
http://LOCALHOST/
http://localhost./
http://user:word@8.8.8.8/
http://8.8.8.8@127.0.0.1/
http://127.0.0.1#@8.8.8.8/
http://8.8.8.8\\@127.0.0.1/
http://①②⑦.⓪.⓪.①/
http://127。0。0。1/
http://８.８.８.８@127.0.0.1/
http:///etc/passwd
http://
//127.0.0.1/
file:///etc/passwd
gopher://127.0.0.1:6379/_INFO
ftp://8.8.8.8/
unix:///run/postgresql
javascript:alert(1)
http://8.8.8.8:99999/
http://[::1/
""".split()  # noqa: SIM905  # one to a line is easier to add to


@pytest.mark.parametrize("url", HOSTILE)
def test_an_address_of_our_own_network_is_refused(url: str) -> None:
    with pytest.raises(Blocked):
        check_target(url, allow_private=False)


@pytest.mark.parametrize(
    "url", ["http://8.8.8.8 /", "http://8.8.8.8/\r\nHost: x", "http://8.8.8.8\t/", "http://8.8.8.8/\x00"]
)
def test_an_address_with_a_blank_or_a_control_character_is_refused(url: str) -> None:
    with pytest.raises(Blocked):
        check_target(url, allow_private=False)


@pytest.mark.parametrize("url", ["http://8.8.8.8/", "https://1.1.1.1:8443/track?x=1", "http://[2606:4700::1111]/"])
def test_a_public_address_passes(url: str) -> None:
    assert check_target(url, allow_private=False)


def test_one_forbidden_address_of_a_name_refuses_the_name() -> None:
    with pytest.raises(Blocked):
        check_target("https://carrier.example/", False, resolver=lambda host, port: ["8.8.8.8", "10.0.0.1"])


def test_a_private_address_passes_where_the_operator_allows_it() -> None:
    assert check_target("http://127.0.0.1:9/", allow_private=True) == ["127.0.0.1"]


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/", "http://[fe80::1]/", "http://0.0.0.0/", "http://[ff02::1]/"]
)
def test_the_cloud_and_multicast_stay_closed_even_then(url: str) -> None:
    with pytest.raises(Blocked):
        check_target(url, allow_private=True)


class _Redirects(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def redirecting_server() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Redirects)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_redirect_is_checked_again(redirecting_server: int) -> None:
    with guarded_session(allow_private=True) as session, pytest.raises(Blocked, match="link-local"):
        session.get(f"http://127.0.0.1:{redirecting_server}/", timeout=60)


def test_a_name_that_changes_after_the_check_gains_nothing(redirecting_server: int) -> None:
    """The connection goes to the address of its own one look-up, which is the one that is checked."""
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    resolver = lambda host, port: next(answers)  # noqa: E731
    check_target(f"http://rebind.example:{redirecting_server}/", False, resolver)
    with guarded_session(allow_private=False) as session:
        session.mount("http://", GuardedAdapter(False, resolver))
        with pytest.raises(Blocked, match="private"):
            session.get(f"http://rebind.example:{redirecting_server}/", timeout=60)


def test_an_allowed_call_keeps_the_name_in_its_host_header(redirecting_server: int) -> None:
    with guarded_session(allow_private=True) as session:
        session.mount("http://", GuardedAdapter(True, lambda host, port: ["127.0.0.1"]))
        answer = session.get(f"http://carrier.example:{redirecting_server}/", timeout=60, allow_redirects=False)
    assert answer.status_code == 302
    assert answer.request.url == f"http://carrier.example:{redirecting_server}/"


def test_a_proxy_of_the_environment_is_not_used(redirecting_server: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with guarded_session(allow_private=True) as session:
        answer = session.get(f"http://127.0.0.1:{redirecting_server}/", timeout=60, allow_redirects=False)
    assert answer.status_code == 302
