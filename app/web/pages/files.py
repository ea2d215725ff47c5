"""Our own static files, packed once and kept in memory: they are few and small. No other file is served."""

import gzip
import hashlib
import re
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path
from typing import NamedTuple

from flask import Flask, Response, g, request

from app.web.pages import bundle
from app.web.problems import Problem
from app.web.rules import public

_FOLDER = (Path(__file__).parent.parent / "static").resolve()
_PACKED = ("text/", "application/json", "image/svg", "application/javascript")
_COMMENT = re.compile(r"^ *//(?!#)[^\n]*\n|^/\*\*.*?\*/\n|^ +", re.MULTILINE | re.DOTALL)
_WORTH_PACKING = 1000  # octets
_WORKS_ABOVE = {"passport-worker.js": "/"}  # a worker that watches over pages outside of its own folder


class File(NamedTuple):
    """A file in both encodings."""

    kind: str
    body: bytes
    zipped: bytes
    digest: str


def install(app: Flask) -> None:
    """Take the place of Flask's own static view, and pack public answers that other views give in JSON."""
    app.view_functions["static"] = static
    app.after_request(_pack)


def vendored(name: str) -> bool:
    """Whether `make assets` has fetched this third-party script; every page works without."""
    return (_FOLDER / "vendor" / name).is_file()


@public
def static(filename: str) -> Response:
    """A file of ours; with its fingerprint in the address (`?v=`) a browser may keep it for ever."""
    path = (_FOLDER / filename).resolve()
    if filename not in bundle.PAGES and (not path.is_file() or _FOLDER not in path.parents):
        raise Problem("not-found")
    file = _file(path)
    lasting = request.args.get("v") == file.digest[:10]
    headers = {
        "Content-Type": file.kind,
        "Cache-Control": "public, max-age=31536000, immutable" if lasting else "no-cache",
        "ETag": f'"{file.digest}"',
        "Vary": "Accept-Encoding",
    }
    if filename in _WORKS_ABOVE:
        headers["Service-Worker-Allowed"] = _WORKS_ABOVE[filename]
    if headers["ETag"] in request.headers.get("If-None-Match", ""):
        return Response(status=304, headers=headers)
    if file.zipped and _takes_gzip():
        return Response(file.zipped, headers={**headers, "Content-Encoding": "gzip"})
    return Response(file.body, headers=headers)


def _file(path: Path) -> File:
    parts = _FOLDER.glob("*.js") if path.name in bundle.PAGES else [path]
    return _read(path, max(each.stat().st_mtime_ns for each in parts))


@lru_cache(maxsize=64)
def _read(path: Path, changed_at: int) -> File:
    del changed_at  # part of the key alone: a file that changed is read again
    body = _body(path)
    kind = guess_type(path.name)[0] or "application/octet-stream"
    kind = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    zipped = gzip.compress(body, 9, mtime=0) if kind.startswith(_PACKED) else b""
    return File(kind, body, zipped, hashlib.sha256(body).hexdigest())


def _body(path: Path) -> bytes:
    if path.suffix != ".js" or path.parent != _FOLDER:
        return path.read_bytes()
    parts = bundle.PAGES.get(path.name, ())
    script = bundle.bundled(parts, lambda name: (_FOLDER / name).read_text()) if parts else path.read_text()
    return squeezed(script).encode()


def squeezed(script: str) -> str:
    """A script of ours without whole-line comments and indentation. No text in them spans lines.

    A line that begins with `//#` is not for readers but for the browser, and stays.
    """
    return _COMMENT.sub("", script).replace("\n\n", "\n")


def digest(name: str) -> str:
    """The SHA-256 of a file of ours as it is served, in hex."""
    return _file(_FOLDER / name).digest


def fingerprint(name: str) -> str:
    """The ten letters that stand for a file's content in its address."""
    return digest(name)[:10]


def _takes_gzip() -> bool:
    return "gzip" in request.headers.get("Accept-Encoding", "")


def _pack(response: Response) -> Response:
    """Never behind a login: there a length can betray a secret that stands beside reflected text (BREACH)."""
    if response.mimetype != "application/json" or "caller" in g or response.is_streamed or not _takes_gzip():
        return response
    if "Content-Encoding" in response.headers or (response.content_length or 0) < _WORTH_PACKING:
        return response
    response.set_data(gzip.compress(response.get_data(), 5, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response
