"""What `wayproof doctor` looks at: each check answers with one finding and, where it is not well, a remedy.

Reads and measures only; it changes nothing but a file of its own in the home, which it removes.
"""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import urlsplit

from sqlalchemy import select, text

from app import witnessing
from app.anchoring import kind
from app.brands.tenants import key_file
from app.clock import system_clock
from app.db import reading
from app.house import House, open_house
from app.migrations.steps import current, newest
from app.models.brands import Brand
from app.settings import Settings
from app.watching.selfcheck import open_findings
from iot.broker import NoBroker, ingest_url
from ledger import anchor, anchor_check, directory
from ledger.log import evidence, head
from ledger.note import Signer
from ledger.publisher import why_not
from ledger.witnessing import name_of

FREE_BYTES = 1_000_000_000
FSYNCS = 20


class Health(StrEnum):
    """Whether a finding needs somebody: not at all, soon, or before the service can run."""

    WELL = "ok"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """What one check saw, and what to do about it when it is not well."""

    what: str
    health: Health
    said: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Every check in the order in which a service comes up; a check that breaks is itself a finding."""
    yield Finding("settings", Health.WELL, f"home {settings.home.resolve()}, pages at {settings.base_url}")
    if settings.fail_points:
        said = f"{settings.fail_points} may end every process at any moment"
        yield Finding("fail points", Health.WARNING, said, "unset WAYPROOF_FAIL_POINTS; it is for tests")
    try:
        house = open_house(settings)
    except OSError as error:
        yield _broken("home", f"cannot be used: {error}", "choose another folder with WAYPROOF_HOME")
        return
    checks: tuple[Callable[[House], Iterator[Finding]], ...] = (
        _space, _durability, _database, _keys, _clock, _broker, _web_port, _mail, _chain, _anchors, _witnesses,
        _logs,
    )  # fmt: skip
    for check in checks:
        try:
            yield from check(house)
        except Exception as error:  # one check that breaks must not hide the others
            name = check.__name__.strip("_").replace("_", " ")
            yield _broken(name, f"{type(error).__name__}: {error}".splitlines()[0], "mend what the line says")


def _space(house: House) -> Iterator[Finding]:
    free = shutil.disk_usage(house.settings.home).free
    said = f"{free / 1e9:.1f} GB free in the home"
    if free < FREE_BYTES:
        yield Finding("space", Health.WARNING, said, "make room; a full disk refuses every new entry")
    else:
        yield Finding("space", Health.WELL, said)


def _durability(house: House) -> Iterator[Finding]:
    ms = fsync_ms(house.settings.home)
    said = f"a flush to the disk takes {ms:.2f} ms (median of {FSYNCS})"
    if ms < 0.02:
        yield Finding("disk", Health.WARNING, said, "too fast to be true: is this folder in memory?")
    elif ms > 50:
        yield Finding(
            "disk", Health.WARNING, said, "each commit waits for it; a faster disk helps more than a CPU"
        )
    else:
        yield Finding("disk", Health.WELL, said)


def fsync_ms(folder: Path) -> float:
    """The median time, in ms, to write 4 KiB to a file in `folder` and flush it."""
    path = folder / ".doctor"
    times = []
    try:
        with path.open("wb") as file:
            for _ in range(FSYNCS):
                started = perf_counter()
                file.write(os.urandom(4096))
                file.flush()
                os.fsync(file.fileno())
                times.append((perf_counter() - started) * 1000)
    finally:
        path.unlink(missing_ok=True)
    return median(times)


def _database(house: House) -> Iterator[Finding]:
    engine = house.db.kw["bind"]
    stands, wanted = current(engine), newest()
    with engine.connect() as connection:
        query = "SELECT sqlite_version()" if engine.dialect.name == "sqlite" else "SHOW server_version"
        version = f"{engine.dialect.name} {connection.execute(text(query)).scalar()}"
    if stands == wanted:
        yield Finding("database", Health.WELL, f"{version}, schema {stands}")
    else:
        yield _broken(
            "database", f"{version}, schema {stands or 'empty'} where {wanted} is wanted", "wayproof migrate"
        )


def _keys(house: House) -> Iterator[Finding]:
    brands = _brands(house)
    with reading(house.db) as session:
        origins = {brand.id: head(session, brand.log_id).origin for brand in brands}
    for brand in brands:
        path = key_file(house.keys, brand.log_key)
        if not path.exists():
            yield _broken(f"key of {brand.slug}", f"{path} is missing", "restore it from your backup of the keys")
        elif path.stat().st_mode & 0o077:
            yield _broken(f"key of {brand.slug}", f"{path} can be read by others", f"chmod 600 {path}")
        elif (name := Signer.load(path).name) != origins[brand.id]:
            yield _broken(f"key of {brand.slug}", f"it is the key of {name}", "put the right key file back")
        elif reason := why_not(house.db, brand.log_id, Signer.load(path)):
            remedy = "nothing is signed until the newest database is back; an old backup cannot take its place"
            yield _broken(f"signing of {brand.slug}", reason, remedy)
        else:
            yield Finding(f"key of {brand.slug}", Health.WELL, f"{path.name}, mode 600")
    if not brands:
        yield Finding("keys", Health.WARNING, "there is no brand yet", "wayproof brand add SLUG --name NAME")


def _clock(house: House) -> Iterator[Finding]:
    now, newest_at = house.clock(), None
    with reading(house.db) as session:
        for brand in session.scalars(select(Brand)):
            signed = evidence(session, brand.log_id, []).published_at
            newest_at = max(filter(None, (newest_at, signed)), default=None)
    ahead = now - system_clock()
    if newest_at and newest_at > now + timedelta(seconds=5):
        yield _broken(
            "clock", f"it says {now:%F %T} UTC, but the log was signed at {newest_at:%F %T}", "set the clock"
        )
    else:
        moved = (
            f", {ahead.total_seconds() / 3600:.0f} h ahead for the demo" if ahead > timedelta(minutes=1) else ""
        )
        yield Finding("clock", Health.WELL, f"{now:%F %T} UTC{moved}")


def _broker(house: House) -> Iterator[Finding]:
    try:
        url = urlsplit(ingest_url(house.settings.home / "broker", house.settings.mqtt_url))
    except NoBroker as error:
        yield Finding("broker", Health.WARNING, str(error))
        return
    yield _reach("broker", url.hostname or "", url.port or 1883, "start it, or mend WAYPROOF_MQTT_URL")


def _web_port(house: House) -> Iterator[Finding]:
    port = house.settings.port
    with socket.socket() as probe:
        probe.settimeout(1)
        taken = probe.connect_ex(("127.0.0.1", port)) == 0
    said = f"{port} is answered by a running service" if taken else f"{port} is free"
    yield Finding("web port", Health.WELL, said)


def _mail(house: House) -> Iterator[Finding]:
    if not house.settings.smtp_url:
        yield Finding("mail", Health.WARNING, "no mail server is set; notices wait", "set WAYPROOF_SMTP_URL")
        return
    url = urlsplit(house.settings.smtp_url)
    port = url.port or (465 if url.scheme == "smtps" else 25)
    yield _reach("mail", url.hostname or "", port, "start it, or mend WAYPROOF_SMTP_URL")


def _chain(house: House) -> Iterator[Finding]:
    settings = house.settings
    if kind(settings) != "evm":
        yield Finding("chain", Health.WELL, "none is used; everything verifies without one")
        return
    named = {"WAYPROOF_CHAIN_URL": settings.chain_url, "WAYPROOF_CHAIN_SECOND_URL": settings.chain_second_url}
    for name, address in named.items():
        if address:
            url = urlsplit(address)
            port = url.port or (443 if url.scheme == "https" else 80)
            yield _reach("chain", url.hostname or "", port, f"start the node, or mend {name}")


def _anchors(house: House) -> Iterator[Finding]:
    with reading(house.db) as session:
        found, wrong = directory.find(session), anchor_check.findings(session)
        newest_anchors = anchor.newest_of(session, found.log_id, 1) if found else []
    for each in wrong:
        yield _broken("anchors", f"{each.origin}: {each.sentence}", "run `wayproof ledger audit`; restore the log")
    if found and not key_file(house.keys, found.log_key).exists():
        yield _broken("anchors", "the directory's key is missing", "restore it from your backup of the keys")
    for newest_one in newest_anchors:
        block = "" if newest_one.block_number is None else f", in block {newest_one.block_number}"
        said = f"the newest is {newest_one.state}, of {newest_one.size} heads{block}"
        if newest_one.sources == 0:
            yield Finding("anchors", Health.WARNING, "two nodes contradict each other", "ask a third one")
        else:
            yield Finding("anchors", Health.WELL, said)


def _witnesses(house: House) -> Iterator[Finding]:
    asked = witnessing.wanted(house.settings)
    if asked is None:
        yield Finding("witnesses", Health.WELL, "none is asked to see our checkpoints")
        return
    names = {name_of(each.key) for each in asked.witnesses.values()}
    for brand in _brands(house):
        for each in witnessing.standing(house, brand):
            said = f"{each.key} and the log of {brand.slug}: {each.state}, size {each.size} {each.detail}".rstrip()
            if each.key in names and each.state == "ahead":
                yield _broken("witnesses", said, "find out which log is the right one; nothing is published")
            elif each.key in names and each.state != "seen":
                yield Finding("witnesses", Health.WARNING, said, "ask whoever runs that witness")
            elif each.key in names:
                yield Finding("witnesses", Health.WELL, said)


def _reach(what: str, host: str, port: int, remedy: str) -> Finding:
    try:
        socket.create_connection((host, port), timeout=3).close()
    except OSError as error:
        return _broken(what, f"{host}:{port} does not answer ({error.strerror or error})", remedy)
    return Finding(what, Health.WELL, f"{host}:{port} answers")


def _logs(house: House) -> Iterator[Finding]:
    """What the service found wrong when it looked at its own logs."""
    for brand in _brands(house):
        with reading(house.db) as session:
            wrong = open_findings(session, brand.id)
        if wrong:
            said = f"{len(wrong)} finding{'s' * (len(wrong) > 1)}; the first: {wrong[0].sentence}"
            yield _broken(f"log of {brand.slug}", said, f"wayproof ledger audit --brand {brand.slug}")
        else:
            yield Finding(f"log of {brand.slug}", Health.WELL, "no finding of the service's own looks is open")


def _brands(house: House) -> list[Brand]:
    with reading(house.db) as session:
        return list(session.scalars(select(Brand).order_by(Brand.slug)))


def _broken(what: str, said: str, remedy: str) -> Finding:
    return Finding(what, Health.BROKEN, said, remedy)
