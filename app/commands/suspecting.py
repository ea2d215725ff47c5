"""`wayproof counterfeit`: suspected copies, and the evidence of one as a signed file."""

from pathlib import Path

import click

from app.commands.listing import InOrder
from app.commands.opening import Refused, brand_here, brand_option, house_here


@click.group(cls=InOrder)
def counterfeit() -> None:
    """Look at suspected copies, and write their evidence for those who must act."""


@counterfeit.command("list")
@brand_option
def list_cases(slug: str | None) -> None:
    """List the open cases of suspected copies: case, item, signals."""
    from app.db import reading
    from app.support.cases import open_of_kind
    from app.suspects.raising import KIND

    house = house_here()
    with reading(house.db) as session:
        rows = open_of_kind(session, brand_here(session, slug).id, KIND)
    for row in rows:
        click.echo(f"{row.id}\t{row.facts.get('key', '')}\t{', '.join(row.facts.get('signals', ()))}")
    if not rows:
        click.echo(
            "no suspected copy; one shows when its code is opened where it can't be, or a reader reports it"
        )


@counterfeit.command("evidence")
@click.argument("case_id", required=False, metavar="CASE")
@click.option("--to", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="evidence-CASE.json.")
@brand_option
def evidence(case_id: str | None, to: Path | None, slug: str | None) -> None:
    """Write the evidence of a case as one signed file; without CASE of the only one that is open."""
    from app.brands.tenants import signer_of
    from app.db import reading
    from app.support import cases
    from app.suspects import evidence as told
    from app.suspects.dossier import dossier
    from app.suspects.raising import KIND
    from ledger.errors import NotPublished

    house = house_here()
    with reading(house.db) as session:
        brand = brand_here(session, slug)
        rows = cases.open_of_kind(session, brand.id, KIND)
        case = cases.get(session, brand.id, case_id) if case_id else rows[0] if len(rows) == 1 else None
        whole = dossier(session, case) if case else None
        if whole is None:
            raise Refused("name the case of a suspected copy; `wayproof counterfeit list` shows them")
        try:
            data = told.written(session, brand, whole, signer_of(house.keys, brand), house.clock())
        except NotPublished as error:
            raise Refused(f"{error}; try again in a second, while `wayproof work` runs") from error
    target = to or Path(f"evidence-{whole.case.id}.json")
    target.write_bytes(data)
    kinds = ", ".join(each.kind for each in whole.signals)
    click.echo(f"{target}: {whole.item.key}, {kinds}; `wayproof verify {target}` checks it")
