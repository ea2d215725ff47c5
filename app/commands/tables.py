"""`wayproof table`: products, lots, events, shipments and more from a spreadsheet, and back into one."""

from pathlib import Path

import click

from app.commands.listing import InOrder
from app.commands.opening import Refused, brand_here, brand_option, house_here

_KIND = click.Choice(["products", "lots", "locations", "certificates", "inspections", "events", "shipments"])
_Out = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group(cls=InOrder)
def table() -> None:
    """Bring products, lots, places, certificates, inspections, events and shipments in from a table, or out."""


@table.command("import")
@click.argument("kind", type=_KIND)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Judge every row, keep nothing.")
@brand_option
def load(kind: str, file: Path, dry_run: bool, slug: str | None) -> None:
    """Take in a CSV or XLSX table; every bad row is named, and the same table again changes nothing."""
    from app.db import reading
    from app.intake import tables
    from app.provenance.tables import Came

    house = house_here()
    with reading(house.db) as session:
        brand_id = brand_here(session, slug).id
    try:
        rows, tally = tables.load(house.db, brand_id, kind, file.read_bytes(), dry_run=dry_run, now=house.clock())
    except ValueError as wrong:
        raise Refused(str(wrong)) from None
    for finding in tally.findings:
        click.echo(str(finding), err=True)
    counts = ", ".join(f"{tally.came[each]} {each}" for each in Came)
    kept = "nothing kept, a dry run" if dry_run else "kept"
    click.echo(f"{tally.right} of {rows} rows are right: {kept} ({counts})")
    if tally.findings:
        raise Refused(f"{len(tally.findings)} findings; mend these rows and send the table again")


@table.command()
@click.argument("kind", type=_KIND)
@click.argument("file", type=_Out)
@brand_option
def export(kind: str, file: Path, slug: str | None) -> None:
    """Write them as FILE, a workbook when its name ends in .xlsx, else CSV; no cell is a formula."""
    from app.db import reading
    from app.provenance import tables
    from app.spreadsheet import as_csv, write_xlsx

    house = house_here()
    with reading(house.db) as session:
        brand = brand_here(session, slug)
        head, rows = tables.head(session, brand, kind), list(tables.rows(session, brand, kind))
        beside = tables.left_out(session, brand, len(rows)) if kind == "events" else 0
    if file.suffix.lower() == ".xlsx":
        with open(file, "wb") as out:
            write_xlsx(out, kind, head, rows)
    else:
        file.write_bytes(as_csv(head, rows).encode())
    click.echo(f"{len(rows)} {kind} in {file}")
    if beside:
        click.echo(f"{beside} events say more than a row holds; `GET /epcis/events` has them whole", err=True)
