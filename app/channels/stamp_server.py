"""Another house's door for stamps, over HTTP. Only a salted hash is ever sent; what it means is not known here."""

import json
import secrets
from typing import Any

import requests

from app.guard import guarded_session

ANSWER_WITHIN = 20
LARGEST = 16 * 1024 * 1024


class StampError(Exception):
    """The server gave no usable answer; the text says what it said. again: it may do so in a moment."""

    def __init__(self, message: str, again: bool = False) -> None:
        super().__init__(message)
        self.again = again


class StampServer:
    """The server at an address, spoken to with an API key that has the scope `stamps:write`."""

    def __init__(self, address: str, key: str) -> None:
        # The person at the keyboard names the address, so it may be one of this machine or this network.
        self._session = guarded_session(allow_private=True)
        self._base = f"{address.rstrip('/')}/api/v1/stamps"
        self._headers = {"Authorization": f"Bearer {key}"}

    def origin(self) -> str:
        """The origin of the log that stamps go to. Raises StampError."""
        return str(self._ask("GET", "/log").get("origin") or "")

    def stamp(self, commitment: bytes) -> int:
        """Record the commitment, once however often; returns its submission. Raises StampError."""
        key = {"Idempotency-Key": secrets.token_hex(16)}
        answer = self._ask("POST", "", json={"hash": commitment.hex()}, headers=key)
        submission = answer.get("submission")
        if type(submission) is not int:
            raise StampError("the server gave no number for the stamp")
        return submission

    def proof(self, **which: int) -> dict[str, Any]:
        """The proof of a stamp, by `submission` or `index`. Raises StampError; `again` while it is too new."""
        return self._ask("GET", "/proof", params=which)

    def _ask(self, method: str, path: str, **given: Any) -> dict[str, Any]:
        headers = {**self._headers, **given.pop("headers", {})}
        try:
            answer = self._session.request(
                method,
                self._base + path,
                headers=headers,
                timeout=ANSWER_WITHIN,
                allow_redirects=False,
                stream=True,
                **given,
            )
            content = answer.raw.read(LARGEST + 1, decode_content=True)
            value = json.loads(content) if len(content) <= LARGEST else None
        except (requests.RequestException, OSError, ValueError) as error:
            raise StampError(f"{self._base} does not answer as a Wayproof does: {_short(error)}", True) from error
        if not isinstance(value, dict):
            raise StampError(f"{self._base} does not answer as a Wayproof does")
        if answer.status_code >= 400:
            said = value.get("detail") or value.get("title") or answer.status_code
            raise StampError(f"the server refuses: {said}", again=answer.status_code in (409, 429, 503))
        return value


def _short(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
