"""`wayproof brand hours` and `brand chat`: when and by which ways a brand's customers are told."""

import click

from app.commands.opening import Refused, brand_here, brand_option, house_here


@click.command("hours")
@click.argument("begin")
@click.argument("end")
@brand_option
def hours(begin: str, end: str, slug: str | None) -> None:
    """Say between which hours messages may arrive, at the recipient; 00:00 00:00 is at any hour."""
    from datetime import time

    try:
        text = [f"{time.fromisoformat(each):%H:%M}" for each in (begin, end)]
    except ValueError:
        raise Refused("give two times of day, such as 08:00 21:00") from None
    if text[0] > text[1]:
        raise Refused("the day must begin before it ends")
    house = house_here()
    with house.db.begin() as session:
        brand = brand_here(session, slug)
        brand.settings = {**brand.settings, "hours": text}
    click.echo(f"messages arrive between {text[0]} and {text[1]}" if text[0] < text[1] else "at any hour")


@click.command("chat")
@click.argument("name", required=False)
@click.argument("url", required=False)
@click.option("--end", is_flag=True, help="Close the channel and forget who was on it.")
@brand_option
def chat(name: str | None, url: str | None, end: bool, slug: str | None) -> None:
    """Open a channel by Apprise's address, {to} where the recipient stands; without a name, list them."""
    from app.care.contacts import ContactRefused, channels, end_channel, set_channel
    from app.sealed import open_box

    house = house_here()
    with house.db.begin() as session:
        brand = brand_here(session, slug)
        try:
            if name and end:
                if not end_channel(session, brand, name):
                    raise Refused(f"there is no channel {name}")
            elif name:
                _check(url)
                set_channel(session, open_box(house.keys), brand, name, url or "", house.clock())
        except ContactRefused as refused:
            raise Refused(str(refused)) from None
        session.flush()
        names = channels(session, brand.id)
    click.echo("\n".join(names) or "no channels yet; email goes without")


def _check(url: str | None) -> None:
    from app.care.contacts import PLACE

    try:
        from apprise import Apprise
    except ModuleNotFoundError:
        raise Refused("install wayproof[channels] first") from None
    if not url or not Apprise.instantiate(url.replace(PLACE, "15555550142")):
        raise Refused("Apprise does not understand this address; its documentation lists the services")
