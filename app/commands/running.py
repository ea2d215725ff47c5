"""`wayproof run`: one command for everything."""

from pathlib import Path

import click

from app.commands.opening import Refused
from app.demo.run import CannotRun
from app.demo.run import run as run_everything
from app.process import AlreadyRunning


@click.command()
@click.option("--lan", is_flag=True, help="Also for a phone in the same network, over HTTP and HTTPS.")
@click.option("--port", type=click.IntRange(0, 65535), help="Of the web; else the first free one from 8080 on.")
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="WAYPROOF_HOME",
    default=Path("var"),
    show_default=True,
    help="The folder of everything that is kept.",
)
def run(lan: bool, port: int | None, home: Path) -> None:
    """Start everything on this machine, with a demo brand whose goods keep moving; Ctrl-C stops it."""
    try:
        status = run_everything(home, port=port, lan=lan, say=click.echo)
    except (CannotRun, AlreadyRunning) as error:
        raise Refused(str(error)) from error
    raise SystemExit(status)
