"""`wayproof person` and `key`: who gets in, who is in, and how they are shut out."""

from typing import TYPE_CHECKING

import click

from app.commands.listing import InOrder
from app.commands.opening import Refused, brand_here, brand_option, house_here
from app.commands.partners import partner_here

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.models.brands import ApiKey, Brand, Person

_partner_option = click.option(
    "--partner", "which", metavar="PARTNER", help="Id or name of the partner it is for."
)
_yes_option = click.option("--yes", is_flag=True, help="Do it; without it the command only says what it would do.")


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


@person.command("list")
@brand_option
def list_people(slug: str | None) -> None:
    """Name the people of a brand: login, name, role, partner, and whether they may log in."""
    from sqlalchemy import select

    from app.db import reading
    from app.models.brands import Partner, Person

    with reading(house_here().db) as session:
        mine = Person.brand_id == brand_here(session, slug).id
        asked = select(Person, Partner.name).outerjoin(Partner, Partner.id == Person.partner_id).where(mine)
        for row, of in session.execute(asked.order_by(Person.login)):
            state = f"shut out {_day(row.disabled_at)}" if row.disabled_at else "may log in"
            click.echo(f"{row.login}\t{row.name}\t{row.role}\t{of or '-'}\t{state}")


@person.command("end")
@click.argument("login")
@_yes_option
@brand_option
def end_person(login: str, yes: bool, slug: str | None) -> None:
    """Shut a person out at once, on every device; what they did stays theirs. The last owner stays."""
    from app.brands.people import disable_person

    house = house_here()
    with house.db.begin() as session:
        brand = brand_here(session, slug)
        row = _person_here(session, brand, login)
        if row.disabled_at:
            click.echo(f"{row.login} was shut out on {_day(row.disabled_at)}; nothing was changed")
        elif not yes:
            click.echo(
                f"{row.login}, {row.role} of {brand.slug}, would be logged out everywhere and let in no more"
            )
            click.echo("nothing was changed; add --yes")
        else:
            _require_another_owner(session, row)
            disable_person(session, brand, row.id, house.clock())
            click.echo(f"{row.login} is shut out and logged out everywhere; the log says so")


def _person_here(session: "Session", brand: "Brand", login: str) -> "Person":
    from sqlalchemy import select

    from app.models.brands import Person

    mine = select(Person).where(Person.brand_id == brand.id, Person.login == login.strip().lower())
    row = session.scalar(mine)
    if row is None:
        raise Refused(f"{brand.slug} has nobody with the login {login!r}; `wayproof person list` names them")
    return row


def _require_another_owner(session: "Session", row: "Person") -> None:
    from sqlalchemy import func, select

    from app.models.brands import Person

    owners = select(func.count()).select_from(Person)
    owners = owners.where(Person.brand_id == row.brand_id, Person.role == "owner", Person.disabled_at.is_(None))
    if row.role == "owner" and session.scalar(owners) == 1:
        raise Refused("this is the last owner, and nobody could let others in: add another owner first")


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


@key.command("list")
@brand_option
def list_keys(slug: str | None) -> None:
    """Name the keys of a brand: how each begins, name, partner, scopes, last use, and whether it is good."""
    from sqlalchemy import select

    from app.db import reading
    from app.models.brands import ApiKey, Partner

    house = house_here()
    with reading(house.db) as session:
        mine = ApiKey.brand_id == brand_here(session, slug).id
        asked = select(ApiKey, Partner.name).outerjoin(Partner, Partner.id == ApiKey.partner_id).where(mine)
        for row, of in session.execute(asked.order_by(ApiKey.created_at, ApiKey.id)):
            used = f"used {_day(row.last_used_at)}" if row.last_used_at else "never used"
            said = (
                f"wp_{row.prefix}",
                row.name,
                of or "-",
                " ".join(row.scopes),
                used,
                _standing(row, house.clock()),
            )
            click.echo("\t".join(said))


@key.command("revoke")
@click.argument("which", metavar="KEY")
@_yes_option
@brand_option
def revoke(which: str, yes: bool, slug: str | None) -> None:
    """Revoke a key at once and for good; KEY is how it begins (`wayproof key list`), or its name."""
    from app.brands.keys import revoke_key

    house = house_here()
    with house.db.begin() as session:
        brand = brand_here(session, slug)
        row = _key_here(session, brand, which)
        called = f"wp_{row.prefix} ({row.name})"
        if row.revoked_at:
            click.echo(f"{called} was revoked on {_day(row.revoked_at)}; nothing was changed")
        elif not yes:
            used = f"last used {_day(row.last_used_at)}" if row.last_used_at else "never used"
            click.echo(f"{called}, {used}, would open nothing any more: {' '.join(row.scopes)}")
            click.echo("nothing was changed; add --yes")
        else:
            revoke_key(session, brand, row.id, house.clock())
            click.echo(f"{called} is revoked; the log says so")


def _key_here(session: "Session", brand: "Brand", which: str) -> "ApiKey":
    """By how it begins, whole as it was shown, or by its name where only one that is good has it."""
    from sqlalchemy import select

    from app.models.brands import ApiKey

    prefix = which.removeprefix("wp_").partition("_")[0]
    mine = select(ApiKey).where(ApiKey.brand_id == brand.id)
    row = session.scalar(mine.where(ApiKey.prefix == prefix))
    if row is not None:
        return row
    found = list(session.scalars(mine.where(ApiKey.name == which).order_by(ApiKey.created_at)))
    found = [each for each in found if each.revoked_at is None] or found[-1:]
    if len(found) > 1:
        names = ", ".join(f"wp_{each.prefix}" for each in found)
        raise Refused(f"{len(found)} keys are called {which!r}; say how it begins: {names}")
    if not found:
        raise Refused(f"{brand.slug} has no such key; `wayproof key list` names them")
    return found[0]


def _standing(row: "ApiKey", now: "datetime") -> str:
    if row.revoked_at:
        return f"revoked {_day(row.revoked_at)}"
    if row.expires_at is None:
        return "good"
    return f"{'over since' if row.expires_at <= now else 'good until'} {_day(row.expires_at)}"


def _day(at: "datetime | None") -> str:
    return f"{at:%Y-%m-%d}" if at else ""
