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

    home: Path = Field(Path("var"), description="Folder of database, keys, broker files and the demo's mailbox.")
    database_url: str = Field(
        "", description="SQLAlchemy address, `postgresql://…`; empty: a SQLite file in the home folder."
    )
    base_url: HttpUrl = Field(
        "http://127.0.0.1:8080", description="Where the world reaches the pages; stands in QR codes and mails."
    )
    bind: str = Field("127.0.0.1", description="Address that the web process listens on.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8080, description="Port that the web process listens on.")
    web_workers: Annotated[int, Field(ge=1, le=64)] = Field(1, description="Processes of the web server.")
    web_threads: Annotated[int, Field(ge=1, le=64)] = Field(8, description="Threads of each of them.")
    mqtt_url: str = Field(
        "", description="Your broker, `mqtt://user:password@host:port`; empty: `wayproof run` starts one."
    )
    smtp_url: str = Field(
        "", description="Where notices go, `smtp://user:password@host:port`; empty: they wait in the outbox."
    )
    bounces: str = Field(
        "",
        description="Folder or Maildir that returned mails come to; they are read and moved aside; empty: none.",
    )
    mail_from: str = Field("notices@wayproof.invalid", description="Sender of notices.")
    anchor: Literal["auto", "none", "file", "evm"] = Field(
        "auto",
        description="Where heads are anchored: `none`, `file`, `evm`; `auto`: `evm` with a chain, else `none`.",
    )
    anchor_file: str = Field(
        "", description="Text file that `file` writes signed checkpoints to; empty: anchors.txt in the home."
    )
    chain_url: str = Field("", description="JSON-RPC node that roots are anchored with.")
    chain_second_url: str = Field(
        "", description="Second node, which must know a block before it counts as safe; empty: a single source."
    )
    chain_key: SecretStr = Field(
        SecretStr(""), description="Private key (hex) of the account that pays for anchors."
    )
    chain_registry: str = Field("", description="Address of a deployed AnchorRegistry; empty: one is deployed.")
    chain_depth: Annotated[int, Field(ge=1, le=100_000)] = Field(
        12, description="Blocks above a block that make it final, where the node has no tag `finalized`."
    )
    chain_free: bool = Field(False, description="The chain takes no fees, as a consortium's may: offer none.")
    anchor_minutes: Annotated[int, Field(ge=1)] = Field(10, description="Time between two anchors.")
    witnesses: str = Field(
        "", description="Policy file (tlog-policy) naming witnesses, their addresses and quorum; empty: none."
    )
    witnesses_required: bool = Field(
        False,
        description="Publish no checkpoint below the quorum of witnesses; else publish and add theirs later.",
    )
    self_check_minutes: Annotated[int, Field(ge=1)] = Field(
        10, description="Time between two looks of the service at some tiles and checkpoints of its own logs."
    )
    worker: Annotated[str, Field(max_length=50)] = Field(
        "", description="Name of this worker where several run; empty: made from host and process."
    )
    allow_private_targets: bool = Field(
        False, description="Allow outgoing requests to private addresses; for tests and closed networks."
    )
    country_header: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{0,60}$")] = Field(
        "",
        description="Header in which your proxy tells a reader's country, such as `CF-IPCountry`; empty: none.",
    )
    scan_days: Annotated[int, Field(ge=1, le=730)] = Field(
        90, description="How long openings of passports are kept by the hour; weekly sums of products stay."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="What is logged.")
    fail_points: str = Field("", description="Folder of fail points, for tests that kill the service; empty: off.")
    demo: bool = Field(False, description="The demo: its control page, its clock. `wayproof run` sets it.")

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
