"""A partner of the demo: posts events of fresh items to the capture API, over HTTP and with a key of its own."""

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from urllib.parse import urlsplit

import structlog

from app.demo import journey

EVERY_S = 6.0
LONGEST_PAUSE_S = 10.0

log = structlog.get_logger()


@dataclass(frozen=True)
class Partner:
    """Where it posts and with which key."""

    base_url: str
    key: str
    clock: Callable[[], datetime]

    def run(self, stop: Event) -> None:
        """Post one document every few seconds until `stop` is set."""
        while not stop.wait(EVERY_S):
            serial = f"F{int(time.time()):X}"  # fresh, and short enough for a label
            self.deliver(journey.document([journey.made([serial], self.clock())], self.clock()), serial, stop)

    def deliver(self, document: bytes, key: str, stop: Event) -> None:
        """Post until it is acknowledged, always under the same idempotency key; give up on a refusal."""
        pause = 0.5
        while not stop.is_set():
            status = self._post(document, key)
            if 200 <= status < 300:
                return
            if 400 <= status < 500 and status not in (409, 425, 429):
                log.error("partner.refused", status=status, key=key)
                return
            stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    def _post(self, document: bytes, key: str) -> int:
        """The status of one try; 0 when nobody answered."""
        parts = urlsplit(self.base_url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=15)
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/ld+json",
            "Idempotency-Key": key,
        }
        try:
            connection.request("POST", "/epcis/capture", document, headers)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
        if answer.status >= 400:
            log.warning("partner.answer", status=answer.status, said=_title(body))
        return answer.status


def _title(body: bytes) -> str:
    try:
        return str(json.loads(body).get("title"))
    except (ValueError, AttributeError):
        return "no problem document"
