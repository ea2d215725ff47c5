"""`wayproof partner`: the companies that write into a brand's record, and whether they must sign what they say."""

from typing import TYPE_CHECKING

import click

from app.commands.listing import InOrder
from app.commands.opening import Refused, brand_here, brand_option, house_here

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models.brands import Brand, Partner

KINDS = ("supplier", "forwarder", "broker", "retailer", "laboratory", "carrier")


@click.group(cls=InOrder)
def partner() -> None:
    """Partners: suppliers, forwarders, brokers and others who write into the record."""


@partner.command("add")
@click.argument("name")
@click.option("--kind", required=True, type=click.Choice(KINDS))
@click.option("--country", help="Two capital letters, such as NL.")
@brand_option
def add(name: str, kind: str, country: str | None, slug: str | None) -> None:
    """Add a partner; print its id. `person add --partner` and `key issue --partner` let it in."""
    from app.brands.partners import add_partner

    house = house_here()
    with house.db.begin() as session:
        brand = brand_here(session, slug)
        made = add_partner(session, brand, name=name, kind=kind, country=country, now=house.clock())
    click.echo(made)


@partner.command("list")
@brand_option
def list_(slug: str | None) -> None:
    """Name the partners: id, name, kind, the good key, and whether their events must be signed."""
    from sqlalchemy import select

    from app.brands.signatures import good_key
    from app.db import reading
    from app.models.brands import Partner

    with reading(house_here().db) as session:
        mine = select(Partner).where(Partner.brand_id == brand_here(session, slug).id).order_by(Partner.name)
        for row in session.scalars(mine):
            key = good_key(session, row.id)
            asked = "signature required" if row.must_sign else "signature optional"
            click.echo(f"{row.id}\t{row.name}\t{row.kind}\t{key.vkey if key else 'no key'}\t{asked}")


@partner.command("require")
@click.argument("which", metavar="PARTNER")
@click.option("--optional", is_flag=True, help="Take unsigned events again.")
@brand_option
def require(which: str, optional: bool, slug: str | None) -> None:
    """Refuse unsigned events of a partner (its id or name) from now on."""
    from app.brands.signatures import demand

    house = house_here()
    with house.db.begin() as session:
        brand = brand_here(session, slug)
        row = partner_here(session, brand, which)
        demand(session, brand, row.id, required=not optional, now=house.clock())
        click.echo(f"{row.name}: a signature is {'optional' if optional else 'required'} from now on")


@partner.command("authorise")
@click.argument("which", metavar="PARTNER")
@click.option("--repairs/--no-repairs", default=None, help="May record repairs in the brand's name.")
@click.option("--collects/--no-collects", default=None, help="May take back what owners hand in.")
@brand_option
def authorise(which: str, repairs: bool | None, collects: bool | None, slug: str | None) -> None:
    """Say what a partner (its id or name) may do in the brand's name after the sale; what is not named stays."""
    from app.owning import authority

    house = house_here()
    with house.db.begin() as session:
        brand = brand_here(session, slug)
        row = partner_here(session, brand, which)
        may = {
            "repairs": row.repairs if repairs is None else repairs,
            "collects": row.collects if collects is None else collects,
        }
        authority.authorise(session, brand, row.id, **may, now=house.clock())
        named = ", ".join(name for name, allowed in may.items() if allowed) or "nothing"
        click.echo(f"{row.name}: {named} in the name of {brand.name} from now on")


def partner_here(session: "Session", brand: "Brand", which: str) -> "Partner":
    """The partner of a brand with this id or name."""
    from sqlalchemy import select

    from app.models.brands import Partner

    rows = session.scalars(select(Partner).where(Partner.brand_id == brand.id).order_by(Partner.name)).all()
    found = [row for row in rows if which in (row.id, row.name)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"{row.name} ({row.id})" for row in rows) or "none yet; `wayproof partner add` makes one"
    raise Refused(f"no partner {which!r}, or more than one; there is: {names}")
