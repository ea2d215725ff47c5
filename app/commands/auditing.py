"""`wayproof ledger audit`: everything stored hashed again, with progress, by several processes, resumable."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from app.commands.opening import Refused, brand_here, brand_option, house_here

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.house import House
    from app.models.brands import Brand
    from ledger.audit import Finding

REDRAWN_EVERY_S = 0.2


@click.command()
@brand_option
@click.option("--log", "log_key", metavar="LOG", help="Which log, by the name in its address /log/LOG.")
@click.option("--resume", is_flag=True, help="Go on where an interrupted audit stopped.")
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the place is kept, by default in the home folder. Who can write it can mislead --resume.",
)
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes, each of about 65 MB; by default at most two.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a log instead of sentences.")
def audit(
    slug: str | None, log_key: str | None, resume: bool, state: Path | None, jobs: int | None, as_json: bool
) -> None:
    """Hash everything stored again; name what was changed, the first bad entry first."""
    from app.brands.tenants import key_file, keys_of
    from app.db import reading
    from app.provenance.facts import tells
    from ledger.audit import audit as audit_log
    from ledger.mark import read_mark

    house = house_here()
    with reading(house.db) as session:
        brands = _brands(session, slug, log_key)
    if state and len(brands) > 1:
        raise Refused("say which log with --brand or --log: one --state file keeps the place of one log")
    bad = 0
    for brand in brands:
        kept = state or house.settings.home / f"audit-{brand.log_key}.json"
        if not resume:
            kept.unlink(missing_ok=True)
        notes: list[str] = []
        findings = audit_log(
            house.db,
            brand.log_id,
            keys_of(house.keys, brand).dated,
            _progress(brand.slug),
            high_water=read_mark(key_file(house.keys, brand.log_key)),
            tells=tells,
            state=kept,
            jobs=jobs,
            notes=notes,
        ) + _of_anchors(house, brand.log_id)
        _tell(brand.slug, brand.log_key, findings, as_json, notes)
        bad += len(findings)
    if not slug and not log_key:
        bad += _audit_directory(house, as_json)
    if bad:
        raise Refused(f"{bad} finding{'s' * (bad > 1)}; the record was changed")


def _brands(session: "Session", slug: str | None, log_key: str | None) -> "list[Brand]":
    from sqlalchemy import select

    from app.models.brands import Brand

    if slug:
        return [brand_here(session, slug)]
    query = select(Brand).order_by(Brand.slug)
    found = list(session.scalars(query.where(Brand.log_key == log_key) if log_key else query))
    if log_key and not found:
        raise Refused(f"there is no log {log_key!r} here; the passport pages name it")
    return found


def _audit_directory(house: "House", as_json: bool) -> int:
    """The directory of all heads, which anchors stand for, where there is one; how much is wrong with it."""
    from app.brands.tenants import key_file
    from app.db import reading
    from ledger import directory
    from ledger.audit import audit as audit_log
    from ledger.mark import read_mark
    from ledger.note import Signer

    with reading(house.db) as session:
        found = directory.find(session)
    if found is None:
        return 0
    path = key_file(house.keys, found.log_key)
    findings = audit_log(house.db, found.log_id, [Signer.load(path).vkey], high_water=read_mark(path))
    findings += _of_anchors(house, found.log_id)
    _tell("directory", found.log_key, findings, as_json)
    return len(findings)


def _of_anchors(house: "House", log_id: int) -> "list[Finding]":
    """Whether the log still begins with what was anchored of it, as the database has its anchors."""
    from app.db import reading
    from ledger import directory
    from ledger.anchor_check import compare
    from ledger.audit import Finding

    with reading(house.db) as session:
        found = directory.find(session)
    wrong = compare(house.db, log_id, found.log_id)[0] if found else None
    return [Finding(None, "anchor", f"Of its anchors: {wrong}.")] if wrong else []


def _tell(name: str, log_key: str, findings: "list[Finding]", as_json: bool, notes: Sequence[str] = ()) -> None:
    """One finding a line; in JSON one log a line."""
    if as_json:
        told = [{"index": each.index, "what": each.what, "sentence": each.sentence} for each in findings]
        click.echo(
            json.dumps({"brand": name, "log": log_key, "good": not told, "findings": told, "notes": list(notes)})
        )
        return
    for finding in findings:
        click.echo(f"{name}: {finding.sentence}")
    if not findings:
        click.echo(f"{name}: every stored value is what was recorded")
    for note in notes:
        click.echo(f"{name}: {note}")


def _progress(name: str) -> Callable[[int, int], None] | None:
    """A line on a terminal that is drawn anew; nothing where the output goes to a file."""
    if not sys.stderr.isatty():
        return None
    started = drawn = monotonic()

    def show(done: int, total: int) -> None:
        nonlocal drawn
        if done < total and monotonic() - drawn < REDRAWN_EVERY_S:
            return
        drawn = monotonic()
        rate = done / max(drawn - started, 0.001)
        end = "\n" if done >= total else ""
        click.echo(f"\r{name}: {done:,} of {total:,} entries, {rate:,.0f} a second", nl=False, err=True)
        click.echo(end, nl=False, err=True)

    return show
