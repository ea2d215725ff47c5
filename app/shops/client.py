"""What the shops share: reading JSON without trust, asking an API within bounds. No shop's own form is here."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from app.guard import guarded_session
from app.intake.told import Unreadable

ANSWER_WITHIN_S = (5.0, 20.0)
LARGEST = 20_000_000  # a page of 250 orders with long lists of lines


class ShopError(Exception):
    """The shop's API gave no usable answer; the text says why. `wait_s`: it asks not to be called before then."""

    def __init__(self, message: str, wait_s: float | None = None) -> None:
        super().__init__(message)
        self.wait_s = wait_s


@dataclass(frozen=True)
class Call:
    """A webhook that came: the name that a repetition has too, its topic, and the host it says it is from."""

    external_id: str
    topic: str
    host: str


@dataclass(frozen=True)
class Page:
    """An answer of the API."""

    body: bytes
    headers: Mapping[str, str]


class Client:
    """Asks a shop's API: checked addresses only, no redirect, an answer of bounded size."""

    def __init__(self, allow_private: bool) -> None:
        self._session = guarded_session(allow_private)

    def get(self, url: str, path: str, headers: Mapping[str, str]) -> Page:
        """One page. Raises ShopError; the text holds no key, no path and no person."""
        try:
            with self._session.get(
                url.rstrip("/") + path,
                headers={"accept": "application/json", "user-agent": "wayproof", **headers},
                timeout=ANSWER_WITHIN_S,
                allow_redirects=False,
                stream=True,
            ) as answer:
                _refuse(answer)
                body = answer.raw.read(LARGEST + 1, decode_content=True)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise ShopError(f"the shop could not be reached ({type(error).__name__})") from error
        if len(body) > LARGEST:
            raise ShopError("the shop's answer is larger than 20 MB")
        return Page(body, {name.lower(): value for name, value in answer.headers.items()})


def _refuse(answer: requests.Response) -> None:
    status = answer.status_code
    if status in (429, 503):
        wait = answer.headers.get("retry-after", "")
        raise ShopError(f"the shop asks for patience ({status})", _seconds(wait))
    if status in (401, 403):
        raise ShopError(f"the shop refuses our key ({status}); check its key and its right to read orders")
    if status != 200:
        raise ShopError(f"the shop answered {status}")


def _seconds(text: str) -> float:
    try:
        return min(max(float(text), 1.0), 3600.0)
    except ValueError:
        return 60.0


def basic(user: str, password: str) -> dict[str, str]:
    """The header of basic authentication."""
    return {"authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}


def read(body: bytes, kind: type = dict) -> Any:
    """The JSON value of a body. Raises Unreadable for anything but one of this kind."""
    try:
        value = json.loads(body.replace(b"\\u0000", b""))  # PostgreSQL stores no NUL
    except (ValueError, RecursionError):
        raise Unreadable("the body is no JSON") from None
    if not isinstance(value, kind):
        raise Unreadable("the body is another kind of JSON than an order has")
    return value


def text(value: Mapping[str, Any], name: str) -> str:
    """A name or number as text. Raises Unreadable where there is none."""
    found = value.get(name)
    if isinstance(found, bool) or not isinstance(found, str | int) or str(found) == "":
        raise Unreadable(f"{name} is missing")
    return str(found).replace("\x00", "")[:80]


def number(value: Mapping[str, Any], name: str) -> int:
    """A quantity. Raises Unreadable for anything but a whole number from 0 to a million."""
    found = value.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= 1_000_000:
        raise Unreadable(f"{name} is no quantity")
    return found


def moment(value: Mapping[str, Any], name: str, zone: tzinfo | None = None) -> datetime:
    """A time in UTC; without an offset it is one of `zone`. Raises Unreadable."""
    try:
        at = datetime.fromisoformat(str(value.get(name)))
        if at.tzinfo is None and zone is not None:
            at = at.replace(tzinfo=zone)
        return _in_utc(at)
    except (ValueError, OverflowError):
        raise Unreadable(f"{name} is no time") from None


def _in_utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("no offset")
    return at.astimezone(UTC)


def part(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object inside; an empty one where it is missing. Raises Unreadable."""
    found = value.get(name) or {}
    if not isinstance(found, dict):
        raise Unreadable(f"{name} is no object")
    return found


def items_of(value: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects; none where the name is missing. Raises Unreadable."""
    found = value.get(name) or []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Unreadable(f"{name} is no list")
    return found
