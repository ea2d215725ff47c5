"""`wayproof import`: events and orders from files, as if they had come over HTTP."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands.listing import InOrder
from app.commands.opening import Refused, brand_here, brand_option, house_here

if TYPE_CHECKING:
    from app.provenance.importing import Progress


class _EventsUnlessNamed(InOrder):
    """`wayproof import FILE…` brings in events, as it always did; another kind is named first."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names, else the one for events."""
        if args and args[0] not in self.commands:
            args = ["events", *args]
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """An option before the first file belongs to the events too."""
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["events", *args]
        return super().parse_args(ctx, args)


@click.group("import", cls=_EventsUnlessNamed)
def import_() -> None:
    """Bring in events (FILE...), or orders (orders FILE); what is already there changes nothing."""


@import_.command("orders")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Judge everything, store nothing.")
@brand_option
def orders(file: Path, dry_run: bool, slug: str | None) -> None:
    """Take in orders from a CSV or XLSX file, one row for each line of an order."""
    from app.db import reading
    from app.intake.files import import_orders

    house = house_here()
    with reading(house.db) as session:
        brand = brand_here(session, slug)
    with _progress(1, "orders") as progress:
        tell = lambda done, total: progress(file, done, total)  # noqa: E731  # the file is said once
        try:
            done = import_orders(
                house.db, brand.id, file.read_bytes(), dry_run=dry_run, now=house.clock(), progress=tell
            )
        except ValueError as error:
            raise Refused(f"{file}: {error}") from error
    for finding in done.findings:
        click.echo(f"{file}: {finding}", err=True)
    did = "nothing stored, this was a dry run" if dry_run else f"{done.new} new, {done.known} known before"
    click.echo(f"{done.orders} valid orders in {done.rows} rows: {did}")
    if done.findings:
        raise Refused(f"{len(done.findings)} findings; an order with one is left out whole")


@import_.command("events")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Judge everything, store nothing.")
@brand_option
def events(files: tuple[Path, ...], dry_run: bool, slug: str | None) -> None:
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
def _progress(files: int, noun: str = "events") -> "Iterator[Progress]":
    """A bar in a terminal, a line for each file elsewhere."""
    if sys.stderr.isatty():
        with _bar(files) as progress:
            yield progress
    else:
        yield partial(_line, noun)


@contextmanager
def _bar(files: int) -> "Iterator[Progress]":
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True)) as bar:
        task = bar.add_task(f"{files} files", total=None)

        def progress(path: Path, done: int, total: int) -> None:
            bar.update(task, description=path.name, completed=done, total=total)

        yield progress


def _line(noun: str, path: Path, done: int, total: int) -> None:
    if done == total:
        click.echo(f"{path}: {total} {noun}", err=True)
