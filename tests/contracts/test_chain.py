"""What opening a chain leaves behind in the process."""

import subprocess
import sys


def test_the_demo_chain_leaves_the_interpreters_limit_of_depth_alone() -> None:
    program = (
        "import sys; before = sys.getrecursionlimit(); from contracts.registry import demo_chain; "
        "r = demo_chain(); r.publish(bytes(32), 1, bytes(32), r.next_nonce()); "
        "assert sys.getrecursionlimit() == before"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
