"""Alerts of the Common Alerting Protocol (OASIS CAP 1.2), alone or in an Atom feed, read strictly."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests

from carriers import markup
from carriers.answer import CarrierError

_LARGEST, _TIMEOUT_S, _MOST_ENTRIES = 2_000_000, 10, 100


class CapRefused(ValueError):
    """This is no alert, and no feed of alerts, that can be read; the text says why."""


@dataclass(frozen=True)
class Alert:
    """One alert as it concerns transport: what, where, from when to when, and which earlier ones it replaces."""

    identifier: str
    sender: str
    cancels: bool
    replaces: tuple[str, ...]  # identifiers
    category: str
    event: str
    headline: str
    severity: str
    begins: datetime
    ends: datetime | None
    areas: tuple[str, ...]
    url: str | None


def read(data: bytes) -> tuple[list[Alert], list[str]]:
    """The alerts of a CAP document or an Atom feed, and the addresses of alerts that a feed only links to.

    Alerts that are tests, exercises or drafts are left out. Raises CapRefused.
    """
    try:
        top = markup.load(data)
    except CarrierError as error:
        raise CapRefused(
            str(error).replace("the carrier answered", "the feed is").replace("carrier", "feed")
        ) from None
    if alerts := _all(top, "alert"):
        return _alerts(alerts), []
    feeds = _all(top, "feed")
    if not feeds:
        raise CapRefused(f"neither a CAP alert nor an Atom feed, but {next(iter(top), '')[:40]!r}")
    entries = _all(feeds[0], "entry")[:_MOST_ENTRIES]
    inside = [alert for entry in entries for content in _all(entry, "content") for alert in _all(content, "alert")]
    linked = [link for entry in entries if not _all(entry, "content") for link in _all(entry, "link")]
    links = [_text(link, "@href") for link in linked if "cap+xml" in _text(link, "@type")]
    return _alerts(inside), [link for link in links if link]


def fetch(session: requests.Session, url: str) -> bytes:
    """The bytes at an address, at most two million of them, in ten seconds at most. Raises CapRefused."""
    try:
        with session.get(
            url, timeout=_TIMEOUT_S, stream=True, headers={"Accept": "application/cap+xml, */*"}
        ) as got:
            if got.status_code != 200:
                raise CapRefused(f"the feed answered {got.status_code}")
            body = got.raw.read(_LARGEST + 1, decode_content=True)
    except (requests.RequestException, OSError) as error:
        raise CapRefused(f"the feed could not be asked: {type(error).__name__}") from None
    if len(body) > _LARGEST:
        raise CapRefused(f"the feed has more than {_LARGEST} bytes")
    return bytes(body)


def _alerts(nodes: Iterable[dict[str, Any]]) -> list[Alert]:
    return [alert for alert in map(_alert, nodes) if alert]


def _alert(root: dict[str, Any]) -> Alert | None:
    kind, status = _text(root, "msgType"), _text(root, "status")
    if status != "Actual" or kind not in ("Alert", "Update", "Cancel"):
        return None
    identifier, sent = _text(root, "identifier"), _moment(_text(root, "sent"), "sent")
    if not identifier:
        raise CapRefused("the alert has no identifier")
    info = next(iter(_all(root, "info")), None)
    begins = (info and (_text(info, "onset") or _text(info, "effective"))) or ""
    ends = _text(info, "expires") if info else ""
    references = [part.split(",") for part in _text(root, "references").split()]
    return Alert(
        identifier=identifier[:270],
        sender=_text(root, "sender")[:200],
        cancels=kind == "Cancel",
        replaces=tuple(parts[1] for parts in references if len(parts) == 3),
        category=_text(info, "category") if info else "",
        event=(_text(info, "event") if info else "")[:200],
        headline=(_text(info, "headline") if info else "")[:200],
        severity=_text(info, "severity") if info else "",
        begins=_moment(begins, "onset") if begins else sent,
        ends=_moment(ends, "expires") if ends else None,
        areas=tuple(_text(area, "areaDesc")[:120] for area in _all(info, "area")) if info else (),
        url=(_text(info, "web") if info else "") or None,
    )


def _moment(text: str, where: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ValueError
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise CapRefused(f"{where}: {text[:40]!r} is no moment with an offset") from None


def _all(node: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The children of a name; a text alone is a child that holds nothing but text."""
    found = node.get(name, [])
    return [
        each if isinstance(each, dict) else {"#text": each}
        for each in (found if isinstance(found, list) else [found])
    ]


def _text(node: dict[str, Any], name: str) -> str:
    """The text of the first child of a name, or of an attribute; empty without one."""
    found = _all(node, name)
    said = found[0].get("#text") if found else ""
    return said.strip() if isinstance(said, str) else ""
