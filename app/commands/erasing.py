"""`wayproof erase` and `wayproof ledger rotate-openings-key`: personal data goes, and the ring over it turns."""

from datetime import timedelta

import click

from app.commands.opening import Refused, brand_here, brand_option, house_here

SETTLED = timedelta(hours=1)
"""How long a new generation stands before the old ones may go: no transaction that used one is open so long."""


@click.command()
@click.argument("name")
@click.option(
    "--reason",
    type=click.Choice(["asked", "consent_withdrawn", "no_longer_needed", "unlawful", "ordered_by_law"]),
    help="Why, as GDPR article 17 has it; needed with --yes.",
)
@click.option("--yes", is_flag=True, help="Erase; without it the command only says what would go.")
@click.option(
    "--event", "of_event", is_flag=True, help="The name is an eventID: erase what is personal in that event."
)
@brand_option
def erase(name: str, reason: str | None, yes: bool, of_event: bool, slug: str | None) -> None:
    """Erase the customer of an order, by its number: say what would go, and with --yes erase it for good."""
    if yes and reason is None:
        raise Refused("say why with --reason")
    if of_event:
        _erase_event(name, reason if yes else None, slug)
    else:
        _erase_customer(name, reason if yes else None, slug)


def _erase_event(event_id: str, reason: str | None, slug: str | None) -> None:
    from app.brands.erasure import erase_event
    from app.db import reading
    from app.record import about_event
    from ledger.erase import holdings
    from ledger.errors import StillPending

    house = house_here()
    with reading(house.db) as session:
        brand = brand_here(session, slug)
        kept = holdings(session, brand.log_id, about_event(event_id))
    click.echo(f"{sum(len(each.paths) for each in kept)} personal values of this event are in the log")
    if reason is None:
        click.echo("nothing was erased; add --reason and --yes")
        return
    try:
        erase_event(house.db, house.keys, brand.id, event_id, reason=reason, by="system", clock=house.clock)
    except StillPending as waiting:
        raise Refused(str(waiting)) from waiting
    click.echo("erased; the log says so in signed entries")


def _erase_customer(order_number: str, reason: str | None, slug: str | None) -> None:
    from sqlalchemy import select

    from app.brands.erasure import erase_customer, preview
    from app.db import reading
    from app.models.shipments import Order
    from ledger.errors import StillPending

    house = house_here()
    with reading(house.db) as session:
        brand = brand_here(session, slug)
        order = session.scalar(select(Order).where(Order.brand_id == brand.id, Order.number == order_number))
        if order is None:
            raise Refused(f"{brand.slug} has no order {order_number!r}")
        told = preview(session, brand, order.customer_id)
    values = sum(told.values.values())
    click.echo(
        f"customer {told.customer_id}: {values} values in the log, {told.orders} orders, "
        f"{told.shipments} shipments, {told.notices} letters"
    )
    if told.parcels_on_the_way:
        click.echo(f"{told.parcels_on_the_way} still on the way: their carriers will not be asked any more")
    if reason is None:
        click.echo("nothing was erased; add --reason and --yes")
        return
    try:
        erase_customer(
            house.db, house.keys, brand.id, told.customer_id, reason=reason, by="system", clock=house.clock
        )
    except StillPending as waiting:
        raise Refused(str(waiting)) from waiting
    click.echo("erased; the log says so in signed entries")


@click.command("rotate-openings-key")
@click.option("--retire", is_flag=True, help="Destroy the earlier generations, an hour after the turn or later.")
def rotate_openings_key(retire: bool) -> None:
    """Turn the ring that guards what is not public: a new key wraps the key of every subject anew."""
    from datetime import datetime

    from app.db import reading
    from app.ring import FileRing
    from ledger.vault import wrap_anew, wrapped_before

    house = house_here()
    ring, now = FileRing(house.keys), house.clock()
    if not retire:
        with reading(house.db) as session:
            left = wrapped_before(session, ring.current())
        if left == 0:  # else an earlier run was interrupted, and goes on
            ring.begin_generation(now)
    elif ring.begun_at() and datetime.fromisoformat(ring.begun_at()) + SETTLED > now:
        raise Refused("the ring was turned less than an hour ago; a transaction may still use the key before")
    current = ring.current()
    with reading(house.db) as session:
        left = wrapped_before(session, current)
    with click.progressbar(length=left, label="wrapping keys anew") as bar:
        while True:
            with house.db.begin() as session:
                done = wrap_anew(session, current, limit=500)
            if not done:
                break
            bar.update(done)
    click.echo(f"generation {current} wraps the keys of all subjects")
    if retire:
        click.echo(
            f"{ring.end_generations()} earlier generations destroyed: copies of the key table are closed now"
        )
    else:
        click.echo("in an hour: wayproof ledger rotate-openings-key --retire")
