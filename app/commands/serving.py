"""`wayproof web`, `work` and `listen`: the three processes of a service, each until told to stop."""

import signal
from pathlib import Path
from threading import Event

import click

from app.commands.opening import Refused, house_here, settings_here


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Instead of WAYPROOF_PORT.")
@click.option("--bind", help="Instead of WAYPROOF_BIND.")
@click.option(
    "--tls", nargs=2, type=click.Path(exists=True, path_type=Path), help="Certificate and key, for HTTPS."
)
def web(port: int | None, bind: str | None, tls: tuple[Path, Path] | None) -> None:
    """Answer HTTP: pages, the API and the proofs."""
    from app.web.serve import serve

    given = {name: value for name, value in {"port": port, "bind": bind}.items() if value is not None}
    serve(settings_here(**given), tls)


@click.command()
def work() -> None:
    """Do what is due: grow the log, send notices, ask carriers, judge and seal readings, anchor roots."""
    from app.logs import log_as_json
    from app.work import run

    house = house_here()
    log_as_json(house.settings.log_level)
    run(house, stop_on_signal())


@click.command()
def listen() -> None:
    """Take readings over MQTT; each is acknowledged after its commit."""
    from app.logs import log_as_json
    from app.telemetry.listen import run
    from iot.broker import NoBroker

    house = house_here()
    log_as_json(house.settings.log_level)
    try:
        run(house, stop_on_signal())
    except NoBroker as error:
        raise Refused(str(error)) from error


def stop_on_signal() -> Event:
    """An event that SIGTERM and SIGINT set, so that a loop can end between two pieces of work."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
