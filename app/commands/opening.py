"""How a command comes to the house and to a brand. Nothing that a command does is here."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from app.demo.places import Places
from app.process import read_json

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.house import House
    from app.models.brands import Brand
    from app.settings import Settings


class Refused(click.ClickException):
    """A command that cannot go on; its one line says what to do."""


def settings_here(**given: object) -> "Settings":
    """The settings of the environment; in the home of a demo, with the demo's clock, database and addresses."""
    from app.settings import load

    settings = load(**given)
    facts = read_json(Places(settings.home).facts)
    if settings.demo or not facts:
        return settings
    of_demo = {
        "demo": True,
        "allow_private_targets": True,  # its carriers are on this machine
        "database_url": facts["database_url"],
        "base_url": facts["base_url"],
        "smtp_url": facts["smtp_url"],
        "port": urlsplit(facts["base_url"]).port,
    }
    return load(
        **{**{name: value for name, value in of_demo.items() if name not in settings.model_fields_set}, **given}
    )


def house_here() -> "House":
    """The opened house; refuses a database that was never migrated, because nothing would be found there."""
    from app.house import open_house
    from app.migrations.steps import current

    settings = settings_here()
    house = open_house(settings)
    if current(house.db.kw["bind"]) is None:
        raise Refused(
            f"there is nothing in {_shown(settings.database)} yet: run `wayproof migrate` or `wayproof run`"
        )
    return house


def brand_here(session: "Session", slug: str | None) -> "Brand":
    """The brand of this slug, or the only one there is."""
    from sqlalchemy import select

    from app.models.brands import Brand

    brands = list(session.scalars(select(Brand).order_by(Brand.slug)))
    found = [brand for brand in brands if slug in (None, brand.slug)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(brand.slug for brand in brands) or "none yet; `wayproof brand add` makes one"
    raise Refused(f"no brand {slug!r}; there is: {names}" if slug else f"say which with --brand: {names}")


def _shown(database: str) -> str:
    """The address of a database without its password."""
    from sqlalchemy.engine import make_url

    return make_url(database).render_as_string(hide_password=True)


brand_option = click.option("--brand", "slug", metavar="SLUG", help="Which brand, where there is more than one.")
