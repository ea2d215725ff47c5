"""`wayproof doctor`: is everything in place, and if not, what to do."""

import click

from app.commands.opening import Refused, settings_here

MARKS = {"ok": "✓", "warning": "!", "broken": "✗"}


@click.command()
def doctor() -> None:
    """Check settings, database, keys, clock, disk, broker and ports, with a remedy for each fault."""
    from app.doctor import Health, examine

    broken = 0
    for finding in examine(settings_here()):
        remedy = f" → {finding.remedy}" if finding.remedy else ""
        click.echo(f"{MARKS[finding.health]} {finding.what}: {finding.said}{remedy}")
        broken += finding.health is Health.BROKEN
    if broken:
        raise Refused(f"{broken} of these must be mended first")
