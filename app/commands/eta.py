"""`wayproof eta`: how good predictions of delays are, on deliveries of the past."""

import json
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from app.commands.listing import InOrder
from app.commands.opening import Refused

if TYPE_CHECKING:
    from carriers.eta.table import Journey

_File = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=InOrder)
def eta() -> None:
    """Predictions of delays: how good they would have been."""


@eta.command()
@click.option(
    "--train", type=_File, required=True, help="CSV of deliveries: shipment_id, scheduled, delivered, ..."
)
@click.option("--test", type=_File, help="CSV of later deliveries to judge; without it, those of --train.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Judge shipments promised from this day on only.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON value.")
def backtest(train: Path, test: Path | None, since: datetime | None, as_json: bool) -> None:
    """Walk through past deliveries month by month; say what would have been predicted, beside plain averages.

    A shipment is judged on the first day of the month of its promise, with nothing but deliveries completed
    before that day.
    """
    from carriers.eta.backtest import walk
    from carriers.eta.report import figures, lines

    started = monotonic()
    past, later = _journeys(train), _journeys(test) if test else []
    try:
        result = walk(past, _unseen(past, later), since.date().toordinal() if since else None)
    except ValueError as error:
        raise Refused(str(error)) from error
    seconds = monotonic() - started
    if as_json:
        click.echo(json.dumps(figures(result) | {"seconds": round(seconds, 1)}, indent=1))
        return
    for line in lines(result):
        click.echo(line)
    click.echo(f"{seconds:.1f} s")


def _unseen(past: list["Journey"], later: list["Journey"]) -> list["Journey"]:
    """The later ones without those that stand in both tables alike: only what is new is judged."""
    known = {each.id: each for each in past}
    for each in later:
        if each.id in known and each != known[each.id]:
            raise Refused(f"shipment {each.id!r} is told in two ways, in --train and in --test; keep one of them")
    return [each for each in later if each.id not in known]


def _journeys(file: Path) -> list["Journey"]:
    from carriers.eta.table import TableRefused, read

    try:
        return read(file.read_bytes(), file.name)
    except TableRefused as error:
        raise Refused(str(error)) from error
