"""`wayproof ledger export`, `files` and `policy`: what others take away of a log."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands.opening import Refused, brand_here, brand_option, house_here

if TYPE_CHECKING:
    from ledger.trust import Trust

CLASSES = ("public", "commercial", "personal")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--openings", multiple=True, type=click.Choice(CLASSES), help="Values of this class, too; repeat for more."
)
@brand_option
def export(file: Path, openings: tuple[str, ...], slug: str | None) -> None:
    """Write a whole log as one file that `wayproof verify` checks offline; values beside it only if asked for."""
    from app.db import reading
    from ledger.export import write_export

    house = house_here()
    with reading(house.db) as session:
        log_id = brand_here(session, slug).log_id
    fresh = file.with_name(f"{file.name}.new")
    with open(fresh, "wb") as out:
        checkpoint = write_export(house.db, log_id, out, openings)
    fresh.replace(file)
    click.echo(f"{file}: {checkpoint.size} entries of {checkpoint.origin}")


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@brand_option
def files(folder: Path, slug: str | None) -> None:
    """Write a log as static files (tlog-tiles) into a folder; called again, it adds what is new."""
    from app.db import reading
    from ledger.static import write_files

    house = house_here()
    with reading(house.db) as session:
        log_id = brand_here(session, slug).log_id
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = write_files(house.db, log_id, folder)
    click.echo(f"{folder}: {checkpoint.origin} at size {checkpoint.size}")


def is_export(file: Path) -> bool:
    """Whether a file says that it is the export of a whole log."""
    with open(file, "rb") as start:
        return start.read(13) == b"wayproof-log/"


def verify_export(file: Path, trust: "Trust") -> None:
    """Say of a whole log what `wayproof verify` says of one proof; ends with a refusal when anything is wrong."""
    from ledger.errors import StepFailed, Unsure
    from ledger.export import verify_export as verified

    try:
        found = verified(file.read_bytes(), trust)
    except Unsure as doubt:
        click.echo(f"unknown: {doubt}")
        raise Refused(f"{file} could not be judged") from doubt
    except StepFailed as failure:
        click.echo(f"invalid: {failure} ({failure.error})")
        raise Refused(f"{file} is not the log that it says") from failure
    size, origin = found.checkpoint.size, found.checkpoint.origin
    click.echo(f"unchanged: valid ({found.openings} values are shown, each the one committed to)")
    click.echo(f"included: valid (all {size} entries of {origin}, in their order)")
    click.echo("signed: valid")
    click.echo("anchored: unknown (an export holds no anchor)")


@click.command()
@brand_option
def policy(slug: str | None) -> None:
    """Print the policy (tlog-policy) by which readers check a log: its key, its witnesses, their quorum."""
    from app.brands.tenants import keys_of
    from app.db import reading
    from app.witnessing import policy_text

    house = house_here()
    with reading(house.db) as session:
        brand = brand_here(session, slug)
    click.echo(policy_text(house.settings, [each.vkey for each in keys_of(house.keys, brand).signers]), nl=False)


@click.command()
@brand_option
def witnesses(slug: str | None) -> None:
    """Show how each witness stands to a log: the largest size it has cosigned, and what it said last."""
    from app.db import reading
    from app.witnessing import standing, wanted

    house = house_here()
    with reading(house.db) as session:
        brand = brand_here(session, slug)
    if wanted(house.settings) is None:
        click.echo("no witness is set; WAYPROOF_WITNESSES names a policy file with them")
    for each in standing(house, brand):
        click.echo(f"{each.key}\t{each.state}\tsize {each.size}" + (f"\t{each.detail}" if each.detail else ""))
    required = house.settings.witnesses_required
    click.echo("below the quorum nothing is published" if required else "the log is published without them, too")
