"""`wayproof sign`: what a partner does with its key on its own machine. Needs no server and no database."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.commands.listing import InOrder
from app.commands.opening import Refused

if TYPE_CHECKING:
    from ledger.note import Signer

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_key_option = click.option("--key", "key", type=_FILE, required=True, help="Your key file, of `sign new-key`.")
_me_option = click.option(
    "--me", "me", type=_FILE, required=True, help="The answer of GET /api/v1/partner: who you are, for which log."
)


@click.group(cls=InOrder)
def sign() -> None:
    """Sign EPCIS events as a partner, so that nobody can change them or invent others in your name."""


@sign.command("new-key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--name", required=True, help="What the key is called, such as your domain; no blanks.")
def new_key(file: Path, name: str) -> None:
    """Make a key in a new file that only you can read; print its public half."""
    from ledger.note import Signer

    try:
        click.echo(Signer.create(file, name).vkey)
    except FileExistsError:
        raise Refused(f"{file} exists already; a key is never written over") from None


@sign.command()
@_key_option
@_me_option
def registration(key: Path, me: Path) -> None:
    """Print the body of POST /api/v1/partner/keys, which registers the key."""
    from app.epcis import signing

    about = _about(me)
    click.echo(json.dumps(signing.registration(_signer(key), about["log"], about["partner"])))


@sign.command()
@_key_option
@click.option("--new", "new", type=_FILE, required=True, help="The file of the key that takes its place.")
@_me_option
def rotation(key: Path, new: Path, me: Path) -> None:
    """Print the body of POST /api/v1/partner/keys/ID/rotate; ID is in the middle of the old public key."""
    from app.epcis import signing

    about = _about(me)
    click.echo(json.dumps(signing.rotation(_signer(key), _signer(new), about["log"], about["partner"])))


@sign.command()
@click.argument("file", type=_FILE)
@_key_option
@_me_option
@click.option(
    "-o", "out", type=click.Path(dir_okay=False, path_type=Path), help="Where to; standard output if not."
)
def document(file: Path, key: Path, me: Path, out: Path | None) -> None:
    """Sign each event of an EPCIS document, or a bare event."""
    from app.epcis import signing
    from app.epcis.errors import Invalid
    from ledger.errors import NotCanonical

    try:
        signed = signing.sign_document(file.read_bytes(), _signer(key), _about(me)["log"])
    except Invalid as error:
        raise Refused(f"{file}#{error.problems[0]}") from error
    except NotCanonical as error:
        raise Refused(f"{file}: no signature can be over this: {error}") from error
    if out is None:
        sys.stdout.buffer.write(signed + b"\n")
    else:
        out.write_bytes(signed)


@sign.command()
@click.argument("file", type=_FILE)
@_key_option
@_me_option
def certificate(file: Path, key: Path, me: Path) -> None:
    """Sign a certificate as its issuer: print FILE with your signature, for POST /api/v1/certificates."""
    import os

    from app.provenance.claim_signing import sign_claim
    from ledger.said import NONCE_SIZE

    about = _about(me)
    try:
        body = json.loads(file.read_bytes())
        if not isinstance(body, dict):
            raise ValueError("it is no object")
        mark = sign_claim(body, _signer(key), about["log"], os.urandom(NONCE_SIZE))
    except ValueError as error:
        raise Refused(f"{file}: {error}") from error
    click.echo(json.dumps({**body, "partner": about["partner"], "signed": mark}, ensure_ascii=False))


def _signer(file: Path) -> "Signer":
    from ledger.note import Signer

    try:
        return Signer.load(file)
    except ValueError as error:
        raise Refused(str(error)) from error


def _about(file: Path) -> dict[str, Any]:
    """Partner and log of the saved answer."""
    try:
        about = json.loads(file.read_bytes())
    except ValueError as error:
        raise Refused(f"{file} is not JSON: {error}") from error
    if not isinstance(about, dict) or not all(isinstance(about.get(name), str) for name in ("partner", "log")):
        raise Refused(f"{file} is not the answer of GET /api/v1/partner: it needs `partner` and `log`")
    return about
