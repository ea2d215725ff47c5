"""`wayproof look`: what an identifier or an EPCIS document is, without a database and without a network."""

import sys

import click


@click.command()
@click.argument("text", required=False)
@click.option(
    "--prefix", type=click.IntRange(6, 12), help="Digits of the company prefix, for the RFID forms of a link."
)
@click.option("--base", default="https://id.gs1.org", show_default=True, help="Where its page is.")
def look(text: str | None, prefix: int | None, base: str) -> None:
    """Say what TEXT is: an identifier in any form, or an EPCIS document. Without TEXT standard input is read.

    Ends with 1 when something breaks a rule.
    """
    from app.support import toolbox

    given = text if text is not None else sys.stdin.read(toolbox.LARGEST + 1)
    if len(given.encode("utf-8", "replace")) > toolbox.LARGEST:
        raise click.ClickException(f"at most {toolbox.LARGEST} bytes can be looked at")
    wrong = _document(given) if toolbox.is_document(given) else _identifiers(given, base, prefix)
    sys.exit(1 if wrong else 0)


def _document(text: str) -> bool:
    from app.support import toolbox

    checked = toolbox.check_document(text)
    for problem in checked.problems:
        click.echo(f"wrong\t{problem.field or '/'}\t{problem.rule}")
    for event in checked.events:
        click.echo(f"{event.type}\t{event.hash}")
    return bool(checked.problems)


def _identifiers(text: str, base: str, prefix: int | None) -> bool:
    from app.support import toolbox

    found = toolbox.translate(text, base, prefix)
    for named in found:
        click.echo(
            f"{named.level or 'wrong'}\t{named.key or named.text}" + (f"\t{named.wrong}" if named.wrong else "")
        )
        for form, written in named.forms:
            click.echo(f"  {form}\t{written}")
    return not found or any(named.wrong for named in found)
