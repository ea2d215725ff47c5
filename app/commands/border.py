"""`wayproof cbam`: what a border asks about goods, as a table."""

from pathlib import Path

import click

from app.commands.opening import Refused, brand_here, brand_option, house_here


@click.command()
@click.option("--key", "keys", multiple=True, metavar="DIGITALLINK", help="A product or lot; repeat for more.")
@click.option("--period", default="", metavar="YEAR[-Qn]", help="The reporting period, such as 2026-Q1.")
@click.option(
    "--csv", "csv_file", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Where to write it."
)
@brand_option
def cbam(keys: tuple[str, ...], period: str, csv_file: Path | None, slug: str | None) -> None:
    """Write the fields of a CBAM report for goods, all described goods without --key; unknown stays empty."""
    from app.carbon import cbam as fields
    from app.carbon import goods
    from app.db import reading
    from app.provenance.errors import Refused as WrongFact
    from app.spreadsheet import as_csv

    if csv_file is None:
        raise Refused("say where to write the table: --csv FILE")
    house = house_here()
    try:
        reporting = fields.period(period)
    except WrongFact as wrong:
        raise Refused(str(wrong)) from None
    with reading(house.db) as session:
        found = goods.described(session, brand_here(session, slug).id, keys)
    csv_file.write_bytes(as_csv(fields.HEADER, fields.cells(found, reporting)).encode())
    for key, facts in found:
        if lacks := fields.missing(facts):
            click.echo(f"{key} lacks {', '.join(lacks)}", err=True)
    click.echo(f"{len(found)} rows of goods in {csv_file}")
