"""`wayproof verify`: proof files and folders of them, offline; with --chain, a node is asked about their anchors.

What is valid is decided in the ledger; here is only what is asked and how it is told.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.commands.exporting import is_export, verify_export
from app.commands.opening import Refused

if TYPE_CHECKING:
    from ledger.examine import Examination, Line
    from ledger.lastseen import LastSeen
    from ledger.trust import Trust

LARGEST = 256 * 1024 * 1024
UNKNOWN = 2  # the exit status of --strict where something could not be checked
_WORST = ("invalid", "unknown", "valid")


@dataclass(frozen=True)
class Judged:
    """A file with what was found of each proof in it; `refused` says why it could not be read as one.

    `evidence` says of a file that is more than its proofs that the rest of it is what was signed.
    """

    file: Path
    found: Sequence["Examination"] = ()
    refused: str = ""
    evidence: str = ""

    @property
    def state(self) -> str:
        """The worst of all proofs in one word."""
        return "invalid" if self.refused else min((each.state for each in self.found), key=_WORST.index)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, path_type=Path))
@click.option("--key", "--vkey", "vkeys", multiple=True, metavar="VKEY", help="A key of the log that you trust.")
@click.option("--pin", help="The 20 letters beside the code: the pin of the log's key.")
@click.option("--policy", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A tlog-policy file.")
@click.option("--chain", metavar="URL", help="Ask this JSON-RPC node whether the chain holds the anchored roots.")
@click.option("--last-seen", type=click.Path(dir_okay=False, path_type=Path), help="Remember roots in this file.")
@click.option("--strict", is_flag=True, help="End with status 2 where something could not be checked.")
def verify(
    files: tuple[Path, ...],
    vkeys: tuple[str, ...],
    pin: str | None,
    policy: Path | None,
    chain: str | None,
    last_seen: Path | None,
    strict: bool,
) -> None:
    """Verify proof files, or folders of them, offline: each result on its own line, for several files a table.

    Valid is only what was checked; what could not be is unknown. Exit status 1: something is invalid.
    """
    memory, pin = _memory(last_seen), pin and pin.replace(" ", "").lower()  # it is printed in groups
    asked = _asked(vkeys, pin, policy, chain, memory)
    if len(files) == 1 and files[0].is_file() and is_export(files[0]):
        verify_export(files[0], _trust(asked))
        _tell_pinned(bool(vkeys or pin or policy), ())
        return
    judged = [_judge(file, asked) for file in _files_in(files)]
    if len(files) == 1 and files[0].is_file():
        _tell(judged[0])
    else:
        _tell_table(judged)
    if memory is not None and last_seen is not None:
        _remember(memory, last_seen, judged)
    bad = [each.file for each in judged if each.state == "invalid"]
    if bad:
        raise Refused(f"{', '.join(map(str, bad[:5]))} does not prove what it says")
    if strict and any(each.state != "valid" for each in judged):
        raise SystemExit(UNKNOWN)


def _memory(path: Path | None) -> "LastSeen | None":
    from ledger.lastseen import LastSeen

    try:
        return None if path is None else LastSeen.load(path)
    except (ValueError, AttributeError) as error:
        raise Refused(f"{path} is no memory of earlier checks: {error}") from error


def _asked(
    vkeys: tuple[str, ...], pin: str | None, policy: Path | None, chain: str | None, memory: "LastSeen | None"
) -> dict[str, Any]:
    """What the reader brings, as the verifier takes it; refused when it is broken."""
    from ledger.errors import Unsure

    asked: dict[str, Any] = {
        "vkeys": vkeys or None,
        "pin": pin,
        "policy": None if policy is None else policy.read_bytes(),
        "now": datetime.now(UTC),
        "seen": None if memory is None else memory.roots,
    }
    try:
        _trust(asked)
    except Unsure as doubt:
        raise click.UsageError(str(doubt)) from doubt
    if chain is not None:
        from app.commands.asking import asking

        asked["check_anchor"] = asking(chain)
    return asked


def _trust(asked: dict[str, Any]) -> "Trust":
    from ledger.trust import Trust

    return Trust.read(asked["vkeys"], asked["pin"], asked["policy"], now=asked["now"])


def _files_in(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_file():
            yield path
            continue
        found = sorted(each for each in path.rglob("*.json") if each.is_file())
        if not found:
            raise Refused(f"{path} holds no proof file; their names end in .json")
        yield from found


def _judge(file: Path, asked: dict[str, Any]) -> Judged:
    from ledger.examine import examine

    try:
        found = [examine(each, **asked) for each in proofs_in(file)]
        return Judged(file, found, evidence=_evidence(file, asked))
    except Refused as refused:
        return Judged(file, refused=refused.message)


def _evidence(file: Path, asked: dict[str, Any]) -> str:
    """What the evidence of a suspected copy says, when it is signed; empty for other files."""
    from app.suspects import evidence_file
    from ledger.errors import StepFailed, Tampered

    data = file.read_bytes()
    if not evidence_file.is_evidence(data):
        return ""
    try:
        said = evidence_file.check(data, _trust(asked))
    except (StepFailed, Tampered) as error:
        raise Refused(f"{file} is not the evidence that was signed: {error}") from error
    return f"evidence: valid (case {said['case']['id']}, made at {said['made_at']}; its entries say what it says)"


def proofs_in(file: Path) -> list[bytes]:
    """The one-file proofs in a file: it is one, or holds a list of them."""
    from ledger import canonical

    if file.stat().st_size > LARGEST:
        raise Refused(f"{file} is larger than any proof")
    data = file.read_bytes()
    try:
        value = canonical.read(data)
    except ValueError as error:
        raise Refused(f"{file} is not JSON as proofs are written: {error}") from error
    if not isinstance(value, dict) or not isinstance(value.get("proofs"), list):
        return [data]
    if not value["proofs"]:
        raise Refused(f"{file} holds no proof; the newest entries get theirs within seconds")
    return [json.dumps(proof).encode() for proof in value["proofs"]]


def _tell(judged: Judged) -> None:
    """One file: a line for each result, as bad as the worst of its proofs, with the reason."""
    if judged.refused:
        raise Refused(judged.refused)
    found = judged.found
    if judged.evidence:
        click.echo(judged.evidence)
    if len(found) > 1:
        click.echo(f"{len(found)} proofs")
    for name in dict.fromkeys(name for each in found for name in each.lines):
        lines = [each.lines[name] for each in found if name in each.lines]
        click.echo(_line(name, lines, [each.lines.get(name) for each in found]))
    ages = sorted(each.recorded_at for each in found if each.recorded_at)
    if ages:
        click.echo(f"how old: recorded {_span(ages)}, as the log itself says{_seen_at(found)}")
    for path in sorted({path for each in found for path in each.erased}):
        click.echo(f"erased, commitment intact: {path}")
    _tell_pinned(found[0].pinned, found)


def _line(name: str, lines: Sequence["Line"], of_all: Sequence["Line | None"]) -> str:
    worst = min(lines, key=lambda line: _WORST.index(line.state))
    why = worst.why
    if worst.state == "invalid" and len(of_all) > 1:
        why = f"proof {of_all.index(worst) + 1}: {why}"
    elif name == "said":  # each signer by name, and how many of the events
        sayings = [line.why for line in lines]
        why = "; ".join(f"{each}, {sayings.count(each)} of {len(of_all)}" for each in dict.fromkeys(sayings))
    return f"{name}: {worst.state}" + (f" ({why})" if why else "")


def _span(ages: Sequence[str]) -> str:
    return f"at {ages[0]}" if ages[0] == ages[-1] else f"from {ages[0]} to {ages[-1]}"


def _seen_at(found: Sequence["Examination"]) -> str:
    times = {name: at for each in found for name, at in each.seen_at.items()}
    told = [f"{name} saw it at {datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%SZ}" for name, at in times.items()]
    return "".join(f"; {each}" for each in told)


def _tell_pinned(pinned: bool, found: Sequence["Examination"]) -> None:
    pins = sorted({each.pin for each in found if each.pin})
    of_file = f" (its pin is {', '.join(pins)})" if pins else ""
    if pinned:
        click.echo("pinned: the key, the pin or the policy is your own")
    else:
        click.echo(
            f"not pinned: the key came with the file{of_file}; compare it with one you trust, --pin or --key"
        )


def _tell_table(judged: Sequence[Judged]) -> None:
    """Several files: a line for each, then how many of which state."""
    width = max(len(str(each.file)) for each in judged)
    for each in judged:
        lines = [(name, line) for one in each.found for name, line in one.lines.items()]
        worst = next((f"{name}: {line.why}" for name, line in lines if line.state == "invalid"), "")
        signers = {one.lines["said"].why for one in each.found if "said" in one.lines}
        told = each.refused or worst or "; ".join(sorted(signers))
        click.echo(f"{each.state:7}  {each.file!s:{width}}  {len(each.found):3} proofs  {told}".rstrip())
    counts = [f"{sum(each.state == state for each in judged)} {state}" for state in reversed(_WORST)]
    click.echo(f"{len(judged)} files: {', '.join(counts)}")
    if not any(one.pinned for each in judged for one in each.found):
        click.echo("not pinned: give a key, a pin or a policy of your own, or nothing is more than unknown")


def _remember(memory: "LastSeen", path: Path, judged: Sequence[Judged]) -> None:
    """Step 17: what a trusted key signed is kept for the next time."""
    for each in (one for file in judged for one in file.found):
        if each.checkpoint and each.pinned and each.state != "invalid":
            memory.remember(each.checkpoint.origin, each.checkpoint.size, each.checkpoint.root)
    try:
        memory.save(path)
    except OSError as error:
        click.echo(f"step 17 STATE_NOT_SAVED: {error}", err=True)
