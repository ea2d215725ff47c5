"""`wayproof carriers`: read a number, read an answer that was kept, ask a carrier."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands.opening import Refused, brand_here, brand_option, house_here
from carriers.known import CARRIERS

if TYPE_CHECKING:
    from carriers.answer import Answer
    from carriers.event import TrackingEvent


@click.group()
def carriers() -> None:
    """Tracking numbers and carriers: detect, parse an answer, track, keep an account."""


@carriers.command()
@click.argument("number")
def detect(number: str) -> None:
    """Say which carriers a number may belong to, best evidence first."""
    from carriers.numbers import detect as candidates
    from carriers.numbers import resembling, spoiled

    found = candidates(number)
    if spoiled(number):
        raise Refused("a spreadsheet has rounded this number; take it from its source again, as text")
    if not found:
        alike = ", ".join(f"{each.carrier} ({each.format})" for each in resembling(number))
        hint = f"; it looks like {alike}, but nothing in it confirms that" if alike else ""
        raise Refused(f"this fits the format of no carrier we know{hint}")
    for each in found:
        adapter = f" (adapter {each.adapter})" if each.adapter else ""
        click.echo(f"{each.strength:4} {each.carrier}: {each.format}{adapter}; {', '.join(each.reasons)}")


@carriers.command()
@click.argument("carrier", type=click.Choice(sorted(CARRIERS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--type", "content_type", help="The Content-Type that the answer came with.")
def parse(carrier: str, file: Path, content_type: str | None) -> None:
    """Read a carrier's answer from a file and print what it says in our words."""
    from carriers.adapter import adapter
    from carriers.answer import CarrierError

    try:
        answer: Answer = adapter(carrier).parse(file.read_bytes(), content_type)
    except CarrierError as error:
        raise Refused(str(error)) from error
    _tell(answer)


@carriers.command()
@click.argument("carrier", type=click.Choice(sorted(CARRIERS)))
@click.argument("numbers", nargs=-1, required=True)
@brand_option
def track(carrier: str, numbers: tuple[str, ...], slug: str | None) -> None:
    """Ask a carrier about numbers now, with the brand's account; stores nothing."""
    from app.clock import system_clock
    from app.db import reading
    from app.guard import guarded_session
    from app.sealed import open_box
    from app.shipping.carrier_accounts import open_accounts
    from carriers.adapter import Asked, ask
    from carriers.answer import CarrierError
    from carriers.http import Http
    from carriers.numbers import normalised
    from carriers.polling import account_id
    from carriers.tokens import StoredTokens

    house = house_here()
    box = open_box(house.keys)
    with reading(house.db) as session:
        brand = brand_here(session, slug)
        account = open_accounts(session, box, [brand.id]).get(account_id(brand.id, carrier))
    if account is None:
        raise Refused(f"{brand.slug} has no account with {carrier}; `wayproof carriers account` keeps one")
    http = Http(guarded_session(house.settings.allow_private_targets), StoredTokens(house.db, box), system_clock)
    try:
        answer = ask(http, account, [Asked(normalised(number)) for number in numbers])
    except CarrierError as error:
        raise Refused(str(error)) from error
    _tell(answer)


@carriers.command()
@click.argument("carrier", type=click.Choice(sorted(CARRIERS)))
@click.option("--client-id", required=True, help="The API key at DHL and La Poste, else your client.")
@click.option("--secret", prompt=True, hide_input=True, default="", help="Of the client; asked for if not given.")
@click.option("--base-url", help="Where its API is, if not at its usual address.")
@click.option("--daily-quota", type=click.IntRange(1), help="Questions a day that the carrier allows.")
@brand_option
def account(
    carrier: str, client_id: str, secret: str, base_url: str | None, daily_quota: int | None, slug: str | None
) -> None:
    """Keep a brand's account with a carrier, sealed, in place of the one before."""
    from app.sealed import open_box
    from app.shipping.carrier_accounts import put_account
    from carriers.adapter import adapter

    house = house_here()
    with house.db.begin() as session:
        brand = brand_here(session, slug)
        put_account(
            session,
            open_box(house.keys),
            brand_id=brand.id,
            carrier=carrier,
            base_url=base_url or adapter(carrier).BASE_URL,
            client_id=client_id,
            secret=secret,
            daily_quota=daily_quota,
            now=house.clock(),
        )
    click.echo(f"{brand.slug} has an account with {carrier}")


@carriers.command()
@click.argument("carrier", type=click.Choice(sorted(CARRIERS)))
@click.option("--secret", default="", help="What the carrier signs with; without it a token is made.")
@brand_option
def hook(carrier: str, secret: str, slug: str | None) -> None:
    """Let a carrier call us: print the address, the header and the token to give it."""
    from app.sealed import open_box
    from app.shipping.callbacks import put_hook
    from carriers.hooks import Trust, scheme_of

    house = house_here()
    with house.db.begin() as session:
        brand = brand_here(session, slug)
        try:
            made, agreed = put_hook(
                session,
                open_box(house.keys),
                brand_id=brand.id,
                carrier=carrier,
                secret=secret,
                now=house.clock(),
            )
        except ValueError as refused:
            raise Refused(str(refused)) from refused
    scheme = scheme_of(carrier)
    click.echo(f"address: {house.settings.base_url}/hooks/carriers/{made.id}")
    if scheme.trust is Trust.SIGNED:
        click.echo(f"its signature is expected in the header {scheme.header}; what it tells is evidence")
    else:
        click.echo(f"header: {scheme.header}\ntoken: {agreed}\nits calls make us ask; they are no evidence")


def _tell(answer: "Answer") -> None:
    for shipment in answer.shipments:
        headline = shipment.headline
        click.echo(f"{shipment.tracking_number}: {_words(headline.status, headline.reason)}")
        for event in shipment.events:
            click.echo(f"  {event.occurred_text:<32} {_words(event.status, event.reason)}{_where(event)}")
    for error in answer.errors:
        click.echo(f"{error.tracking_number or 'answer'}: {error.kind} {error.message}".rstrip())


def _words(status: object, reason: object) -> str:
    return f"{status} ({reason})" if reason else str(status)


def _where(event: "TrackingEvent") -> str:
    return f", {event.place}" if event.place else ""
