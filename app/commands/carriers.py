"""`wayproof carriers`: read a number, read an answer that was kept, ask a carrier."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands.opening import Refused

if TYPE_CHECKING:
    from carriers.answer import Answer
    from carriers.event import TrackingEvent

ADAPTERS = ("dhl_universal", "fedex", "ups")


@click.group()
def carriers() -> None:
    """Tracking numbers and carriers: detect, parse an answer, track."""


@carriers.command()
@click.argument("number")
def detect(number: str) -> None:
    """Say which carriers a number may belong to, best evidence first."""
    from carriers.numbers import detect as candidates

    found = candidates(number)
    if not found:
        raise Refused("this fits the format of no carrier we know")
    for each in found:
        adapter = f" (adapter {each.adapter})" if each.adapter else ""
        click.echo(f"{each.strength:4} {each.carrier}: {each.format}{adapter}; {', '.join(each.reasons)}")


@carriers.command()
@click.argument("carrier", type=click.Choice(ADAPTERS))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--type", "content_type", help="The Content-Type that the answer came with.")
def parse(carrier: str, file: Path, content_type: str | None) -> None:
    """Read a carrier's answer from a file and print what it says in our words."""
    from importlib import import_module

    from carriers.answer import CarrierError

    try:
        answer: Answer = import_module(f"carriers.adapters.{carrier}").parse(file.read_bytes(), content_type)
    except CarrierError as error:
        raise Refused(str(error)) from error
    _tell(answer)


def _tell(answer: "Answer") -> None:
    for shipment in answer.shipments:
        headline = shipment.headline
        click.echo(f"{shipment.tracking_number}: {_words(headline.status, headline.reason)}")
        for event in shipment.events:
            click.echo(f"  {event.occurred_text:<32} {_words(event.status, event.reason)}{_where(event)}")
    for error in answer.errors:
        click.echo(f"{error.tracking_number or 'answer'}: {error.kind} {error.message}".rstrip())


def _words(status: object, reason: object) -> str:
    return f"{status} ({reason})" if reason else str(status)


def _where(event: "TrackingEvent") -> str:
    return f", {event.place}" if event.place else ""
