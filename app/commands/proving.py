"""`wayproof verify` and `wayproof ledger`: is the record what it was, asked of a file or of the database."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands import auditing
from app.commands.exporting import export, files, is_export, verify_export
from app.commands.opening import Refused, brand_here, brand_option, house_here
from app.commands.rotating import rotate_key

if TYPE_CHECKING:
    from ledger.examine import Examination, Line

LINES = ("unchanged", "included", "signed", "anchored")
LARGEST = 256 * 1024 * 1024


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--vkey", "vkeys", multiple=True, help="A verifier key that you have from elsewhere; repeat for more."
)
def verify(file: Path, vkeys: tuple[str, ...]) -> None:
    """Verify a proof file offline: unchanged, included, signed, anchored, each on its own line."""
    from ledger.examine import examine
    from ledger.trust import Trust

    if is_export(file):
        verify_export(file, Trust.read(vkeys or None))
        _tell_pinned(bool(vkeys))
        return
    proofs = _proofs_in(file)
    found = [examine(proof, vkeys=vkeys or None) for proof in proofs]
    if len(found) > 1:
        click.echo(f"{len(found)} proofs")
    for name in LINES:
        _tell(name, found)
    _tell_pinned(bool(vkeys))
    if any(_line(each, name).state == "invalid" for each in found for name in LINES):
        raise Refused(f"{file} does not prove what it says")


def _tell_pinned(pinned: bool) -> None:
    if not pinned:
        click.echo(
            "not pinned: the key came with the file; compare it with one you trust, and give it with --vkey"
        )


def _proofs_in(file: Path) -> list[bytes]:
    """The one-file proofs in a file: it is one, or holds a list of them."""
    if file.stat().st_size > LARGEST:
        raise Refused(f"{file} is larger than any proof")
    data = file.read_bytes()
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Refused(f"{file} is not JSON: {error}") from error
    if not isinstance(value, dict) or not isinstance(value.get("proofs"), list):
        return [data]
    if not value["proofs"]:
        raise Refused(f"{file} holds no proof; the newest entries get theirs within seconds")
    return [json.dumps(proof).encode() for proof in value["proofs"]]


def _line(examination: "Examination", name: str) -> "Line":
    line: Line = getattr(examination, name)
    return line


def _tell(name: str, found: list["Examination"]) -> None:
    """One result over all proofs of a file: as bad as the worst of them, with its reason."""
    lines = [_line(each, name) for each in found]
    worst = min(lines, key=lambda line: ("invalid", "unknown", "valid").index(line.state))
    number = f"proof {lines.index(worst) + 1}: " if len(found) > 1 and worst.state == "invalid" else ""
    click.echo(f"{name}: {worst.state}" + (f" ({number}{worst.why})" if worst.why else ""))


@click.group()
def ledger() -> None:
    """Look after the logs: audit them, read their checkpoints, entries and proofs."""


ledger.add_command(auditing.audit)


@ledger.command()
@brand_option
def checkpoint(slug: str | None) -> None:
    """Print the newest signed checkpoint of a log, as witnesses and monitors read it."""
    from app.db import reading
    from ledger.log import head

    house = house_here()
    with reading(house.db) as session:
        newest = head(session, brand_here(session, slug).log_id).checkpoint
    if newest is None:
        raise Refused("nothing is signed yet; `wayproof work` signs within a second of the first entry")
    click.echo(newest, nl=False)


@ledger.command()
@click.argument("submission", type=int)
@brand_option
def proof(submission: int, slug: str | None) -> None:
    """Print the one-file proof of an entry, by the number of its submission."""
    from app.db import reading
    from ledger.anchor import latest
    from ledger.log import bundle

    house = house_here()
    with reading(house.db) as session:
        log_id = brand_here(session, slug).log_id
        click.echo(json.dumps(bundle(session, log_id, submission, latest(session, log_id)), indent=1))


for command in (export, files, rotate_key):
    ledger.add_command(command)
