"""Webhooks out: signed by Standard Webhooks 1.0, wrapped as CloudEvents 1.0, posted behind the guard.

`sign`, `new_secret` and `cloud_event` are pure, `send` speaks. Whom to tell what, and when, is decided elsewhere.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets as random
import socket
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Timer
from time import monotonic
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from app.channels.errors import ChannelError
from app.guard import Blocked, Resolver, guarded_session, host_and_port, resolve

LARGEST_ANSWER = 16_384
CLOUD_EVENT = "application/cloudevents+json"
_PREFIX = "whsec_"
_SECRET_BYTES = 32


@dataclass(frozen=True)
class Answer:
    """What the receiver said: its status, the beginning of its body, and when it wants to be asked again."""

    status: int
    body: bytes
    retry_after_s: int | None
    took_ms: int

    @property
    def accepted(self) -> bool:
        """Standard Webhooks: any 2xx, and nothing else, is a yes."""
        return 200 <= self.status < 300


def new_secret() -> str:
    """A fresh secret in the form that receivers' libraries take."""
    return _PREFIX + base64.b64encode(random.token_bytes(_SECRET_BYTES)).decode()


def secret_bytes(secret: str) -> bytes:
    """The key of 24 to 64 bytes that a `whsec_…` text holds. Raises ValueError for anything else."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a secret is whsec_ and base64") from None
    if not 24 <= len(key) <= 64:
        raise ValueError("a secret holds 24 to 64 bytes")
    return key


def sign(secrets: Sequence[str], message_id: str, sent_at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of Standard Webhooks; while a secret is being replaced both sign, parted by a blank.

    Raises ValueError for an id with a full stop, which would let two messages have one signature.
    """
    if not message_id or "." in message_id:
        raise ValueError("the id of a message holds no full stop")
    stamp = str(int(sent_at.timestamp()))
    signed = b".".join((message_id.encode(), stamp.encode(), body))
    digests = [hmac.digest(secret_bytes(secret), signed, hashlib.sha256) for secret in secrets]
    signatures = " ".join(f"v1,{base64.b64encode(each).decode()}" for each in digests)
    return {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": signatures}


def cloud_event(
    *,
    id: str,
    source: str,
    type: str,
    subject: str,
    at: datetime,
    data: Mapping[str, Any],
    extensions: Mapping[str, str | int | bool] | None = None,
) -> bytes:
    """One event in CloudEvents' structured JSON form; the same event gives the same bytes.

    `extensions` are further attributes: names of small letters and digits, at most 20 (CloudEvents 1.0, 3.1).
    """
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": type,
        "subject": subject,
        "time": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        **(extensions or {}),
        "data": data,
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def send(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    timeout: float,
    allow_private: bool = False,
    resolver: Resolver = resolve,
) -> Answer:
    """POST once and give what the receiver said, whatever its status. Raises ChannelError.

    `timeout` bounds the whole exchange, also where the other side drips its answer; no redirect is followed, and
    only an address that was checked is connected to (app/guard). A target that may not be called is permanent.
    """
    began, line = monotonic(), _Line()
    clock = Timer(timeout, line.hang_up)
    clock.daemon = True
    try:
        host_and_port(url)  # before `requests` makes another address of an odd one
        with closing(line), guarded_session(allow_private, resolver=resolver, connected=line.opened) as session:
            clock.start()
            with session.post(
                url,
                data=body,
                headers={"user-agent": "wayproof", "accept-encoding": "identity", **headers},
                timeout=timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                said = response.raw.read(LARGEST_ANSWER, decode_content=False)
                if line.over:  # what was cut off in its headers looks like a whole answer
                    raise TimeoutError
                wish = _retry_after(response.headers.get("retry-after", ""))
                return Answer(response.status_code, said, wish, round((monotonic() - began) * 1000))
    except Blocked as error:
        raise ChannelError(f"the address may not be called: {error}", permanent=True) from error
    except requests.exceptions.InvalidURL as error:  # a host that no resolver can be asked for
        raise ChannelError("this is no address that can be called", permanent=True) from error
    except (requests.RequestException, HTTPError, OSError) as error:
        slow = line.over or monotonic() - began >= timeout
        said_so = f"no answer within {timeout:.0f} s" if slow else f"no connection ({type(error).__name__})"
        raise ChannelError(said_so) from error
    finally:
        clock.cancel()


class _Line:
    """The open connection, to be cut by another thread: a socket's own time limit starts anew with every byte."""

    def __init__(self) -> None:
        self._ends: list[socket.socket] = []
        self.over = False

    def opened(self, connection: socket.socket) -> None:
        """Keep a second handle: TLS takes the first one over."""
        self._ends.append(socket.socket(fileno=os.dup(connection.fileno())))
        if self.over:  # finding the address alone took too long
            self.hang_up()

    def hang_up(self) -> None:
        """End the exchange now; whoever reads or writes fails."""
        self.over = True
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the handles back."""
        for end in self._ends:
            end.close()


def _retry_after(text: str) -> int | None:
    """Seconds to wait, from a number or a date (RFC 9110, 10.2.3); None for anything else."""
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), 86_400)
    try:
        wait = parsedate_to_datetime(text) - datetime.now(UTC)
    except (ValueError, TypeError):
        return None
    return max(0, min(round(wait.total_seconds()), 86_400))
