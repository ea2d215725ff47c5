"""A webhook is signed as the standard says, is one CloudEvent, and goes to no address of our own network."""

import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels import webhook
from app.channels.errors import ChannelError
from tests.support.receiver import Message, Receiver, receiver
from tests.web.test_guard import HOSTILE

# Published with the standard's own libraries: secret, id, time and body have this one signature.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the public example
ID, STAMP, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
AT = datetime.fromtimestamp(STAMP, UTC)


@pytest.fixture
def far() -> Iterator[Receiver]:
    with receiver() as server:
        yield server


def post(url: str, timeout: float = 60, allow_private: bool = True) -> webhook.Answer:
    headers = {"content-type": webhook.CLOUD_EVENT, **webhook.sign([SECRET], ID, AT, BODY)}
    return webhook.send(url, BODY, headers, timeout=timeout, allow_private=allow_private)


def test_the_signature_is_the_published_one() -> None:
    assert webhook.sign([SECRET], ID, AT, BODY) == {
        "webhook-id": ID,
        "webhook-timestamp": str(STAMP),
        "webhook-signature": SIGNATURE,
    }


def test_while_a_secret_is_replaced_both_sign() -> None:
    fresh = webhook.new_secret()
    both = webhook.sign([fresh, SECRET], ID, AT, BODY)
    assert both["webhook-signature"].split(" ")[1] == SIGNATURE
    assert Message(both, BODY).signed_with(fresh)
    assert not Message(both, BODY).signed_with(webhook.new_secret())


@given(st.binary(max_size=200), st.integers(0, 4_000_000_000))
def test_a_receiver_that_follows_the_standard_takes_every_message(body: bytes, stamp: int) -> None:
    headers = webhook.sign([SECRET], ID, datetime.fromtimestamp(stamp, UTC), body)
    assert Message(headers, body).signed_with(SECRET)
    assert not Message(headers, body + b" ").signed_with(SECRET)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_dG9vIHNob3J0", "whsec_" + "A" * 100, "whsec_not base64"])
def test_a_secret_of_another_form_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="a secret"):
        webhook.sign([secret], ID, AT, BODY)


def test_an_id_with_a_full_stop_is_refused() -> None:
    with pytest.raises(ValueError, match="full stop"):
        webhook.sign([SECRET], "msg.1614265330", AT, BODY)


def test_an_event_is_a_cloud_event() -> None:
    made = webhook.cloud_event(
        id="e1",
        source="/brands/ada",
        type="wayproof.shipment.delivered",
        subject="shipments/s1",
        at=AT,
        data={"status": "delivered"},
        extensions={"sample": True},
    )
    assert json.loads(made) == {
        "specversion": "1.0",
        "id": "e1",
        "source": "/brands/ada",
        "type": "wayproof.shipment.delivered",
        "subject": "shipments/s1",
        "time": "2021-02-25T15:02:10Z",
        "datacontenttype": "application/json",
        "sample": True,
        "data": {"status": "delivered"},
    }


def test_what_is_sent_arrives_whole_and_signed(far: Receiver) -> None:
    assert post(far.url).accepted
    (message,) = far.accepted
    assert message.body == BODY
    assert message.headers["content-type"] == "application/cloudevents+json"
    assert message.signed_with(SECRET)


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 404, 410, 429, 500, 503])
def test_anything_but_a_200_is_no_yes_and_is_not_followed(far: Receiver, status: int) -> None:
    far.status, far.headers = status, {"Location": far.url, "Retry-After": "120"}
    answer = post(far.url)
    assert (answer.accepted, answer.status, answer.retry_after_s) == (False, status, 120)
    assert len(far.came) == 1


@pytest.mark.parametrize("url", HOSTILE)
def test_no_webhook_reaches_our_own_network(url: str) -> None:
    with pytest.raises(ChannelError) as refused:
        post(url, allow_private=False)
    assert refused.value.permanent


def test_a_name_that_turns_to_loopback_is_not_called(far: Receiver) -> None:
    port = far.url.rpartition(":")[2]
    with pytest.raises(ChannelError, match="private"):
        webhook.send(
            f"http://rebind.example:{port}", BODY, {}, timeout=60, resolver=lambda host, port: ["127.0.0.1"]
        )
    assert far.came == []


@pytest.fixture
def dripping_server() -> Iterator[str]:
    """Sends one byte of a header every tenth of a second, so that no read ever times out."""
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        with connection:
            try:
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not stop.wait(0.1):
                    connection.sendall(b"a")
            except OSError:
                pass

    thread = threading.Thread(target=drip)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    stop.set()
    thread.join()
    listener.close()


def test_a_receiver_that_drips_its_answer_is_hung_up_on(dripping_server: str) -> None:
    began = monotonic()
    with pytest.raises(ChannelError, match="no answer within 1 s") as slow:
        post(dripping_server, timeout=1)
    assert not slow.value.permanent
    assert monotonic() - began < 60


def test_a_receiver_that_is_away_is_asked_again() -> None:
    with pytest.raises(ChannelError, match="no connection") as away:
        post("http://127.0.0.1:9/")
    assert not away.value.permanent
