"""`wayproof migrate`, `brand`, `person` and `key`: what a service needs before the first event."""

from typing import TYPE_CHECKING

import click

from app.commands.listing import InOrder
from app.commands.opening import Refused, brand_here, brand_option, house_here, settings_here
from app.commands.partners import partner_here

if TYPE_CHECKING:
    from datetime import datetime

_partner_option = click.option(
    "--partner", "which", metavar="PARTNER", help="Id or name of the partner it is for."
)


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


@click.group(cls=InOrder)
def person() -> None:
    """People who log in: owner, warehouse, support, auditor, partner."""


@person.command("add")
@click.argument("login")
@click.option("--role", required=True, type=click.Choice(["owner", "warehouse", "support", "auditor", "partner"]))
@click.option("--name", required=True)
@click.option(
    "--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when not given."
)
@_partner_option
@brand_option
def add_person_(login: str, role: str, name: str, password: str, which: str | None, slug: str | None) -> None:
    """Add a person with one role in one brand; with --partner, one of a partner's people."""
    from app.brands.people import add_person, hash_password

    if (role == "partner") != (which is not None):
        raise Refused("the role partner and --partner belong together")
    house = house_here()
    hashed = hash_password(password)
    with house.db.begin() as session:
        brand = brand_here(session, slug)
        partner_id = partner_here(session, brand, which).id if which else None
        add_person(
            session,
            brand,
            login=login,
            name=name,
            role=role,
            password_hash=hashed,
            partner_id=partner_id,
            now=house.clock(),
        )
    click.echo(f"{login} may log in as {role}")


@click.group(cls=InOrder)
def key() -> None:
    """API keys of machines."""


@key.command("issue")
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="What it may do, such as events:write; repeat."
)
@click.option("--days", type=click.IntRange(1, 3650), help="How long it is good; without end when not given.")
@_partner_option
@brand_option
def issue(name: str, scopes: tuple[str, ...], days: int | None, which: str | None, slug: str | None) -> None:
    """Issue a key; it is shown once and kept nowhere."""
    from datetime import timedelta

    from app.brands.keys import issue_key

    house = house_here()
    now = house.clock()
    expires_at = now + timedelta(days=days) if days else None
    with house.db.begin() as session:
        brand = brand_here(session, slug)
        partner_id = partner_here(session, brand, which).id if which else None
        issued = issue_key(
            session, brand, name=name, scopes=scopes, now=now, partner_id=partner_id, expires_at=expires_at
        )
    click.echo(issued.text)
