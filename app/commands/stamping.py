"""`wayproof stamp`: prove that a file existed. The file stays with its owner, a salted hash goes into a log."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from app.commands.opening import Refused, brand_here, brand_option, house_here

if TYPE_CHECKING:
    from ledger.fields import Opening
    from ledger.stamp import Stamp

WAIT_S = 60.0
LOOK_EVERY_S = 0.5
ALONE_AFTER_S = 5.0
"""How long a running worker has to give the stamp its place before this command does it itself."""

SUFFIX = ".wayproof.json"

T = TypeVar("T")


class Door(Protocol):
    """Where stamps go: a server, or the database of this machine."""

    def origin(self) -> str: ...

    def stamp(self, commitment: bytes) -> int: ...

    def proof(self, **which: int) -> dict[str, Any] | None:
        """The proof, or None while the stamp is too new."""


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--verify", "check", is_flag=True, help="Check FILE against CERTIFICATE, offline.")
@click.option(
    "--upgrade", is_flag=True, help="Fetch what a CERTIFICATE lacks: its proof, or the time of its anchor."
)
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the certificate goes; without it FILE.wayproof.json.",
)
@click.option(
    "--server", metavar="URL", envvar="WAYPROOF_STAMP_SERVER", help="A Wayproof; else this machine's own."
)
@click.option("--key", metavar="KEY", envvar="WAYPROOF_STAMP_KEY", help="An API key with the scope stamps:write.")
@click.option(
    "--vkey", "vkeys", multiple=True, help="A verifier key that you have from elsewhere; repeat for more."
)
@brand_option
def stamp(
    paths: tuple[Path, ...],
    check: bool,
    upgrade: bool,
    to: Path | None,
    server: str | None,
    key: str | None,
    vkeys: tuple[str, ...],
    slug: str | None,
) -> None:
    """Prove that FILE existed: `stamp FILE`, `stamp --upgrade CERTIFICATE`, `stamp --verify FILE CERTIFICATE`.

    Only a salted hash goes into the log. Keep the certificate: its salt is nowhere else.
    """
    if len(paths) != (2 if check else 1):
        raise Refused("give FILE and CERTIFICATE" if check else "give one file at a time")
    if check:
        _verify(paths[0], paths[1], vkeys)
        return
    door: Door = _Server(server, key) if server else _Here(slug)
    if upgrade:
        _upgrade(door, paths[0], vkeys)
    else:
        _stamp(door, paths[0], to or paths[0].with_name(paths[0].name + SUFFIX), vkeys)


def _stamp(door: Door, file: Path, to: Path, vkeys: tuple[str, ...]) -> None:
    from ledger import stamp as stamps

    if to.exists():
        raise Refused(f"{to} is there already: another certificate, or a stamp that waits; see --upgrade and --to")
    fresh = stamps.make(door.origin(), stamps.fingerprint(file))
    # The salt is on the disk before its commitment is in the log: without it the stamp would be worth nothing.
    _write(to, fresh.as_json())
    _finish(door, _sent(door, fresh, to), to, vkeys)


def _sent(door: Door, fresh: "Stamp", to: Path) -> "Stamp":
    from dataclasses import replace

    sent = replace(fresh, submission=door.stamp(fresh.commitment))
    _write(to, sent.as_json())
    return sent


def _finish(door: Door, waiting: "Stamp", to: Path, vkeys: tuple[str, ...]) -> None:
    """Wait for the proof of a stamp that was sent, and make the certificate of it."""
    assert waiting.submission is not None
    bundle = _patiently(lambda: door.proof(submission=waiting.submission or 0))
    if bundle is None:
        raise Refused(
            f"the stamp is taken, its proof is not there yet: `wayproof stamp --upgrade {to}` fetches it"
        )
    _keep(to, bundle, waiting.opening, vkeys)
    click.echo(f"stamped: {to} is the certificate; keep it, its salt is nowhere else")
    _tell_time(to)


def _upgrade(door: Door, path: Path, vkeys: tuple[str, ...]) -> None:
    from ledger import stamp as stamps
    from ledger.errors import Tampered

    try:
        waiting = stamps.read_pending(json.loads(path.read_bytes()))
        if waiting is None:
            file, opening = stamps.read_certificate(path.read_bytes())
    except (ValueError, RecursionError, Tampered) as error:
        raise Refused(f"{path} is no certificate: {error}") from error
    if waiting is not None:
        _require_origin(door, waiting.origin)
        _finish(door, waiting if waiting.submission is not None else _sent(door, waiting, path), path, vkeys)
        return
    _require_origin(door, file.origin)
    bundle = door.proof(index=file.index)
    if bundle is None:
        raise Refused("the log has no proof of this stamp now; try again in a minute")
    _keep(path, bundle, opening, vkeys)
    _tell_time(path)


def _require_origin(door: Door, origin: str) -> None:
    there = door.origin()
    if there != origin:
        raise Refused(f"the stamp is in the log {origin}; this is {there}: name the right server or brand")


def _verify(file: Path, certificate: Path, vkeys: tuple[str, ...]) -> None:
    from ledger import stamp as stamps
    from ledger.errors import Tampered
    from ledger.examine import examine

    data = certificate.read_bytes()
    try:
        _, opening = stamps.read_certificate(data)
        stamps.check_file(opening, file)
    except Tampered as error:
        click.echo(f"file: invalid ({error})")
        raise Refused(f"{certificate} proves nothing of {file}") from error
    click.echo("file: valid (it is the one that was stamped)")
    found = examine(data, vkeys=vkeys or None)
    for name, line in found.lines.items():
        click.echo(f"{name}: {line.state}" + (f" ({line.why})" if line.why else ""))
    _tell_time(certificate)
    if not vkeys:
        click.echo("not pinned: the key came with the certificate; give one that you trust with --vkey")
    if found.state == "invalid":
        raise Refused(f"{certificate} does not prove what it says")


def _tell_time(certificate: Path) -> None:
    """When the file existed at the latest: by the anchor, or by the log's own word."""
    from ledger import entry, proof
    from ledger.verify import check_claim, covering

    file = proof.read(certificate.read_bytes())
    claim = covering(file, check_claim(file))
    recorded = entry.read(file.entry).recorded_at
    if claim is not None and claim.block_time and claim.finality != "demo":
        click.echo(f"existed before {claim.block_time}, by block {claim.block_number} of chain {claim.chain_id}")
    elif claim is not None and claim.finality == "demo":
        click.echo(f"recorded at {recorded}; anchored on the demo's own chain, which is no evidence")
    elif claim is not None:
        click.echo(f"recorded at {recorded}; anchored in a file, at place {claim.block_number}")
    else:
        click.echo(
            f"recorded at {recorded}, by the log's own word; --upgrade fetches the anchor once there is one"
        )


def _keep(path: Path, bundle: dict[str, Any], opening: "Opening", vkeys: tuple[str, ...]) -> None:
    """Write the certificate, after it was verified; an old one is only replaced by one that proves as much."""
    from ledger import stamp as stamps
    from ledger.errors import Tampered, Unsure
    from ledger.verify import verify_bundle

    made = stamps.certificate(bundle, opening)
    data = json.dumps(made, indent=1).encode()
    try:
        verify_bundle(data, vkeys=list(vkeys) or None)
    except (Tampered, Unsure) as error:
        raise Refused(f"the proof that came does not prove the stamp: {error}") from error
    _write(path, made)


def _write(path: Path, value: dict[str, Any]) -> None:
    """Replace a file by a new content, whole or not at all."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(json.dumps(value, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _patiently(ask: Callable[[], dict[str, Any] | None]) -> dict[str, Any] | None:
    end = monotonic() + WAIT_S
    while (found := ask()) is None and monotonic() < end:
        sleep(LOOK_EVERY_S)
    return found


class _Server:
    """Another house, over HTTP."""

    def __init__(self, address: str, key: str | None) -> None:
        from app.channels.stamp_server import StampServer

        if not key:
            raise Refused("a server wants an API key with the scope stamps:write: --key, or WAYPROOF_STAMP_KEY")
        self._server = StampServer(address, key)

    def origin(self) -> str:
        return self._told(self._server.origin)

    def stamp(self, commitment: bytes) -> int:
        return self._told(lambda: self._server.stamp(commitment))

    def proof(self, **which: int) -> dict[str, Any] | None:
        from app.channels.stamp_server import StampError

        try:
            return self._server.proof(**which)
        except StampError as error:
            if error.again:
                return None
            raise Refused(str(error)) from error

    @staticmethod
    def _told(ask: Callable[[], T]) -> T:
        from app.channels.stamp_server import StampError

        try:
            return ask()
        except StampError as error:
            raise Refused(str(error)) from error


class _Here:
    """The database of this machine. Where no worker runs, the log grows here."""

    def __init__(self, slug: str | None) -> None:
        from app.db import reading

        self._house = house_here()
        with reading(self._house.db) as session:
            self._log_id = brand_here(session, slug).log_id
        self._alone_at = monotonic() + ALONE_AFTER_S

    def origin(self) -> str:
        from app.db import reading
        from ledger.log import head

        with reading(self._house.db) as session:
            return head(session, self._log_id).origin

    def stamp(self, commitment: bytes) -> int:
        from app.stamps import take_stamp

        with self._house.db.begin() as session:
            return take_stamp(session, self._log_id, commitment, self._house.clock()).submission_id

    def proof(self, **which: int) -> dict[str, Any] | None:
        from app.db import reading
        from app.stamps import proof_of_stamp
        from app.work import grow_logs
        from ledger.errors import NotPublished

        if monotonic() > self._alone_at:
            grow_logs(self._house, f"stamp:{os.getpid()}")
        try:
            with reading(self._house.db) as session:
                return proof_of_stamp(session, self._log_id, **which)
        except NotPublished:
            return None
