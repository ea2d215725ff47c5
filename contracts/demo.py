"""The demo's chain: in this process's memory, gone with it, and evidence of nothing."""

import os
import sys

from contracts.chain import Chain, ChainError, account_of
from contracts.finality import ByDepth

RICH = "0x" + f"{1:064x}"
"""eth-tester's first account, which everybody knows."""


def open_demo_chain() -> Chain:
    """A new chain; blocks come with transactions, and one with each `tick`.

    Its first block holds random bytes, so that no two demo chains have one identity.
    """
    depth = sys.getrecursionlimit()
    try:
        return _demo_chain()
    finally:
        # py_ecc lifts it to 100,000, at which deeply nested JSON of a stranger ends the process.
        sys.setrecursionlimit(depth)


def _demo_chain() -> Chain:
    try:
        from eth_tester import EthereumTester, PyEVMBackend
        from eth_tester.exceptions import TransactionFailed
        from web3 import EthereumTesterProvider, Web3
    except ImportError as error:
        raise ChainError("the demo chain needs the packages of wayproof[demo]", permanent=True) from error

    first = PyEVMBackend.generate_genesis_params({"extra_data": os.urandom(32)})
    tester = EthereumTester(backend=PyEVMBackend(genesis_parameters=first))
    return Chain(
        Web3(EthereumTesterProvider(tester)),
        account_of(RICH),
        # eth-tester says of its newest block that it is finalized; only depth means something here.
        ByDepth(safe=2, final=6),
        demo=True,
        failures=(TransactionFailed,),
        tick=tester.mine_block,
    )
