"""Every setting of the product, read once and typed. Nothing below app reads the environment."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(Exception):
    """A setting is missing or wrong; the text names it and says how to mend it."""


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address such as https://proof.example.com")
    return value.rstrip("/")


HttpUrl = Annotated[str, AfterValidator(_http_url)]


class Settings(BaseSettings):
    """Plain values for the rest of the house; each is documented in the README's table."""

    model_config = SettingsConfigDict(env_prefix="WAYPROOF_", extra="ignore")

    home: Path = Path("var")
    database_url: str = ""
    base_url: HttpUrl = "http://127.0.0.1:8080"
    bind: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    web_workers: Annotated[int, Field(ge=1, le=64)] = 1
    web_threads: Annotated[int, Field(ge=1, le=64)] = 8
    mqtt_url: str = ""
    smtp_url: str = ""
    mail_from: str = "notices@wayproof.invalid"
    chain_url: str = ""
    chain_key: SecretStr = SecretStr("")
    chain_registry: str = ""
    anchor_minutes: Annotated[int, Field(ge=1)] = 60
    worker: Annotated[str, Field(max_length=50)] = ""
    allow_private_targets: bool = False
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    demo: bool = False

    @property
    def keys(self) -> Path:
        """The folder of private keys; never inside the database."""
        return self.home / "keys"

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database; a SQLite file under home when none is set."""
        return self.database_url or f"sqlite:///{(self.home / 'wayproof.db').resolve()}"


def load(**given: object) -> Settings:
    """Read the settings from the environment; given values win.

    Raises SettingsError with one sentence for each wrong value.
    """
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks each value itself
    except ValidationError as error:
        lines = [f"WAYPROOF_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise SettingsError("; ".join(lines)) from error
