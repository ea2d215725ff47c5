"""`wayproof labels`: QR codes on paper, for the items of a lot or for single things."""

from pathlib import Path

import click

from app.commands.opening import Refused, brand_here, brand_option, house_here

_Out = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.argument("things", nargs=-1, required=True, metavar="DIGITALLINK...")
@click.option("--items", is_flag=True, help="One label for each item of these lots or products.")
@click.option("--pdf", "pdf_file", type=_Out, help="Sheets of A4 as PDF.")
@click.option("--svg", "svg_file", type=_Out, help="Sheets as SVG; from the second on with a number in its name.")
@click.option("--zpl", "zpl_file", type=_Out, help="Formats for a thermal printer of 203 dpi.")
@click.option("--columns", type=click.IntRange(1, 20), default=4, show_default=True)
@click.option("--rows", type=click.IntRange(1, 20), default=8, show_default=True)
@brand_option
def labels(
    things: tuple[str, ...],
    items: bool,
    pdf_file: Path | None,
    svg_file: Path | None,
    zpl_file: Path | None,
    columns: int,
    rows: int,
    slug: str | None,
) -> None:
    """Draw labels whose QR codes open the passports: products, lots, items."""
    from app.db import reading
    from app.labels import drawn, pdf
    from app.labels.sheet import MOST, BadLayout, Paper, label_of
    from app.pins import pin
    from app.provenance.labelled import keys
    from ledger.log import evidence

    if not (pdf_file or svg_file or zpl_file):
        raise Refused("say what to draw: --pdf FILE, --svg FILE or --zpl FILE")
    house = house_here()
    with reading(house.db) as session:
        brand = brand_here(session, slug)
        found = keys(session, brand.id, things, items=items, most=MOST + 1)
        vkey = evidence(session, brand.log_id, []).vkey
    if not found:
        raise Refused("the record knows none of these; an event must name a thing before it gets a label")
    if len(found) > MOST:
        raise Refused(f"more than {MOST} labels at once; name fewer lots")
    wanted = [label_of(each, house.settings.base_url, pin(vkey) if vkey else "") for each in found]
    paper = Paper(columns=columns, rows=rows)
    try:
        if pdf_file:
            with open(pdf_file, "wb") as out:
                pdf.write(out, wanted, paper, title=f"Labels of {brand.name}")
        if svg_file:
            for number, sheet in enumerate(drawn.svg(wanted, paper), 1):
                (svg_file if number == 1 else svg_file.with_stem(f"{svg_file.stem}-{number}")).write_bytes(sheet)
        if zpl_file:
            wide, high = paper.label
            zpl_file.write_text(drawn.zpl(wanted, wide=wide, high=high), "utf-8")
    except BadLayout as error:
        raise Refused(f"{error}; take fewer --columns or --rows") from error
    click.echo(f"{len(wanted)} labels")
