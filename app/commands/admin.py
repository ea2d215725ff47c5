"""`wayproof migrate` and `brand`: what a service needs before its first people and keys."""

from typing import TYPE_CHECKING

import click

from app.commands.listing import InOrder
from app.commands.opening import Refused, brand_here, brand_option, house_here, settings_here

if TYPE_CHECKING:
    from datetime import datetime


@click.command()
def migrate() -> None:
    """Bring the database to the schema of this release."""
    from app.house import open_house
    from app.migrations.steps import newest, upgrade

    settings = settings_here()
    open_house(settings)
    upgrade(settings.database)
    click.echo(f"the schema stands at {newest()}")


@click.group(cls=InOrder)
def brand() -> None:
    """Brands: each has its own log, its own key, its own people."""


@brand.command("add")
@click.argument("slug")
@click.option("--name", required=True, help="As people read it.")
@click.option("--language", default="en", show_default=True, help="Of its pages, where a reader has not chosen.")
def add_brand(slug: str, name: str, language: str) -> None:
    """Add a brand with a log of its own."""
    from app.brands.tenants import create_brand, find_brand
    from app.db import reading

    house = house_here()
    with reading(house.db) as session:
        if find_brand(session, slug):
            raise Refused(f"there is a brand {slug} already")
    given = {"name": name, "slug": slug, "language": language, "base_url": house.settings.base_url}
    create_brand(house.db, house.keys, now=house.clock(), **given)
    click.echo(f"brand {slug} has its log; back up {house.keys}, it holds the key that signs it")


@brand.command("classify")
@click.argument("field")
@click.argument("kind", type=click.Choice(["public", "commercial", "personal"]))
@brand_option
def classify(field: str, kind: str, slug: str | None) -> None:
    """Class a field of your own in EPCIS events, by its full name; without this it is commercial."""
    from app.epcis.syntax import is_uri
    from app.provenance.parts import CHOSEN

    if not is_uri(field):
        raise Refused("give the field's full name, such as https://ns.example.com/operator")
    house = house_here()
    with house.db.begin() as session:
        brand = brand_here(session, slug)
        brand.settings = {**brand.settings, CHOSEN: {**brand.settings.get(CHOSEN, {}), field: kind}}
    click.echo(f"{field} is {kind} in every event from now on; what is recorded stays as it was")


@brand.command("cut-off")
@click.argument("hour", type=click.DateTime(["%H:%M"]), metavar="HH:MM")
@brand_option
def cut_off(hour: "datetime", slug: str | None) -> None:
    """Say until when an order is handled on its day, in the time of the country that it is sent from."""
    from app.shipping.estimate import CUT_OFF_KEY

    house = house_here()
    with house.db.begin() as session:
        brand = brand_here(session, slug)
        brand.settings = {**brand.settings, CUT_OFF_KEY: f"{hour:%H:%M}"}
    click.echo(f"orders until {hour:%H:%M} are handled on their day; estimates count so from now on")


@brand.command("switch")
@click.argument("subject", required=False, type=click.Choice(["predictions", "notices", "compensation"]))
@click.argument("to", required=False, type=click.Choice(["on", "off"]))
@click.option("--rule", default="", metavar="CODE", help="Only this rule of it, such as delay; else all of it.")
@click.option("--reason", default="other", show_default=True, help="Why, as a code; the entry names it.")
@brand_option
def switch(subject: str | None, to: str | None, rule: str, reason: str, slug: str | None) -> None:
    """Stop or start what the house does by itself; without a subject, show how everything stands."""
    from app.brands.switches import switches_of, turn

    if subject and not to:
        raise Refused(f"say on or off: wayproof brand switch {subject} off --reason incident")
    house = house_here()
    with house.db.begin() as session:
        brand = brand_here(session, slug)
        if subject:
            turn(session, brand, subject, rule, on=to == "on", reason=reason, person_id=None, now=house.clock())
            session.flush()
        rows = switches_of(session, brand.id)
        lines = [(f"{row.subject} {row.rule}".strip(), "on" if row.on else "off", row.reason) for row in rows]
    for line in lines:
        click.echo("\t".join(line).rstrip())


@brand.command("list")
def list_brands() -> None:
    """Name the brands, each with the verifier key of its log."""
    from sqlalchemy import select

    from app.brands.tenants import signer_of
    from app.db import reading
    from app.models.brands import Brand

    house = house_here()
    with reading(house.db) as session:
        for row in session.scalars(select(Brand).order_by(Brand.slug)):
            click.echo(f"{row.slug}\t{row.name}\t{signer_of(house.keys, row).vkey}")
