"""`wayproof claim-codes`: codes for the boxes of items, with which whoever has them claims them."""

from pathlib import Path

import click

from app.commands.opening import Refused, brand_here, brand_option, house_here

_Out = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command("claim-codes")
@click.argument("things", nargs=-1, required=True, metavar="DIGITALLINK...")
@click.option("--items", is_flag=True, help="One code for each item of these lots or products.")
@click.option("--csv", "csv_file", type=_Out, help="A table: item, code, address.")
@click.option("--pdf", "pdf_file", type=_Out, help="Labels for the boxes: the item's QR code, its code below.")
@brand_option
def claim_codes(
    things: tuple[str, ...], items: bool, csv_file: Path | None, pdf_file: Path | None, slug: str | None
) -> None:
    """Make claim codes; they are written once and kept nowhere. A new one ends the unused one before it."""
    from app.db import reading
    from app.labels import pdf
    from app.labels.sheet import Paper, label_of
    from app.owning import claiming, codes
    from app.owning.errors import ActRefused
    from app.provenance.labelled import keys
    from app.sealed import open_box
    from app.spreadsheet import as_csv
    from app.words.ownership import ACT_REFUSED

    if not (csv_file or pdf_file):
        raise Refused("say where to write them: --csv FILE or --pdf FILE")
    house = house_here()
    base = house.settings.base_url
    with reading(house.db) as session:
        brand = brand_here(session, slug)
        found = keys(session, brand.id, things, items=items, most=claiming.MOST + 1)
    if not found or len(found) > claiming.MOST:
        raise Refused(f"the record must know 1 to {claiming.MOST} of these; it knows {len(found) or 'none'}")
    try:
        with house.db.begin() as session:
            box = open_box(house.keys)
            made = claiming.make_codes(session, box, brand_here(session, slug), found, now=house.clock())
    except ActRefused as refused:
        raise Refused(ACT_REFUSED[refused.code]) from None
    told = [(each.key, codes.grouped(each.code), base + each.key) for each in made]
    if csv_file:
        csv_file.touch(mode=0o600)
        csv_file.write_text(as_csv(("item", "code", "url"), told), "utf-8", newline="")
    if pdf_file:
        labels = [label_of(key, base, code) for key, code, _ in told]
        with open(pdf_file, "wb") as out:
            pdf.write(out, labels, Paper(), title=f"Claim codes of {brand.name}")
    click.echo(f"{len(made)} claim codes")
