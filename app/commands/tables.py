"""`wayproof table`: products, places and certificates from a spreadsheet, and back into one."""

from pathlib import Path

import click

from app.commands.opening import Refused, brand_here, brand_option, house_here

_KIND = click.Choice(["products", "locations", "certificates"])
_Out = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group()
def table() -> None:
    """Bring products, places and certificates in from a table, or write them out as one."""


@table.command("import")
@click.argument("kind", type=_KIND)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Judge every row, keep nothing.")
@brand_option
def load(kind: str, file: Path, dry_run: bool, slug: str | None) -> None:
    """Take in a CSV or XLSX table; every bad row is named, and the same table again changes nothing."""
    from app.db import reading
    from app.provenance import tables

    house = house_here()
    with reading(house.db) as session:
        brand_id = brand_here(session, slug).id
    try:
        done = tables.load(house.db, brand_id, kind, file.read_bytes(), dry_run=dry_run, now=house.clock())
    except ValueError as wrong:
        raise Refused(str(wrong)) from None
    for finding in done.findings:
        click.echo(str(finding), err=True)
    click.echo(f"{done.right} of {done.rows} rows are right: {'nothing kept, a dry run' if dry_run else 'kept'}")
    if done.findings:
        raise Refused(f"{len(done.findings)} findings; mend these rows and send the table again")


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
        head, rows = tables.table(session, brand_here(session, slug), kind)
    if file.suffix.lower() == ".xlsx":
        with open(file, "wb") as out:
            write_xlsx(out, kind, head, rows)
    else:
        file.write_bytes(as_csv(head, rows).encode())
    click.echo(f"{len(rows)} {kind} in {file}")
