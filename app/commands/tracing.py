"""`wayproof fsma`: the sheet that an authority asks for within a day."""

from pathlib import Path

import click

from app.commands.opening import Refused, brand_here, brand_option, house_here

_Out = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.option(
    "--lot",
    "lots",
    multiple=True,
    metavar="DIGITALLINK",
    help="https://…/01/GTIN/10/LOT; repeat for more lots. Without it: the whole record.",
)
@click.option("--csv", "csv_file", type=_Out, help="Write the sheet as CSV.")
@click.option("--xlsx", "xlsx_file", type=_Out, help="Write the sheet as a workbook.")
@brand_option
def fsma(lots: tuple[str, ...], csv_file: Path | None, xlsx_file: Path | None, slug: str | None) -> None:
    """Write the FSMA 204 traceability sheet of lots, back to the harvest and on to who received them."""
    from app.brands.readers import STAFF
    from app.db import reading
    from app.epcis.fsma import HEADER
    from app.provenance.fsma import sheet
    from app.spreadsheet import as_csv, write_xlsx

    if csv_file is None and xlsx_file is None:
        raise Refused("say where to write the sheet: --csv FILE, --xlsx FILE, or both")
    house = house_here()
    with reading(house.db) as session:
        rows = sheet(session, brand_here(session, slug).id, lots, STAFF)
    if csv_file:
        csv_file.write_bytes(as_csv(HEADER, rows).encode())
    if xlsx_file:
        with open(xlsx_file, "wb") as out:
            write_xlsx(out, "FSMA 204", HEADER, rows)
    click.echo(f"{len(rows)} rows of {', '.join(lots) or 'the whole record'}")
