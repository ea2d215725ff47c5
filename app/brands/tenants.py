"""Brands: each gets a log of its own, with its key in a file outside the database. No person and no page here."""

import re
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Db
from app.entries import EntryType
from app.ids import new_id
from app.models.brands import Brand
from app.record import record
from ledger.log import open_log
from ledger.note import Signer
from ledger.rotation import LogKeys, load_keys

_SLUG = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")
_PUBLIC_NAME = re.compile(r"([a-z0-9-]+\.)+(?!local$|localhost$|invalid$)[a-z][a-z0-9-]+")


def log_origin(log_key: str, base_url: str = "") -> str:
    """The name of a brand's log in its checkpoints; its last part is random, so that it says nothing of the brand.

    Where the world reaches the house by a name, it is the address of the log's files without scheme, as
    c2sp.org/tlog-tiles advises; an address that is only a number or of this machine would name nothing.
    """
    host, prefix = urlsplit(base_url).hostname or "", base_url.partition("://")[2]
    return (
        f"{prefix}/log/{log_key}" if _PUBLIC_NAME.fullmatch(host) and "+" not in prefix else f"wayproof/{log_key}"
    )


def key_file(keys: Path, log_key: str) -> Path:
    """Where the private key of a log is."""
    return keys / f"{log_key}.key"


def create_brand(
    db: Db, keys: Path, *, name: str, slug: str, now: datetime, language: str = "en", base_url: str = ""
) -> str:
    """Create a brand with its log, named by `base_url`. Returns its id. Raises ValueError for a malformed slug.

    The key file is on the disk before the brand is: a crash between leaves a key without a log, never the
    other way round.
    """
    if not _SLUG.fullmatch(slug):
        raise ValueError(f"{slug!r} is no slug: 3 to 40 small letters, digits and hyphens, a letter first")
    log_key = new_id()
    origin = log_origin(log_key, base_url)
    signer = Signer.create(key_file(keys, log_key), origin)
    with db.begin() as session:
        log_id = open_log(session, origin, log_key, now)
        brand = Brand(id=new_id(), slug=slug, name=name, log_id=log_id, log_key=log_key, language=language)
        brand.created_at = now
        session.add(brand)
        session.flush()
        record(session, log_id, EntryType.LOG_OPENED, {"brand": brand.id, "vkey": signer.vkey}, now=now)
    return brand.id


def brand_of(session: Session, brand_id: str) -> Brand:
    """The brand of a caller; it exists, or the caller would not."""
    return session.get_one(Brand, brand_id)


def find_brand(session: Session, slug: str) -> Brand | None:
    """The brand of a slug."""
    return session.scalar(select(Brand).where(Brand.slug == slug))


def keys_of(keys: Path, brand: Brand) -> LogKeys:
    """The keys of a brand's log, from their files: two sign while one follows the other."""
    return load_keys(key_file(keys, brand.log_key))


def signer_of(keys: Path, brand: Brand) -> Signer:
    """The signer of a brand's log, from its key file."""
    return Signer.load(key_file(keys, brand.log_key))
