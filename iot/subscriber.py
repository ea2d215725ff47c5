"""Our listener at the MQTT broker: read, hand over, and acknowledge only what is committed. Decodes no payload.

One thread reads, hands over and acknowledges, so that PUBACKs leave in the order the messages came (MQTT 5, 4.6).
"""

import json
import logging
import select
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from threading import Event
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from iot import topics
from iot.reading import Message, Outcome

Take = Callable[[Sequence[Message]], list[Outcome]]

BATCH = 500
BATCH_BYTES = 512 * 1024
LONGEST_WAIT_S = 0.05
# The broker stops sending when this many are unacknowledged; below twice the batch it would stop too early.
RECEIVE_MAXIMUM = 1000
SESSION_EXPIRY_S = 7 * 24 * 3600
_KEEPALIVE_S = 60
_ANSWER_S = 5
_READS_PER_WAKE = 64
_RETRY_S = (0.1, 0.5, 2.0, 5.0)
_SEQS_PER_RECEIPT = 2000
_UNSUPPORTED_VERSION = 132

log = logging.getLogger(__name__)


class ConnectionLost(Exception):
    """The broker is not there, or did not want us. What was not acknowledged will come again."""


class Subscriber:
    """Takes every reading of the broker. `take` stores a batch durably, or raises and is asked again with the
    same.

    `client_id` must stay the same over restarts, because the broker keeps our session under it. `url` may end in
    `?version=3.1.1` for a broker that does not even answer MQTT 5.
    """

    def __init__(self, url: str, client_id: str, take: Take, clock: Callable[[], datetime]) -> None:
        self._url = urlsplit(url)
        self._client_id = client_id
        self._take = take
        self._clock = clock
        old = "version=3.1.1" in self._url.query
        self._protocol = MQTTProtocolVersion.MQTTv311 if old else MQTTProtocolVersion.MQTTv5
        self._waiting: deque[mqtt.MQTTMessage] = deque()
        self._refusals: list[Any] = []

    def run(self, stop: Event) -> None:
        """Listen until `stop` is set, through every loss of connection."""
        failures = 0
        while not stop.is_set():
            try:
                client = self._connect()
                failures = 0
                self._serve(client, stop)
                client.disconnect()
            except (ConnectionLost, OSError) as error:
                log.warning("no connection to the MQTT broker: %s", error)
                stop.wait(_RETRY_S[min(failures, len(_RETRY_S) - 1)])
                failures += 1

    def _connect(self) -> mqtt.Client:
        """A connected and subscribed client with the session of before; MQTT 5 where the broker speaks it."""
        self._refusals.clear()
        self._waiting.clear()  # the broker brings again what was not acknowledged
        client = self._client()
        answer: list[Any] = []
        client.on_connect = lambda _c, _u, _f, code, _p: answer.append(code)
        self._open(client)
        self._loop_until(client, answer)
        if not answer:
            self._other_protocol()
            raise ConnectionLost("it closed the connection without an answer")
        if answer[0].is_failure:
            if answer[0].value == _UNSUPPORTED_VERSION:
                self._other_protocol()
            raise ConnectionLost(f"it refused us: {answer[0]}")
        client.on_message = lambda _c, _u, message: self._waiting.append(message)
        self._subscribe(client)
        return client

    def _client(self) -> mqtt.Client:
        five = self._protocol == MQTTProtocolVersion.MQTTv5
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            clean_session=None if five else False,
            protocol=self._protocol,
            manual_ack=True,
        )
        if self._url.username:
            client.username_pw_set(unquote(self._url.username), unquote(self._url.password or ""))
        if self._url.scheme == "mqtts":
            client.tls_set()
        client.max_inflight_messages_set(RECEIVE_MAXIMUM)  # of receipts
        return client

    def _open(self, client: mqtt.Client) -> None:
        host, port = self._url.hostname or "", self._url.port or (8883 if self._url.scheme == "mqtts" else 1883)
        if self._protocol != MQTTProtocolVersion.MQTTv5:
            client.connect(host, port, _KEEPALIVE_S)
            return
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_EXPIRY_S
        properties.ReceiveMaximum = RECEIVE_MAXIMUM
        # paho's own default would begin a clean session after every restart of ours.
        client.connect(host, port, _KEEPALIVE_S, clean_start=False, properties=properties)

    def _other_protocol(self) -> None:
        five = self._protocol == MQTTProtocolVersion.MQTTv5
        self._protocol = MQTTProtocolVersion.MQTTv311 if five else MQTTProtocolVersion.MQTTv5

    def _subscribe(self, client: mqtt.Client) -> None:
        """Ask for the readings; the answer is looked at while reading, for amqtt brings what it kept before it."""
        client.on_subscribe = lambda _c, _u, _m, codes, _p: self._refusals.extend(c for c in codes if c.is_failure)
        if self._protocol == MQTTProtocolVersion.MQTTv5:
            never_retained = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND)
            client.subscribe(topics.ALL_READINGS, options=never_retained)
        else:
            client.subscribe(topics.ALL_READINGS, qos=1)

    def _loop_until(self, client: mqtt.Client, answer: list[Any]) -> None:
        deadline = monotonic() + _ANSWER_S
        while not answer and monotonic() < deadline:
            if client.loop(0.1) != mqtt.MQTT_ERR_SUCCESS:
                return

    def _serve(self, client: mqtt.Client, stop: Event) -> None:
        begun = monotonic()
        while not stop.is_set():
            if not self._waiting:
                begun = monotonic()
            self._read(client, LONGEST_WAIT_S)
            if len(self._waiting) >= BATCH or (self._waiting and monotonic() - begun >= LONGEST_WAIT_S):
                self._hand_over(client, stop)
                begun = monotonic()

    def _read(self, client: mqtt.Client, wait_s: float) -> None:
        """One round of the network; paho's own loop takes one packet for each select, at half the rate."""
        connection = client.socket()
        if connection is None:
            raise ConnectionLost("it closed the connection")
        writing = [connection] if client.want_write() else []
        readable, writable, _ = select.select([connection], writing, [], 0 if _buffered(connection) else wait_s)
        if readable or _buffered(connection):
            self._read_packets(client)
        if writable:
            _must(client.loop_write())
        _must(client.loop_misc())
        if self._refusals:
            raise ConnectionLost(f"it does not let us subscribe: {self._refusals[0]}")

    def _read_packets(self, client: mqtt.Client) -> None:
        for _ in range(_READS_PER_WAKE):
            before = len(self._waiting)
            _must(client.loop_read())
            if len(self._waiting) == before:
                return

    def _hand_over(self, client: mqtt.Client, stop: Event) -> None:
        """Store a batch, then acknowledge it in order of arrival, then send our receipts."""
        batch = list(_first(self._waiting))
        # A retained message is a state of the past that the broker repeats, no new reading.
        outcomes = self._stored(client, [_message(m) for m in batch if not m.retain], stop)
        if outcomes is None:
            return
        for message in batch:
            self._waiting.popleft()
            _must(client.ack(message.mid, message.qos))
        for topic, payload in receipts(outcomes, self._clock()):
            client.publish(topic, payload, qos=1)

    def _stored(self, client: mqtt.Client, messages: list[Message], stop: Event) -> list[Outcome] | None:
        """What became of them, committed; None when we were told to stop before the database would take them."""
        failures = 0
        while not stop.is_set():
            try:
                return self._take(messages)
            except Exception:
                log.exception("a batch of %d messages is not stored; trying again", len(messages))
            self._wait(client, _RETRY_S[min(failures, len(_RETRY_S) - 1)], stop)
            failures += 1
        return None

    def _wait(self, client: mqtt.Client, seconds: float, stop: Event) -> None:
        """Stay connected while waiting; the broker's window bounds what comes in meanwhile."""
        until = monotonic() + seconds
        while monotonic() < until and not stop.is_set():
            self._read(client, min(0.1, seconds))
            stop.wait(0.02)


@dataclass
class _Told:
    """What one device hears about one of its boots."""

    seqs: list[int] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    stored: int = 0


def receipts(outcomes: Sequence[Outcome], at: datetime) -> Iterator[tuple[str, bytes]]:
    """Our receipts for committed outcomes: topic and payload, for each device and boot.

    `seq` lists what need not be kept any longer, `refused` those of them that lie in quarantine, with the reason.
    """
    told: dict[tuple[str, str], _Told] = defaultdict(_Told)
    for outcome in outcomes:
        if outcome.username is not None:
            _tell(told, outcome.username, outcome)
    for (user, boot), news in told.items():
        for start in range(0, max(len(news.seqs), 1), _SEQS_PER_RECEIPT):
            seqs = news.seqs[start : start + _SEQS_PER_RECEIPT]
            body: dict[str, Any] = {"seq": seqs, "stored": news.stored, "at": at.isoformat()}
            body |= {"boot": boot} if boot else {}
            body |= {"refused": news.refused} if news.refused else {}
            yield topics.receipt(user), json.dumps(body).encode()


def _tell(told: dict[tuple[str, str], _Told], user: str, outcome: Outcome) -> None:
    for sample in outcome.stored:
        news = told[user, sample.boot]
        news.stored += 1
        if sample.seq is not None:
            news.seqs.append(sample.seq)
    for refusal in outcome.refused:
        if refusal.seq is not None:
            news = told[user, refusal.boot]
            news.seqs.append(refusal.seq)
            news.refused[str(refusal.seq)] = refusal.reason.value


def _first(waiting: Iterable[mqtt.MQTTMessage]) -> Iterator[mqtt.MQTTMessage]:
    """A batch's worth: so many messages, or so many bytes, since one message may hold a thousand readings."""
    size = 0
    for message in islice(waiting, BATCH):
        yield message
        size += len(message.payload)
        if size >= BATCH_BYTES:
            return


def _message(message: mqtt.MQTTMessage) -> Message:
    try:
        return Message(message.topic, bytes(message.payload))
    except UnicodeDecodeError:  # a broker that lets such a topic through; it will be quarantined as a wrong topic
        return Message("", bytes(message.payload))


def _buffered(connection: Any) -> bool:
    """TLS may hold bytes that select does not see."""
    return bool(connection.pending()) if hasattr(connection, "pending") else False


def _must(code: Any) -> None:
    if code not in (mqtt.MQTT_ERR_SUCCESS, mqtt.MQTT_ERR_AGAIN):
        raise ConnectionLost(mqtt.error_string(code))
