"""Fixtures of the chain tests: a registry in memory, and one on Anvil, which can rehearse reorganisations."""

from collections.abc import Iterator

import pytest

from contracts import build
from contracts.registry import Registry, demo_chain, deploy_registry
from tests.contracts.chains import Anvil, running_anvil


@pytest.fixture
def demo() -> Registry:
    return demo_chain()


@pytest.fixture(scope="session")
def npm_packages() -> None:
    """The compiler and Anvil, in the versions of contracts/node/package-lock.json."""
    try:
        build.install()
    except build.BuildError as error:
        pytest.skip(str(error))


@pytest.fixture
def anvil(npm_packages: None) -> Iterator[Anvil]:
    with running_anvil(str(build.NODE / "node_modules" / ".bin" / "anvil")) as anvil:
        yield anvil


@pytest.fixture
def on_anvil(anvil: Anvil) -> Registry:
    return deploy_registry(anvil.open())
