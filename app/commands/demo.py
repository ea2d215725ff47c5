"""`wayproof demo`: steer the demo from a second terminal."""

import shlex
from typing import Any

import click

from app.commands.opening import Refused, settings_here


@click.command()
@click.argument("step", required=False)
@click.argument("argument", required=False)
def demo(step: str | None, argument: str | None) -> None:
    """List the steps of the demo, or play one: wayproof demo STEP [ARGUMENT]; `demo env` prints its addresses."""
    if step is None:
        _list_steps()
    elif step == "env":
        _print_environment()
    else:
        _play(step, argument)


def _list_steps() -> None:
    from app.demo.steps import STEPS

    click.echo("wayproof demo STEP plays one of these:\n")
    for step in STEPS:
        name = f"{step.name} {step.argument.upper()}" if step.argument else step.name
        click.echo(f"  {name:<22} {step.does}")


def _print_environment() -> None:
    """Lines for `eval`, so that the examples of the README can be pasted."""
    facts = _facts()
    for name, value in {
        "BASE": facts["base_url"],
        "KEY": facts["api_key"],
        "VKEY": facts["logs"][0]["vkey"],
        "PASSPORT": facts["passport_url"],
        "CLAIM_CODE": facts.get("claim_code", ""),
        "MQTT_HOST": facts["mqtt"]["host"],
        "MQTT_PORT": facts["mqtt"]["port"],
        "MQTT_USER": facts["mqtt"]["user"],
        "MQTT_PASSWORD": facts["mqtt"]["password"],
        "MQTT_TOPIC": facts["mqtt"]["topic"],
        "WAYPROOF_HOME": settings_here().home.resolve(),
    }.items():
        click.echo(f"export {name}={shlex.quote(str(value))}")


def _play(step: str, argument: str | None) -> None:
    from app.demo.steps import CannotPlay, play
    from app.house import open_house

    facts = _facts()
    house = open_house(settings_here())
    try:
        played = play(house, step, argument)
    except CannotPlay as error:
        raise Refused(str(error)) from error
    click.echo(played.said)
    for link in played.links:
        click.echo(f"  {link.label:<12} {facts['base_url']}{link.path}")


def _facts() -> dict[str, Any]:
    from app.demo.places import Places
    from app.process import read_json

    home = settings_here().home
    facts = read_json(Places(home).facts)
    if not facts:
        raise Refused(f"there is no demo in {home}; `wayproof run` starts one")
    return facts
