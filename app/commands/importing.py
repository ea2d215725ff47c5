"""`wayproof import`: documents from files, as if they had come over HTTP."""

from pathlib import Path

import click

from app.commands.opening import Refused, brand_here, brand_option, house_here


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Judge everything, store nothing.")
@brand_option
def import_(files: tuple[Path, ...], dry_run: bool, slug: str | None) -> None:
    """Capture EPCIS documents from files; what is already there changes nothing."""
    raise NotImplementedError
