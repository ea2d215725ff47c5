"""Says where to go once the first page answers: the passport as a QR code, the desk, the key, the docs."""

import http.client
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import qrcode

from app.demo.places import Places
from app.process import read_json
from app.settings import load

PATIENCE_S = 60.0
QUIET_ZONE = 4
"""Modules of white around the code; the standard asks for four."""

HALVES = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
"""Two modules, upper and lower, as one character; light is drawn, as most terminals are dark."""

WHITE_ON_BLACK = "\x1b[38;5;231;48;5;16m"
PLAIN = "\x1b[0m"


def drawn(url: str, colours: bool) -> Iterator[str]:
    """A QR code (level Q) as lines of half-blocks; with `colours` it reads the same in a light terminal."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=QUIET_ZONE)
    code.add_data(url)
    rows = code.get_matrix()
    for upper, lower in zip(rows[::2], [*rows[1::2], [False] * len(rows)], strict=False):
        line = "".join(HALVES[up, down] for up, down in zip(upper, lower, strict=True))
        yield f"{WHITE_ON_BLACK}{line}{PLAIN}" if colours else line


def wait_for_page(url: str, within_s: float = PATIENCE_S) -> bool:
    """Whether the page answers 200 before the time is over; asked again and again."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if _status(url) == 200:
            return True
        time.sleep(0.1)
    return False


def _status(url: str) -> int:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def lines(facts: dict[str, Any], colours: bool) -> Iterator[str]:
    """What is printed: the code first, then one line for each place to go."""
    yield ""
    yield from drawn(facts["passport_url"], colours)
    yield ""
    yield from (f"  {label:<14} {where}" for label, where in _places(facts) if where)
    yield ""
    yield f"  {'Logins':<14} {facts['login_url']}"
    for role, who in facts["logins"].items():
        yield f"  {'':<14} {role:<10} {who['login']:<34} {who['password']}"
    yield ""
    yield f"  {'API key':<14} {facts['api_key']}"
    yield f"  {'Sensors':<14} {facts['mqtt']['sentence']}"
    yield f"  All of this is in {facts['file']}; `wayproof demo` lists what can be played."
    yield "  Ctrl-C stops everything; the next start goes on from here."
    yield ""


def _places(facts: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        ("Passport", facts["passport_url"]),
        ("Claim it", f"{facts['claim_url']}  {facts['claim_code']}" if "claim_url" in facts else ""),
        ("  over HTTPS", facts.get("passport_https_url", "")),
        ("Order", facts["order_url"]),
        ("Support desk", facts["desk_url"]),
        ("Control page", facts["control_url"]),
        ("Mailbox", facts["mailbox_url"]),
        ("API docs", facts["docs_url"]),
    ]


def main(home: Path) -> int:
    """Wait for the first page, then print; 1 when it did not come."""
    path = Places(home).facts
    facts = {**read_json(path), "file": path}
    if not wait_for_page(facts["passport_url"]):
        return 1
    # A terminal that cannot show a half-block still gets the links.
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # it is a text stream
    print("\n".join(lines(facts, sys.stdout.isatty())), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(load().home))
