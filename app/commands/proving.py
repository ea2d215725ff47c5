"""`wayproof ledger`: what the logs hold, asked of the database. Files are asked in `verifying`."""

import json

import click

from app.commands import auditing, erasing
from app.commands.exporting import export, files, policy, witnesses
from app.commands.listing import InOrder
from app.commands.opening import Refused, brand_here, brand_option, house_here
from app.commands.rotating import rotate_key
from app.commands.watching import watch


@click.group(cls=InOrder)
def ledger() -> None:
    """Look after the logs: audit them, read their checkpoints, entries and proofs."""


ledger.add_command(auditing.audit)
ledger.add_command(erasing.rotate_openings_key)


@ledger.command()
@brand_option
def checkpoint(slug: str | None) -> None:
    """Print the newest signed checkpoint of a log, as witnesses and monitors read it."""
    from app.db import reading
    from ledger.log import head

    house = house_here()
    with reading(house.db) as session:
        newest = head(session, brand_here(session, slug).log_id).checkpoint
    if newest is None:
        raise Refused("nothing is signed yet; `wayproof work` signs within a second of the first entry")
    click.echo(newest, nl=False)


@ledger.command()
@click.argument("submission", type=int)
@brand_option
def proof(submission: int, slug: str | None) -> None:
    """Print the one-file proof of an entry, by the number of its submission."""
    from app.db import reading
    from ledger.anchor import latest
    from ledger.log import bundle

    house = house_here()
    with reading(house.db) as session:
        log_id = brand_here(session, slug).log_id
        click.echo(json.dumps(bundle(session, log_id, submission, latest(session, log_id)), indent=1))


for command in (export, files, policy, witnesses, watch, rotate_key):
    ledger.add_command(command)
