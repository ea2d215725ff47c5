"""`wayproof simulate`: sensors that do not exist, over MQTT that does."""

import click


@click.command()
@click.argument("devices", nargs=-1, metavar="[DEVICE]...")
@click.option("--once", is_flag=True, help="Send one reading and wait for its receipt.")
@click.option("--temperature", type=float, default=4.5, show_default=True, help="In degrees Celsius.")
@click.option("--interval", type=float, default=10.0, show_default=True, help="Seconds between two readings.")
@click.option("--password", help="Of the device; otherwise a new one is made, and the old one stops working.")
def simulate(
    devices: tuple[str, ...], once: bool, temperature: float, interval: float, password: str | None
) -> None:
    """Send readings as a sensor would, each kept until its receipt comes."""
    raise NotImplementedError
