"""Whole rendered pages, kept for some seconds in this process. What a page shows is decided elsewhere.

The key of a page holds what it was made of (version of the passport's row, size of the log), so a change is seen
although the page is young; its life covers what changes without either, such as the newest reading.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from functools import cached_property
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

from flask import Request, Response

Value = TypeVar("Value")

# Nothing on a page is older than ten seconds: a page lives for these, made of parts that were kept for those.
LIFE_S = 4.9
PART_LIFE_S = 5.0
MOST = 512  # pages; about 10 MB

_KIND = "text/html; charset=utf-8"


class Shelf(Generic[Value]):
    """Values of one process that are given out until they are `life_s` old; the least used are thrown out."""

    def __init__(self, life_s: float, most: int = MOST) -> None:
        self._life_s, self._most = life_s, most
        self._lock = Lock()
        self._values: OrderedDict[Hashable, tuple[float, Value]] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        """The value of this key, if it is there and young enough."""
        with self._lock:
            until, value = self._values.get(key, (0.0, None))
            if until < monotonic():
                return None
            self._values.move_to_end(key)
            return value

    def put(self, key: Hashable, value: Value) -> Value:
        """Keep a value from now on."""
        with self._lock:
            self._values[key] = monotonic() + self._life_s, value
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()


class Page:
    """A body ready to be given out, with a strong tag over its bytes (RFC 9110, 8.8.3)."""

    def __init__(self, text: str, status: int = 200) -> None:
        self.body = text.encode()
        self.status = status
        self.etag = hashlib.blake2b(self.body, digest_size=12).hexdigest()

    @cached_property
    def zipped(self) -> bytes:
        """The body in gzip, packed when it is first asked for."""
        return gzip.compress(self.body, 5, mtime=0)


def answer(page: Page, request: Request) -> Response:
    """The page as this browser takes it: zipped or plain, or 304 where it has it already."""
    zips = "gzip" in request.headers.get("Accept-Encoding", "")
    etag = f'"{page.etag}-gz"' if zips else f'"{page.etag}"'  # another encoding is another representation
    headers = {
        "ETag": etag,
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding, Accept-Language",
        "Content-Type": _KIND,
    }
    if page.status == 200 and etag in request.headers.get("If-None-Match", ""):
        return Response(status=304, headers=headers)
    if zips:
        headers["Content-Encoding"] = "gzip"
    return Response(page.zipped if zips else page.body, page.status, headers)
