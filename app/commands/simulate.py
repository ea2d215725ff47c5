"""`wayproof simulate`: sensors that do not exist, over MQTT that does."""

from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

import click

from app.commands.opening import Refused, brand_here, brand_option, house_here

if TYPE_CHECKING:
    from app.house import House
    from iot.simulate import Fleet, SimulatedDevice

PATIENCE_S = 30.0
ONCE_INTERVAL_S = 3600.0
"""So long that a second reading never falls due while the first one waits for its receipt."""


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="DEVICE...")
@click.option("--once", is_flag=True, help="Send one reading and wait for its receipt.")
@click.option("--temperature", type=float, default=4.5, show_default=True, help="In °C, give or take a tenth.")
@click.option("--interval", type=click.FloatRange(0.1), default=10.0, show_default=True, help="In seconds.")
@click.option("--password", help="Of the device; without it a new one is made and the old one stops working.")
@brand_option
def simulate(
    names: tuple[str, ...],
    once: bool,
    temperature: float,
    interval: float,
    password: str | None,
    slug: str | None,
) -> None:
    """Send readings as registered sensors would, each kept until its receipt comes."""
    from iot.simulate import SimulatedDevice

    house = house_here()
    devices = [
        SimulatedDevice(
            username=username,
            password=secret,
            mean=temperature,
            swing=0.0 if once else 0.4,
            interval_s=ONCE_INTERVAL_S if once else interval,
            seed=number,
        )
        for number, (username, secret) in enumerate(_credentials(house, names, password, slug), 1)
    ]
    with TemporaryDirectory() as folder:
        _run(house, devices, Path(folder), once)


def _credentials(
    house: "House", names: tuple[str, ...], password: str | None, slug: str | None
) -> list[tuple[str, str]]:
    """The broker's user and password of each device."""
    from app.telemetry.register import renew_password

    if password and len(names) > 1:
        raise Refused("one --password is for one device; leave it out, and each gets a new one")
    now = house.clock()
    with house.db.begin() as session:
        brand = brand_here(session, slug)
        return [
            (f"{brand.slug}/{name}", password or renew_password(session, brand, name, now=now)) for name in names
        ]


def _run(house: "House", devices: "list[SimulatedDevice]", folder: Path, once: bool) -> None:
    from app.commands.serving import stop_on_signal
    from app.telemetry.listen import broker_folder
    from iot.broker import NoBroker, ingest_url
    from iot.simulate import Fleet

    try:
        url = ingest_url(broker_folder(house), house.settings.mqtt_url)
    except NoBroker as error:
        raise Refused(str(error)) from error
    fleet, stop = Fleet(url, devices, folder, house.clock), stop_on_signal()
    if once:
        _send_once(fleet, len(devices), stop)
    else:
        click.echo("Sending; Ctrl-C stops.")
        fleet.run(stop)


def _send_once(fleet: "Fleet", count: int, stop: Event) -> None:
    """Measure once and wait for every receipt; each comes only after the commit."""
    from iot.steering import Steering

    deadline = monotonic() + PATIENCE_S
    fleet.tick(Steering())
    while fleet.waiting() and not stop.wait(0.1):
        if monotonic() > deadline:
            raise Refused(f"no receipt within {PATIENCE_S:.0f} s; does `wayproof listen` run?")
        fleet.tick(Steering())
    click.echo("stored: the receipt came" if count == 1 else f"stored: {count} receipts came")
