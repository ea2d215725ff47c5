"""`wayproof backup`, `restore`, `drill`: a copy, a house made of it, and the proof that this works today."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands.opening import Refused, house_here, settings_here

if TYPE_CHECKING:
    from app.backups.engines import Progress
    from app.backups.restore import Judged

FOLDER = click.Path(file_okay=False, path_type=Path)
HERE = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--keys-to", type=FOLDER, help="Copy the private keys there, to another shelf.")
def backup(folder: Path, keys_to: Path | None) -> None:
    """Copy the database of the running service into a new folder, with a manifest of how far its logs go."""
    from app.backups.take import take, take_keys

    house = house_here()
    with _bar("copying") as progress:
        taken = take(house.settings.database, folder, house.clock(), progress)
    entries = sum(each.size for each in taken.logs)
    click.echo(f"{folder} holds {entries} entries of {_count(len(taken.logs), 'log')}, schema {taken.schema}")
    if keys_to:
        click.echo(
            f"{keys_to} holds {_count(take_keys(house.keys, keys_to), 'key file')}; keep it apart from {folder}"
        )
    else:
        click.echo("the keys are not in it: --keys-to FOLDER copies them, to be kept on another shelf")


@click.command()
@click.argument("folder", type=HERE)
@click.option("--to", "home", type=FOLDER, required=True, help="The home of the restored service: a new folder.")
@click.option("--database-url", default="", help="An empty PostgreSQL database for a backup of PostgreSQL.")
@click.option("--keys", type=HERE, help="The backup of the keys, or the keys folder of the old home.")
def restore(folder: Path, home: Path, database_url: str, keys: Path | None) -> None:
    """Make a new home of a backup, audit it, and say what was signed since and is not in it."""
    from app.backups.restore import judge, restore_keys
    from app.backups.restore import restore as fill

    if home.exists() and any(home.iterdir()):
        raise Refused(f"{home} is not empty; a restore goes to a new place only")
    settings = settings_here(home=home, database_url=database_url)
    home.mkdir(parents=True, exist_ok=True)
    with _bar("restoring") as progress:
        made = fill(folder, settings.database, progress)
    if keys:
        restore_keys(keys, settings.keys)
    with _bar("auditing") as progress:
        judged = judge(settings.database, made.logs, keys, progress)
    click.echo(f"restored to {home}, as it was at {made.made_at}")
    _tell(judged)
    if not keys:
        click.echo("without --keys nothing can be signed there, and nobody knows what was signed since")
    _refuse_findings(judged)


@click.command()
@click.option("--scratch", type=HERE, help="Where the copy goes meanwhile; the system's folder when not given.")
def drill(scratch: Path | None) -> None:
    """Take a backup, restore it beside the service, audit it, compare it with what was signed, and remove it."""
    from app.backups.drill import drill as play

    house = house_here()
    with _bar("drilling") as progress:
        shown = play(house.settings.database, house.keys, house.clock(), scratch, progress)
    _tell(shown.judged)
    for step, seconds in shown.seconds.items():
        click.echo(f"{step}: {seconds:.1f} s")
    click.echo(f"size of the copy: {shown.bytes / 1e6:.1f} MB")
    click.echo(
        f"lost if this house were gone now: {_count(shown.since, 'entry', 'entries')} that came after the copy"
    )
    _refuse_findings(shown.judged)


def _tell(judged: "list[Judged] | tuple[Judged, ...]") -> None:
    for each in judged:
        click.echo(f"{each.origin}: {_count(each.size, 'entry', 'entries')}, {_verdict(each)}")
        for sentence in each.findings:
            click.echo(f"  {sentence}")
        if each.lost:
            click.echo(
                f"  signed up to {each.signed}: {_count(each.lost, 'entry', 'entries')} not in this copy. The log "
                "signs nothing before they are back"
            )


def _verdict(judged: "Judged") -> str:
    if judged.findings:
        return _count(len(judged.findings), "finding")
    return "every stored value is what was recorded"


def _refuse_findings(judged: "list[Judged] | tuple[Judged, ...]") -> None:
    bad = sum(len(each.findings) for each in judged)
    if bad:
        raise Refused(f"{_count(bad, 'finding')}; this copy is not what was recorded")


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


@contextmanager
def _bar(label: str) -> "Iterator[Progress]":
    """Progress on a terminal; nothing where the output goes into a file."""
    shown = sys.stderr.isatty()

    def tell(done: int, total: int) -> None:
        if shown and total:
            click.echo(f"\r{label} {100 * done // total:3} %", nl=False, err=True)

    yield tell
    if shown:
        click.echo("\r" + " " * (len(label) + 8) + "\r", nl=False, err=True)
