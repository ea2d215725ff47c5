"""Reading a committed artifact: the interface and the bytecode of a contract. Never compiles."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Artifact:
    """A compiled contract. `bytecode` is hex with 0x, without constructor arguments."""

    name: str
    abi: list[dict[str, Any]]
    bytecode: str
    deployed_bytecode: str


@cache
def artifact(name: str) -> Artifact:
    """The committed artifact of the contract `name`."""
    found = json.loads((files("contracts") / "artifacts" / f"{name}.json").read_bytes())
    return Artifact(name, found["abi"], found["bytecode"], found["deployed_bytecode"])
