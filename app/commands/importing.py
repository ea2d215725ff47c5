"""`wayproof import`: documents from files, as if they had come over HTTP."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands.opening import Refused, brand_here, brand_option, house_here

if TYPE_CHECKING:
    from app.provenance.importing import Progress


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Judge everything, store nothing.")
@brand_option
def import_(files: tuple[Path, ...], dry_run: bool, slug: str | None) -> None:
    """Capture EPCIS documents from files; what is already there changes nothing."""
    from app.db import reading
    from app.provenance.importing import import_files

    gc.freeze()  # what is loaded now stays: no collection need walk through it for each thousand events
    house = house_here()
    with reading(house.db) as session:
        brand = brand_here(session, slug)
    with _progress(len(files)) as progress:
        done = import_files(house.db, brand.id, files, dry_run=dry_run, now=house.clock(), progress=progress)
    for finding in done.findings:
        click.echo(str(finding), err=True)
    did = "nothing stored, this was a dry run" if dry_run else f"{done.stored} stored"
    click.echo(f"{done.events} valid events in {len(files)} files: {did}, {done.known} known before")
    if done.findings:
        raise Refused(f"{len(done.findings)} findings; a file with one is left out whole")


@contextmanager
def _progress(files: int) -> "Iterator[Progress]":
    """A bar in a terminal, a line for each file elsewhere."""
    if sys.stderr.isatty():
        with _bar(files) as progress:
            yield progress
    else:
        yield _line


@contextmanager
def _bar(files: int) -> "Iterator[Progress]":
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True)) as bar:
        task = bar.add_task(f"{files} files", total=None)

        def progress(path: Path, done: int, total: int) -> None:
            bar.update(task, description=path.name, completed=done, total=total)

        yield progress


def _line(path: Path, done: int, total: int) -> None:
    if done == total:
        click.echo(f"{path}: {total} events", err=True)
