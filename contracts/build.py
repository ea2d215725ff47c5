"""Reproducible compiling of the contracts, and the check that the committed artifact is what the source says.

The compiler is solc-js, pinned with its dependencies by contracts/node/package-lock.json. Nothing here talks to a
chain; reading an artifact at run time is `contracts.artifact`.

    python -m contracts.build            write contracts/artifacts/
    python -m contracts.build --check    compile and compare; exit status 1 when they differ
"""

import argparse
import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
NODE = HERE / "node"
ARTIFACTS = HERE / "artifacts"
CONTRACTS = ("AnchorRegistry",)

# Paris runs on every chain and layer 2 we know of. Without it the newest rules are the target, and a chain that is
# one upgrade behind refuses the bytecode.
SETTINGS: dict[str, Any] = {
    "evmVersion": "paris",
    "optimizer": {"enabled": True, "runs": 10_000},
    "outputSelection": {"*": {"*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"]}},
}


class BuildError(Exception):
    """The contracts could not be compiled; the text says what is missing or wrong."""


def install(folder: Path = NODE) -> None:
    """Install the pinned compiler (and Anvil, for the tests) with npm, unless the lock is already installed.

    Raises BuildError when npm is absent or fails.
    """
    lock = folder / "package-lock.json"
    stamp = folder / "node_modules" / ".installed"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    npm = shutil.which("npm")
    if npm is None:
        raise BuildError(
            "npm is not on the path; it installs the compiler that contracts/node/package-lock.json pins"
        )
    with (folder / ".installing").open("w") as turn:
        fcntl.flock(
            turn, fcntl.LOCK_EX
        )  # tests run side by side, and a program that is still written can't be started
        if not stamp.exists() or stamp.read_text() != wanted:
            _install(npm, folder)
            stamp.write_text(wanted)


def _install(npm: str, folder: Path) -> None:
    # Not `npm ci`: it refuses a lock that lacks the Anvil of platforms our package mirror does not carry. What the
    # lock does name is installed in that version and must have that hash; --no-save leaves the lock as it is.
    _run([npm, "install", "--no-save", "--no-progress"], cwd=folder)


def compile_contract(name: str) -> dict[str, Any]:
    """The artifact of `contracts/<name>.sol`, as it is committed. Raises BuildError with the compiler's words."""
    source = (HERE / f"{name}.sol").read_bytes()
    question = {
        "language": "Solidity",
        "sources": {f"{name}.sol": {"content": source.decode()}},
        "settings": SETTINGS,
    }
    answer = json.loads(_solc(["--standard-json"], json.dumps(question)))
    complaints = [error["formattedMessage"] for error in answer.get("errors", [])]
    if complaints:
        raise BuildError("\n".join(complaints))
    compiled = answer["contracts"][f"{name}.sol"][name]
    return {
        "contract": name,
        "source": f"{name}.sol",
        "source_sha256": hashlib.sha256(source).hexdigest(),
        "compiler": _solc(["--version"], "").strip(),
        "evm_version": SETTINGS["evmVersion"],
        "optimizer": SETTINGS["optimizer"],
        "abi": compiled["abi"],
        "bytecode": "0x" + compiled["evm"]["bytecode"]["object"],
        "deployed_bytecode": "0x" + compiled["evm"]["deployedBytecode"]["object"],
    }


def as_file(artifact: dict[str, Any]) -> bytes:
    """The bytes of an artifact file; equal artifacts give equal bytes."""
    return (json.dumps(artifact, indent=1, sort_keys=True) + "\n").encode()


def different() -> list[str]:
    """The names of the contracts whose committed artifact is not, byte for byte, what the source compiles to."""
    return [name for name in CONTRACTS if _committed(name) != as_file(compile_contract(name))]


def write() -> None:
    """Compile every contract and replace its committed artifact."""
    ARTIFACTS.mkdir(exist_ok=True)
    for name in CONTRACTS:
        (ARTIFACTS / f"{name}.json").write_bytes(as_file(compile_contract(name)))


def _committed(name: str) -> bytes:
    path = ARTIFACTS / f"{name}.json"
    return path.read_bytes() if path.exists() else b""


def _solc(arguments: list[str], given: str) -> str:
    node = shutil.which("node")
    if node is None:
        raise BuildError("node is not on the path; the compiler runs on it")
    script = NODE / "node_modules" / "solc" / "solc.js"
    text = _run([node, str(script), *arguments], given=given)
    # solc-js may print a line about its SMT solver before the answer.
    return text[text.index("{") :] if "--standard-json" in arguments else text


def _run(command: list[str], *, cwd: Path | None = None, given: str = "") -> str:
    done = subprocess.run(command, cwd=cwd, input=given, capture_output=True, text=True, timeout=300)  # noqa: S603
    if done.returncode != 0:
        words = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise BuildError(f"{Path(command[0]).name} failed: " + "\n".join(words[:20]))
    return done.stdout


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m contracts.build", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="compare with the committed artifacts, change nothing"
    )
    asked = parser.parse_args(arguments)
    try:
        install()
        if not asked.check:
            write()
        wrong = different()
    except BuildError as error:
        print(error, file=sys.stderr)
        return 2
    for name in wrong:
        print(f"contracts/artifacts/{name}.json is not what contracts/{name}.sol compiles to", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
