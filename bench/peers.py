"""The peers that we are measured beside, each in an environment of its own: var/peers, from bench/peers.lock.

None of them is imported by us or by the product; a peer is a child that reads commands and prints numbers.
"""

import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

_LOCK = Path(__file__).with_name("peers.lock")
_HOME = Path("var/peers")


class NoPeer(Exception):
    """The peer cannot be had here; the text says why."""


def install() -> str:
    """Install what the lock says, unless it is there; "" when all went well, else what did not."""
    stamp, wanted = _HOME / "installed", sha256(_LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return ""
    try:
        venv.create(_HOME, with_pip=True, clear=True)
        pip = [str(_python()), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        pip += ["--require-hashes", "-r", str(_LOCK)]
        subprocess.run(pip, check=True, capture_output=True, text=True, timeout=300)
    except (OSError, subprocess.SubprocessError) as error:
        return f"missing, {(getattr(error, 'stderr', None) or str(error)).strip().splitlines()[-1][:200]}"
    stamp.write_text(wanted)
    return ""


class Peer:
    """A running peer: `ask` sends a line and gives the number that it answers."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, *words: object) -> float:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(*words, file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            raise NoPeer("the peer ended before it answered")
        return float(answer)


@contextmanager
def running(script: str, folder: Path) -> Iterator[Peer]:
    """The peer whose script is beside this file. Raises NoPeer when it is not installed."""
    if not (_HOME / "installed").exists():
        raise NoPeer("the peers of bench/peers.lock are not installed in var/peers")
    command = [str(_python().absolute()), str(Path(__file__).with_name(script)), str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Peer(process)
    finally:
        process.kill()
        process.wait()


def _python() -> Path:
    return _HOME / ("Scripts" if sys.platform == "win32" else "bin") / "python"
