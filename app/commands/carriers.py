"""`wayproof carriers`: read a number, read an answer that was kept, ask a carrier."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands.listing import InOrder
from app.commands.opening import Refused, brand_here, brand_option, house_here
from carriers.known import CARRIERS

if TYPE_CHECKING:
    from carriers.answer import Answer
    from carriers.event import TrackingEvent


@click.group(cls=InOrder)
def carriers() -> None:
    """Tracking numbers and carriers: detect, parse an answer, track, keep an account and test it."""


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
@click.option("--number", help="What was asked about, for carriers whose answer does not repeat it.")
def parse(carrier: str, file: Path, content_type: str | None, number: str | None) -> None:
    """Read a carrier's answer from a file and print what it says in our words."""
    from carriers.adapter import about, adapter
    from carriers.answer import CarrierError

    try:
        answer: Answer = adapter(carrier).parse(file.read_bytes(), content_type)
    except CarrierError as error:
        raise Refused(str(error)) from error
    _tell(about(answer, [number]) if number else answer)


@carriers.command()
@click.argument("carrier", type=click.Choice(sorted(CARRIERS)))
@click.argument("numbers", nargs=-1, required=True)
@click.option("--postal-code", default="", help="Of the recipient, for carriers that ask for it.")
@click.option("--phone", default="", help="Of the recipient, for carriers that ask for it.")
@brand_option
def track(carrier: str, numbers: tuple[str, ...], postal_code: str, phone: str, slug: str | None) -> None:
    """Ask a carrier about numbers now, with the brand's account; stores nothing."""
    from app.clock import system_clock
    from app.db import reading
    from app.guard import guarded_session
    from app.sealed import open_box
    from app.shipping.carrier_accounts import open_accounts
    from carriers.adapter import Asked, adapter, ask
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
    size = adapter(carrier).BATCH
    try:
        for begin in range(0, len(numbers), size):
            asked = [Asked(normalised(number), postal_code, phone) for number in numbers[begin : begin + size]]
            _tell(ask(http, account, asked))
    except CarrierError as error:
        raise Refused(str(error)) from error


@carriers.command()
@click.argument("carrier", type=click.Choice(sorted(CARRIERS)))
@brand_option
def test(carrier: str, slug: str | None) -> None:
    """Try the brand's account with a carrier: says which credential, scope or quota fails."""
    from app.shipping.account_trials import try_account
    from app.words import TRIAL

    house = house_here()
    with house.db.begin() as session:
        brand = brand_here(session, slug)
    trial = try_account(house, brand.id, carrier)
    if trial is None:
        raise Refused(f"{brand.slug} has no account with {carrier}; `wayproof carriers account` keeps one")
    said = f"{CARRIERS[carrier]}: {TRIAL[trial.fails]}"
    more = (
        f" (missing: {', '.join(trial.missing)})" if trial.missing else f" ({trial.words})" if trial.words else ""
    )
    if trial.fails:
        raise Refused(said + more)
    click.echo(said)


@carriers.command("list")
def list_() -> None:
    """Say which carriers are spoken to, what an account needs, and what they ask for besides a number."""
    from carriers.adapter import adapter

    for key, name in CARRIERS.items():
        module = adapter(key)
        needs = ", ".join(f"{option}: {label}" for option, label in module.CREDENTIALS.items()) or "no account"
        asks = f"; wants {' and '.join(module.ASKS)} of the parcel" if module.ASKS else ""
        click.echo(f"{key:15} {name}; {needs}{asks}")


@carriers.command()
@click.argument("carrier", type=click.Choice(sorted(CARRIERS)))
@click.option("--client-id", default="", help="Your client, user or API key; see `carriers list`.")
@click.option("--secret", help="Of the client; asked for if the carrier has one and it is not given.")
@click.option("--more", multiple=True, metavar="NAME=VALUE", help="What else the carrier's accounts have.")
@click.option("--base-url", help="Where its API is, if not at its usual address.")
@click.option("--daily-quota", type=click.IntRange(1), help="Questions a day that the carrier allows.")
@brand_option
def account(
    carrier: str,
    client_id: str,
    secret: str | None,
    more: tuple[str, ...],
    base_url: str | None,
    daily_quota: int | None,
    slug: str | None,
) -> None:
    """Keep a brand's account with a carrier, sealed, in place of the one before."""
    from app.sealed import open_box
    from app.shipping.carrier_accounts import put_account
    from carriers.adapter import adapter

    house, needs = house_here(), adapter(carrier).CREDENTIALS
    if secret is None:
        secret = (
            click.prompt("Secret", hide_input=True, default="", show_default=False) if "secret" in needs else ""
        )
    others = _pairs(more, [name for name in needs if name not in ("client_id", "secret")])
    with house.db.begin() as session:
        brand = brand_here(session, slug)
        put_account(
            session,
            open_box(house.keys),
            brand_id=brand.id,
            carrier=carrier,
            base_url=base_url or adapter(carrier).BASE_URL,
            client_id=client_id,
            secret=secret or "",
            more=others,
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
    from app.shipping.carrier_hooks import put_hook
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
        if scheme.we_choose and not secret:
            click.echo(f"secret: {agreed}")
        click.echo(f"its signature is expected in the header {scheme.header}; what it tells is evidence")
    else:
        click.echo(f"header: {scheme.header}\ntoken: {agreed}\nits calls make us ask; they are no evidence")


def _pairs(given: tuple[str, ...], allowed: list[str]) -> dict[str, str]:
    pairs = dict(each.partition("=")[::2] for each in given)
    if unknown := [name for name in pairs if name not in allowed]:
        raise Refused(
            f"{unknown[0]} is not known here; this carrier's accounts have: {', '.join(allowed) or 'no more'}"
        )
    return pairs


def _tell(answer: "Answer") -> None:
    for shipment in answer.shipments:
        headline = shipment.headline
        click.echo(f"{shipment.tracking_number or 'parcel'}: {_words(headline.status, headline.reason)}")
        for event in shipment.events:
            click.echo(
                f"  {event.occurred_text:<32} {_words(event.status, event.reason)}{_where(event)}{_unread(event)}"
            )
    for error in answer.errors:
        click.echo(f"{error.tracking_number or 'answer'}: {error.kind} {error.message}".rstrip())


def _words(status: object, reason: object) -> str:
    return f"{status} ({reason})" if reason else str(status)


def _unread(event: "TrackingEvent") -> str:
    from carriers.adapter import unread

    return f", words not known: {event.code or ''} {event.description!r}" if unread(event) else ""


def _where(event: "TrackingEvent") -> str:
    return f", {event.place}" if event.place else ""
