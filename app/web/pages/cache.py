"""Whole rendered pages, kept for some seconds in this process. What a page shows is decided elsewhere.

The key of a page holds what it was made of (version of the passport's row, size of the log), so a change is seen
at the next request; the life covers what changes without either, such as the newest reading.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from flask import Request, Response

LIFE_S = 10.0
_MOST = 512  # pages; about 10 MB
_KIND = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Kept:
    """A body in both encodings, its tag, and until when it may be given out."""

    body: bytes
    zipped: bytes
    etag: str
    status: int
    until: float


class Pages:
    """The pages of one process, the least used thrown out first."""

    def __init__(self, life_s: float = LIFE_S) -> None:
        self._life_s = life_s
        self._lock = Lock()
        self._pages: OrderedDict[Hashable, Kept] = OrderedDict()

    def get(self, key: Hashable) -> Kept | None:
        """The page of this key, if it is there and young enough."""
        with self._lock:
            page = self._pages.get(key)
            if page is None or page.until < monotonic():
                return None
            self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, text: str, status: int = 200) -> Kept:
        """Keep a page from now on."""
        page = prepared(text, status, monotonic() + self._life_s)
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > _MOST:
                self._pages.popitem(last=False)
        return page


def prepared(text: str, status: int = 200, until: float = 0.0) -> Kept:
    """A page ready to be given out, with a strong tag over its bytes (RFC 9110, 8.8.3)."""
    body = text.encode()
    tag = hashlib.blake2b(body, digest_size=12).hexdigest()
    return Kept(body, gzip.compress(body, 5, mtime=0), tag, status, until)


def answer(page: Kept, request: Request) -> Response:
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
