"""`wayproof carriers`: read a number, read an answer, ask a carrier."""

import click


@click.group()
def carriers() -> None:
    """Tracking numbers and carriers: detect, parse an answer, track."""
