"""Our listener at real brokers: what is acknowledged is committed, and the other way round."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from threading import Event, Thread

import pytest

from iot.formats import plain
from iot.reading import Message, Outcome, Reason, Refusal, Sample
from iot.subscriber import Subscriber, receipts
from tests.iot.conftest import RunningBroker, Sensor, eventually

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Store:
    """Stands in for the database: keeps what it takes, and can be out of order."""

    def __init__(self) -> None:
        self.kept: list[Message] = []
        self.broken = 0
        self.batches = 0

    def take(self, messages: Sequence[Message]) -> list[Outcome]:
        if self.broken:
            self.broken -= 1
            raise OSError("the database is away")
        self.kept += messages
        self.batches += 1
        return [outcome(message) for message in messages]


def outcome(message: Message) -> Outcome:
    found = plain.parse(message.payload)
    stored = [each for each in found if isinstance(each, Sample)]
    refused = [each for each in found if isinstance(each, Refusal)]
    return Outcome("/".join(message.topic.split("/")[1:3]), stored, refused)


@pytest.fixture
def store() -> Store:
    return Store()


class Listener:
    """A subscriber in a thread, which can be stopped and started again."""

    def __init__(self, url: str, store: Store) -> None:
        self._url, self._store = url, store
        self.stop = Event()
        self.thread = Thread()

    def start(self) -> None:
        self.stop = Event()
        subscriber = Subscriber(self._url, "wayproof-test", self._store.take, lambda: NOW)
        self.thread = Thread(target=subscriber.run, args=(self.stop,))
        self.thread.start()

    def end(self) -> None:
        self.stop.set()
        self.thread.join(60)


@pytest.fixture
def listener(running: RunningBroker, store: Store) -> Iterator[Listener]:
    one = Listener(running.plan.url, store)
    one.start()
    yield one
    one.end()


def reading(seq: int) -> dict[str, object]:
    return {"ts": 1_772_443_800_000 + seq, "seq": seq, "temperature": 4.5}


def until_heard(sensor: Sensor, seq: int = 0) -> None:
    """The listener may still be connecting: a gateway sends again until its receipt comes."""

    def heard() -> bool:
        sensor.publish(reading(seq))
        return seq in sensor.known()

    eventually(heard)


def test_a_receipt_comes_for_every_reading_in_order(
    listener: Listener, store: Store, connect: Callable[..., Sensor]
) -> None:
    sensor = connect()
    until_heard(sensor)
    for seq in range(1, 1201):
        sensor.publish(reading(seq))
    eventually(lambda: len(sensor.known()) == 1201, 60)
    seqs = [seq for receipt in sensor.receipts for seq in receipt["seq"] if seq]
    assert seqs == list(range(1, 1201))


def test_nothing_is_acknowledged_while_the_database_is_away_and_nothing_is_lost(
    listener: Listener, store: Store, connect: Callable[..., Sensor]
) -> None:
    sensor = connect()
    until_heard(sensor)
    store.broken = 3
    for seq in range(1, 51):
        sensor.publish(reading(seq))
    eventually(lambda: store.broken == 0)
    eventually(lambda: len(sensor.known()) == 51)
    assert {seq for message in store.kept for seq in [outcome(message).stored[0].seq]} == set(range(51))


def test_what_comes_while_we_are_away_is_waiting_when_we_return(
    listener: Listener, store: Store, connect: Callable[..., Sensor]
) -> None:
    sensor = connect()
    until_heard(sensor)
    listener.end()
    for seq in range(1, 21):
        sensor.publish(reading(seq)).wait_for_publish(5)
    assert sensor.known() == {0}
    listener.start()
    eventually(lambda: len(sensor.known()) == 21)


def test_a_bad_message_is_answered_and_holds_nobody_up(
    listener: Listener, store: Store, connect: Callable[..., Sensor]
) -> None:
    sensor = connect()
    until_heard(sensor)
    sensor.publish(b"\x00\xff")
    sensor.publish({"ts": 1_772_443_800_000, "seq": 1, "temperature": True})
    sensor.publish(reading(2))
    eventually(lambda: {1, 2} <= sensor.known())
    refused = {seq: reason for receipt in sensor.receipts for seq, reason in receipt.get("refused", {}).items()}
    assert refused == {"1": "bad_value"}


def test_a_retained_message_is_no_reading(
    listener: Listener, store: Store, connect: Callable[..., Sensor]
) -> None:
    sensor = connect()
    until_heard(sensor)
    sensor.publish(reading(7), retain=True)
    eventually(lambda: 7 in sensor.known())
    listener.end()
    before = len(store.kept)
    listener.start()
    until_heard(sensor, 8)
    assert not [m for m in store.kept[before:] if b'"seq": 7' in m.payload]


def test_a_device_speaks_and_hears_only_under_its_own_name(
    listener: Listener, store: Store, connect: Callable[..., Sensor]
) -> None:
    ada = connect()
    until_heard(ada)
    cleo = connect("cleo/cold-1", listen_to="wayproof/ada/cold-1/receipt")
    cleo.client.publish("wayproof/ada/cold-1/readings", b'{"ts": 1, "seq": 99, "t": 1}', qos=0)
    spy = connect("cleo/cold-1", listen_to="wayproof/#")
    ada.publish(reading(1))
    eventually(lambda: 1 in ada.known())
    assert (cleo.receipts, spy.receipts) == ([], [])
    assert not [message for message in store.kept if b"99" in message.payload]


def test_a_wrong_password_and_an_unknown_user_are_refused(connect: Callable[..., Sensor]) -> None:
    assert connect(password="wrong").refused
    assert connect("ada/cold-9").refused
    assert not connect().refused


def test_a_device_registered_at_run_time_is_admitted_within_seconds_and_a_removed_one_is_not(
    running: RunningBroker, connect: Callable[..., Sensor]
) -> None:
    assert connect("ada/cold-2").refused
    running.admit("ada/cold-1", "ada/cold-2")
    eventually(lambda: not connect("ada/cold-2").refused, 5)
    assert connect("cleo/cold-1").refused


def test_a_receipt_is_written_per_device_and_boot() -> None:
    one = Outcome("ada/cold-1", [Sample(1, 5, "b1", {}), Sample(2, 6, "b1", {})], [])
    two = Outcome("ada/cold-1", [Sample(3, 1, "b2", {})], [Refusal(Reason.BAD_TIME, "", 1, 2, "b2")])
    nobody = Outcome(None, [], [Refusal(Reason.UNKNOWN_DEVICE, "", seq=3)])
    found = list(receipts([one, nobody, two], NOW))
    assert found == [
        (
            "wayproof/ada/cold-1/receipt",
            b'{"seq": [5, 6], "stored": 2, "at": "2026-03-02T09:30:00+00:00", "boot": "b1"}',
        ),
        (
            "wayproof/ada/cold-1/receipt",
            b'{"seq": [1, 2], "stored": 1, "at": "2026-03-02T09:30:00+00:00", "boot": "b2", '
            b'"refused": {"2": "bad_time"}}',
        ),
    ]
