"""`wayproof ledger watch`: look at somebody's log again and again, without an account and without a database."""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import click

from app.commands.opening import Refused
from app.commands.serving import stop_on_signal

if TYPE_CHECKING:
    from ledger.policy import Policy

TIMEOUT_S = (5, 30)


@click.command()
@click.argument("url")
@click.option(
    "--policy",
    "policy_file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Which key and which witnesses you trust (tlog-policy); from elsewhere than the log.",
)
@click.option(
    "--folder", default=Path("watched"), show_default=True, type=click.Path(file_okay=False, path_type=Path)
)
@click.option("--every", default=300, show_default=True, type=click.IntRange(1), help="Seconds between two looks.")
@click.option("--once", is_flag=True, help="Look once and end.")
@click.option("--private", is_flag=True, help="The address may be one of a private network.")
def watch(url: str, policy_file: Path, folder: Path, every: int, once: bool, private: bool) -> None:
    """Watch a log by its address: it must only grow; a contradiction ends with the evidence in the folder."""
    from ledger import policy
    from ledger.errors import Unsure

    try:
        wanted = policy.parse(policy_file.read_bytes())
    except Unsure as error:
        raise Refused(f"{policy_file}: {error}") from error
    fetch = _fetcher(url.rstrip("/"), private)
    stop = Event() if once else stop_on_signal()
    while True:
        _look(fetch, wanted, folder, once, _views(private, wanted))
        if once or stop.wait(every):
            return


def _look(
    fetch: Callable[[str], bytes | None], wanted: "Policy", folder: Path, once: bool, views: dict[str, bytes]
) -> None:
    from app.clock import system_clock
    from ledger.errors import StepFailed, Unsure
    from ledger.watch import Contradiction, look

    try:
        found = look(fetch, wanted, folder, system_clock(), views)
    except Contradiction as alarm:
        raise Refused(f"{alarm}; both notes are in {alarm.evidence}") from alarm
    except ValueError as error:
        raise Refused(str(error)) from error
    except (OSError, StepFailed, Unsure) as error:
        sentence = f"nothing is known now: {error}"
        if once:
            raise Refused(sentence) from error
        click.echo(sentence, err=True)
        return
    click.echo(f"{found.state}: {found.checkpoint.origin} at size {found.checkpoint.size}")
    for name in found.ahead:
        click.echo(
            f"the witness {name} has seen a larger tree; if that stays so, something is kept from you", err=True
        )


def _views(private: bool, wanted: "Policy") -> dict[str, bytes]:
    """What the witnesses of the policy say that they have seen of its logs; who does not answer is left out."""
    from hashlib import sha256

    views = {}
    for name, witness in wanted.witnesses.items():
        for log in wanted.logs if witness.url else ():
            try:
                note = _fetcher(str(witness.url), private)(f"{sha256(log.name.encode()).hexdigest()}/checkpoint")
            except OSError:
                continue
            if note is not None:
                views[name if len(wanted.logs) == 1 else f"{name} of {log.name}"] = note
    return views


def _fetcher(url: str, private: bool) -> Callable[[str], bytes | None]:
    from app.guard import guarded_session
    from ledger.reader import MAX_BUNDLE

    session = guarded_session(private)

    def fetch(path: str) -> bytes | None:
        with session.get(f"{url}/{path}", timeout=TIMEOUT_S, allow_redirects=False, stream=True) as answer:
            if answer.status_code == 404:
                return None
            if answer.status_code != 200:
                raise OSError(f"{url}/{path} answered {answer.status_code}")
            content: bytes = answer.raw.read(MAX_BUNDLE + 1, decode_content=True)
            return content

    return fetch
