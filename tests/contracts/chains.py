"""Chains for tests: names of the accounts, publishing under the next nonce, and a running Anvil."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from contracts.chain import Chain, ChainError, open_chain
from contracts.finality import ByDepth
from contracts.registry import Registry
from tests.support.ports import free_port

# Anvil's first two accounts, printed by every start of it: worth nothing anywhere else.
ADA = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
CLEO = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"

LOG = bytes(range(32))
OTHER_LOG = bytes(32 * [7])


def root(number: int) -> bytes:
    """A root like any other."""
    return number.to_bytes(32, "big")


def publish(registry: Registry, size: int, log: bytes = LOG) -> str:
    """Publish root(size) at `size` under the next nonce."""
    return registry.publish(log, size, root(size), registry.next_nonce(), 0)


@dataclass(frozen=True)
class Anvil:
    """A running Anvil of one test alone."""

    url: str

    def open(self, key: str = ADA) -> Chain:
        return open_chain(self.url, key, ByDepth(safe=2, final=4))

    def ask(self, method: str, *params: Any) -> Any:
        """Call a JSON-RPC method, such as the `anvil_` ones that steer the chain."""
        answer = self.open().web3.provider.make_request(method, list(params))  # type: ignore[arg-type]
        assert "error" not in answer, answer
        return answer["result"]


@contextmanager
def running_anvil(program: str, *options: str) -> Iterator[Anvil]:
    """Start Anvil on a free port, and end it and what it started."""
    port = free_port()
    process = subprocess.Popen([program, "--silent", "--port", str(port), *options], start_new_session=True)
    try:
        anvil = Anvil(f"http://127.0.0.1:{port}")
        _until(lambda: _answers(anvil))
        yield anvil
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def _answers(anvil: Anvil) -> bool:
    try:
        return anvil.open().identity().chain_id == 31337
    except ChainError:
        return False


def _until(is_so: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "Anvil does not answer"
        time.sleep(0.02)
