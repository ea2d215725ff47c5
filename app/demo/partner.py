"""A partner of the demo: posts signed events of fresh items to the capture API, over HTTP, with its own keys."""

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
from app.epcis.signing import sign_document
from ledger.note import Signer

EVERY_S = 6.0
LONGEST_PAUSE_S = 10.0

log = structlog.get_logger()


@dataclass(frozen=True)
class Partner:
    """Where it posts and with which key, and what it signs with: nothing, where there is no `signer`."""

    base_url: str
    key: str
    clock: Callable[[], datetime]
    signer: Signer | None = None
    log: str = ""

    def run(self, stop: Event) -> None:
        """Post one document every few seconds until `stop` is set."""
        while not stop.wait(EVERY_S):
            serial = f"F{int(time.time()):X}"  # fresh, and short enough for a label
            document = journey.document([journey.made([serial], self.clock())], self.clock())
            if self.signer is not None:  # once, and not at every try: the same key must bring the same bytes
                document = sign_document(document, self.signer, self.log)
            self.deliver(document, serial, stop)

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
