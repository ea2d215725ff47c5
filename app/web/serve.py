"""The web process: gunicorn around one app. How other processes start and end lives in app/process."""

import gc
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from app.house import open_house
from app.logs import log_as_json
from app.settings import Settings
from app.web import scanning
from app.web.build import create_app


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
    """Loads the app once, before the workers fork; that is safe because no app of ours opens a connection then."""

    def __init__(self, options: Mapping[str, Any], load: Callable[[], Flask]) -> None:
        self._given = options
        self._load = load
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._given.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        app = self._load()
        gc.collect()
        gc.freeze()  # what is loaded now stays: no later collection need walk through it, nor unshare its memory
        return app


_ALWAYS = {
    "worker_class": "gthread",
    "preload_app": True,
    "control_socket_disable": True,  # it would write into the home folder of the user
    "graceful_timeout": 10,
    "timeout": 60,
    "keepalive": 5,
    "limit_request_line": 8190,
}


def _options(settings: Settings, tls: tuple[Path, Path] | None) -> dict[str, Any]:
    options: dict[str, Any] = {
        **_ALWAYS,
        "worker_tmp_dir": _memory_folder(),
        "bind": f"{_bracketed(settings.bind)}:{settings.port}",
        "workers": settings.web_workers,
        "threads": settings.web_threads,
        "proc_name": "wayproof web",
        "loglevel": settings.log_level.lower(),
    }
    if tls is not None:
        options["certfile"], options["keyfile"] = str(tls[0]), str(tls[1])
    return options


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _memory_folder() -> str:
    """The heartbeat file of a worker belongs into memory: a slow disk would look like a dead worker."""
    shared = Path("/dev/shm")  # noqa: S108  # a folder of the system, nothing predictable is put there by us
    return str(shared) if os.access(shared, os.W_OK) else tempfile.gettempdir()


def _counting() -> dict[str, Any]:
    """Each worker writes the openings of passports that it has counted, and the last of them when it ends."""
    return {
        "post_worker_init": lambda worker: scanning.keep_writing(worker.app.wsgi()),
        "worker_exit": lambda _, worker: scanning.write(worker.app.wsgi()),
    }


def serve(settings: Settings, tls: tuple[Path, Path] | None = None) -> None:
    """Serve until SIGTERM or SIGINT, which let running requests end. `tls` is (certificate, key)."""
    log_as_json(settings.log_level)
    _Server({**_options(settings, tls), **_counting()}, lambda: create_app(open_house(settings))).run()


def serve_app(app: Flask, listen: str) -> None:
    """Serve a small app of its own, with one process, until SIGTERM or SIGINT."""
    _Server(
        {**_ALWAYS, "bind": listen, "workers": 1, "threads": 8, "proc_name": "wayproof witness"}, lambda: app
    ).run()
